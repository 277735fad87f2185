"""What became of handing a released message on, as its case keeps and tells it.

``BypassCase.detail["release"]`` holds what the next mail server said last, and which of the
recipients, by their places in the envelope, are done with: no address stands there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from foundation import audit
from foundation.sealing import Seal
from gatekeeping.mailgate.cases import telling, wording_for_staff
from gatekeeping.mailgate.cases.exempted import count_exempt
from gatekeeping.mailgate.cases.moves import move
from gatekeeping.models import BypassCase, CaseState

RELEASE: Final = "release"
SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=1)
GIVE_UP: Final = timedelta(days=2)
"""How long the next server is asked again before people must decide anew."""
LONGEST_WORDS: Final = 500
ADDRESS: Final = re.compile(r"<?[^\s<>@,;:()]{1,64}@[^\s<>@,;:()]{1,255}>?")


@dataclass(frozen=True)
class Outcome:
    """What one attempt came to. Recipients are named by their places in the envelope.

    ``given`` says that the message may have been taken although nobody knows; ``is_done`` that
    nobody is left to be asked about; ``failed`` that the server refuses the message for good;
    ``is_unread`` that the portal itself could not read it, so that the server was asked nothing.
    ``everybody`` is how many recipients the message has.
    """

    says: str = ""
    given: bool = True
    taken: Sequence[int] = field(default_factory=list)
    refused: Sequence[int] = field(default_factory=list)
    is_done: bool = False
    failed: bool = False
    is_unread: bool = False
    everybody: int = 0


def pause(tries: int) -> timedelta:
    """Return how long to wait after so many tries: a minute, twice as long each time, an hour."""
    doubled: int = 2 ** min(max(tries - 1, 0), 10)
    return min(SHORTEST * doubled, LONGEST)


def note(case: BypassCase, **facts: Any) -> None:
    """Write facts of the release into the case; the rest stays. A doubt is never taken back."""
    before = _known(case)
    if before.get("given") and facts.get("given"):
        facts["doubtful"] = True
    case.detail = {**(case.detail or {}), RELEASE: {**before, **facts}}


def left(case: BypassCase, everybody: Sequence[str]) -> list[str]:
    """Return the recipients who are not done with."""
    known = _known(case)
    done = {*known.get("taken", ()), *known.get("refused", ())}
    return [address for place, address in enumerate(everybody) if place not in done]


def standing(case: BypassCase) -> str:
    """Say how sending stands, in a sentence; empty while nothing went wrong."""
    says = str(_known(case).get("says", ""))
    if case.state is not CaseState.RELEASING or not says:
        return ""
    times = "once" if case.tries == 1 else f"{case.tries} times"
    return f"Sending was tried {times}. The portal goes on trying. {_last_answer(_known(case))}"


def settle(
    session: Session,
    case: BypassCase,
    outcome: Outcome,
    *,
    at: datetime,
    seal: Seal | None = None,
) -> None:
    """Carry out what an attempt came to: released, tried again later, or held again.

    Once somebody has it the message is not held again: who could not be reached by then is counted
    in the history, and its sender is told; with ``seal`` the subject is named.
    """
    known = _known(case)
    taken = sorted({*known.get("taken", ()), *outcome.taken})
    refused = sorted({*known.get("refused", ()), *outcome.refused})
    given = {} if outcome.given else {"given": False}
    note(case, taken=taken, refused=refused, says=_without_addresses(outcome.says), **given)
    is_over = outcome.failed or outcome.is_unread or _has_waited(case, at)
    if outcome.is_done:
        _released(session, case, at, seal=seal)
    elif is_over and taken:
        note(case, refused=sorted({*refused, *range(outcome.everybody)} - {*taken}))
        _released(session, case, at, seal=seal, was_cut_off=True)
    elif is_over:
        _held_again(session, case, at, is_unread=outcome.is_unread)
    else:
        case.claimed_until = at + pause(case.tries)


def _has_waited(case: BypassCase, at: datetime) -> bool:
    return case.decided_at is not None and at - case.decided_at > GIVE_UP


def _known(case: BypassCase) -> dict[str, Any]:
    found = (case.detail or {}).get(RELEASE)
    return dict(found) if isinstance(found, dict) else {}


def _released(
    session: Session,
    case: BypassCase,
    at: datetime,
    *,
    seal: Seal | None,
    was_cut_off: bool = False,
) -> None:
    known = _known(case)
    refused = len(known.get("refused", ()))
    who = _addresses(refused) if refused else "some addresses"
    said = []
    if was_cut_off:
        said.append(f"{who.capitalize()} could not be reached. {_last_answer(known)}")
    elif refused:
        said.append(f"The mail server refused {who}. It said: {known.get('says', '')}")
    if known.get("doubtful"):
        said.append(
            "It may have arrived twice: the portal was stopped, or got no answer, while it was "
            "sent the first time."
        )
    case.released_at = at
    move(session, case, to=CaseState.RELEASED, by=None, at=at, note=" ".join(said))
    if case.exempt_kind is not None and not case.is_emergency:
        count_exempt(session, case, case.exempt_kind, at=at)  # once: a release that failed is none
    how = "released_in_emergency" if case.is_emergency else "released"
    advice = f"{who.capitalize()} could not be reached." if refused or was_cut_off else ""
    telling.of_end(session, case, how, case.reason, advice=advice, seal=seal, at=at)
    if case.is_emergency and case.reviewed_at is None:
        letter = wording_for_staff.review_due(case, is_late=False)
        telling.gatekeepers(session, case.authority_id, letter, but=case.decided_by_id, at=at)
    _audit(session, case, "bypass.sent", at=at, taken=len(known.get("taken", ())), refused=refused)


def _held_again(session: Session, case: BypassCase, at: datetime, *, is_unread: bool) -> None:
    known = _known(case)
    says = str(known.get("says", ""))
    case.claimed_until, case.tries, case.is_emergency = None, 0, False
    case.decided_by_id = case.decided_at = None
    case.reason = ""
    note(case, taken=[], refused=[], given=False)
    if is_unread:
        words, letter = f"It could not be read. {says}", wording_for_staff.unread(case, says)
    else:
        words = f"The mail server does not take it. It said: {says}" if says else ""
        letter = wording_for_staff.not_taken(case, says)
    move(session, case, to=CaseState.WAITING, by=None, at=at, note=words)
    telling.gatekeepers(session, case.authority_id, letter, at=at)
    _audit(session, case, "bypass.not_sent", at=at, refused=len(known.get("refused", ())))


def _last_answer(known: Mapping[str, Any]) -> str:
    return f"The last answer: {known.get('says', '')}"


def _without_addresses(says: str) -> str:
    """Return what a server said, fit to be kept with the case: servers repeat whom they refuse."""
    return ADDRESS.sub("an address", says)[:LONGEST_WORDS]


def _addresses(count: int) -> str:
    return "1 address" if count == 1 else f"{count:,} addresses"


def _audit(session: Session, case: BypassCase, action: str, *, at: datetime, **counts: int) -> None:
    audit.record(
        session,
        authority_id=case.authority_id,
        action=action,
        subject="bypass_case",
        subject_id=case.id,
        by=None,
        at=at,
        detail={"tries": case.tries, **counts},
    )
