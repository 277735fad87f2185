"""What can be decided about held mail: each decision's words, what is asked, the rule behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from directory.access import hat
from directory.models import Person, Role
from foundation.web import db_session, file_store, settings
from gatekeeping.attached.attachments import Limits
from gatekeeping.forms.bypass import ReasonForm
from gatekeeping.mailgate.cases import deciding
from gatekeeping.mailgate.cases.case_facts import find_case
from gatekeeping.mailgate.cases.conflicting import DECIDERS
from gatekeeping.mailgate.cases.moves import TO_DECIDE
from gatekeeping.mailgate.cases.outlines import held_mail_seal
from gatekeeping.mailgate.drafts import drafting
from gatekeeping.models.mailgate import BypassCase, CaseKind
from gatekeeping.writing.exempting import EXEMPT_KINDS

__all__ = ["ACTS", "DECIDERS", "READERS", "Act", "acts_for", "find", "may_be_reviewed"]

READERS = (*DECIDERS, Role.AUDITOR, Role.ADMINISTRATOR)
ONE = "/bypass/<int:case_id>"
EXEMPT_NAMES = {kind: words for kind, (words, _) in EXEMPT_KINDS.items()}

Verb = Callable[[Session, BypassCase, Person, ReasonForm, datetime], object]


@dataclass(frozen=True)
class Act:
    """A decision. Where ``label`` is empty nothing is asked; ``why_exempt`` asks for the kind."""

    key: str
    title: str
    says: str
    verb: Verb
    said: str
    label: str = ""
    hint: str = ""
    why_exempt: str = ""


def find(case_id: int) -> BypassCase:
    """Return a case of the hat's authority. Raises NotFoundError."""
    return find_case(db_session(), hat().authority_id, case_id)


def limits() -> Limits:
    """Return how large and how many the files of a draft may be."""
    return Limits(size=settings().upload_limit, count=settings().upload_count)


def _route(session: Session, case: BypassCase, by: Person, _form: ReasonForm, at: datetime) -> None:
    drafting.turn_into_draft(
        session,
        case,
        by=drafting.membership_of_sender(session, case),
        started_by=by,
        seal=held_mail_seal(settings()),
        store=file_store(),
        at=at,
        limits=limits(),
    )


def _release(
    session: Session, case: BypassCase, by: Person, form: ReasonForm, at: datetime
) -> None:
    words, kind = form.text, form.kind
    deciding.release_once(session, case, by=by, reason=words, at=at, exempt=kind)


def _return(session: Session, case: BypassCase, by: Person, form: ReasonForm, at: datetime) -> None:
    seal = held_mail_seal(settings())
    deciding.send_back(session, case, by=by, words=form.text, at=at, seal=seal)


def _refuse(session: Session, case: BypassCase, by: Person, form: ReasonForm, at: datetime) -> None:
    seal = held_mail_seal(settings())
    deciding.refuse(session, case, by=by, reason=form.text, at=at, seal=seal)


def _note(session: Session, case: BypassCase, by: Person, form: ReasonForm, at: datetime) -> None:
    deciding.note(session, case, by=by, words=form.text, at=at, exempt=form.kind)


ACTS: Final[Mapping[str, Act]] = {
    act.key: act
    for act in (
        Act(
            "route",
            "Send it through the portal",
            "The better way. The sender gets it as a draft, looks through it and submits it.",
            _route,
            "The draft is made. The sender is told to look through it and submit it.",
        ),
        Act(
            "release",
            "Release once",
            "It leaves as it was written, this once.",
            _release,
            "Released. It leaves within a minute.",
            "Why may it go out this once?",
            "The sender reads this. It is kept for good.",
            "Does it need the gate at all?",
        ),
        Act(
            "return",
            "Return to sender",
            "It is not sent. You say what the sender should do.",
            _return,
            "Returned. The sender is told.",
            "What should the sender do?",
            "The sender reads this.",
        ),
        Act(
            "refuse",
            "Refuse",
            "It is not sent, in this way or any other.",
            _refuse,
            "Refused. The sender is told.",
            "Why is it refused?",
            "The sender reads this. It is kept for good.",
        ),
        Act(
            "note",
            "Note what you did",
            "Schools have it already. Say what you did about it; that closes the case.",
            _note,
            "Noted. The case is closed.",
            "What did you do about it?",
            "For instance: rang the team, who will write a submission the next time.",
            "Did it need the gate at all?",
        ),
    )
}


def acts_for(case: BypassCase) -> list[Act]:
    """Return what can be decided about a case now, the better way first."""
    if case.state not in TO_DECIDE:
        return []
    if case.kind is not CaseKind.HELD:
        return [ACTS["note"]]
    return [act for act in ACTS.values() if act.key != "note"]


def may_be_reviewed(case: BypassCase) -> bool:
    """Tell whether it was released in an emergency that nobody has looked at yet."""
    return case.is_emergency and case.reviewed_at is None and case.released_at is not None
