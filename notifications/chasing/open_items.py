"""Which notices are chased at all, and which of their deliveries still wait for somebody."""

from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from categories.routing.reasons import Reason
from foundation import clock
from notifications.chasing.rule import Asked
from notifications.models import Attention, Delivery, DeliveryState, Notice
from notifications.models_reaching import Chase, ChaseStep

LOOKED_BACK: Final = timedelta(days=200)
OVERDUE: Final = timedelta(days=90)
"""What was due longer ago is not chased any more."""
NOT_ASKED: Final = (Reason.ALSO, Reason.ESCALATED)
"""Who gets it beside the one who is to act; a deputy who was told is not told again."""


def chased(authority_id: int, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on ``notice``: it asks something, and nothing stands against it."""
    today = clock.local_date(at)
    return (
        Notice.authority_id == authority_id,
        Notice.sent_at > at - LOOKED_BACK,
        Notice.sent_at <= at,
        Notice.reminders_stopped_at.is_(None),
        Notice.stopped.is_(False),
        Notice.replaced_at.is_(None),
        Notice.withdrawn_at.is_(None),
        Notice.expunged_at.is_(None),
        sa.or_(Notice.valid_until.is_(None), Notice.valid_until >= today),
        sa.or_(Notice.due_on.is_(None), Notice.due_on >= today - OVERDUE),
        sa.or_(Notice.attention != Attention.INFORMATION, Notice.acknowledge),
        sa.or_(
            Notice.reminders > 0, Notice.deputy_after.is_not(None), Notice.head_after.is_not(None)
        ),
    )


def why_not(notice: Notice, today: date) -> str:
    """Say in a sentence why nobody is reminded of a notice; empty when somebody may be."""
    expired = notice.valid_until is not None and notice.valid_until < today
    informs = notice.attention is Attention.INFORMATION and not notice.acknowledge
    reasons = (
        (notice.withdrawn_at is not None, "It was withdrawn, so nobody is reminded of it."),
        (
            notice.replaced_at is not None,
            "A newer version took its place, so nobody is reminded of this one.",
        ),
        (notice.expunged_at is not None, "It is no longer kept, so nobody is reminded of it."),
        (notice.stopped, "Nobody need answer it now, so nobody is reminded."),
        (expired, "It has expired, so nobody is reminded of it."),
        (informs, "It only informs, so nobody is reminded of it."),
    )
    return next((words for holds, words in reasons if holds), "")


def waiting(notice_id: int, asked: Asked) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on ``delivery``: its reader has not done what is asked."""
    states = [DeliveryState.UNREAD]
    if not asked.is_read_enough:
        states.append(DeliveryState.READ)
    found = [
        Delivery.notice_id == notice_id,
        Delivery.state.in_(states),
        Delivery.reason.not_in(NOT_ASKED),
    ]
    if asked.acknowledge:
        found.append(Delivery.acknowledged_at.is_(None))
    return tuple(found)


def reminded() -> sa.ScalarSelect[int]:
    """Return how many reminders the reader of a delivery got so far, as a column."""
    return (
        sa.select(sa.func.count())
        .where(Chase.delivery_id == Delivery.id, Chase.step == ChaseStep.READER)
        .correlate(Delivery)
        .scalar_subquery()
    )
