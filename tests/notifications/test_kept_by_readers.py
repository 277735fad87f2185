"""Notes, saved views and the list for a meeting: each person's own, seen by nobody else."""

from datetime import timedelta

import pytest

from directory.events import PeopleMerged
from directory.models import Role
from foundation.errors import NotFoundError
from notifications.models import Attention
from notifications.reading import agenda, notes, saved_views
from notifications.reading.elsewhere import waiting_at
from notifications.reading.filters import Chosen
from notifications.reading.inbox import reader_of
from notifications.reading.offering import offered
from notifications.reading.uniting import keep_own
from notifications.reading.with_whom import with_whom
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory

TODAY = NOON.date()
URGENT = Chosen.of({"attention": "urgent", "show": "unread"})


@pytest.fixture
def ann(session):
    return MembershipFactory(person__name="Ann Arbor")


def test_a_note_is_its_authors_alone(session, ann):
    head = HeadFactory(school=ann.school)
    item = DeliveryFactory.to(ann)
    session.flush()
    for text in ("Ask Jo.", " Ask Jo, twice. "):
        notes.write(session, item, reader=reader_of(ann), text=text, at=NOON)
    assert notes.note_of(session, item, reader_of(ann)).text == "Ask Jo, twice."
    assert notes.note_of(session, item, reader_of(head)) is None
    notes.write(session, item, reader=reader_of(head), text="Mine", at=NOON)
    notes.write(session, item, reader=reader_of(ann), text=" ", at=NOON)
    assert notes.note_of(session, item, reader_of(ann)) is None
    assert notes.note_of(session, item, reader_of(head)).text == "Mine"
    with pytest.raises(notes.TooLongError):
        notes.write(session, item, reader=reader_of(ann), text="x" * 4001, at=NOON)


def test_a_view_is_its_owners_at_one_school(session, ann):
    second = MembershipFactory(person=ann.person)
    other = MembershipFactory(school=ann.school)
    session.flush()
    reader = reader_of(ann)
    view = saved_views.save(session, reader, name="  At  once ", chosen=URGENT, at=NOON)
    assert view.name == "At once"
    assert Chosen.of(view.filters) == URGENT
    again = saved_views.save(session, reader, name="At once", chosen=Chosen(), at=NOON)
    assert again.id == view.id
    for place in (second, other):
        assert list(saved_views.views_of(session, reader_of(place))) == []
        with pytest.raises(NotFoundError):
            saved_views.view_of(session, reader_of(place), view.id)
        saved_views.delete(session, reader_of(place), view.id)
    saved_views.save(session, reader, name="Later", chosen=URGENT, at=NOON)
    with pytest.raises(saved_views.BadNameError, match="already"):
        saved_views.rename(session, view, "Later")
    session.refresh(view)
    for name in ("", "  ", "x" * 61):
        with pytest.raises(saved_views.BadNameError):
            saved_views.rename(session, view, name)
    assert list(offered(session, reader).views.values()) == ["At once", "Later"]
    saved_views.delete(session, reader, view.id)
    assert [each.name for each in saved_views.views_of(session, reader)] == ["Later"]


@pytest.mark.sqlite_only
def test_a_person_keeps_twenty_views_at_most(session, ann):
    reader = reader_of(ann)
    for number in range(20):
        saved_views.save(session, reader, name=f"v{number}", chosen=URGENT, at=NOON)
    with pytest.raises(saved_views.TooManyError):
        saved_views.save(session, reader, name="one more", chosen=URGENT, at=NOON)
    saved_views.save(session, reader, name="v3", chosen=Chosen(), at=NOON)


def test_filters_offer_what_is_there(session, ann):
    swimming = CategoryFactory(heading="Swimming")
    DeliveryFactory.to(ann, category_id=swimming.id, notice__sender="Sport")
    DeliveryFactory.to(ann, category_id=swimming.id, notice__sender="Sport")
    DeliveryFactory.to(ann, category_id=None, notice__sender="Health")
    DeliveryFactory.to(ann, state="done", notice__sender="Gone")
    DeliveryFactory.to(MembershipFactory(school=ann.school), notice__sender="Theirs")
    session.flush()
    found = offered(session, reader_of(ann))
    assert found.categories == {str(swimming.id): "Swimming"}
    assert list(found.senders) == ["Health", "Sport"]


