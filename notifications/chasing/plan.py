"""What was sent and what will be: a notice's reminders and escalations, as its sender sees them.

Counts alone, never who. What is still to come is counted as it would be today: whoever acts until
then is not told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.calendars import kept_apart
from directory.models import School
from foundation import clock
from notifications.chasing.escalating import deputies, heads
from notifications.chasing.open_items import reminded, waiting, why_not
from notifications.chasing.rule import Asked, Step, asked_of, steps
from notifications.models import Delivery, Notice
from notifications.models_reaching import Chase, ChaseStep

MOST_PAST: Final = 60
AHEAD: Final = timedelta(days=120)


@dataclass(frozen=True)
class Planned:
    """One line of the plan: on a day, so many people are told."""

    on: date
    step: ChaseStep
    number: int
    people: int
    is_past: bool = False


@dataclass(frozen=True)
class Plan:
    """What was sent and what is to come. ``why_not`` says why nothing is, when nothing is."""

    past: Sequence[Planned] = ()
    coming: Sequence[Planned] = ()
    why_not: str = ""
    stopped_at: datetime | None = None
    waiting: int = 0
    """How many readers have not acted."""
    most: int = 0
    """How many reminders one reader gets at most."""
    may_be_reminded: int = 0
    """How many of those who have not acted had fewer."""


def planned(session: Session, notice: Notice, today: date) -> Plan:
    """Return what was sent about a notice and what will be: at most five statements."""
    past = _past(session, notice)
    why = why_not(notice, today)
    if why:
        return Plan(past, why_not=why, most=notice.reminders)
    asked = asked_of(notice)
    counted = _counted(session, notice, asked, today)
    open_now = sum(group.readers for group in counted)
    stopped_at = notice.reminders_stopped_at
    if stopped_at is not None:
        return Plan(past, (), "", stopped_at, open_now, notice.reminders)
    coming = _merged(
        (step, group.people(step))
        for group in counted
        for step in group.steps
        if step.on > today
        or (step.on == today and step.step not in {p.step for p in past if p.on == today})
    )
    left = sum(group.may_be_reminded for group in counted)
    return Plan(past, coming, "", None, open_now, notice.reminders, left)


def expected(
    session: Session,
    authority_id: int,
    schools: sa.Select[tuple[int]],
    asked: Asked,
) -> list[Planned]:
    """Return what sending something would bring: ``people`` are schools here; two statements.

    Each school counts once at each step, as if nobody there acted until then.
    """
    sent_on = clock.local_date(asked.sent_at)
    apart = kept_apart(session, authority_id, schools, sent_on, _end(asked, sent_on))
    rows = session.execute(
        sa.select(apart.own, apart.trust, sa.func.count())
        .where(School.authority_id == authority_id, School.id.in_(schools))
        .group_by(sa.text("1"), sa.text("2"))
        .order_by(sa.text("1"), sa.text("2"))
    )
    return _merged(
        (step, count)
        for own, trust, count in rows
        for step in steps(asked, apart.calendar(own, trust))
    )


@dataclass(frozen=True)
class _Group:
    """The schools of one calendar: what comes when, and how many would be told now."""

    steps: Sequence[Step]
    readers: int
    may_be_reminded: int
    deputies: int
    heads: int

    def people(self, step: Step) -> int:
        return {
            ChaseStep.READER: self.may_be_reminded,
            ChaseStep.DEPUTY: self.deputies,
            ChaseStep.HEAD: self.heads,
        }[step.step]


def _past(session: Session, notice: Notice) -> list[Planned]:
    rows = session.execute(
        sa.select(Chase.at, Chase.step, sa.func.count(), sa.func.min(Chase.number))
        .where(Chase.authority_id == notice.authority_id, Chase.notice_id == notice.id)
        .group_by(Chase.at, Chase.step)
        .order_by(Chase.at, Chase.step)
        .limit(MOST_PAST)
    )
    found: dict[tuple[date, ChaseStep], tuple[int, int]] = {}
    for at, step, people, number in rows:
        key = clock.local_date(at), step
        before, lowest = found.get(key, (0, number))
        found[key] = before + people, min(lowest, number)
    return [
        Planned(on, step, number, people, is_past=True)
        for (on, step), (people, number) in found.items()
    ]


def _counted(session: Session, notice: Notice, asked: Asked, today: date) -> list[_Group]:
    """Count, by calendar, who has not acted and who would be told: four statements."""
    schools = sa.select(Delivery.school_id).where(
        Delivery.authority_id == notice.authority_id, *waiting(notice.id, asked)
    )
    sent_on = clock.local_date(notice.sent_at)
    apart = kept_apart(
        session, notice.authority_id, schools, sent_on, max(_end(asked, sent_on), today)
    )
    own, trust = apart.own, apart.trust
    left = sa.case((reminded() < notice.reminders, 1), else_=0).label("is_left")
    late = (
        sa.select(Delivery.id.label("id"), own, trust, left)
        .join(School, School.id == Delivery.school_id)
        .where(Delivery.authority_id == notice.authority_id, *waiting(notice.id, asked))
        .subquery()
    )
    rows = session.execute(
        sa.select(late.c.own, late.c.trust, sa.func.count(), sa.func.sum(late.c.is_left))
        .group_by(late.c.own, late.c.trust)
        .order_by(late.c.own, late.c.trust)
    ).all()
    told = _told(session, notice, own, trust)
    return [
        _Group(
            steps(asked, apart.calendar(row[0], row[1])),
            row[2],
            int(row[3] or 0),
            told[ChaseStep.DEPUTY].get((row[0], row[1]), 0),
            told[ChaseStep.HEAD].get((row[0], row[1]), 0),
        )
        for row in rows
    ]


Places = dict[tuple[int | None, int | None], int]


def _told(
    session: Session, notice: Notice, own: sa.Label[int], trust: sa.Label[int | None]
) -> dict[ChaseStep, Places]:
    """Count the deputies and heads who would be told now; none where that is not asked."""
    found: dict[ChaseStep, Places] = defaultdict(dict)
    for step, after, select in (
        (ChaseStep.DEPUTY, notice.deputy_after, deputies),
        (ChaseStep.HEAD, notice.head_after, heads),
    ):
        if after is None:
            continue
        whom = select(notice, sa.true()).add_columns(own, trust).limit(None).subquery()
        rows = session.execute(
            sa.select(
                whom.c.own,
                whom.c.trust,
                sa.func.count(sa.distinct(whom.c.person_id)),
            )
            .group_by(whom.c.own, whom.c.trust)
            .order_by(whom.c.own, whom.c.trust)
        )
        found[step] = {(row[0], row[1]): row[2] for row in rows}
    return found


def _merged(parts: Iterable[tuple[Step, int]]) -> list[Planned]:
    """Join the steps of several calendars that fall on one day."""
    found: dict[tuple[date, ChaseStep, int], int] = defaultdict(int)
    for step, people in parts:
        found[step.on, step.step, step.number] += people
    order = list(ChaseStep)
    keys = sorted(found, key=lambda key: (key[0], order.index(key[1]), key[2]))
    return [Planned(*key, found[key]) for key in keys if found[key]]


def _end(asked: Asked, sent_on: date) -> date:
    return max(asked.due_on or sent_on, sent_on) + AHEAD
