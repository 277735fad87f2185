"""Deleting what nobody may keep longer: texts, files, notes and printouts of old notices.

For how long is the category's ``keep_months``, else the authority's; of several categories the
longest counts. Number, title, dates and how far everybody was stay, for the register and the audit
trail. The rows go first; a content goes from the store afterwards, once nothing refers to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.models import AuthorityProfile
from foundation import audit, clock
from foundation.bulk import insert_missing
from foundation.outbox import publish_all
from notifications.events import Changed, NoticeChanged
from notifications.models import Delivery, DeliveryMove, Notice, NoticeAttachment
from notifications.models_documents import Document, DocumentState, DoomedFile
from notifications.models_reading import DeliveryNote, Printout
from notifications.reading.not_mine import GIVEN_AWAY, NOT_THEIRS

BATCH: Final = 100
MOST_COUNTED: Final = 100_000
MOST_CATEGORIES: Final = 1_000
BEFORE_MESSAGES: Final = ("", f"{NOT_THEIRS} ", f"{GIVEN_AWAY} ")
MESSAGE_GONE: Final = "The message was deleted, because it may not be kept longer."


@dataclass(frozen=True)
class Periods:
    """For how many months things are kept: the authority's word, and categories that differ."""

    authority: int
    categories: Mapping[int, int]


def periods(session: Session, authority_id: int) -> Periods:
    """Return an authority's periods: two statements."""
    default = session.scalars(
        sa.select(AuthorityProfile.keep_months).where(AuthorityProfile.authority_id == authority_id)
    ).one()
    rows = session.execute(
        sa.select(Category.id, Category.keep_months)
        .where(Category.authority_id == authority_id, Category.keep_months.is_not(None))
        .order_by(Category.id)
        .limit(MOST_CATEGORIES)
    )
    return Periods(default, {row.id: row.keep_months for row in rows})


def over(authority_id: int, kept: Periods, *, today: date) -> sa.ColumnElement[bool]:
    """Return the condition on ``notice`` that its time is over.

    Never of what is held for a reason, still valid, or still due.
    """
    times = [_sent_in_time(kept, months, today) for months in _lengths(kept)]
    return sa.and_(
        Notice.authority_id == authority_id,
        Notice.expunged_at.is_(None),
        Notice.held_why == "",
        sa.or_(Notice.valid_until.is_(None), Notice.valid_until < today),
        sa.or_(Notice.due_on.is_(None), Notice.due_on < today),
        sa.or_(*times),
    )


