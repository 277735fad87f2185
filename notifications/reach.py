"""Handing a notice over: its deliveries and its mail, written set-based in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.routing.reasons import Reason
from categories.routing.route import route
from foundation import audit
from foundation.outbox import publish
from notifications.documents.contents import ensure
from notifications.documents.versions import follow
from notifications.events import NoticeSent
from notifications.models import Attention, Delivery, DeliveryState, Notice
from notifications.models_mail import Occasion
from notifications.reaching.notifying import notify


@dataclass(frozen=True)
class Reached:
    """What a sending made: the notice's id and the number of deliveries for each reason."""

    notice_id: int
    deliveries: dict[Reason, int]


@dataclass(frozen=True)
class Earlier:
    """In whose place a notice comes: the sources before it, and what it asks otherwise.

    ``changes`` are sentences for readers about what notices do not hold.
    """

    sources: sa.Select[tuple[int]]
    changes: Sequence[str] = ()


def deliver(
    session: Session,
    notice: Notice,
    *,
    schools: sa.Select[tuple[int]],
    category_ids: Sequence[int],
    by: int | None,
    at: datetime,
    on: date,
    follows: Earlier | None = None,
) -> Reached | None:
    """Write the notice, one delivery per school and person, and the mail that tells them.

    Few statements however many schools. ``on`` is the day whose covers count.
    Mail of what is urgent overtakes other mail. What was sent of ``follows`` is replaced by it.
    Returns None, having written nothing, when this source was handed over before.
    """
    if _known(session, notice):
        return None
    session.add(notice)
    session.flush()  # the deliveries need its id
    ensure(session, notice.authority_id, notice.id, at)
    routed = route(notice.authority_id, schools, category_ids, on=on)
    write_deliveries(session, notice, routed, at=at)
    if follows is not None:
        follow(session, notice, follows.sources, also=follows.changes, at=at)
    told = sa.select(Delivery.id).where(Delivery.notice_id == notice.id)
    urgent = notice.attention is Attention.URGENT
    notify(session, notice.authority_id, told, occasion=Occasion.ITEM, at=at, urgent=urgent)
    counts = _counts(session, notice.id)
    audit.record(
        session,
        authority_id=notice.authority_id,
        action="notice.sent",
        subject="notice",
        subject_id=notice.id,
        by=by,
        at=at,
        detail={reason.value: count for reason, count in counts.items()},
    )
    publish(session, NoticeSent(notice.authority_id, notice.id), at=at)
    return Reached(notice.id, counts)


def write_deliveries(
    session: Session,
    notice: Notice,
    routed: sa.Select[tuple[int, int | None, int | None, str]],
    *,
    at: datetime,
) -> None:
    """Write one unread delivery for each row of a routing select."""
    rows = routed.subquery()
    table = Delivery.__table__
    written = sa.select(
        sa.literal(notice.authority_id),
        sa.literal(notice.id),
        rows.c.school_id,
        rows.c.person_id,
        rows.c.category_id,
        rows.c.reason,
        sa.literal(DeliveryState.UNREAD.value),
        sa.literal(at, Delivery.delivered_at.type),
    )
    columns = (
        "authority_id",
        "notice_id",
        "school_id",
        "person_id",
        "category_id",
        "reason",
        "state",
        "delivered_at",
    )
    session.execute(
        sa.insert(table).from_select(columns, written, include_defaults=False)  # type: ignore[arg-type]
    )


def _known(session: Session, notice: Notice) -> bool:
    return (
        session.scalar(
            sa.select(
                sa.exists().where(
                    Notice.authority_id == notice.authority_id, Notice.source_id == notice.source_id
                )
            )
        )
        is True
    )


def _counts(session: Session, notice_id: int) -> dict[Reason, int]:
    rows = session.execute(
        sa.select(Delivery.reason, sa.func.count())
        .where(Delivery.notice_id == notice_id)
        .group_by(Delivery.reason)
    )
    found = {Reason(reason): count for reason, count in rows}
    return {reason: found.get(reason, 0) for reason in Reason}
