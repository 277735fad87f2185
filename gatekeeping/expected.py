"""The reminders that a submission would cause if it were sent as it stands."""

from datetime import datetime, time
from typing import Final

from sqlalchemy.orm import Session

from directory.audience import school_ids
from foundation import clock
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.models import Kind, Submission
from notifications.chasing.plan import Planned, expected
from notifications.chasing.rule import Asked
from notifications.models import Attention

SENT_AT: Final = time(9)
"""When something is taken to be sent on its day."""


def expected_reminders(
    session: Session, submission: Submission, document: SubmissionDocument, *, at: datetime
) -> list[Planned]:
    """Return who would be told when, counted in schools: three statements, or none."""
    asks = submission.kind is Kind.DATA_REQUEST or document.due_on is not None
    acknowledge = document.signature == "login"
    if not (asks or acknowledge):
        return []
    today = clock.local_date(at)
    on = max(document.send_on or today, today)
    protocol = protocol_of(session, submission.authority_id)
    asked = Asked(
        Attention.ACTION if asks else Attention.INFORMATION,
        acknowledge,
        datetime.combine(on, SENT_AT, tzinfo=clock.LOCAL),
        document.due_on,
        document.reminders,
        protocol.deputy_days,
        protocol.head_days,
    )
    schools = school_ids(submission.authority_id, document.audience.as_audience())
    return expected(session, submission.authority_id, schools, asked)
