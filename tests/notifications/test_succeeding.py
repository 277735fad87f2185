"""What is open at a school that closes goes on at its successor, or is closed with its history."""

from datetime import date

import pytest
import sqlalchemy as sa

from directory.events import PersonLeft, SchoolClosed, SchoolSucceeded
from foundation.outbox import OutboxEvent
from notifications.models import Delivery, DeliveryMove, DeliveryState
from notifications.models_mail import Mail, MailState
from notifications.moving.succeeding import close_items, follow_school
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

S = DeliveryState


@pytest.fixture
def gone(session):
    return SchoolFactory(name="Old School", closed_on=date(2026, 8, 31))


@pytest.fixture
def successor(session):
    return SchoolFactory()


def moves(session):
    return session.execute(
        sa.select(DeliveryMove.delivery_id, DeliveryMove.from_school_id, DeliveryMove.why).order_by(
            DeliveryMove.id
        )
    ).all()


def where(session):
    session.expire_all()
    rows = session.execute(sa.select(Delivery.school_id, Delivery.state).order_by(Delivery.id))
    return [tuple(row) for row in rows]


def succeed(session, gone, successor):
    session.flush()
    event = SchoolSucceeded(gone.authority_id, gone.id, successor.id, [gone.id])
    follow_school(session, event, NOON)


def test_open_items_go_on_with_their_readers_and_done_ones_stay(session, gone, successor):
    place = MembershipFactory(school=gone, ended_at=NOON)
    MembershipFactory(school=successor, person=place.person)
    unread, read, _ = (
        DeliveryFactory.to(place, state=state) for state in (S.UNREAD, S.READ, S.DONE)
    )
    office = DeliveryFactory(school=gone, person_id=None, reason="office")
    succeed(session, gone, successor)
    assert where(session) == [
        (successor.id, S.UNREAD),
        (successor.id, S.READ),
        (gone.id, S.DONE),
        (successor.id, S.UNREAD),
    ]
    why = "Old School closed, and this school goes on in its place."
    assert moves(session) == [(item.id, gone.id, why) for item in (unread, read, office)]
    succeed(session, gone, successor)
    assert len(moves(session)) == 3


def test_what_the_successor_has_already_is_closed(session, gone, successor):
    notice = NoticeFactory()
    mine = DeliveryFactory.to(MembershipFactory(school=gone), notice=notice)
    DeliveryFactory.to(MembershipFactory(school=successor), notice=notice, state=S.DONE)
    session.add(
        Mail(
            authority_id=gone.authority_id,
            delivery_id=mine.id,
            address="a@b.example",
            created_at=NOON,
            send_after=NOON,
        )
    )
    succeed(session, gone, successor)
    assert where(session) == [(gone.id, S.CLOSED), (successor.id, S.DONE)]
    assert moves(session)[0].why == "Old School closed. Whoever gets it now had it already."
    waiting = sa.select(Mail).where(Mail.state == MailState.QUEUED)
    assert session.scalars(waiting).all() == []


@pytest.mark.sqlite_only
def test_what_lies_with_somebody_who_did_not_come_along_is_handed_on(session, gone, successor):
    place = MembershipFactory(school=gone, ended_at=NOON)
    DeliveryFactory.to(place)
    succeed(session, gone, successor)
    (event,) = session.scalars(sa.select(OutboxEvent).where(OutboxEvent.name == "PersonLeft"))
    assert PersonLeft(**event.payload) == PersonLeft(
        gone.authority_id, successor.id, place.person_id
    )


@pytest.mark.sqlite_only
def test_open_items_of_a_school_that_nothing_follows_are_closed(session, gone):
    place = MembershipFactory(school=gone)
    item = DeliveryFactory.to(place)
    DeliveryFactory.to(place, state=S.DONE)
    session.flush()
    for _ in range(2):
        close_items(session, SchoolClosed(gone.authority_id, gone.id), NOON)
    assert where(session) == [(gone.id, S.CLOSED), (gone.id, S.DONE)]
    assert moves(session) == [(item.id, None, "The school closed on 31 August 2026.")]
