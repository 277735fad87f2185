"""What a week's bulletin holds for one reader: exactly what ``readable`` lets them see of it.

Nobody's bulletin is composed for anybody else. What two readers may see may be the same, and then
their bulletins have the same ``fingerprint``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.key_dates import KeyDate, key_dates
from directory.models import Membership, Person
from foundation.dates import day
from foundation.filenames import safe_name
from notifications.bulletin.pieces import EVERYBODY, Contents, DueDate, File, Group, Narrowed, Piece
from notifications.bulletin.week import Week
from notifications.mail.message import EXCERPT_LIMIT, excerpt, one_line
from notifications.models import Attention, Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.reading.inbox import WAITING, Reader, readable

MOST = 500
MOST_FILES = 1000
MOST_DATES = 100
AHEAD = timedelta(days=20)
"""The week after the bulletin's and the two that follow, from Monday to Sunday."""
WITHOUT_GROUP = "For headteachers"


def contents(
    session: Session,
    reader: Reader,
    week: Week,
    *,
    today: date,
    narrowed: Narrowed = EVERYBODY,
    dates: Sequence[KeyDate] | None = None,
) -> Contents:
    """Return a week's bulletin with this reader's eyes: six statements, three with ``dates``.

    Its dates are those of the three weeks after it; of a week that is not over yet also those from
    ``today`` on. ``dates`` are the school's key dates of these days, where they are known already.
    """
    rows, is_whole = _rows(session, reader, week, narrowed)
    files = _files(session, reader.authority_id, {row.notice_id for row in rows})
    start, end = span(week, today)
    if dates is None:
        dates = key_dates(session, reader.authority_id, reader.school_id, start, end)
    return Contents(
        week=week,
        groups=_grouped(rows, reader, files),
        due=due_dates(session, reader, start, end),
        key_dates=tuple(dates),
        dates_from=start,
        dates_to=end,
        is_whole=is_whole,
    )


def span(week: Week, today: date) -> tuple[date, date]:
    """Return from when to when a bulletin lists dates."""
    after = week.next.monday
    return (today if week.monday <= today < after else after), after + AHEAD


def in_week(week: Week) -> sa.ColumnElement[bool]:
    """Return the condition on delivery and notice that holds for what a week's bulletin lists."""
    return sa.and_(
        Delivery.delivered_at >= week.starts_at,
        Delivery.delivered_at < week.ends_at,
        Notice.attention == Attention.INFORMATION,
    )


def counts(session: Session, reader: Reader, weeks: Sequence[Week]) -> dict[Week, int]:
    """Return how many items each week's bulletin lists for this reader: one statement."""
    if not weeks:
        return {}
    columns = [
        sa.func.count(sa.distinct(sa.case((in_week(week), Delivery.notice_id)))) for week in weeks
    ]
    found = session.execute(
        sa.select(*columns)
        .select_from(Delivery)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(
            readable(reader),
            Delivery.delivered_at >= min(weeks).starts_at,
            Delivery.delivered_at < max(weeks).ends_at,
        )
    ).one()
    return dict(zip(weeks, found, strict=True))


def due_dates(session: Session, reader: Reader, start: date, end: date) -> tuple[DueDate, ...]:
    """Return the days on which what waits for the reader is due, each notice once."""
    rows = session.execute(
        sa.select(sa.func.min(Delivery.id), Notice.title, Notice.due_on)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(readable(reader), *still_due(), Notice.due_on.between(start, end))
        .group_by(Notice.id, Notice.title, Notice.due_on)
        .order_by(Notice.due_on, Notice.id)
        .limit(MOST_DATES)
    )
    return tuple(DueDate(key, one_line(title), on) for key, title, on in rows if on is not None)


