"""What the pages of one case show: its facts, where it stands, what has happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import School
from foundation import clock
from foundation.dates import day, moment
from foundation.errors import NotFoundError
from gatekeeping.deadlines.working_days import add_working_days, working_days
from gatekeeping.mailgate.cases.moves import CLOSED, NOT_SENT
from gatekeeping.models.mailgate import BypassCase, CaseMove, CaseReport, CaseState
from gatekeeping.protocol import Protocol

MOST_MOVES: Final = 100
MOST_REPORTS: Final = 100
MOST_SCHOOLS: Final = 1_000
MOST_JOINED: Final = 50
MOST_ADDRESSES: Final = 3

SENT: Final = frozenset({CaseState.RELEASED, CaseState.ROUTED})


@dataclass(frozen=True)
class Counted:
    """A school that counted: its name (empty when it is not on record) and how it was reached."""

    urn: int
    name: str
    addresses: Sequence[str] = ()
    more: int = 0
    """How many addresses of it are not shown."""


@dataclass(frozen=True)
class Joined:
    """An earlier message that was counted together with this one."""

    at: datetime | None
    schools: int
    same_sender: bool = True


@dataclass(frozen=True)
class Facts:
    """What a judgement rested on, fit to show. Nothing that the message said."""

    says: str
    counted: Sequence[Counted]
    closed: Sequence[Counted]
    joined: Sequence[Joined]
    numbers: Sequence[tuple[str, str]]
    """Each number that it named, and why it does not cover the message."""


REASONS: Final[Mapping[str, str]] = {
    "many": "This message alone reaches too many.",
    "split": "With earlier messages alike it reaches too many.",
    "bad_number": "The number that it names does not cover it.",
    "run": "One school after the other, within an hour.",
    "reported": "A school says that it came without a number.",
}
"""Why there is a case, in a line: by the value of ``policy.Why``."""


@dataclass(frozen=True)
class Standing:
    """How a case stands with its clock; ``words`` is empty where nothing is due."""

    words: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Step:
    """One step of a case's way: what it is, whether it is done, now or to come, and more of it."""

    title: str
    state: str
    says: str = ""


