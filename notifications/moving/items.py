"""What lies with somebody follows when owners, people or heads change: handlers of events.

Each may run twice and late: it looks at what holds now, moves what does not lie right, and does
nothing where everything does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.events import OwnersChanged
from categories.models import Category
from categories.routing.reasons import Reason
from categories.routing.route import of_each_category
from categories.routing.sources import PLACES
from directory.events import HeadChanged, PeopleMerged, PersonLeft
from directory.models import Person, School
from directory.receiving import is_receiving
from foundation import audit, clock
from notifications.models import Delivery, DeliveryState
from notifications.models_mail import Mail, MailState
from notifications.moving.handing_on import OPEN, Item, Moved, Step, hand_on, items, take_turns
from notifications.moving.moved_mail import tell
from notifications.moving.uniting import keep_furthest


@dataclass(frozen=True)
class Found:
    """Whom routing finds for one category at a school today: the one it goes to, and all."""

    to_id: int | None
    reason: Reason
    everybody: frozenset[int | None]


def follow_owners(session: Session, event: OwnersChanged, at: datetime) -> None:
    """Take unread items to whom their category leads now (the handler of ``OwnersChanged``).

    What is read already stays with its reader, who has begun with it.
    """
    take_turns(session, event.authority_id, [event.school_id])
    lying = items(
        session,
        event.authority_id,
        Delivery.school_id == event.school_id,
        Delivery.category_id.in_(event.category_ids),
        Delivery.state == DeliveryState.UNREAD,
        # a colleague, or what is overdue, wants that very reader to have it
        Delivery.reason.not_in((Reason.FORWARDED, Reason.ESCALATED)),
    )
    found = found_for(session, event.authority_id, event.school_id, _categories(lying), at)
    strayed = [item for item in lying if item.person_id not in found[item.category_id].everybody]
    words = _Words(session, event.authority_id, strayed, found)
    steps = [
        Step(item, now.to_id, now.reason, words.of_owner(item, now))
        for item in strayed
        for now in (found[item.category_id],)
    ]
    _finish(session, event.authority_id, event.school_id, steps, by=None, at=at)


def follow_leaver(session: Session, event: PersonLeft, at: datetime) -> None:
    """Take everything open of somebody who left a school to others (of ``PersonLeft``).

    Does nothing when they have a place there again meanwhile.
    """
    authority_id, school_id = event.authority_id, event.school_id
    if is_receiving(session, authority_id, school_id, event.person_id):
        return
    take_turns(session, authority_id, [school_id])
    lying = items(
        session,
        authority_id,
        Delivery.school_id == school_id,
        Delivery.person_id == event.person_id,
        Delivery.state.in_(OPEN),
    )
    found = found_for(session, authority_id, school_id, _categories(lying), at)
    to_id = event.to_id
    if to_id is not None and not is_receiving(session, authority_id, school_id, to_id):
        to_id = None
    why = f"{_name(session, event.person_id)} left the school."
    steps = [_to_successor(item, to_id, found[item.category_id], why) for item in lying]
    _finish(session, authority_id, school_id, steps, by=event.by_id, at=at)
    _drop_mail(session, event)


def _drop_mail(session: Session, event: PersonLeft) -> None:
    """Let nothing be sent any more to somebody who left about what stays under their name."""
    theirs = sa.select(Delivery.id).where(
        Delivery.authority_id == event.authority_id,
        Delivery.school_id == event.school_id,
        Delivery.person_id == event.person_id,
    )
    session.execute(
        sa.delete(Mail)
        .where(
            Mail.authority_id == event.authority_id,
            Mail.person_id == event.person_id,
            Mail.state == MailState.QUEUED,
            Mail.delivery_id.in_(theirs),
        )
        .execution_options(synchronize_session=False)
    )


def follow_head(session: Session, event: HeadChanged, at: datetime) -> None:
    """Take what came to the head as head, or to nobody, to the new head (of ``HeadChanged``)."""
    authority_id, school_id = event.authority_id, event.school_id
    if not is_receiving(session, authority_id, school_id, event.person_id):
        return
    take_turns(session, authority_id, [school_id])
    lying = items(
        session,
        authority_id,
        Delivery.school_id == school_id,
        Delivery.reason.in_((Reason.HEAD, Reason.OFFICE)),
        Delivery.state.in_(OPEN),
        sa.or_(Delivery.person_id != event.person_id, Delivery.person_id.is_(None)),
    )
    why = f"{_name(session, event.person_id)} is the headteacher now."
    steps = [Step(item, event.person_id, Reason.HEAD, why) for item in lying]
    _finish(session, authority_id, school_id, steps, by=event.by_id, at=at)


def follow_merge(session: Session, event: PeopleMerged, at: datetime) -> None:
    """Take everything, open or done, of a duplicate to the person (of ``PeopleMerged``)."""
    lying = items(
        session,
        event.authority_id,
        Delivery.person_id == event.gone_id,
        Delivery.state != DeliveryState.CLOSED,
    )
    schools = sorted({item.school_id for item in lying})
    take_turns(session, event.authority_id, schools)
    why = f"{_name(session, event.gone_id)} had two entries, which became one."
    steps = [Step(item, event.kept_id, item.reason, why) for item in lying]
    moved = hand_on(session, event.authority_id, steps, by=event.by_id, at=at)
    keep_furthest(session, event.authority_id, moved.closed)
    # no mail: it is the same person, and the items are as old as they were
    _record(session, event.authority_id, event.kept_id, "person", moved, by=event.by_id, at=at)


def found_for(
    session: Session,
    authority_id: int,
    school_id: int,
    category_ids: Iterable[int | None],
    at: datetime,
) -> dict[int | None, Found]:
    """Return whom routing finds at a school today, for each category (None: for heads).

    Two statements at most.
    """
    school = sa.select(School.id).where(School.authority_id == authority_id, School.id == school_id)
    asked = set(category_ids)
    named = sorted(key for key in asked if key is not None)
    found: dict[int | None, Found] = {}
    no_category: list[int] = []  # routing takes it for what is sent to heads
    for some in ([named] if named else []) + ([no_category] if None in asked else []):
        each = of_each_category(authority_id, school, some, on=clock.local_date(at))
        rows = session.execute(
            sa.select(each.c.category_id, each.c.person_id, each.c.place).order_by(
                each.c.beside, each.c.place, each.c.person_id
            )
        ).all()
        people: dict[int | None, list[tuple[int | None, Reason]]] = defaultdict(list)
        for row in rows:  # the one whom it leads to comes first, others beside them
            people[row.category_id].append((row.person_id, PLACES[row.place]))
        keys: list[int | None] = [*some] or [None]
        for key in keys:
            to_id, reason = next(iter(people[key]), (None, Reason.OFFICE))
            found[key] = Found(to_id, reason, frozenset(person for person, _ in people[key]))
    return found


def _to_successor(item: Item, to_id: int | None, now: Found, why: str) -> Step:
    """Prefer whom the school named; the reason is routing's where the two agree."""
    if to_id is None or to_id == now.to_id:
        return Step(item, now.to_id, now.reason, why)
    return Step(item, to_id, item.reason, why)