def count_over(session: Session, authority_id: int, kept: Periods, *, today: date) -> int:
    """Return how many notices these periods would empty, counting no further than a limit."""
    found = (
        sa.select(Notice.id)
        .where(over(authority_id, kept, today=today))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def expunge_some(session: Session, authority_id: int, *, at: datetime) -> int:
    """Empty up to ``BATCH`` notices whose time is over; return how many. About a dozen statements.

    May run twice and anywhere: what was emptied is not found again.
    """
    today = clock.local_date(at)
    notice_ids = session.scalars(
        sa.select(Notice.id)
        .where(over(authority_id, periods(session, authority_id), today=today))
        .order_by(Notice.sent_at, Notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if notice_ids:
        _expunge(session, authority_id, notice_ids, at=at)
    return len(notice_ids)


def months_before(today: date, months: int) -> date:
    """Return the day so many months earlier, the month's last where it has no such day."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(today.day, last.day))


def _lengths(kept: Periods) -> list[int]:
    return sorted({kept.authority, *kept.categories.values()})


def _sent_in_time(kept: Periods, months: int, today: date) -> sa.ColumnElement[bool]:
    """Return that a notice was sent so long ago, and nothing of it is kept for longer."""
    before = datetime.combine(months_before(today, months), time(), clock.LOCAL)
    longer = [key for key, each in kept.categories.items() if each > months]
    conditions = [Notice.sent_at < before]
    if kept.authority > months:  # only what went to such categories alone
        short = [key for key, each in kept.categories.items() if each <= months]
        conditions += [_went_to(Delivery.category_id.in_(short))]
        other = sa.or_(Delivery.category_id.is_(None), Delivery.category_id.not_in(short))
        conditions += [~_went_to(other)]
    elif longer:
        conditions += [~_went_to(Delivery.category_id.in_(longer))]
    return sa.and_(*conditions)


def _went_to(which: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(Delivery.notice_id == Notice.id, which).correlate(Notice)


def _expunge(
    session: Session, authority_id: int, notice_ids: Sequence[int], *, at: datetime
) -> None:
    contents = _contents(session, authority_id, notice_ids)
    deliveries = sa.select(Delivery.id).where(
        Delivery.authority_id == authority_id, Delivery.notice_id.in_(notice_ids)
    )
    for change in (
        sa.delete(DeliveryNote).where(DeliveryNote.delivery_id.in_(deliveries)),
        sa.update(DeliveryMove)
        .where(
            DeliveryMove.delivery_id.in_(deliveries),
            # what a colleague wrote stands in quotation marks; so do headings, which stay
            DeliveryMove.by_id.is_not(None),
            sa.or_(*(DeliveryMove.why.startswith(f"{words}“") for words in BEFORE_MESSAGES)),
        )
        .values(why=MESSAGE_GONE),
        sa.delete(Printout).where(
            Printout.authority_id == authority_id, Printout.notice_id.in_(notice_ids)
        ),
        sa.update(NoticeAttachment)
        .where(
            NoticeAttachment.authority_id == authority_id,
            NoticeAttachment.notice_id.in_(notice_ids),
        )
        .values(changed=""),
        sa.update(Notice)
        .where(Notice.authority_id == authority_id, Notice.id.in_(notice_ids))
        .values(body="", changed="", stopped=True, expunged_at=at),
        sa.update(Document)
        .where(
            Document.authority_id == authority_id,
            Document.sha256.in_(contents),
            ~_still_sent(),
        )
        .values(state=DocumentState.EXPUNGED, text="", outline=[], dangers=[], claimed_until=None),
    ):
        session.execute(change.execution_options(synchronize_session=False))
    doom(session, authority_id, contents, at=at)
    events = [NoticeChanged(authority_id, key, Changed.EXPUNGED.value) for key in notice_ids]
    publish_all(session, events, at=at)
    audit.record(
        session,
        authority_id=authority_id,
        action="notices.expunged",
        subject="authority",
        subject_id=authority_id,
        by=None,
        at=at,
        detail={"notices": len(notice_ids), "files": len(contents), "last": max(notice_ids)},
    )
    session.expire_all()


def doom(session: Session, authority_id: int, contents: Iterable[str], *, at: datetime) -> None:
    """Put contents on the list of those that a worker deletes once nothing refers to them."""
    insert_missing(
        session,
        DoomedFile,
        [{"authority_id": authority_id, "sha256": sha256, "at": at} for sha256 in sorted(contents)],
    )


def _contents(session: Session, authority_id: int, notice_ids: Sequence[int]) -> set[str]:
    files = sa.select(NoticeAttachment.sha256).where(
        NoticeAttachment.authority_id == authority_id, NoticeAttachment.notice_id.in_(notice_ids)
    )
    printed = sa.select(Printout.sha256).where(
        Printout.authority_id == authority_id,
        Printout.notice_id.in_(notice_ids),
        Printout.sha256.is_not(None),
    )
    found: Iterable[str | None] = session.scalars(sa.union(files, printed))
    return {sha256 for sha256 in found if sha256}


def _still_sent() -> sa.Exists:
    """Return the condition on ``document`` that a notice which is kept goes with its content."""
    return (
        sa.exists()
        .where(
            NoticeAttachment.authority_id == Document.authority_id,
            NoticeAttachment.sha256 == Document.sha256,
            Notice.id == NoticeAttachment.notice_id,
            Notice.expunged_at.is_(None),
        )
        .correlate(Document)
    )
