"""A person's own list at a school: what is overdue first, urgent on top, a page at a time.

The order says when something is due, never whether it was read: opening an item does not move it,
so that one can work through a list from item to item.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.models import Person
from notifications.models import Attention, Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.reading.filters import Chosen, Due, Show
from notifications.reading.inbox import WAITING, Reader

PAGE: Final = 25
MOST_PAGES: Final = 400
SOON: Final = 7

# Tables, not classes: the inbox is opened more than any other page, and plain rows are cheapest.
_delivery, _notice, _category = Delivery.__table__, Notice.__table__, Category.__table__
_file, giver = NoticeAttachment.__table__, Person.__table__.alias("giver")


class Section(enum.IntEnum):
    """The groups of a list, in their order."""

    OVERDUE = 0
    TODAY = 1
    WEEK = 2
    LATER = 3
    NO_DATE = 4


_today = sa.bindparam("today", type_=sa.Date)
_soon = sa.bindparam("soon", type_=sa.Date)
due_at: Final = sa.case(
    (
        sa.or_(
            _notice.c.stopped,
            _notice.c.withdrawn_at.is_not(None),
            _notice.c.replaced_by_id.is_not(None),
        ),
        sa.null(),
    ),
    else_=_notice.c.due_on,
)
"""Until when an answer is wanted: none of what was stopped, withdrawn or replaced."""
is_urgent: Final = _notice.c.attention == Attention.URGENT
section_at: Final = sa.case(
    (due_at < _today, Section.OVERDUE.value),
    (due_at == _today, Section.TODAY.value),
    # What is urgent and has no day is to be seen today, not below everything that has one.
    (sa.and_(is_urgent, due_at.is_(None)), Section.TODAY.value),
    (due_at <= _soon, Section.WEEK.value),
    (due_at.is_not(None), Section.LATER.value),
    else_=Section.NO_DATE.value,
)
RANK: Final = (
    section_at,
    sa.case((is_urgent, 0), else_=1),
    sa.func.coalesce(due_at, _today),
    sa.case((_notice.c.attention == Attention.INFORMATION, 1), else_=0),
)
"""By what waiting items stand in order; then the newest first."""
AWAKE: Final = sa.or_(_delivery.c.snoozed_until.is_(None), _delivery.c.snoozed_until <= _today)
SHOWN: Final[Mapping[Show, tuple[sa.ColumnElement[bool], ...]]] = {
    Show.WAITING: (WAITING, AWAKE),
    Show.UNREAD: (_delivery.c.state == DeliveryState.UNREAD, AWAKE),
    Show.SNOOZED: (WAITING, _delivery.c.snoozed_until > _today),
    Show.DONE: (_delivery.c.state == DeliveryState.DONE,),
}
_DUE: Final[Mapping[Due, sa.ColumnElement[bool]]] = {
    Due.OVERDUE: section_at == Section.OVERDUE.value,
    Due.TODAY: section_at == Section.TODAY.value,
    Due.WEEK: section_at.in_((Section.TODAY.value, Section.WEEK.value)),
    Due.LATER: section_at == Section.LATER.value,
    Due.NONE: section_at == Section.NO_DATE.value,
}
HAS_FILES: Final = sa.exists().where(_file.c.notice_id == _notice.c.id)
LISTED: Final = (
    _delivery.c.id,
    # as plain words: they equal the enumerations' members and cost nothing to read
    sa.type_coerce(_delivery.c.state, sa.String).label("state"),
    sa.type_coerce(_delivery.c.reason, sa.String).label("reason"),
    _delivery.c.delivered_at,
    _delivery.c.read_at,
    _delivery.c.reread_at,
    _delivery.c.done_at,
    _delivery.c.snoozed_until,
    _notice.c.title,
    _notice.c.reference,
    sa.type_coerce(_notice.c.attention, sa.String).label("attention"),
    _notice.c.due_on,
    _notice.c.sender,
    _notice.c.standing,
    _notice.c.stopped,
    _notice.c.amended_at,
    _notice.c.replaced_at,
    _notice.c.withdrawn_at,
    _notice.c.expunged_at,
    sa.and_(_notice.c.changed != "", _notice.c.amended_at.is_(None)).label("is_later"),
    _category.c.heading,
    _category.c.retired_at.label("ended_at"),
    giver.c.name.label("giver"),
    HAS_FILES.label("has_files"),
)
Listed = sa.Row[tuple[object, ...]]
"""A row of a list. Of the delivery: ``id, state, reason, delivered_at, read_at, reread_at, done_at,
snoozed_until``. Of the notice: ``title, reference, attention, due_on, sender, standing, stopped,
amended_at, replaced_at, withdrawn_at, expunged_at, is_later, has_files``. Of the category, or None:
``heading, ended_at``. ``giver``: who passed it on, or None. In an inbox also ``section``; in the
school's list ``person, person_id``."""


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, its number from 1, whether older rows follow."""

    rows: Sequence[Listed]
    number: int
    has_next: bool


def inbox_page(
    session: Session, reader: Reader, chosen: Chosen, number: int, *, today: date
) -> Page:
    """Return one page of the person's own inbox at this school: one statement.

    What waits stands in the order of ``Section``, urgent on top of each; what is done, newest
    first.
    """
    values = {**own_values(reader, today), **filter_values(chosen, today)}
    return page_of(session, _listing(chosen.show, _narrowing(chosen)), number, values)


# Each is put together once: doing so takes longer than running it.


@lru_cache(maxsize=300)
def _listing(show: Show, narrowing: frozenset[tuple[str, str]]) -> sa.Select[Any]:
    """Return the statement of a list: its rows are found and put in order by few columns first."""
    order = order_of(show)
    found = (
        sa.select(_delivery.c.id, section_at.label("section"))
        .select_from(_delivery.join(_notice, _notice.c.id == _delivery.c.notice_id))
        .where(*own_inbox(), *SHOWN[show], *_conditions(narrowing))
        .order_by(*order)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("start", type_=sa.Integer))
        .subquery("found")
    )
    return (
        sa.select(*LISTED, found.c.section)
        .select_from(found)
        .join(_delivery, _delivery.c.id == found.c.id)
        .join(_notice, _notice.c.id == _delivery.c.notice_id)
        .outerjoin(_category, _category.c.id == _delivery.c.category_id)
        .outerjoin(giver, giver.c.id == _delivery.c.forwarded_by_id)
        .order_by(*order)
    )


def order_of(show: Show) -> tuple[sa.ColumnElement[Any], ...]:
    """Return by what a part of the inbox stands in order."""
    newest = (_delivery.c.delivered_at.desc(), _delivery.c.id.desc())
    return newest if show is Show.DONE else (*RANK, *newest)


def narrowed(chosen: Chosen) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that leave a part of the inbox and what its filters let through."""
    return (*own_inbox(), *SHOWN[chosen.show], *_conditions(_narrowing(chosen)))