def test_the_list_for_a_meeting_holds_only_what_its_owner_may_see(session):
    clerk = MembershipFactory(role=Role.CLERK)
    governor = MembershipFactory(school=clerk.school, role=Role.GOVERNOR)
    mine = DeliveryFactory.to(clerk, notice__title="mine")
    asks = DeliveryFactory.to(clerk, notice__title="asks", notice__attention=Attention.ACTION)
    theirs = DeliveryFactory.to(governor, notice__title="theirs")
    session.flush()
    reader = reader_of(clerk)
    assert agenda.tick(session, reader, [mine.id, asks.id, theirs.id, 10**12], at=NOON) == 2
    assert agenda.tick(session, reader, [mine.id], at=NOON) == 0
    assert {line.title for line in agenda.lines(session, reader)} == {"mine", "asks"}
    assert agenda.lines(session, reader_of(governor)) == []
    assert [line.title for line in agenda.to_read(session, reader, today=TODAY)] == ["mine"]
    mine.person_id = governor.person_id  # it went to somebody else since
    session.flush()
    assert {line.title for line in agenda.lines(session, reader)} == {"asks"}
    agenda.untick(session, reader, [asks.id, theirs.id])
    session.flush()
    assert agenda.lines(session, reader) == []
    assert list(saved_views.views_of(session, reader)) == []


def test_a_head_sees_what_is_overdue_by_whom(session):
    head = HeadFactory(person__name="Priya Head", person__last_signed_in_at=NOON)
    ann = MembershipFactory(school=head.school, person__name="Ann")
    late = {"notice__due_on": TODAY - timedelta(days=1)}
    DeliveryFactory.to(ann, **late)
    DeliveryFactory.to(ann, **late, state="read", delivered_at=NOON - timedelta(days=9))
    DeliveryFactory.to(ann, **late, state="done")
    DeliveryFactory.to(ann, **late, notice__stopped=True)
    DeliveryFactory.to(head)
    DeliveryFactory(person=None, school=head.school, reason="office", **late)
    DeliveryFactory.to(HeadFactory(), **late)
    session.flush()
    found = with_whom(session, reader_of(head), today=TODAY)
    assert [(each.name, each.open, each.unread, each.overdue) for each in found] == [
        ("Ann", 3, 2, 2),
        (None, 1, 1, 1),
        ("Priya Head", 1, 1, 0),
    ]
    assert found[0].oldest == NOON - timedelta(days=9)
    assert (found[0].signed_in_at, found[0].here) == (None, True)
    assert found[2].signed_in_at == NOON


def test_other_schools_say_how_much_waits_there(session, ann):
    second = MembershipFactory(person=ann.person)
    third = MembershipFactory(person=ann.person)
    DeliveryFactory.to(ann)
    DeliveryFactory.to(second)
    DeliveryFactory.to(second, state="done")
    DeliveryFactory.to(second, snoozed_until=TODAY + timedelta(days=1))
    DeliveryFactory.to(MembershipFactory(school=second.school))
    session.flush()
    ids = [second.school_id, third.school_id]
    found = waiting_at(session, ann.authority_id, ann.person_id, ids, today=TODAY)
    assert found == {second.school_id: 1}


def test_what_somebody_kept_goes_along_when_two_entries_become_one(session, ann):
    twin = MembershipFactory(school=ann.school)
    theirs, both = DeliveryFactory.to(ann), DeliveryFactory.to(ann)
    session.flush()
    for place, item, text in ((twin, theirs, "a"), (twin, both, "b"), (ann, both, "own")):
        notes.write(session, item, reader=reader_of(place), text=text, at=NOON)
    saved_views.save(session, reader_of(twin), name="Mine", chosen=URGENT, at=NOON)
    session.flush()
    event = PeopleMerged(ann.authority_id, gone_id=twin.person_id, kept_id=ann.person_id)
    for _ in range(2):
        keep_own(session, event, NOON)
        session.expire_all()
        kept = [notes.note_of(session, item, reader_of(ann)).text for item in (theirs, both)]
        assert kept == ["a", "own"]
        assert [each.name for each in saved_views.views_of(session, reader_of(ann))] == ["Mine"]
