"""A year of mail that went round the gate, fewer by the month; nothing that it said is left."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, Role, School, SchoolStatus, Team
from foundation import clock
from foundation.bulk import insert_all
from gatekeeping.deadlines.working_days import is_working_day
from gatekeeping.mailgate.policy import Why
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState, MailTally
from gatekeeping.registry.figures import months_up_to

A_MONTH: Final = (19, 17, 18, 14, 12, 13, 9, 8, 4, 7, 6, 3)
"""How many cases there were in each of twelve months, the oldest first."""
REPEATERS: Final = 3
"""So many teams sent half of it."""
SEEN_UNTIL: Final = 2
"""In so many months the gateway only watched."""
ENDS: Final = (
    *(CaseState.ROUTED,) * 5,
    *(CaseState.WITHDRAWN,) * 3,
    *(CaseState.RELEASED,) * 2,
    CaseState.RETURNED,
    CaseState.REFUSED,
    CaseState.LAPSED,
)
MESSAGES: Final = {
    Why.ONE_SCHOOL: 2_400,
    Why.FEW: 60,
    Why.NUMBER: 14,
    Why.OURS: 420,
    Why.REPLY: 35,
    Why.CASEWORK: 22,
    Why.AUTOMATIC: 48,
    Why.BOUNCE: 31,
    Why.CALENDAR: 9,
}
"""How many messages of a kind there are on a working day, more or less."""
TALLIED: Final = timedelta(days=62)


def remember_bypass(session: Session, authority_id: int, *, at: datetime) -> int:
    """Store the year's closed cases; return how many. What is held later may be their repeat."""
    random = Random(A_MONTH[0])  # noqa: S311 - made-up data keeps no secrets
    officers = session.execute(
        sa.select(Person.id, Person.email, Membership.team_id, Team.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.authority_id == authority_id, Membership.role == Role.OFFICER)
        .order_by(Membership.team_id, Membership.id)
        .limit(200)
    ).all()
    today, most = clock.local_date(at), _open_schools(session, authority_id)
    rows: list[dict[str, Any]] = []
    for place, first in enumerate(months_up_to(today)[::-1]):
        for _ in range(A_MONTH[place]):
            half = officers[: max(1, len(officers) * REPEATERS // 12)]
            who = random.choice(half if random.random() < 0.5 else officers)  # noqa: PLR2004
            received = _moment(first, random)
            if received < at - timedelta(days=7):
                kind = CaseKind.SEEN if place < SEEN_UNTIL else CaseKind.HELD
                rows.append(_case(who, received, kind, most=most, random=random))
    insert_all(session, BypassCase, [{"authority_id": authority_id, **row} for row in rows])
    return len(rows)


def _open_schools(session: Session, authority_id: int) -> int:
    found = session.scalar(
        sa.select(sa.func.count()).where(
            School.authority_id == authority_id, School.status == SchoolStatus.OPEN
        )
    )
    return found or 0


def _moment(first: date, random: Random) -> datetime:
    day = first + timedelta(days=random.randrange(27))
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(random.randrange(8, 17), random.randrange(60)), clock.LOCAL)


def _case(
    who: sa.Row[Any], received: datetime, kind: CaseKind, *, most: int, random: Random
) -> dict[str, Any]:
    if random.random() < 0.15:  # noqa: PLR2004
        kind = CaseKind.REPORTED
    few, many = (1, 4) if kind is CaseKind.REPORTED else (22, 299)
    schools = random.randrange(min(few, most), min(many, most) + 1)
    closed = received + timedelta(hours=random.randrange(2, 60))
    mark = random.randbytes(32).hex()
    why = Why.REPORTED if kind is CaseKind.REPORTED else Why.MANY
    says = f"It goes to {schools} schools. Mail to more than 20 needs the gate."
    if kind is CaseKind.REPORTED:
        says = "A school got it without a number that covers it."
    return {
        "kind": kind,
        "state": random.choice(ENDS) if kind is CaseKind.HELD else CaseState.NOTED,
        "token": mark,
        "content_key": mark,
        "sender": who.email,
        "sender_id": who.id,
        "team_id": who.team_id,
        "team": who.name,
        "why": why.value,
        "schools": schools,
        "urns": [],
        "detail": {"schools": schools, "reason": why.value, "why": says},
        "received_at": received,
        "closed_at": closed,
        "delete_on": clock.local_date(closed) + timedelta(days=30),
        "emptied_at": closed,
        "revision": 1,
    }


def tally_mail(session: Session, authority_id: int, *, at: datetime) -> None:
    """Store two months of tallies of what the gateway looked at, all cases of that time in them."""
    random = Random(A_MONTH[1])  # noqa: S311 - made-up data keeps no secrets
    today = clock.local_date(at)
    kept = session.execute(
        sa.select(BypassCase.received_at, BypassCase.why)
        .where(BypassCase.authority_id == authority_id, BypassCase.kind != CaseKind.REPORTED)
        .order_by(BypassCase.id)
        .limit(1_000)
    )
    cases = Counter((clock.local_date(at), why) for at, why in kept)
    rows = [
        {"authority_id": authority_id, "day": day, "what": why, "messages": messages}
        for (day, why), messages in cases.items()
    ]
    for days in range(1, TALLIED.days):
        day = today - timedelta(days=days)
        share = 1.0 if is_working_day(day) else 0.04
        for why, usual in MESSAGES.items():
            messages = round(usual * share * random.uniform(0.7, 1.2))
            if messages:
                facts = {"what": why.value, "messages": messages}
                rows.append({"authority_id": authority_id, "day": day, **facts})
    insert_all(session, MailTally, rows)