def find_case(session: Session, authority_id: int, case_id: int) -> BypassCase:
    """Return a case with its people and its submission: one statement. Raises NotFoundError."""
    found = session.scalars(
        sa.select(BypassCase)
        .where(BypassCase.authority_id == authority_id, BypassCase.id == case_id)
        .options(
            joinedload(BypassCase.person),
            joinedload(BypassCase.decided_by),
            joinedload(BypassCase.submission),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def facts_of(
    session: Session, case: BypassCase, reached: Mapping[str, Sequence[int]] | None = None
) -> Facts:
    """Return what the judgement rested on, schools by their names: one statement.

    ``reached`` is that of the outline, where the reader may see by which address a school counted.
    """
    detail = case.detail or {}
    counted = _urns(detail.get("counted")) or list(case.urns)
    closed = _urns(detail.get("closed"))
    names = _names(session, case.authority_id, {*counted, *closed})
    addresses = _addresses(reached or {})

    def named(urns: Sequence[int]) -> list[Counted]:
        listed = [_counted(urn, names.get(urn, ""), addresses.get(urn, ())) for urn in urns]
        return sorted(listed, key=lambda each: (not each.name, each.name, each.urn))

    return Facts(
        says=str(detail.get("why", "")),
        counted=named(counted),
        closed=named(closed),
        joined=_joined(detail.get("joined")),
        numbers=_numbers(detail),
    )


def moves_of(session: Session, case: BypassCase) -> Sequence[CaseMove]:
    """Return what has happened to a case, the first first: one statement."""
    return session.scalars(
        sa.select(CaseMove)
        .where(CaseMove.authority_id == case.authority_id, CaseMove.case_id == case.id)
        .options(joinedload(CaseMove.by))
        .order_by(CaseMove.id)
        .limit(MOST_MOVES)
    ).all()


def reports_of(session: Session, case: BypassCase) -> Sequence[CaseReport]:
    """Return which schools reported it, the first first: one statement."""
    return session.scalars(
        sa.select(CaseReport)
        .where(CaseReport.authority_id == case.authority_id, CaseReport.case_id == case.id)
        .options(joinedload(CaseReport.school))
        .order_by(CaseReport.at, CaseReport.id)
        .limit(MOST_REPORTS)
    ).all()


def standing(case: BypassCase, at: datetime) -> Standing:
    """Return how a case stands with its clock: no statement."""
    if case.due_at is None:
        return Standing()
    due, today = clock.local_date(case.due_at), clock.local_date(at)
    if case.due_at < at:
        since = "today" if due == today else f"since {day(due)}"
        return Standing(f"Overdue {since}", overdue=True)
    if case.state is CaseState.RELEASING:
        return Standing()  # it leaves within minutes: there is nothing to do by then
    left = working_days(today, due)
    if due == today or not left:
        return Standing("Due today" if due == today else f"Due on {day(due)}")
    return Standing(f"{left:,} working day{'' if left == 1 else 's'} left")


def lapses_on(case: BypassCase, protocol: Protocol, moves: Sequence[CaseMove]) -> date:
    """Return the day after which a held message that nobody comes back to lapses.

    It is counted from the last of ``moves``: a withdrawn draft begins it anew.
    """
    since = max((move.at for move in moves), default=case.received_at)
    return add_working_days(clock.local_date(since), protocol.bypass_lapse_days)


def steps_of(case: BypassCase) -> Sequence[Step]:
    """Return the way of a held message from its sender's side, with where it stands now."""
    state = case.state
    held = Step("Held", "done", moment(case.received_at))
    chosen = _CHOSEN.get(state)
    if state is CaseState.DRAFTED and _is_unfinished(case):
        chosen = Step("You finish and submit the draft", "now")
    elif chosen is None and case.exempt_kind is not None:
        chosen = _CHOSEN[CaseState.EXPLAINED]
    steps = [held, *([chosen] if chosen else [])]  # a gatekeeper may decide before its sender
    if state not in {CaseState.WITHDRAWN, CaseState.LAPSED}:
        steps.append(_decided(case))
    return [*steps, _last(case)]


_CHOSEN: Final = {
    CaseState.WAITING: Step("You choose what happens", "now"),
    CaseState.EXPLAINED: Step("You said why it needs no gate", "done"),
    CaseState.DRAFTED: Step("You made a submission of it", "done"),
    CaseState.ROUTED: Step("You made a submission of it", "done"),
    CaseState.WITHDRAWN: Step("You withdrew it", "done"),
    CaseState.LAPSED: Step("Nothing was chosen in time", "done"),
}


def _is_unfinished(case: BypassCase) -> bool:
    return case.submission is not None and case.submission.version == 0


def _decided(case: BypassCase) -> Step:
    state = case.state
    if state in {CaseState.DRAFTED, CaseState.ROUTED}:
        now = "later" if _is_unfinished(case) else "now"
        return Step("The gate decides the submission", "done" if state in SENT else now)
    if state in CLOSED or state is CaseState.RELEASING:
        return Step("A gatekeeper decided", "done")
    return Step("A gatekeeper decides", "now" if state is CaseState.EXPLAINED else "later")


def _last(case: BypassCase) -> Step:
    if case.state is CaseState.RELEASING:
        return Step("It is being sent", "now")
    if case.state in SENT:
        ended = case.released_at or case.closed_at
        return Step("Sent to schools", "done", moment(ended))
    if case.state in NOT_SENT:
        return Step("Not sent", "done", moment(case.closed_at))
    return Step("Sent to schools", "later")


def _names(session: Session, authority_id: int, urns: set[int]) -> Mapping[int, str]:
    if not urns:
        return {}
    wanted = sorted(urns)[:MOST_SCHOOLS]
    found = session.execute(
        sa.select(School.urn, School.name)
        .where(School.authority_id == authority_id, School.urn.in_(wanted))
        .order_by(School.urn)
        .limit(MOST_SCHOOLS)
    )
    return {urn: name for urn, name in found if urn is not None}


def _urns(given: object) -> list[int]:
    if not isinstance(given, list):
        return []
    return [each for each in given if isinstance(each, int)][:MOST_SCHOOLS]


def _counted(urn: int, name: str, addresses: Sequence[str]) -> Counted:
    shown = addresses[:MOST_ADDRESSES]
    return Counted(urn, name, shown, len(addresses) - len(shown))


def _addresses(reached: Mapping[str, Sequence[int]]) -> Mapping[int, list[str]]:
    """Return the addresses by which each school was reached."""
    found: dict[int, list[str]] = {}
    for address, urns in reached.items():
        for urn in urns:
            found.setdefault(urn, []).append(address)
    return found


def _joined(given: object) -> list[Joined]:
    if not isinstance(given, list):
        return []
    return [_earlier(each) for each in given[:MOST_JOINED] if isinstance(each, Mapping)]


def _earlier(given: Mapping[str, Any]) -> Joined:
    schools = given.get("schools", given.get("urns", 0))
    count = len(schools) if isinstance(schools, list) else int(schools or 0)
    try:
        at = datetime.fromisoformat(str(given.get("at", "")))
    except ValueError:
        at = None
    return Joined(at, count, bool(given.get("same_sender", True)))


def _numbers(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = detail.get("numbers", ())
    if not isinstance(given, list):
        return []
    return [
        (str(each.get("number", "")), str(each.get("fault", "")))
        for each in given[:MOST_JOINED]
        if isinstance(each, Mapping)
    ]
