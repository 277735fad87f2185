"""Handing deliveries on to somebody else at the school: set-based, with their history and mail.

A delivery that moves keeps its row; a row of ``delivery_move`` says from whom, to whom, why and
when. Where the new reader has the same notice at that school already, the row is closed instead
and stays with whom it was: nobody gets an item twice, and nothing vanishes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.routing.reasons import Reason
from directory.models import Membership, Person, School
from foundation.bulk import batches, insert_all, update_all
from notifications.models import Delivery, DeliveryMove, DeliveryState
from notifications.models_mail import Mail, MailState

MOST_WHY = 300
HAD_IT = "Whoever gets it now had it already."
OPEN = (DeliveryState.UNREAD, DeliveryState.READ)

Key = tuple[int, int, int | None]
"""Of a notice at a school with a person, the school's own mailbox being None."""


@dataclass(frozen=True)
class Item:
    """A delivery as it lies: what is needed to hand it on."""

    id: int
    notice_id: int
    school_id: int
    person_id: int | None
    category_id: int | None
    reason: Reason
    state: DeliveryState


@dataclass(frozen=True)
class Step:
    """Where a delivery is to go, and why, in a sentence for people."""

    item: Item
    to_id: int | None
    reason: Reason
    why: str


@dataclass(frozen=True)
class Moved:
    """What was done: the steps taken, and those closed because the new reader had it already."""

    moved: Sequence[Step]
    closed: Sequence[Step]

    def __add__(self, other: "Moved") -> "Moved":
        return Moved([*self.moved, *other.moved], [*self.closed, *other.closed])


def items(
    session: Session, authority_id: int, *conditions: sa.ColumnElement[bool], most: int = 100_000
) -> list[Item]:
    """Return deliveries by id, locked until the commit where the database can.

    ``conditions`` narrow them to a school or a person, through an index.
    """
    rows = session.execute(
        sa.select(
            Delivery.id,
            Delivery.notice_id,
            Delivery.school_id,
            Delivery.person_id,
            Delivery.category_id,
            Delivery.reason,
            Delivery.state,
        )
        .where(Delivery.authority_id == authority_id, *conditions)
        .order_by(Delivery.id)
        .limit(most)
        .with_for_update()
    )
    return [Item(*row) for row in rows]


def take_turns(session: Session, authority_id: int, school_ids: Iterable[int]) -> None:
    """Keep others from handing on at these schools until the commit.

    Two at once would each not see what the other brings, and somebody would have an item twice.
    """
    session.execute(
        sa.select(School.id)
        .where(School.authority_id == authority_id, School.id.in_(sorted(set(school_ids))))
        .order_by(School.id)
        .with_for_update(key_share=True)
    ).all()


def hand_on(
    session: Session, authority_id: int, steps: Iterable[Step], *, by: int | None, at: datetime
) -> Moved:
    """Move each delivery or close it, write its history, and send its waiting mail after it.

    A handful of statements for each thousand. Call ``take_turns`` first.
    """
    done = Moved([], [])
    session.flush()  # below rows are written past the session
    for some in batches(steps):
        held = _held(session, authority_id, some)
        moved, closed = _parted(some, set(held))
        update_all(
            session,
            Delivery,
            [
                {
                    "id": step.item.id,
                    "person_id": step.to_id,
                    "reason": step.reason,
                    "snoozed_until": None,  # it was put away by whoever had it
                }
                for step in moved
            ],
        )
        update_all(
            session,
            Delivery,
            [{"id": step.item.id, "state": DeliveryState.CLOSED} for step in closed]
            + _reopened(closed, held),
        )
        _write_history(session, authority_id, moved, closed, by=by, at=at)
        _redirect_mail(session, authority_id, moved, closed)
        done += Moved(moved, closed)
    _forget(session)
    return done


def _forget(session: Session) -> None:
    """Let the session read these rows anew when it is asked for them."""
    for held in session.identity_map.values():
        if isinstance(held, (Delivery, Mail)):
            session.expire(held)


def _held(
    session: Session, authority_id: int, steps: Sequence[Step]
) -> dict[Key, tuple[int, DeliveryState]]:
    """Return which of the notices the new readers have already: the delivery and its state.

    What is itself about to move does not count: two people may change places.
    """
    people = {step.to_id for step in steps if step.to_id is not None}
    rows = session.execute(
        sa.select(
            Delivery.school_id, Delivery.notice_id, Delivery.person_id, Delivery.id, Delivery.state
        )
        .where(
            Delivery.id.not_in([step.item.id for step in steps]),
            Delivery.authority_id == authority_id,
            Delivery.school_id.in_({step.item.school_id for step in steps}),
            Delivery.notice_id.in_({step.item.notice_id for step in steps}),
            sa.or_(Delivery.person_id.in_(people), Delivery.person_id.is_(None)),
        )
        .order_by(Delivery.id)
    )
    held: dict[Key, tuple[int, DeliveryState]] = {}
    for row in rows:
        key = (row.school_id, row.notice_id, row.person_id)
        if key not in held or held[key][1] is DeliveryState.CLOSED:
            held[key] = (row.id, row.state)
    return held


