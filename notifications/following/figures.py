"""How far a notice has come: delivered, opened, acknowledged, done, and where it does not arrive.

Schools are counted, never people: a school has opened a notice as soon as one of its people has.
Every figure is one set-based statement, whatever the number of schools. That somebody opened an
e-mail is not known and not counted.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.routing.reasons import NOBODY_SET, Reason
from directory.models import Person
from notifications.models import Delivery, DeliveryState, Notice
from notifications.models_mail import Mail, MailState


def opened(of: type[Delivery] = Delivery) -> sa.ColumnElement[bool]:
    """Somebody has opened this delivery, whatever became of it since: it may be closed by now."""
    return sa.or_(
        of.state.in_((DeliveryState.READ, DeliveryState.DONE)),
        sa.and_(of.state == DeliveryState.CLOSED, of.read_at.is_not(None)),
    )


def closed_unopened(of: type[Delivery] = Delivery) -> sa.ColumnElement[bool]:
    """Nobody need open this delivery any more, and nobody has."""
    return sa.and_(of.state == DeliveryState.CLOSED, of.read_at.is_(None))


BOUNCED = sa.or_(
    sa.exists()
    .where(
        Mail.delivery_id == Delivery.id,
        Mail.state.in_((MailState.FAILED, MailState.RETURNED)),
    )
    .correlate(Delivery),
    sa.exists()
    .where(Person.id == Delivery.person_id, Person.mail_failing_since.is_not(None))
    .correlate(Delivery),
)
"""Condition on ``delivery``: mail about it came back, or no mail reaches its reader now."""


@dataclass(frozen=True)
class Figures:
    """Schools by how far they are: ``read`` and ``unread`` and ``closed`` make up ``schools``.

    ``read`` includes ``done``, and whoever opened it before it was closed. ``closed`` are schools
    where nobody need open it any more, and nobody has.
    ``nobody_set`` are schools where it went to the head or the office because nobody is
    registered for the category; they are read or unread like any other. ``bounced`` are schools
    where e-mail about it does not arrive, ``forwarded`` those where somebody passed it on.
    """

    schools: int
    deliveries: int
    read: int
    done: int
    nobody_set: int
    closed: int = 0
    acknowledged: int = 0
    bounced: int = 0
    forwarded: int = 0

    @property
    def unread(self) -> int:
        """Return at how many schools nobody has opened it who still should."""
        return self.schools - self.read - self.closed


def notice_for(
    session: Session, authority_id: int, source_ids: sa.Select[tuple[int]]
) -> Notice | None:
    """Return the newest notice that was handed over under one of these ids, None if none was."""
    return session.scalars(
        sa.select(Notice)
        .where(Notice.authority_id == authority_id, Notice.source_id.in_(source_ids))
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(1)
    ).first()


def figures(session: Session, authority_id: int, notice_id: int) -> Figures:
    """Return the totals of a notice: one statement."""
    each = sa.select(
        Delivery.school_id,
        sa.func.count().label("deliveries"),
        *(
            (sa.func.min if name == "closed" else sa.func.max)(_if(condition)).label(name)
            for name, condition in (
                ("read", opened()),
                ("done", Delivery.state == DeliveryState.DONE),
                ("nobody", Delivery.reason.in_(NOBODY_SET)),
                ("closed", closed_unopened()),
                ("acknowledged", Delivery.acknowledged_at.is_not(None)),
                ("bounced", BOUNCED),
                ("forwarded", Delivery.reason == Reason.FORWARDED),
            )
        ),
    )
    by_school = (
        each.where(Delivery.authority_id == authority_id, Delivery.notice_id == notice_id)
        .group_by(Delivery.school_id)
        .subquery()
    )
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in list(by_school.c)[1:]]
    row = session.execute(sa.select(sa.func.count(), *sums).select_from(by_school)).one()
    return Figures(*(int(value) for value in row))


def _if(condition: sa.ColumnElement[bool]) -> sa.Case[int]:
    return sa.case((condition, 1), else_=0)
