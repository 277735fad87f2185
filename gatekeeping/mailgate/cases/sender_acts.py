"""What a sender does about their held message: withdraw it, or say why it needs no gate.

Each verb makes its change and records it, or raises a Refusal and changes nothing. None commits.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.deciding.recording import MissingTextError, checked_text
from gatekeeping.mailgate.cases.addressing import is_sender
from gatekeeping.mailgate.cases.moves import TO_DECIDE, CaseDoneError, lock, move, what_happened
from gatekeeping.models import BypassCase, CaseKind, CaseState, ExemptKind

S = CaseState
LONGEST: Final = 2_000


class NotSenderError(Refusal):
    """Somebody else's mail."""

    sentence = "Only whoever sent this message can do that."


class SchoolsHaveItError(Refusal):
    """The message was only seen, or reported."""

    sentence = "Schools have this message already, so it can no longer be stopped."


class IsSubmissionError(Refusal):
    """It was made into a submission meanwhile."""

    sentence = (
        "This message was made into a submission. Nothing is sent unless that is approved; to give "
        "it up, withdraw the submission."
    )


def withdraw(session: Session, case: BypassCase, *, by: Person | None, at: datetime) -> None:
    """Give up a held message: no school gets it. ``by`` is None with the key of the mail's link.

    Doing it twice changes nothing. Raises NotSenderError, SchoolsHaveItError, IsSubmissionError,
    CaseDoneError.
    """
    lock(session, case)
    _check_sender(case, by)
    if case.state is S.WITHDRAWN:
        return
    if case.kind is not CaseKind.HELD:
        raise SchoolsHaveItError
    _check_open(session, case)
    move(session, case, to=S.WITHDRAWN, by=_id(by), at=at)
    _audit(session, case, "withdrawn", by, at)


def explain(
    session: Session,
    case: BypassCase,
    *,
    by: Person | None,
    kind: ExemptKind | None,
    words: str,
    at: datetime,
) -> None:
    """Say why a message needs no gate; a gatekeeper judges that. ``kind`` None is something else.

    ``words`` have at most 2,000 characters; said again, the newer ones stand. ``by`` is None with
    the key of the mail's link. Raises what ``withdraw`` raises, and MissingTextError.
    """
    words = short_text(words, field="words", missing="Enter why this message needs no gate.")
    lock(session, case)
    _check_sender(case, by)
    _check_open(session, case)
    if (case.state, case.explanation, case.exempt_kind) == (S.EXPLAINED, words, kind):
        return
    case.explanation, case.exempt_kind = words, kind
    if case.state is S.WAITING:
        move(session, case, to=S.EXPLAINED, by=_id(by), at=at)
    _audit(session, case, "explained", by, at)


def short_text(text: str, *, field: str, missing: str, most: int = LONGEST) -> str:
    """Return a text without outer spaces; MissingTextError when it is empty or too long."""
    text = checked_text(text, field=field, missing=missing)
    if len(text) > most:
        raise MissingTextError(
            f"Use {most:,} characters at most; you have used {len(text):,}.", field=field
        )
    return text


def _check_sender(case: BypassCase, by: Person | None) -> None:
    if by is not None and not is_sender(case, by):
        raise NotSenderError
    if case.kind is CaseKind.REPORTED:
        raise NotSenderError


def _check_open(session: Session, case: BypassCase) -> None:
    if case.state is S.DRAFTED:
        raise IsSubmissionError
    if case.state not in TO_DECIDE:
        raise CaseDoneError(what_happened(session, case))


def _id(by: Person | None) -> int | None:
    return None if by is None else by.id


def _audit(session: Session, case: BypassCase, what: str, by: Person | None, at: datetime) -> None:
    kind = case.exempt_kind.value if case.exempt_kind and what == "explained" else ""
    audit.record(
        session,
        authority_id=case.authority_id,
        action=f"bypass.{what}",
        subject="bypass_case",
        subject_id=case.id,
        by=_id(by),
        at=at,
        detail={"by_link": by is None, "kind": kind},
    )