def _reopened(
    closed: Sequence[Step], held: dict[Key, tuple[int, DeliveryState]]
) -> list[dict[str, object]]:
    """What went away from somebody and comes back to them opens again: their own row does."""
    found: dict[int, DeliveryState] = {}
    for step in closed:
        delivery_id, state = held.get(
            (step.item.school_id, step.item.notice_id, step.to_id), (0, DeliveryState.UNREAD)
        )
        if state is DeliveryState.CLOSED and step.item.state in OPEN:
            found.setdefault(delivery_id, step.item.state)
    return [{"id": delivery_id, "state": state} for delivery_id, state in found.items()]


def _parted(steps: Sequence[Step], held: set[Key]) -> tuple[list[Step], list[Step]]:
    moved, closed = [], []
    for step in steps:
        key = (step.item.school_id, step.item.notice_id, step.to_id)
        if key in held:
            closed.append(step)
        else:
            held.add(key)
            moved.append(step)
    return moved, closed


def _write_history(
    session: Session,
    authority_id: int,
    moved: Sequence[Step],
    closed: Sequence[Step],
    *,
    by: int | None,
    at: datetime,
) -> None:
    insert_all(
        session,
        DeliveryMove,
        [
            {
                "authority_id": authority_id,
                "delivery_id": step.item.id,
                "from_person_id": step.item.person_id,
                "to_person_id": step.to_id,
                "why": why[:MOST_WHY],
                "by_id": by,
                "at": at,
            }
            for some, suffix in ((moved, ""), (closed, f" {HAD_IT}"))
            for step in some
            for why in (step.why[: MOST_WHY - len(suffix)] + suffix,)
        ],
    )


def _redirect_mail(
    session: Session, authority_id: int, moved: Sequence[Step], closed: Sequence[Step]
) -> None:
    """Mail that has not left yet goes to the new reader; that of what was closed is not sent."""
    waiting: dict[int, list[int]] = {}
    for row in session.execute(
        sa.select(Mail.delivery_id, Mail.id)
        .where(
            Mail.authority_id == authority_id,
            Mail.delivery_id.in_([step.item.id for step in (*moved, *closed)]),
            Mail.state == MailState.QUEUED,
        )
        .order_by(Mail.id)
    ):
        waiting.setdefault(row.delivery_id or 0, []).append(row.id)
    if not waiting:
        return
    known = addresses(session, authority_id, [(step.item.school_id, step.to_id) for step in moved])
    readdressed: list[dict[str, object]] = []
    dropped = [mail_id for step in closed for mail_id in waiting.get(step.item.id, ())]
    for step in moved:
        address = known.get((step.item.school_id, step.to_id), "")
        for mail_id in waiting.get(step.item.id, ()):
            if address:
                readdressed.append({"id": mail_id, "address": address, "person_id": step.to_id})
            else:
                dropped.append(mail_id)
    update_all(session, Mail, readdressed)
    if dropped:
        session.execute(
            sa.delete(Mail)
            .where(Mail.authority_id == authority_id, Mail.id.in_(dropped))
            .execution_options(synchronize_session=False)
        )


def addresses(
    session: Session, authority_id: int, readers: Iterable[tuple[int, int | None]]
) -> dict[tuple[int, int | None], str]:
    """Return where mail for people at schools goes: two statements.

    It is the mailbox that stands behind the person there, else their own address; for None the
    school's own mailbox, which may be empty.
    """
    pairs = set(readers)
    schools = {school_id for school_id, _ in pairs}
    people = {person_id for _, person_id in pairs if person_id is not None}
    offices = session.execute(
        sa.select(School.id, School.email).where(
            School.authority_id == authority_id, School.id.in_(schools)
        )
    )
    found: dict[tuple[int, int | None], str] = {(row.id, None): row.email for row in offices}
    rows = session.execute(
        sa.select(Person.id, Person.email, Membership.school_id, Membership.mailbox)
        .outerjoin(
            Membership,
            sa.and_(
                Membership.person_id == Person.id,
                Membership.school_id.in_(schools),
                Membership.ended_at.is_(None),
            ),
        )
        .where(Person.authority_id == authority_id, Person.id.in_(people))
        .order_by(Membership.id)
    ).all()
    for school_id in schools:
        for row in rows:
            key = (school_id, row.id)
            mailbox = row.mailbox if row.school_id == school_id else ""
            if key not in found or (mailbox and found[key] == row.email):
                found[key] = mailbox or row.email
    return {pair: found.get(pair, "") for pair in pairs}
