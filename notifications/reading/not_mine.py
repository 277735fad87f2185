"""“Not mine”: an item goes to whom it should have reached, and the owner is corrected.

The head gives away a colleague's item in the same way, when the colleague is away or has too much.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.events import NotMine
from categories.models import Owner, Part
from categories.owning.owners import assign
from categories.routing.reasons import Reason
from categories.starting.suggesting import Colleague
from categories.starting.titles import jobs_wanted
from directory.models import Membership
from foundation.outbox import publish
from notifications.models import Attention, Delivery, DeliveryState
from notifications.models_mail import Occasion
from notifications.moving.handing_on import Step, hand_on, items, take_turns
from notifications.moving.items import found_for
from notifications.reaching.notifying import notify
from notifications.reading.inbox import Reader
from notifications.reading.marking import NotYourItemError, is_recipients
from notifications.reading.passing_on import check_colleague, one_line, record

MOST_SUGGESTED = 6
NOT_THEIRS = "They said that it is not theirs."
GIVEN_AWAY = "The headteacher gave it to somebody else."
PARTS = {
    Part.LEAD: "owns this category",
    Part.SHARES: "shares this category",
    Part.ALSO: "gets this category as well",
    Part.DEPUTY: "is the deputy for this category",
}


@dataclass(frozen=True)
class Suggested:
    """A colleague whom the item may be for, and why in a few words."""

    person_id: int
    name: str
    job_title: str
    why: str


def may_give(delivery: Delivery, reader: Reader) -> bool:
    """Tell whether the reader may give the item away: their own, a head any open one."""
    if delivery.state in (DeliveryState.DONE, DeliveryState.CLOSED):
        return False
    return is_recipients(delivery, reader) or (
        reader.is_head and delivery.school_id == reader.school_id
    )


def suggest(
    session: Session,
    delivery: Delivery,
    reader: Reader,
    places: Sequence[Membership],
    *,
    at: datetime,
) -> list[Suggested]:
    """Return who may be the right colleague, the likeliest first: three statements.

    Whom routing finds today, who has a part in the category, whose job title says it. ``places``
    are those of the school, each with its person.
    """
    known = {place.person_id: place for place in reversed(places)}
    why: dict[int, str] = {}
    key = delivery.category_id
    found = found_for(session, reader.authority_id, reader.school_id, [key], at)[key]
    if found.to_id is not None and found.reason is not Reason.HEAD:
        why[found.to_id] = "gets this category today"
    if key is not None:
        for person_id, part in _parts(session, reader, key):
            why.setdefault(person_id, PARTS[part])
    if delivery.category is not None:
        wanted = jobs_wanted(delivery.category.typical_owner)
        for place in places:
            colleague = Colleague(place.person_id, place.person.name, place.job_title, place.role)
            if any(job.name in wanted for job in colleague.jobs()):
                why.setdefault(place.person_id, "the job title fits")
    has_it = {delivery.person_id, reader.person_id if is_recipients(delivery, reader) else None}
    return [
        Suggested(person_id, known[person_id].person.name, known[person_id].job_title, words)
        for person_id, words in why.items()
        if person_id in known and person_id not in has_it
    ][:MOST_SUGGESTED]


def give(
    session: Session,
    delivery: Delivery,
    *,
    reader: Reader,
    to_id: int | None,
    message: str,
    at: datetime,
) -> bool:
    """Move an item to a colleague, unread, with its history; tell them as they chose to be told.

    False when they had it already: then this one is closed. Raises NotYourItemError, NotHereError
    and TooLongError.
    """
    take_turns(session, reader.authority_id, [reader.school_id])
    session.refresh(delivery, ["state", "person_id"])
    if not may_give(delivery, reader):
        raise NotYourItemError("This item is not yours to give away any more.")
    message = one_line(message)
    check_colleague(session, _giver(delivery, reader), to_id)
    (item,) = items(session, reader.authority_id, Delivery.id == delivery.id)
    found = found_for(session, reader.authority_id, reader.school_id, [item.category_id], at)
    now = found[item.category_id]
    reason = now.reason if now.to_id == to_id else Reason.FORWARDED
    why = _why(message, own=is_recipients(delivery, reader))
    delivery_id = delivery.id
    moved = hand_on(
        session, reader.authority_id, [Step(item, to_id, reason, why)], by=reader.person_id, at=at
    )
    if moved.moved:
        _begin_anew(session, reader, delivery_id)
        notify(
            session,
            reader.authority_id,
            [delivery_id],
            occasion=Occasion.FORWARDED,
            at=at,
            urgent=delivery.notice.attention is Attention.URGENT,
        )
    record(session, "delivery.given_away", reader, delivery_id, to_id, at=at)
    return bool(moved.moved)


def correct_owner(
    session: Session,
    delivery: Delivery,
    *,
    reader: Reader,
    to_id: int,
    may_change: bool,
    at: datetime,
) -> bool:
    """See to it that the category reaches the right person from now on.

    Who may say who owns what changes the owner at once (True); for others the headteacher is told
    (False). Nothing happens for an item without a category. Raises what ``assign`` raises.
    """
    if delivery.category_id is None:
        return False
    if may_change:
        assign(
            session,
            school_id=reader.school_id,
            category_id=delivery.category_id,
            person_id=to_id,
            by=reader.person_id,
            at=at,
        )
        return True
    event = NotMine(reader.authority_id, reader.school_id, delivery.category_id, reader.person_id)
    publish(session, event, at=at)
    return False


def _begin_anew(session: Session, reader: Reader, delivery_id: int) -> None:
    """The next reader has read nothing of it yet, whatever the one before did."""
    session.execute(
        sa.update(Delivery)
        .where(Delivery.authority_id == reader.authority_id, Delivery.id == delivery_id)
        .values(
            state=DeliveryState.UNREAD,
            read_at=None,
            acknowledged_at=None,
            snoozed_until=None,
            forwarded_by_id=reader.person_id,
        )
        .execution_options(synchronize_session=False)
    )


def _giver(delivery: Delivery, reader: Reader) -> Reader:
    """Return who gives it away: a head may take over a colleague's item, not keep their own."""
    if delivery.person_id is None or delivery.person_id == reader.person_id:
        return reader
    return Reader(reader.authority_id, reader.school_id, delivery.person_id, is_head=False)


def _why(message: str, *, own: bool) -> str:
    said = NOT_THEIRS if own else GIVEN_AWAY
    return f"{said} “{message}”" if message else said


def _parts(
    session: Session, reader: Reader, category_id: int
) -> Collection[sa.Row[tuple[int, Part]]]:
    return session.execute(
        sa.select(Owner.person_id, Owner.part)
        .where(
            Owner.authority_id == reader.authority_id,
            Owner.school_id == reader.school_id,
            Owner.category_id == category_id,
            Owner.ended_at.is_(None),
        )
        .order_by(Owner.id)
        .limit(50)
    ).all()
