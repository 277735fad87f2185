"""Reminders and escalations as they are written: to whom, how often, in how many mails."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from categories.events import OwnersChanged
from categories.routing.reasons import Reason
from directory.models import Role
from notifications.models import Attention, Delivery, DeliveryState
from notifications.models_mail import Mail, Occasion
from notifications.models_reaching import Chase, ChaseStep, ReachChoice
from notifications.moving.items import follow_owners
from notifications.reading.inbox import Reader
from notifications.reading.marking import mark_done
from tests.factories.calendar import TermDatesFactory
from tests.factories.chasing import (
    AFTER,
    BEFORE,
    DEPUTY,
    DUE,
    HEAD,
    SENT,
    make_late,
    make_notice,
    put,
    run,
)
from tests.factories.directory import MembershipFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def place(session, school):
    return MembershipFactory(school=school)


@pytest.fixture
def item(session, place):
    return put(place, make_notice())


def chases(session, step=ChaseStep.READER) -> list[Chase]:
    return list(
        session.scalars(sa.select(Chase).where(Chase.step == step).order_by(Chase.id)).all()
    )


def mails(session, occasion=Occasion.REMINDER) -> list[Mail]:
    return list(
        session.scalars(sa.select(Mail).where(Mail.occasion == occasion).order_by(Mail.id)).all()
    )


def test_a_reader_who_has_not_acted_is_reminded_once_by_one_mail(session, item, place):
    assert run(session, BEFORE - timedelta(days=1)) == 0
    assert run(session, BEFORE) == 1
    assert run(session, BEFORE) == 0
    assert run(session, BEFORE + timedelta(hours=2)) == 0
    [mail] = mails(session)
    assert (mail.delivery_id, mail.round, mail.person_id) == (item.id, 1, place.person_id)
    assert mail.address == place.person.email
    assert run(session, AFTER) == 1
    assert [chase.number for chase in chases(session)] == [1, 2]
    assert run(session, HEAD) == 0, "no more than the notice allows, and nobody to escalate to"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("notice", "delivery"),
    [
        ({}, {"state": DeliveryState.DONE}),
        ({}, {"state": DeliveryState.CLOSED}),
        ({}, {"reason": Reason.ALSO}),
        ({"acknowledge": True}, {"acknowledged_at": SENT}),
        ({"stopped": True}, {}),
        ({"withdrawn_at": SENT}, {}),
        ({"replaced_at": SENT}, {}),
        ({"expunged_at": SENT}, {}),
        ({"valid_until": date(2026, 12, 1)}, {}),
        ({"attention": Attention.INFORMATION}, {}),
        ({"reminders": 0}, {}),
        ({"reminders_stopped_at": SENT}, {}),
        ({"attention": Attention.URGENT, "due_on": None}, {"state": DeliveryState.READ}),
    ],
)
def test_nobody_is_reminded_who_need_not_act(session, place, notice, delivery):
    made = make_notice(**notice)
    put(place, made, **delivery)
    assert run(session, SENT + timedelta(hours=4)) == 0
    assert run(session, BEFORE) == 0
    assert chases(session) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("notice", "at"),
    [
        ({"attention": Attention.INFORMATION, "acknowledge": True, "due_on": None}, None),
        ({"attention": Attention.URGENT, "due_on": None}, SENT + timedelta(hours=4)),
    ],
)
def test_what_is_to_be_acknowledged_and_what_is_urgent_is_chased_too(session, place, notice, at):
    put(place, make_notice(**notice))
    assert run(session, at or datetime(2026, 11, 9, 9, tzinfo=UTC)) == 1
    [mail] = mails(session)
    assert mail.urgent is (at is not None)


def test_several_items_of_one_day_are_one_mail(session, place):
    first, second = (put(place, make_notice(due_on=DUE)) for _ in range(2))
    other = put(MembershipFactory(school=place.school), first.notice)
    assert run(session, BEFORE) == 3
    several, single = sorted(mails(session), key=lambda mail: mail.person_id != place.person_id)
    assert several.subject == "Reminder: 2 items wait for you"
    assert f"/inbox/{first.id}" in several.text
    assert f"/inbox/{second.id}" in several.text
    assert "It is due on 3 December 2026." in several.text
    assert (single.delivery_id, single.text) == (other.id, "")


def test_whoever_was_reminded_today_is_reminded_of_the_rest_tomorrow(session, place, item):
    assert run(session, BEFORE) == 1
    late = put(place, make_notice())
    assert run(session, BEFORE + timedelta(hours=1)) == 0
    assert run(session, BEFORE + timedelta(days=1)) == 1
    assert chases(session)[-1].delivery_id == late.id


@pytest.mark.sqlite_only
def test_the_schools_own_mailbox_is_reminded_once_a_day_too(session, school):
    for _ in range(2):
        DeliveryFactory(
            notice=make_notice(), school=school, person=None, reason="office", delivered_at=SENT
        )
    assert run(session, BEFORE) == 2
    [mail] = mails(session)
    assert mail.address == school.email
    DeliveryFactory(
        notice=make_notice(), school=school, person=None, reason="office", delivered_at=SENT
    )
    assert run(session, BEFORE + timedelta(hours=1)) == 0


@pytest.mark.sqlite_only
def test_who_holds_it_now_is_reminded(session, item, place):
    successor = MembershipFactory(school=place.school)
    item.person_id = successor.person_id
    run(session, BEFORE)
    assert [mail.person_id for mail in mails(session)] == [successor.person_id]


@pytest.mark.sqlite_only
def test_quiet_hours_hold_a_reminder_back(session, item, place):
    session.add(
        ReachChoice(
            authority_id=place.authority_id,
            person_id=place.person_id,
            quiet_from=time(7),
            quiet_to=time(12),
            changed_at=SENT,
        )
    )
    run(session, BEFORE)
    [mail] = mails(session)
    assert mail.send_after == datetime(2026, 12, 2, 12, tzinfo=UTC)


@pytest.mark.sqlite_only
def test_what_nobody_worked_for_is_not_made_up_for_days_later(session, item):
    assert run(session, datetime(2026, 12, 16, 9, tzinfo=UTC)) == 0


@pytest.mark.sqlite_only
def test_a_school_without_school_that_day_is_reminded_on_its_own_day(session, place, item):
    TermDatesFactory(
        school_id=place.school_id,
        school_year="2026/27",
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 12, 18),
        days_off=["2026-12-02"],
    )
    elsewhere = put(MembershipFactory(), item.notice)
    assert run(session, datetime(2026, 12, 1, 9, tzinfo=UTC)) == 1
    assert run(session, BEFORE) == 1
    assert [chase.delivery_id for chase in chases(session)] == [item.id, elsewhere.id]


@pytest.fixture
def late(place):
    return make_late(place)


def test_what_stays_undone_goes_to_the_deputy_too_then_to_the_head(session, late, place):
    item, deputy, head = late
    assert run(session, DEPUTY) == 1
    assert run(session, DEPUTY + timedelta(hours=1)) == 0
    theirs = session.scalars(
        sa.select(Delivery).where(Delivery.person_id == deputy.person_id)
    ).one()
    assert (theirs.reason, theirs.state) == (Reason.ESCALATED, DeliveryState.UNREAD)
    [mail] = mails(session, Occasion.DEPUTY)
    assert mail.address == deputy.person.email
    assert f"/inbox/{theirs.id}" in mail.text
    assert place.person.name in mail.text
    assert run(session, HEAD) == 1
    assert run(session, HEAD + timedelta(hours=1)) == 0
    [told] = mails(session, Occasion.HEAD)
    assert (told.person_id, told.delivery_id) == (head.person_id, item.id)
    reader = Reader(item.authority_id, item.school_id, deputy.person_id, is_head=False)
    mark_done(session, theirs, reader=reader, at=HEAD)
    session.expire_all()
    assert item.state is DeliveryState.DONE


@pytest.mark.sqlite_only
def test_what_a_deputy_was_given_stays_theirs_when_owners_change(session, late):
    item, deputy, _ = late
    run(session, DEPUTY)
    event = OwnersChanged(item.authority_id, item.school_id, [item.category_id])
    follow_owners(session, event, DEPUTY)
    held = sa.select(Delivery.state).where(Delivery.person_id == deputy.person_id)
    assert session.scalars(held).all() == [DeliveryState.UNREAD]


@pytest.mark.sqlite_only
def test_nobody_is_told_of_what_is_their_own(session, school):
    head = MembershipFactory(school=school, role=Role.HEAD)
    put(head, make_notice(reminders=0))
    assert run(session, HEAD) == 0


@pytest.mark.sqlite_only
def test_a_job_that_is_shared_is_told_of_once(session, late, school):
    item, _, _ = late
    sharer = MembershipFactory(school=school)
    put(sharer, item.notice, category_id=item.category_id, reason=Reason.SHARES)
    assert [run(session, DEPUTY), run(session, HEAD), run(session, HEAD)] == [1, 1, 0]
