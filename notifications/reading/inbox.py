"""Reading lists: a person's inbox, and one item with what stands around it.

Who may see a delivery: the person whom it reached, acting at that school, and the headteacher of
that school. Nobody else, ever; nor the one from whom it was taken. ``readable`` says so once, for
these lists and for search.
Lists are plain rows, a page at a time; what they cost does not grow with the register.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from categories.routing.reasons import Reason
from directory.hats import Hat
from directory.models import Person, Role
from foundation.errors import NotFoundError
from notifications.models import Delivery, DeliveryMove, DeliveryState, Notice, NoticeAttachment

PAGE = 25
MOST_PAGES = 400
MOST_BESIDE = 100

# Tables, not classes: the inbox is opened more than any other page, and plain rows are cheapest.
_delivery, _notice, _category = Delivery.__table__, Notice.__table__, Category.__table__
WAITING = _delivery.c.state > DeliveryState.DONE
"""Unread or read, as a range of words (done < read < unread): the inbox's index serves it."""


@dataclass(frozen=True)
class Reader:
    """Whose eyes look: a person at one school. A head sees all that was sent to the school."""

    authority_id: int
    school_id: int
    person_id: int
    is_head: bool


def reader_of(membership: Hat) -> Reader:
    """Return whose eyes a membership gives; NotFoundError when it is not at a school."""
    if membership.school_id is None:
        raise NotFoundError
    return Reader(
        authority_id=membership.authority_id,
        school_id=membership.school_id,
        person_id=membership.person_id,
        is_head=membership.role is Role.HEAD,
    )


def readable(reader: Reader) -> sa.ColumnElement[bool]:
    """Return the condition on ``delivery`` that holds for what the reader may see."""
    at_school = sa.and_(
        Delivery.authority_id == reader.authority_id, Delivery.school_id == reader.school_id
    )
    if reader.is_head:
        return at_school
    # What was taken from somebody is closed under their name where its next reader had it already.
    taken = sa.exists().where(
        DeliveryMove.delivery_id == Delivery.id, DeliveryMove.from_person_id == reader.person_id
    )
    kept = sa.or_(Delivery.state != DeliveryState.CLOSED, sa.not_(taken))
    return sa.and_(at_school, _own(reader), kept)


class Show(enum.StrEnum):
    """Which part of an inbox: everything not done (unread first), or what is done."""

    WAITING = "waiting"
    UNREAD = "unread"
    DONE = "done"


SHOWN: dict[Show, sa.ColumnElement[bool]] = {
    Show.WAITING: WAITING,
    Show.UNREAD: _delivery.c.state == DeliveryState.UNREAD,
    Show.DONE: _delivery.c.state == DeliveryState.DONE,
}
LISTED = (
    _delivery.c.id,
    # as plain words: they equal the enumerations' members and cost nothing to read
    sa.type_coerce(_delivery.c.state, sa.String).label("state"),
    sa.type_coerce(_delivery.c.reason, sa.String).label("reason"),
    _delivery.c.delivered_at,
    _notice.c.title,
    _notice.c.reference,
    _notice.c.due_on,
    _notice.c.sender,
    _notice.c.standing,
    _notice.c.stopped,
    _category.c.heading,
    _category.c.retired_at.label("ended_at"),
)
MARKED = (_delivery.c.read_at, _delivery.c.done_at)
Listed = sa.Row[tuple[object, ...]]
"""A row of a list: ``id, state, reason, delivered_at`` of the delivery, ``title, reference,
due_on, sender, standing, stopped`` of the notice, ``heading, ended_at`` of the category (or None).
Where items may be done also ``read_at, done_at``."""


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, its number from 1, whether older rows follow."""

    rows: Sequence[Listed]
    number: int
    has_next: bool


@dataclass(frozen=True)
class Counts:
    """How many of a person's items are unread, and how many wait (unread or read)."""

    unread: int
    waiting: int


def counts(session: Session, reader: Reader) -> Counts:
    """Return how much waits in the person's own inbox at this school: one statement."""
    found = session.execute(_counting(), _own_values(reader)).one()
    return Counts(found.unread, found.waiting)


def inbox_page(session: Session, reader: Reader, show: Show, number: int) -> Page:
    """Return one page of the person's own inbox at this school: unread first, then newest first."""
    return page_of(session, _listing(show), number, _own_values(reader))


# Both statements are put together once: doing so takes longer than running them.


@cache
def _listing(show: Show) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(*LISTED, *(MARKED if show is Show.DONE else ()))
        .select_from(_delivery)
        .join(_notice, _notice.c.id == _delivery.c.notice_id)
        .outerjoin(_category, _category.c.id == _delivery.c.category_id)
        .where(*_own_inbox(), SHOWN[show])
        .order_by(_delivery.c.state.desc(), _delivery.c.delivered_at.desc(), _delivery.c.id.desc())
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("start", type_=sa.Integer))
    )


