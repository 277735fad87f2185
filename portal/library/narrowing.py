"""What a search may be narrowed to: conditions on what the reader may see anyway."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa

from foundation.clock import LOCAL
from notifications.models import Attention, Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.reading.inbox import WAITING, Reader, readable
from portal.library.documents import standing_files

STATES: Final = {
    "unread": Delivery.state == DeliveryState.UNREAD,
    "open": WAITING,
    "done": Delivery.state.in_([DeliveryState.DONE, DeliveryState.CLOSED]),
}


@dataclass(frozen=True)
class Filters:
    """What somebody chose; what is empty narrows nothing."""

    category_id: int | None = None
    sender: str = ""
    sent_from: date | None = None
    sent_to: date | None = None
    month: str = ""
    """A year ("2026") or a month of it ("2026-11")."""
    attention: Attention | None = None
    state: str = ""
    """A key of ``STATES``."""
    has_files: bool = False
    mine: bool = False
    """Only what was sent to the reader themselves, where they see more."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is narrowed."""
        return self == Filters()


def conditions(reader: Reader, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return what holds for each delivery that the reader may see and chose to look among.

    On ``delivery`` alone where nothing of the notice was chosen, else on both.
    """
    found = [readable(reader)]
    if filters.mine:
        found.append(Delivery.person_id == reader.person_id)
    if filters.category_id is not None:
        found.append(Delivery.category_id == filters.category_id)
    if filters.state in STATES:
        found.append(STATES[filters.state])
    return found + _of_notice(reader, filters)


def scope(reader: Reader, filters: Filters) -> sa.Select[tuple[int]]:
    """Select the ids of the notices, each once, that the reader may see and chose to look among."""
    query = sa.select(Delivery.notice_id).where(*conditions(reader, filters)).distinct()
    if _of_notice(reader, filters):
        query = query.join(Notice, Notice.id == Delivery.notice_id)
    return query


def newest_titles(reader: Reader, filters: Filters, most: int) -> sa.Select[tuple[int, str, str]]:
    """Select ``notice_id, title, sender`` of the newest that the reader may see, each once."""
    newest = scope(reader, filters).order_by(Delivery.notice_id.desc()).limit(most).subquery()
    return (
        sa.select(Notice.id.label("notice_id"), Notice.title, Notice.sender)
        .join(newest, newest.c.notice_id == Notice.id)
        .order_by(Notice.id.desc())
    )


def _of_notice(reader: Reader, filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.sender:
        found.append(Notice.sender == filters.sender)
    begin, end = _span(filters)
    if begin is not None:
        found.append(Notice.sent_at >= begin)
    if end is not None:
        found.append(Notice.sent_at < end)
    if filters.attention is not None:
        found.append(Notice.attention == filters.attention)
    if filters.has_files:
        found.append(has_files(reader.authority_id))
    return found


def has_files(authority_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on ``notice`` that files go with it."""
    return sa.exists().where(
        NoticeAttachment.authority_id == authority_id,
        NoticeAttachment.notice_id == Notice.id,
        standing_files(),
    )


def _span(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when (not with it) things must have been sent."""
    begins, ends = [], []
    if filters.sent_from:
        begins.append(filters.sent_from)
    if filters.sent_to:
        ends.append(_after(filters.sent_to))
    if month := days_of(filters.month):
        begins.append(month[0])
        ends.append(month[1])
    begin = _midnight(max(begins)) if begins else None
    return begin, _midnight(min(ends)) if ends else None


def days_of(month: str) -> tuple[date, date] | None:
    """Return the first day of a year or month as written in ``Filters``, and that after its last.

    None when it is neither.
    """
    year, _, number = month.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == len("2026")) or int(year) < 1:
        return None
    if int(year) >= date.max.year:
        return None
    if not number:
        return date(int(year), 1, 1), date(int(year) + 1, 1, 1)
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= DECEMBER):
        return None
    first = date(int(year), int(number), 1)
    return first, date(first.year + first.month // DECEMBER, first.month % DECEMBER + 1, 1)


DECEMBER: Final = 12


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LOCAL).astimezone(UTC)