def _narrowing(chosen: Chosen) -> frozenset[tuple[str, str]]:
    """Return which filters are set; by when something is due is part of the statement itself."""
    names = (
        ("attention", chosen.attention is not None),
        ("category", chosen.category_id is not None),
        ("sender", bool(chosen.sender)),
        ("files", chosen.files),
        ("period", chosen.period is not None),
    )
    due = (("due", chosen.due.value),) if chosen.due else ()
    return frozenset([*((name, "") for name, is_set in names if is_set), *due])


def _conditions(narrowing: frozenset[tuple[str, str]]) -> list[sa.ColumnElement[bool]]:
    made = {
        "attention": _notice.c.attention == sa.bindparam("attention", type_=Notice.attention.type),
        "category": _delivery.c.category_id == sa.bindparam("category"),
        "sender": _notice.c.sender == sa.bindparam("sender"),
        "files": HAS_FILES,
        "period": _delivery.c.delivered_at
        >= sa.bindparam("since", type_=Delivery.delivered_at.type),
    }
    return [_DUE[Due(how)] if name == "due" else made[name] for name, how in sorted(narrowing)]


def filter_values(chosen: Chosen, today: date) -> dict[str, Any]:
    """Return the values of the conditions that ``narrowed`` gives."""
    return {
        "attention": chosen.attention,
        "category": chosen.category_id,
        "sender": chosen.sender,
        "since": chosen.since(today),
    }


def own_inbox() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on what is the person's own at the school (see ``own_values``)."""
    return tuple(
        _delivery.c[name] == sa.bindparam(name)
        for name in ("authority_id", "person_id", "school_id")
    )


def own_values(reader: Reader, today: date) -> dict[str, Any]:
    """Return the values of everything that the conditions of this module ask for."""
    return {
        "authority_id": reader.authority_id,
        "person_id": reader.person_id,
        "school_id": reader.school_id,
        "today": today,
        "soon": today + timedelta(days=SOON),
    }


def page_of(
    session: Session, query: sa.Select[Any], number: int, values: Mapping[str, Any] | None = None
) -> Page:
    """Return one page of a query whose limit is the value ``most`` and whose offset ``start``."""
    number = min(max(number, 1), MOST_PAGES)
    bounds = {"most": PAGE + 1, "start": (number - 1) * PAGE}
    rows = session.execute(query, {**(values or {}), **bounds}).all()
    return Page(rows=rows[:PAGE], number=number, has_next=len(rows) > PAGE)
