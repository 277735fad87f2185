"""Two windows, two people, one item: what was done elsewhere meanwhile is never overwritten."""

import pytest
import sqlalchemy as sa

from foundation.errors import Refusal
from notifications.chasing import controlling
from notifications.models import Delivery, DeliveryMove, DeliveryState, Notice
from notifications.reading import marking, not_mine, notes, saved_views, snoozing
from notifications.reading.filters import Chosen
from notifications.reading.inbox import reader_of
from notifications.reading.passing_on import pass_on
from tests.factories.base import NOON
from tests.factories.chasing import make_notice, put
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

TODAY = NOON.date()


def done(session, item, reader):
    marking.mark_done(session, item, reader=reader, at=NOON)


def acknowledged(session, item, reader):
    marking.acknowledge(session, item, reader=reader, at=NOON)


def put_back(session, item, reader):
    marking.mark_not_done(session, item, reader=reader)


def put_away(session, item, reader):
    until = snoozing.tomorrow(TODAY)
    snoozing.snooze_one(session, item, reader=reader, until=until, today=TODAY)


@pytest.fixture
def ann(session):
    return MembershipFactory(person__name="Ann Arbor")


@pytest.fixture
def bob(session, ann):
    HeadFactory(school=ann.school)
    return MembershipFactory(school=ann.school, person__name="Bob Bright")


@pytest.fixture
def stale(session, database, ann, bob):
    """Return Ann's item as one window shows it, when she has given it to Bob in another."""
    item = DeliveryFactory.to(ann, notice=NoticeFactory(acknowledge=True))
    session.commit()
    assert item.notice.title
    with database.transaction(authority=item.authority_id) as other:
        again = other.get_one(Delivery, item.id)
        not_mine.give(other, again, reader=reader_of(ann), to_id=bob.person_id, message="", at=NOON)
    return item


@pytest.mark.parametrize("verb", [done, acknowledged, put_away])
def test_what_became_a_colleagues_is_left_alone(session, ann, bob, stale, verb):
    with pytest.raises(Refusal, match=r"given to somebody else|not open any more"):
        verb(session, stale, reader_of(ann))
    session.rollback()
    now = session.get_one(Delivery, stale.id, populate_existing=True)
    assert (now.person_id, now.state) == (bob.person_id, DeliveryState.UNREAD)
    assert (now.acknowledged_at, now.done_at, now.snoozed_until) == (None, None, None)


def test_what_became_a_colleagues_is_not_passed_on_by_who_had_it(session, ann, bob, stale):
    third = MembershipFactory(school=ann.school)
    session.commit()
    with pytest.raises(marking.NotYourItemError):
        pass_on(session, stale, reader=reader_of(ann), to_id=third.person_id, message="", at=NOON)
    assert session.scalar(sa.select(sa.func.count()).select_from(DeliveryMove)) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize("verb", [done, acknowledged, put_back, put_away])
def test_nothing_is_said_to_be_done_with_what_was_closed_meanwhile(session, ann, verb):
    item = DeliveryFactory.to(ann, state=DeliveryState.CLOSED)
    session.flush()
    with pytest.raises(marking.NotOpenError):
        verb(session, item, reader_of(ann))


@pytest.mark.sqlite_only
def test_what_is_done_cannot_be_put_away(session, client, sign_in, ann):
    item = DeliveryFactory.to(ann, state=DeliveryState.DONE, done_at=NOON)
    session.commit()
    sign_in(client, ann)
    answer = client.post(f"/inbox/{item.id}/snooze", data={"until": "tomorrow"})
    assert "This item is not open any more" in answer.text
    answer = client.post(f"/inbox/{item.id}/snooze")
    assert "Choose when you want to see it again." in answer.text


@pytest.mark.sqlite_only
def test_a_note_that_is_saved_twice_at_once_is_one(session, monkeypatch, ann):
    item = DeliveryFactory.to(ann)
    session.flush()
    notes.write(session, item, reader=reader_of(ann), text="Ask Jo.", at=NOON)
    monkeypatch.setattr(notes, "note_of", lambda *_: None)  # as the other window looked before
    notes.write(session, item, reader=reader_of(ann), text="Ask Jo.", at=NOON)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}\x07 "])
def test_a_view_has_a_name_that_one_sees(session, ann, name):
    with pytest.raises(saved_views.BadNameError):
        saved_views.save(session, reader_of(ann), name=name, chosen=Chosen(), at=NOON)


def test_no_reminder_leaves_once_a_colleague_has_stopped_them(session, database, ann):
    notice = make_notice()
    put(ann, notice)
    session.commit()
    with database.transaction(authority=notice.authority_id) as other:
        again = other.get_one(Notice, notice.id)
        controlling.stop_reminders(other, again, by=ann.person_id, at=NOON)
    with pytest.raises(controlling.NoReminderError, match="stopped"):
        controlling.remind_now(session, notice, by=ann.person_id, at=NOON)
