"""What gatekeepers and executives decide about a message that went round the gate.

Each verb makes its change and records it, or raises a Refusal and changes nothing. None commits.
Doing the same twice changes nothing. Nobody decides about their own or their team's message
(``conflicting``), however urgent it is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from directory.models import Person, Role
from foundation import audit
from foundation.db import wake
from foundation.errors import Refusal
from foundation.sealing import Seal
from gatekeeping.afterwards.grounds import GROUNDS_IN_WORDS, Grounds
from gatekeeping.mailgate.cases import telling, wording_for_staff
from gatekeeping.mailgate.cases.conflicting import DECIDERS, check_may_decide
from gatekeeping.mailgate.cases.exempted import count_exempt
from gatekeeping.mailgate.cases.moves import (
    TO_DECIDE,
    CaseDoneError,
    CaseMoveRefusedError,
    leads_to,
    lock,
    move,
    what_happened,
)
from gatekeeping.mailgate.cases.sender_acts import SchoolsHaveItError, short_text
from gatekeeping.models import BypassCase, CaseKind, CaseMove, CaseState, ExemptKind

S = CaseState
SAME: Final = {S.RELEASING: frozenset({S.RELEASING, S.RELEASED})}
"""Where a case may be once a decision that was made before has been carried out."""


class NoEmergencyError(Refusal):
    """A review of something that was not released in an emergency."""

    sentence = "This was not released as an emergency, so there is nothing to review."


class OwnReleaseError(Refusal):
    """Whoever released a message reviews that."""

    sentence = "You released this message. Somebody else must review that."


@dataclass(frozen=True)
class _Choice:
    """What somebody decides."""

    to: CaseState
    by: Person
    reason: str
    at: datetime
    roles: Collection[Role] = DECIDERS


def release_once(
    session: Session,
    case: BypassCase,
    *,
    by: Person,
    reason: str,
    at: datetime,
    exempt: ExemptKind | None = None,
) -> None:
    """Let a held message go to everybody that it is addressed to, this once, with a reason.

    ``exempt`` says that it needs no gate, as which kind; once it has left that is counted like
    exempt mail that officers log. Raises NotGatekeeperError, CaseConflictError, MissingTextError,
    SchoolsHaveItError, CaseDoneError.
    """
    reason = short_text(reason, field="reason", missing="Enter why it may be sent this once.")
    if not _decide(session, case, _Choice(S.RELEASING, by, reason, at)):
        return
    case.exempt_kind = exempt
    wake(session, "releases")
    _audit(session, case, "released", by=by, at=at, exempt=exempt.value if exempt else "")


def send_back(
    session: Session,
    case: BypassCase,
    *,
    by: Person,
    words: str,
    at: datetime,
    seal: Seal | None = None,
) -> None:
    """Return a held message to its sender, with what to do. Raises what ``release_once`` raises.

    With ``seal`` the mail to the sender names the message's subject.
    """
    words = short_text(words, field="words", missing="Enter what the sender should do.")
    if _decide(session, case, _Choice(S.RETURNED, by, words, at)):
        telling.of_end(session, case, "returned", words, seal=seal, at=at)
        _audit(session, case, "returned", by=by, at=at)


def refuse(
    session: Session,
    case: BypassCase,
    *,
    by: Person,
    reason: str,
    at: datetime,
    seal: Seal | None = None,
) -> None:
    """Refuse a held message: no school gets it. ``seal`` and what is raised: see ``send_back``."""
    reason = short_text(reason, field="reason", missing="Enter why it may not be sent.")
    if _decide(session, case, _Choice(S.REFUSED, by, reason, at)):
        telling.of_end(session, case, "refused", reason, seal=seal, at=at)
        _audit(session, case, "refused", by=by, at=at)


def note(
    session: Session,
    case: BypassCase,
    *,
    by: Person,
    words: str,
    at: datetime,
    exempt: ExemptKind | None = None,
) -> None:
    """Close a case of what schools have already, with what was done about it.

    ``exempt``: see ``release_once``. Nobody is written to. Raises what ``release_once`` raises; for
    held mail CaseMoveRefusedError.
    """
    words = short_text(words, field="words", missing="Enter what you did about it.")
    if _decide(session, case, _Choice(S.NOTED, by, words, at)):
        case.exempt_kind = exempt
        if exempt is not None:
            count_exempt(session, case, exempt, at=at)
        _audit(session, case, "noted", by=by, at=at)


def release_in_emergency(
    session: Session,
    case: BypassCase,
    *,
    by: Person,
    ground: Grounds,
    at: datetime,
    reason: str = "",
) -> None:
    """Let a held message go at once, on one of the grounds; somebody else reviews it afterwards.

    Only executives do, and none with a stake. Gatekeepers are asked to review it once it has left.
    Raises what ``release_once`` raises.
    """
    words = f"It was an emergency: {GROUNDS_IN_WORDS[ground]}."
    if reason.strip():
        words = f"{words} {short_text(reason, field='reason', missing='')}"
    if not _decide(session, case, _Choice(S.RELEASING, by, words, at, (Role.EXECUTIVE,))):
        return
    case.is_emergency = True
    wake(session, "releases")
    _audit(session, case, "released_in_emergency", by=by, at=at, ground=ground.value)


def review_emergency(
    session: Session,
    case: BypassCase,
    *,
    by: Person,
    was_right: bool,
    words: str,
    at: datetime,
) -> None:
    """Say afterwards whether an emergency release was right; whoever released it is told.

    Raises NoEmergencyError, OwnReleaseError, CaseDoneError, and what ``release_once`` raises.
    """
    words = short_text(words, field="words", missing="Enter what you found.")
    lock(session, case)
    check_may_decide(session, case, by.id)
    if not case.is_emergency:
        raise NoEmergencyError
    if case.decided_by_id == by.id:
        raise OwnReleaseError
    if case.reviewed_at is not None:
        if (case.reviewed_by_id, case.was_right) == (by.id, was_right):
            return
        raise CaseDoneError("Somebody has reviewed this already. Nothing was changed.")
    case.reviewed_by_id, case.reviewed_at, case.was_right = by.id, at, was_right
    if case.state is S.RELEASED:
        case.due_at = None
    session.add(_history(case, by, at, words))
    if case.decided_by is not None:
        letter = wording_for_staff.reviewed(case, words)
        telling.to_people(session, case.authority_id, [case.decided_by], letter, at=at)
    _audit(session, case, "reviewed", by=by, at=at, was_right=was_right)


def _decide(session: Session, case: BypassCase, choice: _Choice) -> bool:
    """Make a decision; False when the same person has made it before."""
    lock(session, case)
    check_may_decide(session, case, choice.by.id, roles=choice.roles)
    done = SAME.get(choice.to, frozenset({choice.to}))
    if case.state in done and case.decided_by_id == choice.by.id:
        return False
    if case.state not in TO_DECIDE:
        raise CaseDoneError(what_happened(session, case))
    if not leads_to(case.kind, case.state, choice.to):
        if case.kind is CaseKind.HELD:
            raise CaseMoveRefusedError(case.kind, case.state, choice.to)
        raise SchoolsHaveItError
    case.decided_by_id, case.decided_at, case.reason = choice.by.id, choice.at, choice.reason
    move(session, case, to=choice.to, by=choice.by.id, at=choice.at, note=choice.reason)
    session.flush()
    return True


def _history(case: BypassCase, by: Person, at: datetime, words: str) -> CaseMove:
    found = "right" if case.was_right else "not right"
    return CaseMove(
        authority_id=case.authority_id,
        case_id=case.id,
        before=case.state,
        after=case.state,
        by_id=by.id,
        at=at,
        note=f"The emergency release was {found}. {words}",
    )


def _audit(
    session: Session,
    case: BypassCase,
    what: str,
    *,
    by: Person,
    at: datetime,
    **detail: Any,
) -> None:
    audit.record(
        session,
        authority_id=case.authority_id,
        action=f"bypass.{what}",
        subject="bypass_case",
        subject_id=case.id,
        by=by.id,
        at=at,
        detail={"kind": case.kind.value, **detail},
    )