def _categories(lying: Collection[Item]) -> set[int | None]:
    return {item.category_id for item in lying}


class _Words:
    """Why items move when owners change; names are looked up once for all."""

    def __init__(
        self,
        session: Session,
        authority_id: int,
        strayed: Collection[Item],
        found: dict[int | None, Found],
    ) -> None:
        people = {found[item.category_id].to_id for item in strayed} - {None}
        categories = _categories(strayed) - {None}
        self.names: dict[int, str] = defaultdict(str)
        self.headings: dict[int, str] = defaultdict(str)
        if people:
            self.names |= (
                session.execute(
                    sa.select(Person.id, Person.name).where(
                        Person.authority_id == authority_id, Person.id.in_(people)
                    )
                )
                .tuples()
                .all()
            )
        if categories:
            self.headings |= (
                session.execute(
                    sa.select(Category.id, Category.heading).where(
                        Category.authority_id == authority_id, Category.id.in_(categories)
                    )
                )
                .tuples()
                .all()
            )

    def of_owner(self, item: Item, now: Found) -> str:
        """Say in a sentence who gets it now, and as what."""
        heading = self.headings[item.category_id or 0]
        if now.to_id is None:
            return f"Nobody is set for {heading} now, and no headteacher is known."
        name = self.names[now.to_id]
        if now.reason is Reason.OWNER:
            return f"{name} owns {heading} now."
        if now.reason is Reason.COVER:
            return f"{name} stands in for {heading} now."
        if now.reason is Reason.HEAD:
            return f"Nobody is set for {heading} now, so it comes to the headteacher."
        return f"{heading} goes to {name} now."


def _name(session: Session, person_id: int) -> str:
    return session.scalar(sa.select(Person.name).where(Person.id == person_id)) or "Somebody"


def _finish(
    session: Session,
    authority_id: int,
    school_id: int,
    steps: list[Step],
    *,
    by: int | None,
    at: datetime,
) -> None:
    """Hand on, tell the new readers in one mail each, and put it on the audit trail."""
    if not steps:
        return
    moved = hand_on(session, authority_id, steps, by=by, at=at)
    tell(session, authority_id, school_id, moved.moved, at=at)
    _record(session, authority_id, school_id, "school", moved, by=by, at=at)


def _record(
    session: Session,
    authority_id: int,
    subject_id: int,
    subject: str,
    moved: Moved,
    *,
    by: int | None,
    at: datetime,
) -> None:
    if moved.moved or moved.closed:
        audit.record(
            session,
            authority_id=authority_id,
            action="deliveries.moved",
            subject=subject,
            subject_id=subject_id,
            by=by,
            at=at,
            detail={"moved": len(moved.moved), "closed": len(moved.closed)},
        )