@cache
def _counting() -> sa.Select[tuple[int, int]]:
    unread = sa.case((_delivery.c.state == DeliveryState.UNREAD, 1))
    return (
        sa.select(sa.func.count().label("waiting"), sa.func.count(unread).label("unread"))
        .select_from(_delivery)
        .where(*_own_inbox(), WAITING)
    )


def _own_inbox() -> tuple[sa.ColumnElement[bool], ...]:
    return tuple(
        _delivery.c[name] == sa.bindparam(name)
        for name in ("authority_id", "person_id", "school_id")
    )


def _own_values(reader: Reader) -> dict[str, int]:
    return {
        "authority_id": reader.authority_id,
        "person_id": reader.person_id,
        "school_id": reader.school_id,
    }


def page_of(
    session: Session,
    query: sa.Select[tuple[object, ...]],
    number: int,
    values: Mapping[str, int] | None = None,
) -> Page:
    """Return one page of a query whose limit is the value ``most`` and whose offset ``start``."""
    number = min(max(number, 1), MOST_PAGES)
    bounds = {"most": PAGE + 1, "start": (number - 1) * PAGE}
    rows = session.execute(query, {**(values or {}), **bounds}).all()
    return Page(rows[:PAGE], number, len(rows) > PAGE and number < MOST_PAGES)


def open_item(session: Session, reader: Reader, delivery_id: int) -> Delivery:
    """Return a delivery with its notice, category and person; NotFoundError when not readable."""
    delivery = session.scalars(
        sa.select(Delivery)
        .join(Delivery.notice)
        .outerjoin(Delivery.category)
        .outerjoin(Delivery.person)
        .options(
            sa.orm.contains_eager(Delivery.notice),
            sa.orm.contains_eager(Delivery.category),
            sa.orm.contains_eager(Delivery.person),
        )
        .where(Delivery.id == delivery_id, readable(reader))
    ).one_or_none()
    if delivery is None:
        raise NotFoundError
    return delivery


def attachments(session: Session, delivery: Delivery) -> Sequence[NoticeAttachment]:
    """Return the files that go with an item."""
    return session.scalars(
        sa.select(NoticeAttachment)
        .where(
            NoticeAttachment.authority_id == delivery.authority_id,
            NoticeAttachment.notice_id == delivery.notice_id,
        )
        .order_by(NoticeAttachment.id)
        .limit(100)
    ).all()


Beside = sa.Row[tuple[str, str, datetime | None, DeliveryState, Reason]]


def beside(session: Session, delivery: Delivery) -> Sequence[Beside]:
    """Return who else has the same notice there: ``name, heading, ended_at, state, reason``."""
    return session.execute(
        sa.select(
            Person.name,
            Category.heading,
            Category.retired_at.label("ended_at"),
            Delivery.state,
            Delivery.reason,
        )
        .outerjoin(Category, Category.id == Delivery.category_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(
            Delivery.authority_id == delivery.authority_id,
            Delivery.notice_id == delivery.notice_id,
            Delivery.school_id == delivery.school_id,
            Delivery.id != delivery.id,
        )
        .order_by(Person.name, Delivery.id)
        .limit(MOST_BESIDE)
    ).all()


Neighbour = sa.Row[tuple[int, str]]


def neighbours(
    session: Session, reader: Reader, delivery: Delivery
) -> tuple[Neighbour | None, Neighbour | None]:
    """Return the next newer and the next older item in the reader's own inbox: ``id, title``.

    By time alone, among what is done or what is not, so that reading one does not move it.
    """
    place = sa.tuple_(Delivery.delivered_at, Delivery.id)
    here = sa.tuple_(
        sa.literal(delivery.delivered_at, Delivery.delivered_at.type),
        sa.literal(delivery.id, Delivery.id.type),
    )
    done = delivery.state is DeliveryState.DONE
    near = (
        sa.select(Delivery.id, Notice.title)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(
            Delivery.authority_id == reader.authority_id,
            _own(reader),
            SHOWN[Show.DONE if done else Show.WAITING],
        )
        .limit(1)
    )
    newer = near.where(place > here).order_by(Delivery.delivered_at, Delivery.id)
    older = near.where(place < here).order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
    return session.execute(newer).first(), session.execute(older).first()


def _own(reader: Reader) -> sa.ColumnElement[bool]:
    return sa.and_(Delivery.person_id == reader.person_id, Delivery.school_id == reader.school_id)
