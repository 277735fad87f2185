"""Asking again: a new draft with the content of an earlier submission (gatekeeping 4.2, 4.10)."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from directory.models import Membership
from foundation import clock
from foundation.errors import Refusal
from gatekeeping.authors import check_may_write
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Attachment, State, Submission
from gatekeeping.writing.submissions import KEPT_IN_DRAFT, begun_lately, put, start_draft

NEAR = timedelta(days=60)
"""So long before its number ends, what is with schools may be renewed."""
RENEWABLE = frozenset({State.CLOSED, State.EXPIRED})
FRESH = {
    "send_on": None,
    "due_on": None,
    "as_at": None,
    "emergency": False,
    "emergency_grounds": "",
}
"""What is chosen anew for every draft."""


class NotRenewableError(Refusal):
    """It is not with schools, or its number is good for long."""

    sentence = (
        "Only what was with schools is renewed, once it is closed or its number ends soon. "
        "Copy it as a new draft instead."
    )


def is_renewable(submission: Submission, today: date) -> bool:
    """Tell whether it was with schools and its number has ended or ends within 60 days."""
    if submission.state in RENEWABLE:
        return True
    ends = submission.expires_on
    return submission.state is State.LIVE and ends is not None and ends - NEAR <= today


def renew(session: Session, submission: Submission, *, by: Membership, at: datetime) -> Submission:
    """Begin the next round: content and files are copied, the dates are empty.

    The draft names the number that it renews; what the last answers changed has to be said before
    it can be submitted. Raises NotRenewableError and NotYourSubmissionError.
    """
    if not is_renewable(submission, clock.local_date(at)):
        raise NotRenewableError
    changes = {"renews": submission.number or "", "used_before": "", "period": ""}
    return _copy(session, submission, by=by, at=at, changes=changes)


def copy_as_draft(
    session: Session, submission: Submission, *, by: Membership, at: datetime
) -> Submission:
    """Begin a new draft with the same content and files; its dates have to be chosen anew."""
    return _copy(session, submission, by=by, at=at, changes={})


def _copy(
    session: Session,
    submission: Submission,
    *,
    by: Membership,
    at: datetime,
    changes: dict[str, str],
) -> Submission:
    check_may_write(session, submission, by.person)
    begun = begun_lately(session, by, submission.kind, submission.title, at)
    if begun is not None:
        return begun
    copy = start_draft(session, by=by, kind=submission.kind, title=submission.title, at=at)
    own = {name: copy.document[name] for name in KEPT_IN_DRAFT}
    content = {**submission.document, **own, **FRESH, **changes}
    names = {"attachments": submission.document["attachments"]}
    put(copy, SubmissionDocument.read({**content, **names}), at)
    session.add_all(
        Attachment(
            authority_id=copy.authority_id,
            submission_id=copy.id,
            sha256=file.sha256,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            added_by_id=by.person_id,
            added_at=at,
            text=file.text,
            text_note=file.text_note,
        )
        for file in submission.attachments
    )
    session.flush()
    return copy
