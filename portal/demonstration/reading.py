"""Sending a past communication, and how people at schools read it afterwards."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.routing.reasons import Reason
from categories.routing.route import route
from directory.audience import school_ids
from foundation import clock
from foundation.bulk import batches, insert_all
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import SubmissionVersion
from gatekeeping.sending import reference, sender
from notifications.models import Delivery, DeliveryState, Notice, NoticeKind
from portal.library.models import IndexChange

ANSWERED = timedelta(days=100)
OLD, SETTLED = timedelta(days=30), timedelta(days=7)
SHARES = {  # of deliveries this old: how many are done with, how many only read
    OLD: (0.74, 0.22),
    SETTLED: (0.52, 0.33),
    timedelta(0): (0.22, 0.36),
}
DAYS_UNTIL_READ = 1.6
MANY = 5000
WAITING = 3


def send(
    session: Session,
    version: SubmissionVersion,
    category_ids: dict[str, int],
    *,
    random: Random,
    at: datetime,
    now: datetime,
) -> Counter[Reason]:
    """Write the notice and its deliveries as they stand by now, without mail; count the reasons."""
    submission = version.submission
    document = SubmissionDocument.read(version.document)
    notice = Notice(
        authority_id=submission.authority_id,
        source_id=version.id,
        reference=reference(submission),
        kind=NoticeKind(submission.kind.value),
        title=document.title,
        body=document.body,
        sender=sender(submission),
        reply_to=submission.author.email,
        due_on=document.due_on,
        valid_until=submission.expires_on,
        sent_at=at,
    )
    session.add(notice)
    session.flush()
    routed = session.execute(
        route(
            submission.authority_id,
            school_ids(submission.authority_id, document.audience.as_audience()),
            [category_ids[slug] for slug in document.categories],
            on=clock.local_date(at),
        )
    ).all()
    rows = [
        {
            "authority_id": submission.authority_id,
            "notice_id": notice.id,
            "school_id": row.school_id,
            "person_id": row.person_id,
            "category_id": row.category_id,
            "reason": Reason(row.reason),
            "delivered_at": at,
            **_read(random, at, now, asks=document.due_on is not None),
        }
        for row in sorted(routed, key=lambda row: (row.school_id, row.person_id or 0))
    ]
    for some in batches(rows, size=MANY):
        insert_all(session, Delivery, some)
    session.add(IndexChange(authority_id=submission.authority_id, notice_id=notice.id))
    return Counter(row["reason"] for row in rows)


def leave_unread(session: Session, authority_id: int, person_id: int) -> None:
    """Let the newest items of one person wait, so that there is something to see."""
    newest = session.scalars(
        sa.select(Delivery.id)
        .where(Delivery.authority_id == authority_id, Delivery.person_id == person_id)
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(WAITING)
    ).all()
    session.execute(
        sa.update(Delivery)
        .where(Delivery.authority_id == authority_id, Delivery.id.in_(newest))
        .values(state=DeliveryState.UNREAD, read_at=None, done_at=None)
        .execution_options(synchronize_session=False)
    )


def _read(random: Random, at: datetime, now: datetime, *, asks: bool) -> dict[str, Any]:
    """Return how far one delivery has come: later ones are read less, nothing after now.

    What was asked long ago has been answered, or schools would have been chased ever since.
    """
    age = now - at
    done, read = next(shares for least, shares in SHARES.items() if age >= least)
    if asks and age >= ANSWERED:
        done, read = 1.0, 0.0
    fate = random.random()
    read_at = at + timedelta(minutes=30 + random.expovariate(1 / (DAYS_UNTIL_READ * 24 * 60)))
    if fate >= done + read or read_at > now:
        return {"state": DeliveryState.UNREAD, "read_at": None, "done_at": None}
    done_at = read_at + timedelta(hours=random.expovariate(1 / 20))
    if fate >= done or done_at > now:
        return {"state": DeliveryState.READ, "read_at": read_at, "done_at": None}
    return {"state": DeliveryState.DONE, "read_at": read_at, "done_at": done_at}
