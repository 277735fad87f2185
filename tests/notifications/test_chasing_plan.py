"""What a sender sees of reminders, and does about them; how workers write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from notifications.chasing.controlling import (
    NoReminderError,
    go_on_reminding,
    remind_now,
    stop_reminders,
)
from notifications.chasing.plan import expected, planned
from notifications.chasing.rule import Asked, asked_of
from notifications.chasing.working import chase_due
from notifications.models import Attention, DeliveryState
from notifications.models_mail import Mail, Occasion
from tests.factories.chasing import AFTER, BEFORE, DUE, SENT, make_late, make_notice, put, run
from tests.factories.directory import MembershipFactory


@pytest.fixture
def place(session):
    return MembershipFactory()


@pytest.fixture
def item(place):
    return put(place, make_notice())


@pytest.fixture
def late(place):
    return make_late(place)


def mails(session) -> list[Mail]:
    return list(session.scalars(sa.select(Mail).where(Mail.occasion == Occasion.REMINDER)).all())


def test_workers_write_each_reminder_once(database, session, item):
    session.commit()
    assert [chase_due(database, at=BEFORE) for _ in range(2)] == [1, 0]
    assert len(mails(session)) == 1


def test_a_sender_sees_what_was_sent_and_what_will_be(session, late, place):
    item, _, _ = late
    notice = item.notice
    notice.reminders = 2
    run(session, BEFORE)
    plan = planned(session, notice, BEFORE.date())
    assert [(line.on, line.people) for line in plan.past] == [(date(2026, 12, 2), 1)]
    assert [(line.on.day, line.step.value, line.people) for line in plan.coming] == [
        (4, "reader", 1),
        (8, "deputy", 1),
        (10, "head", 1),
    ]
    assert (plan.waiting, plan.most, plan.why_not) == (1, 2, "")
    item.state = DeliveryState.DONE
    session.flush()
    assert planned(session, notice, BEFORE.date()).coming == []


def test_before_it_is_sent_the_days_are_known(session, place):
    schools = sa.select(sa.column("id")).select_from(sa.text("school"))
    asked = Asked(Attention.ACTION, False, SENT, DUE, 1, 3, 5)
    lines = expected(session, place.authority_id, schools, asked)
    assert [(line.on.day, line.people) for line in lines] == [(2, 1), (8, 1), (10, 1)]
    assert asked == asked_of(make_notice(reminders=1))


@pytest.mark.sqlite_only
def test_a_sender_stops_reminders_and_lets_them_go_on(session, item):
    by = MembershipFactory().person_id
    stop_reminders(session, item.notice, by=by, at=SENT)
    assert run(session, BEFORE) == 0
    plan = planned(session, item.notice, BEFORE.date())
    assert (plan.stopped_at, plan.coming) == (SENT, ())
    with pytest.raises(NoReminderError, match="go on first"):
        remind_now(session, item.notice, by=by, at=BEFORE)
    go_on_reminding(session, item.notice, by=by, at=SENT)
    assert run(session, BEFORE) == 1


@pytest.mark.sqlite_only
def test_a_sender_reminds_now_once_a_day_and_never_more_often_than_allowed(session, item):
    by = MembershipFactory().person_id
    day = datetime(2026, 11, 17, 14, tzinfo=UTC)
    assert remind_now(session, item.notice, by=by, at=day) == 1
    with pytest.raises(NoReminderError, match="today"):
        remind_now(session, item.notice, by=by, at=day)
    with pytest.raises(NoReminderError, match="no school"):
        remind_now(session, item.notice, by=by, at=datetime(2026, 11, 21, 9, tzinfo=UTC))
    assert run(session, BEFORE) == 1
    assert run(session, AFTER) == 0
    with pytest.raises(NoReminderError, match="as often as was approved"):
        remind_now(session, item.notice, by=by, at=AFTER + timedelta(days=3))
    assert len(mails(session)) == 2
