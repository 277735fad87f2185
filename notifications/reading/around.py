"""Where an item stands in the list that one works through: the item before, the next, “3 of 27”."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.models import Attention, Delivery, Notice
from notifications.reading import listing
from notifications.reading.filters import Chosen, Show
from notifications.reading.inbox import Reader
from notifications.reading.listing import SOON, Section

_delivery, _notice = Delivery.__table__, Notice.__table__


@dataclass(frozen=True)
class Neighbour:
    """An item beside another one."""

    id: int
    title: str


@dataclass(frozen=True)
class Around:
    """The item before and the next, and its place among all, from 1 (none in what is done)."""

    before: Neighbour | None
    next: Neighbour | None
    place: int | None
    total: int | None


def around(
    session: Session, reader: Reader, chosen: Chosen, delivery: Delivery, *, today: date
) -> Around:
    """Return what stands around an item in a part of the reader's own inbox: two statements.

    The item need not be in that part any more: it stands where it would.
    """
    values = {
        **listing.own_values(reader, today),
        **listing.filter_values(chosen, today),
    }
    newer, older = _sides(chosen.show, delivery, today)
    conditions = (*listing.narrowed(chosen), _delivery.c.id != delivery.id)
    joined = _delivery.join(_notice, _notice.c.id == _delivery.c.notice_id)
    order = listing.order_of(chosen.show)
    near = sa.select(_delivery.c.id, _notice.c.title).select_from(joined).where(*conditions)
    one = near.add_columns(sa.literal(1).label("side")).where(newer).order_by(*_reverse(order))
    other = near.add_columns(sa.literal(2).label("side")).where(older).order_by(*order)
    both = sa.union_all(*(sa.select(each.limit(1).subquery()) for each in (one, other)))
    found = {row.side: Neighbour(row.id, row.title) for row in session.execute(both, values)}
    if chosen.show is Show.DONE:
        return Around(found.get(1), found.get(2), None, None)
    ahead, others = session.execute(
        sa.select(sa.func.count(sa.case((newer, 1))), sa.func.count())
        .select_from(joined)
        .where(*conditions),
        values,
    ).one()
    return Around(found.get(1), found.get(2), ahead + 1, others + 1)


def _sides(
    show: Show, delivery: Delivery, today: date
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return the conditions on what stands above an item, and on what stands below it."""
    newest = sa.tuple_(_delivery.c.delivered_at, _delivery.c.id)
    here = sa.tuple_(
        sa.literal(delivery.delivered_at, Delivery.delivered_at.type),
        sa.literal(delivery.id, Delivery.id.type),
    )
    if show is Show.DONE:
        return newest > here, newest < here
    rank = sa.tuple_(*listing.RANK)
    own = sa.tuple_(*_rank(delivery.notice, today))
    return (
        sa.or_(rank < own, sa.and_(rank == own, newest > here)),
        sa.or_(rank > own, sa.and_(rank == own, newest < here)),
    )


def _rank(notice: Notice, today: date) -> tuple[sa.ColumnElement[Any], ...]:
    """Return where an item stands, as ``listing.RANK`` has it."""
    settled = notice.stopped or notice.withdrawn_at is not None or notice.replaced_by_id is not None
    due = None if settled else notice.due_on
    urgent = notice.attention is Attention.URGENT
    return (
        sa.literal(section_of(due, today, urgent=urgent).value, sa.Integer),
        sa.literal(0 if urgent else 1, sa.Integer),
        sa.literal(due or today, sa.Date),
        sa.literal(1 if notice.attention is Attention.INFORMATION else 0, sa.Integer),
    )


def section_of(due: date | None, today: date, *, urgent: bool) -> Section:
    """Return the group of a list that an item stands in, as ``listing.section_at`` has it."""
    if due is None:
        return Section.TODAY if urgent else Section.NO_DATE
    days = (due - today).days
    if days <= 0:
        return Section.OVERDUE if days < 0 else Section.TODAY
    return Section.WEEK if days <= SOON else Section.LATER


def _reverse(order: tuple[sa.ColumnElement[Any], ...]) -> list[sa.ColumnElement[Any]]:
    ordinary = len(order) - 2  # the newest first are the last two
    turned = [column.desc() for column in order[:ordinary]]
    return [*turned, _delivery.c.delivered_at, _delivery.c.id]
