"""Passing an item on inside the school: the colleague has it too, the reader keeps theirs."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.routing.reasons import Reason
from directory.models import Person
from directory.receiving import is_receiving
from foundation import audit
from foundation.errors import Refusal
from notifications.models import Attention, Delivery, DeliveryMove, DeliveryState
from notifications.models_mail import Occasion
from notifications.moving.handing_on import take_turns
from notifications.reaching.notifying import notify
from notifications.reading.inbox import Reader
from notifications.reading.marking import NotYourItemError, is_recipients

LONGEST = 250
TO_KNOW = "Passed on for you to know."


class NotHereError(Refusal):
    """Only somebody at the school can be given what was sent to the school."""

    sentence = "Choose a colleague who has a place at the school now."


class HasItError(Refusal):
    """Nobody has an item twice."""


class TooLongError(Refusal):
    """The message stands in the item's history, which is short."""

    sentence = f"Write {LONGEST} characters at most."


def pass_on(
    session: Session,
    delivery: Delivery,
    *,
    reader: Reader,
    to_id: int | None,
    message: str,
    at: datetime,
) -> Delivery:
    """Give a colleague the same item, with a message, and tell them as they chose to be told.

    Returns their delivery (its reason is FORWARDED); the reader's own stays as it is. Raises
    NotYourItemError, NotHereError, HasItError and TooLongError.
    """
    take_turns(session, reader.authority_id, [reader.school_id])
    session.refresh(delivery, ["state", "person_id"])
    if not is_recipients(delivery, reader):
        raise NotYourItemError("Only the person who got this can pass it on.")
    message = one_line(message)
    check_colleague(session, reader, to_id)
    given = _given(session, delivery, to_id, by=reader.person_id, at=at)
    session.flush()
    session.add(
        DeliveryMove(
            authority_id=reader.authority_id,
            delivery_id=given.id,
            from_person_id=reader.person_id,
            to_person_id=to_id,
            why=f"“{message}”" if message else TO_KNOW,
            by_id=reader.person_id,
            at=at,
        )
    )
    session.flush()
    urgent = delivery.notice.attention is Attention.URGENT
    notify(
        session,
        reader.authority_id,
        [given.id],
        occasion=Occasion.FORWARDED,
        at=at,
        urgent=urgent,
    )
    record(session, "delivery.passed_on", reader, given.id, to_id, at=at)
    return given


def check_colleague(session: Session, reader: Reader, to_id: int | None) -> None:
    """Raise NotHereError unless somebody else at the school can be given it."""
    if (
        to_id is None
        or to_id == reader.person_id
        or not is_receiving(session, reader.authority_id, reader.school_id, to_id)
    ):
        raise NotHereError(field="person_id")


def one_line(message: str) -> str:
    """Return a message without line breaks; raises TooLongError."""
    message = " ".join(message.replace("\0", "").split())
    if len(message) > LONGEST:
        raise TooLongError(field="message")
    return message


def record(
    session: Session,
    action: str,
    reader: Reader,
    delivery_id: int,
    to_id: int | None,
    *,
    at: datetime,
) -> None:
    """Put on the audit trail who gave an item to whom, by ids alone."""
    audit.record(
        session,
        authority_id=reader.authority_id,
        action=action,
        subject="delivery",
        subject_id=delivery_id,
        by=reader.person_id,
        at=at,
        detail={"to": to_id},
    )


def _given(
    session: Session, delivery: Delivery, to_id: int | None, *, by: int, at: datetime
) -> Delivery:
    """Write the colleague's delivery; what was closed under their name before opens again."""
    theirs = session.scalars(
        sa.select(Delivery)
        .where(
            Delivery.authority_id == delivery.authority_id,
            Delivery.notice_id == delivery.notice_id,
            Delivery.school_id == delivery.school_id,
            Delivery.person_id == to_id,
        )
        .order_by(Delivery.id)
    ).all()
    if any(each.state is not DeliveryState.CLOSED for each in theirs):
        name = session.scalar(sa.select(Person.name).where(Person.id == to_id))
        raise HasItError(f"{name} has this item already.", field="person_id")
    given = theirs[0] if theirs else None
    if given is None:
        given = Delivery(
            authority_id=delivery.authority_id,
            notice_id=delivery.notice_id,
            school_id=delivery.school_id,
            person_id=to_id,
            category_id=delivery.category_id,
        )
        session.add(given)
    given.reason, given.state = Reason.FORWARDED, DeliveryState.UNREAD
    given.delivered_at, given.forwarded_by_id = at, by
    given.read_at = given.done_at = given.acknowledged_at = given.snoozed_until = None
    return given
