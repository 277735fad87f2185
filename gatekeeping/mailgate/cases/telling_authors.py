"""What authors are told of a run of single messages, and of a draft that was made of their mail.

The mails about a held message itself are in ``telling``.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from foundation.dates import moment
from gatekeeping.mailgate.cases.addressing import is_reachable
from gatekeeping.models import Submission
from gatekeeping.models.mailgate import BypassCase, CaseKind
from notifications.mail.compose import queue_mail
from notifications.mail.message import PORTAL, one_line

RUN_SUBJECT: Final = "Your mail to many schools, one after the other"
RUN: Final = (
    "Within an hour, until {when}, you sent mail to {schools} schools, one by one. The mail went "
    "out. Nobody has read it, and nothing was kept of what it says.\n\n"
    "If each message was about one child or one school, you need not do anything.\n\n"
    "If it was the same letter to all of them: what goes to more than {limit} schools passes the "
    "schools’ gate first. Write it in the portal the next time. It then reaches the right person "
    "at each school, who is reminded for you:\n\n"
    "{portal}/submissions/new\n\n"
    "The gatekeepers see how many schools there were, and nothing else."
)
DRAFT_SUBJECT: Final = "Your mail is now a draft in the portal"
DRAFT: Final = (
    "{who} has put your mail to schools, which {came} on {when}, into the portal as the draft "
    "“{title}”. The portal has sent nothing yet.\n\n"
    "Look through it, fill in what is missing, and submit it:\n\n"
    "{portal}/submissions/{submission_id}\n\n"
    "{notes}"
    "The title, the text, the files and the schools are those of your mail."
)


CAME: Final = {
    CaseKind.HELD: "was held",
    CaseKind.SEEN: "was seen by the mail gateway",
    CaseKind.REPORTED: "a school reported",
}


def tell_of_run(session: Session, case: BypassCase, *, at: datetime) -> None:
    """Say to the sender what was seen and where such letters go, if a person reads that."""
    if not is_reachable(case.sender):
        return
    text = RUN.format(
        when=moment(at),
        schools=f"{case.schools:,}",
        limit=case.detail.get("limit", 20),
        portal=PORTAL,
    )
    _queue(session, case, RUN_SUBJECT, text, person_id=case.sender_id, at=at)


def tell_of_draft(
    session: Session,
    case: BypassCase,
    submission: Submission,
    *,
    started_by: str,
    notes: Sequence[str],
    at: datetime,
) -> None:
    """Say to the sender that a gatekeeper made a draft of their mail."""
    text = DRAFT.format(
        who=started_by,
        title=one_line(submission.title),
        came=CAME[case.kind],
        when=moment(case.received_at),
        submission_id=submission.id,
        portal=PORTAL,
        notes="".join(f"{note}\n\n" for note in notes),
    )
    _queue(session, case, DRAFT_SUBJECT, text, person_id=submission.author_id, at=at)


def _queue(
    session: Session,
    case: BypassCase,
    subject: str,
    text: str,
    *,
    person_id: int | None,
    at: datetime,
) -> None:
    queue_mail(
        session,
        authority_id=case.authority_id,
        address=case.sender,
        subject=subject,
        text=text,
        urgent=True,
        person_id=person_id,
        at=at,
    )