def still_due() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on delivery and notice that hold for what somebody has yet to do."""
    return (
        WAITING,
        Notice.stopped.is_(False),
        Notice.withdrawn_at.is_(None),
        Notice.replaced_at.is_(None),
    )


Row = sa.Row[tuple[object, ...]]


def _rows(
    session: Session, reader: Reader, week: Week, narrowed: Narrowed
) -> tuple[Sequence[Row], bool]:
    query = (
        sa.select(
            *(Delivery.id, Delivery.notice_id, Delivery.person_id, Delivery.state),
            *(Delivery.delivered_at, Notice.title, Notice.reference, Notice.sender),
            *(Notice.standing, Notice.due_on, Notice.amended_at, Notice.replaced_at),
            *(Notice.withdrawn_at, Category.heading, Category.group_heading),
            sa.func.substr(Notice.body, 1, EXCERPT_LIMIT * 6).label("opening"),
            Person.name.label("person"),
        )
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(readable(reader), in_week(week), *_narrowing(reader, narrowed))
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(MOST + 1)
    )
    rows = session.execute(query).all()
    return rows[:MOST], len(rows) <= MOST


def _narrowing(reader: Reader, narrowed: Narrowed) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if narrowed.person_id is not None:
        conditions.append(Delivery.person_id == narrowed.person_id)
    if narrowed.role is not None:
        members = sa.select(Membership.person_id).where(
            Membership.authority_id == reader.authority_id,
            Membership.school_id == reader.school_id,
            Membership.role == narrowed.role,
            Membership.ended_at.is_(None),
        )
        conditions.append(Delivery.person_id.in_(members))
    return conditions


def _files(
    session: Session, authority_id: int, notices: Iterable[int]
) -> dict[int, tuple[File, ...]]:
    rows = session.execute(
        sa.select(
            NoticeAttachment.notice_id,
            NoticeAttachment.id,
            NoticeAttachment.name,
            NoticeAttachment.size,
        )
        .where(
            NoticeAttachment.authority_id == authority_id,
            NoticeAttachment.notice_id.in_(notices),
            NoticeAttachment.replaced_at.is_(None),
            NoticeAttachment.withdrawn_at.is_(None),
        )
        .order_by(NoticeAttachment.id)
        .limit(MOST_FILES)
    )
    found: dict[int, tuple[File, ...]] = defaultdict(tuple)
    for notice_id, key, name, size in rows:
        found[notice_id] += (File(key, safe_name(name), size),)
    return found


def _grouped(
    rows: Sequence[Row], reader: Reader, files: dict[int, tuple[File, ...]]
) -> tuple[Group, ...]:
    """Return the pieces by group of categories, in the order of the groups' names."""
    same: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        same[row.notice_id].append(row)
    groups: dict[str, list[Piece]] = defaultdict(list)
    for notice_id, several in same.items():
        # the reader's own first, for it is the one that they can mark
        row = min(several, key=lambda each: (each.person_id != reader.person_id, each.id))
        people = {each.person or "the school’s mailbox" for each in several}
        piece = _piece(row, reader, files.get(notice_id, ()))
        if reader.is_head:
            piece = replace(piece, people=tuple(sorted(people)))
        groups[row.group_heading or WITHOUT_GROUP].append(piece)
    return tuple(Group(heading, tuple(groups[heading])) for heading in sorted(groups))


def _piece(row: Row, reader: Reader, files: tuple[File, ...]) -> Piece:
    return Piece(
        delivery_id=row.id,
        notice_id=row.notice_id,
        title=one_line(row.title),
        reference=row.reference,
        sender=row.sender,
        heading=row.heading or "",
        lines="" if row.replaced_at or row.withdrawn_at else excerpt(row.opening),
        delivered_at=row.delivered_at,
        due_on=row.due_on,
        mark=_mark(row),
        files=files,
        people=(),
        unread=row.person_id == reader.person_id and row.state == DeliveryState.UNREAD,
    )


def _mark(row: Row) -> str:
    if row.withdrawn_at:
        return f"Withdrawn on {day(row.withdrawn_at)}."
    if row.replaced_at:
        return f"A newer version took its place on {day(row.replaced_at)}."
    corrected = f"Corrected on {day(row.amended_at)}." if row.amended_at else ""
    return " ".join(words for words in (row.standing, corrected) if words)
