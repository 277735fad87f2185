"""How far a notice has come: delivered, read, done, unread, closed, and where nobody is set.

Schools are counted, never people: a school has read a notice as soon as one of its people has.
Every figure is one set-based statement, whatever the number of schools.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from categories.routing.reasons import NOBODY_SET, Reason
from directory.kinds import PHASES, phase_codes
from directory.models import School
from notifications.models import Delivery, DeliveryState, Notice

PAGE = 50
MOST_ROWS = 100_000
BATCH = 2_000
SHOWN = ("unread", "read", "done", "closed", "nobody")
OPENED = (DeliveryState.READ, DeliveryState.DONE)


@dataclass(frozen=True)
class Figures:
    """Schools by how far they are. ``read`` includes ``done``; ``unread`` is the rest.

    ``closed`` are schools where nobody need act any more: every one of their deliveries is closed.

    ``nobody_set`` are schools where it went to the head or the office because nobody is
    registered for the category; they are read or unread like any other.
    """

    schools: int
    deliveries: int
    read: int
    done: int
    nobody_set: int
    closed: int = 0

    @property
    def unread(self) -> int:
        """Return at how many schools nobody has opened it who still should."""
        return self.schools - self.read - self.closed


@dataclass(frozen=True)
class Line:
    """One delivery, as a sender may see it: the school and the category, no person."""

    urn: int
    school: str
    district: str
    phase: str
    category: str
    reason: Reason
    state: DeliveryState
    delivered_at: datetime
    read_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class Choice:
    """Which deliveries are looked at: of a district, of a phase, in a state."""

    district: str = ""
    phase: str = ""
    show: str = ""


def notice_for(session: Session, authority_id: int, source_ids: Sequence[int]) -> Notice | None:
    """Return the newest notice that was handed over under one of these ids, None if none was."""
    return session.scalars(
        sa.select(Notice)
        .where(Notice.authority_id == authority_id, Notice.source_id.in_(source_ids))
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(1)
    ).first()


def figures(session: Session, authority_id: int, notice_id: int) -> Figures:
    """Return the totals of a notice: one statement."""
    by_school = (
        sa.select(
            Delivery.school_id,
            sa.func.count().label("deliveries"),
            sa.func.max(_if(Delivery.state.in_(OPENED))).label("read"),
            sa.func.max(_if(Delivery.state == DeliveryState.DONE)).label("done"),
            sa.func.max(_if(Delivery.reason.in_(NOBODY_SET))).label("nobody"),
            sa.func.min(_if(Delivery.state == DeliveryState.CLOSED)).label("closed"),
        )
        .where(Delivery.authority_id == authority_id, Delivery.notice_id == notice_id)
        .group_by(Delivery.school_id)
        .subquery()
    )
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(by_school.c.deliveries), 0),
            sa.func.coalesce(sa.func.sum(by_school.c.read), 0),
            sa.func.coalesce(sa.func.sum(by_school.c.done), 0),
            sa.func.coalesce(sa.func.sum(by_school.c.nobody), 0),
            sa.func.coalesce(sa.func.sum(by_school.c.closed), 0),
        ).select_from(by_school)
    ).one()
    return Figures(*(int(value) for value in row))


def districts(session: Session, authority_id: int, notice_id: int) -> list[str]:
    """Return the districts whose schools received a notice, by name."""
    return list(
        session.scalars(
            sa.select(School.district)
            .join(Delivery, Delivery.school_id == School.id)
            .where(Delivery.authority_id == authority_id, Delivery.notice_id == notice_id)
            .where(School.district != "")
            .distinct()
            .order_by(School.district)
            .limit(500)
        )
    )


def list_lines(
    session: Session, authority_id: int, notice_id: int, choice: Choice, *, page: int = 1
) -> tuple[list[Line], int]:
    """Return one page of deliveries by school, and how many there are: two statements."""
    chosen = _chosen(authority_id, notice_id, choice)
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    rows = session.execute(chosen.limit(PAGE).offset((page - 1) * PAGE))
    return [Line(*row) for row in rows], total


def every_line(
    session: Session, authority_id: int, notice_id: int, choice: Choice
) -> Iterator[Line]:
    """Yield every delivery by school, for an export; read as it goes."""
    rows = session.execute(
        _chosen(authority_id, notice_id, choice).limit(MOST_ROWS),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        yield Line(*row)


def _chosen(
    authority_id: int, notice_id: int, choice: Choice
) -> sa.Select[
    tuple[
        int,
        str,
        str,
        str,
        str,
        Reason,
        DeliveryState,
        datetime,
        datetime | None,
        datetime | None,
    ]
]:
    query = (
        sa.select(
            School.urn,
            School.name,
            School.district,
            School.phase_name,
            sa.func.coalesce(Category.heading, ""),
            Delivery.reason,
            Delivery.state,
            Delivery.delivered_at,
            Delivery.read_at,
            Delivery.done_at,
        )
        .join(School, School.id == Delivery.school_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .where(Delivery.authority_id == authority_id, Delivery.notice_id == notice_id)
        .order_by(School.name, School.urn, Delivery.id)
    )
    if choice.district:
        query = query.where(School.district == choice.district)
    if choice.phase in PHASES:
        query = query.where(School.phase_code.in_(sorted(phase_codes([choice.phase]))))
    condition = {
        "unread": Delivery.state == DeliveryState.UNREAD,
        "read": Delivery.state.in_(OPENED),
        "closed": Delivery.state == DeliveryState.CLOSED,
        "done": Delivery.state == DeliveryState.DONE,
        "nobody": Delivery.reason.in_(NOBODY_SET),
    }.get(choice.show)
    return query if condition is None else query.where(condition)


def _if(condition: sa.ColumnElement[bool]) -> sa.Case[int]:
    return sa.case((condition, 1), else_=0)
