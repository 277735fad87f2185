"""What stands in the inboxes of those who sign in at the demonstration's own schools.

What asks something says so, some things are urgent, and each of them has put something away, noted
something, and got something from a colleague.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person
from foundation import clock
from gatekeeping.models import Submission, SubmissionVersion
from notifications.models import Attention, Delivery, Notice, NoticeKind
from notifications.reading.filters import Chosen
from notifications.reading.inbox import WAITING, Reader, open_item
from notifications.reading.notes import write
from notifications.reading.passing_on import pass_on
from notifications.reading.saved_views import save
from notifications.reading.snoozing import snooze
from portal.demonstration import council

NOTE: Final = "Ask the office for last year’s figures first."
MESSAGE: Final = "This is more your area than mine. Could you look at it by Friday?"
URGENT_WORDS: Final = ("%urgent%", "%recall%", "%closure%", "%immediate%", "%alert%")
DUE_IN: Final = (0, -1, 4, 12)
"""In how many days the newest items of each inbox are due."""
MOST_DATED: Final = 8
VIEWS: Final = {
    "Overdue and to do": {"attention": "action", "due": "overdue"},
    "With files": {"files": "yes"},
}


def fill_inboxes(
    session: Session, authority_id: int, ids: Mapping[str, int], *, at: datetime
) -> None:
    """Say what everything asks of its readers and by when, and use three inboxes a little."""
    people = [ids[email] for email in (council.HEAD, council.BUSINESS_MANAGER, council.TEACHER)]
    readers = [_reader(session, authority_id, person_id) for person_id in people]
    for reader in readers:
        _set_dates(session, reader, at=at)
    _say_what_is_asked(session, authority_id)
    for number, reader in enumerate(readers):
        _use(session, reader, at=at)
        _pass_on(session, reader, people[(number + 1) % len(people)], at=at)


def _set_dates(session: Session, reader: Reader, *, at: datetime) -> None:
    """Let some of what waits for a reader be due: late, today, this week, later."""
    today = clock.local_date(at)
    waiting = session.scalars(
        sa.select(Notice)
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(Delivery.id.in_(_waiting(session, reader, MOST_DATED, Notice.due_on.is_(None))))
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
    ).all()
    for notice, days in zip(waiting, DUE_IN, strict=False):
        notice.due_on = today + timedelta(days=days)
        version = session.get_one(SubmissionVersion, notice.source_id)
        submission = session.get_one(Submission, version.submission_id)
        for written in (version, submission):
            written.document = written.document | {"due_on": notice.due_on.isoformat()}
    session.flush()


def _say_what_is_asked(session: Session, authority_id: int) -> None:
    ours = (Notice.authority_id == authority_id, Notice.attention == Attention.INFORMATION)
    asks = sa.or_(Notice.kind == NoticeKind.DATA_REQUEST, Notice.due_on.is_not(None))
    urgent = sa.or_(*(Notice.title.ilike(words) for words in URGENT_WORDS))
    for which, attention in ((urgent, Attention.URGENT), (asks, Attention.ACTION)):
        session.execute(
            sa.update(Notice)
            .where(*ours, which)
            .values(attention=attention)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def _use(session: Session, reader: Reader, *, at: datetime) -> None:
    today = clock.local_date(at)
    waiting = _waiting(session, reader, 3)
    for view, filters in VIEWS.items():
        save(session, reader, name=view, chosen=Chosen.of(filters), at=at)
    for delivery_id in waiting[:1]:
        delivery = open_item(session, reader, delivery_id)
        write(session, delivery, reader=reader, text=NOTE, at=at)
    snooze(
        session,
        waiting[2:],
        reader=reader,
        until=today + timedelta(days=5),
        today=today,
        past_due=True,
    )


def _pass_on(session: Session, reader: Reader, to_id: int, *, at: datetime) -> None:
    """Give the colleague the newest item that they do not have."""
    theirs = sa.select(Delivery.notice_id).where(
        Delivery.school_id == reader.school_id, Delivery.person_id == to_id
    )
    for delivery_id in _waiting(session, reader, 1, Delivery.notice_id.not_in(theirs)):
        delivery = open_item(session, reader, delivery_id)
        pass_on(session, delivery, reader=reader, to_id=to_id, message=MESSAGE, at=at)


def _waiting(
    session: Session, reader: Reader, most: int, *conditions: sa.ColumnElement[bool]
) -> Sequence[int]:
    return session.scalars(
        sa.select(Delivery.id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(
            Delivery.authority_id == reader.authority_id,
            Delivery.school_id == reader.school_id,
            Delivery.person_id == reader.person_id,
            WAITING,
            *conditions,
        )
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(most)
    ).all()


def _reader(session: Session, authority_id: int, person_id: int) -> Reader:
    school_id = session.scalars(
        sa.select(Membership.school_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.person_id == person_id,
            Membership.school_id.is_not(None),
        )
        .order_by(Membership.id)
        .limit(1)
    ).one()
    assert school_id is not None  # noqa: S101 - the statement asked for it
    return Reader(authority_id, school_id, person_id, is_head=False)
