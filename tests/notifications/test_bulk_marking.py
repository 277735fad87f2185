"""Several items at once: done, put back, put away. Only one's own, and twice does no harm."""

from datetime import date, timedelta

import pytest

from notifications.models import Delivery
from notifications.reading import marking, snoozing
from notifications.reading.inbox import reader_of
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

TODAY = date(2026, 11, 30)


@pytest.fixture
def place(session):
    return MembershipFactory()


def states(session, *items):
    session.flush()
    session.expire_all()
    return [session.get(Delivery, item.id).state.value for item in items]


def test_only_ones_own_open_items_are_done_and_can_be_put_back(session, place):
    colleague = MembershipFactory(school=place.school)
    elsewhere = MembershipFactory(person=place.person)
    new, read = DeliveryFactory.to(place), DeliveryFactory.to(place, state="read", read_at=NOON)
    before = DeliveryFactory.to(place, state="done", done_at=NOON)
    strange = [DeliveryFactory.to(colleague), DeliveryFactory.to(elsewhere)]
    session.flush()
    ids = [item.id for item in (new, read, before, *strange)]
    reader, at = reader_of(place), NOON + timedelta(hours=1)
    marked = marking.mark_many_done(session, [*ids, 10**15], reader=reader, at=at)
    assert marked == marking.Marked(sorted([new.id, read.id]), 1)
    assert states(session, new, read, before, *strange) == ["done"] * 3 + ["unread"] * 2
    assert marking.mark_many_done(session, ids, reader=reader, at=at).done == []
    assert marking.mark_many_not_done(session, marked.done, reader=reader) == 2
    assert states(session, new, read, before) == ["read", "read", "done"]
    assert marking.mark_many_not_done(session, marked.done, reader=reader) == 0


def test_a_shared_job_is_done_and_put_back_for_all_who_share_it(session, place):
    notice = NoticeFactory()
    mates = [MembershipFactory(school=place.school) for _ in range(3)]
    mine = DeliveryFactory.to(place, notice=notice)
    shares = DeliveryFactory.to(mates[0], notice=notice, reason="shares")
    also = DeliveryFactory.to(mates[1], notice=notice, reason="also")
    other = DeliveryFactory.to(mates[2], reason="shares")
    session.flush()
    reader = reader_of(place)
    marking.mark_many_done(session, [mine.id], reader=reader, at=NOON)
    assert states(session, mine, shares, also, other) == ["done", "done", "unread", "unread"]
    theirs = reader_of(mates[0])
    again = marking.mark_many_done(session, [shares.id], reader=theirs, at=NOON)
    assert again == marking.Marked([], 1)  # a colleague did it meanwhile
    marking.mark_many_not_done(session, [mine.id], reader=reader)
    assert states(session, mine, shares) == ["read", "unread"]


def test_putting_away_hides_until_the_day_and_says_what_is_due_before(session, place):
    due = {"soon": 2, "later": 20, "never": None}
    items = {
        name: DeliveryFactory.to(
            place, notice__due_on=None if days is None else TODAY + timedelta(days=days)
        )
        for name, days in due.items()
    }
    strange = DeliveryFactory.to(MembershipFactory(school=place.school))
    session.flush()
    reader, until = reader_of(place), TODAY + timedelta(days=7)
    ids = [item.id for item in (*items.values(), strange)]
    done = snoozing.snooze(session, ids, reader=reader, until=until, today=TODAY)
    assert done == snoozing.Snoozed([items["later"].id, items["never"].id], 1)
    assert (items["soon"].snoozed_until, strange.snoozed_until) == (None, None)
    with pytest.raises(snoozing.PastDueError, match="It is due on 2 December 2026"):
        snoozing.snooze_one(session, items["soon"], reader=reader, until=until, today=TODAY)
    snoozing.snooze_one(
        session, items["soon"], reader=reader, until=until, today=TODAY, past_due=True
    )
    assert items["soon"].snoozed_until == until
    assert snoozing.bring_back(session, ids, reader=reader) == 3
    assert snoozing.bring_back(session, ids, reader=reader) == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize("days", [-1, 0, 400])
def test_only_a_day_to_come_within_a_year_will_do(session, place, days):
    with pytest.raises(snoozing.BadDayError):
        snoozing.snooze(
            session, [], reader=reader_of(place), until=TODAY + timedelta(days=days), today=TODAY
        )


@pytest.mark.sqlite_only
def test_the_days_that_are_offered():
    assert snoozing.tomorrow(TODAY) == date(2026, 12, 1)
    assert snoozing.next_monday(TODAY) == date(2026, 12, 7)  # today is one
    assert snoozing.next_monday(date(2026, 12, 6)) == date(2026, 12, 7)
    assert snoozing.week_before(date(2026, 12, 14), TODAY) == date(2026, 12, 7)
    assert snoozing.week_before(date(2026, 12, 7), TODAY) is None
    assert snoozing.week_before(None, TODAY) is None


@pytest.mark.sqlite_only
def test_what_lies_in_the_schools_mailbox_is_the_heads_to_mark(session):
    head = HeadFactory()
    office = DeliveryFactory(person=None, school=head.school, reason="office")
    staff = MembershipFactory(school=head.school)
    session.flush()
    assert marking.mark_many_done(session, [office.id], reader=reader_of(staff), at=NOON).done == []
    done = marking.mark_many_done(session, [office.id], reader=reader_of(head), at=NOON)
    assert done.done == [office.id]


def test_acknowledging_keeps_the_first_time_and_reads_the_item(session, place):
    item = DeliveryFactory.to(place, notice__acknowledge=True)
    session.flush()
    reader = reader_of(place)
    for hours in (0, 5):
        at = NOON + timedelta(hours=hours)
        marking.acknowledge(session, item, reader=reader, at=at)
    assert (item.acknowledged_at, item.read_at, item.state) == (NOON, NOON, "read")
    with pytest.raises(marking.NotYourItemError):
        marking.acknowledge(session, item, reader=reader_of(HeadFactory()), at=NOON)
