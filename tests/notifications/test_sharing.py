"""A shared job: what one does is done for both; who only gets it as well still has theirs."""

from datetime import timedelta

import pytest

from categories.routing.reasons import Reason
from notifications.models import DeliveryState
from notifications.reading import marking as reading
from notifications.reading.inbox import reader_of
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

READ, UNREAD, DONE = DeliveryState.READ, DeliveryState.UNREAD, DeliveryState.DONE


@pytest.mark.parametrize(
    ("doer", "other", "is_shared"),
    [
        (Reason.OWNER, Reason.SHARES, True),
        (Reason.SHARES, Reason.OWNER, True),
        (Reason.COVER, Reason.SHARES, True),
        (Reason.SHARES, Reason.SHARES, True),
        (Reason.OWNER, Reason.ALSO, False),
        (Reason.ALSO, Reason.OWNER, False),
        (Reason.HEAD, Reason.OWNER, False),
    ],
)
def test_what_one_does_is_done_for_those_who_share(session, doer, other, is_shared):
    place = MembershipFactory()
    mate = MembershipFactory(school=place.school)
    notice = NoticeFactory()
    mine = DeliveryFactory.to(place, notice=notice, reason=doer)
    theirs = DeliveryFactory.to(mate, notice=notice, reason=other)
    session.flush()
    reader = reader_of(place)
    reading.mark_done(session, mine, reader=reader, at=NOON)
    session.refresh(theirs)
    assert theirs.state is (DONE if is_shared else UNREAD)
    reading.mark_not_done(session, mine, reader=reader)
    session.refresh(theirs)
    assert (mine.state, theirs.state, theirs.done_at) == (READ, UNREAD, None)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("differs", ["notice", "school", "category"])
def test_only_the_same_item_is_done(session, differs):
    place = MembershipFactory()
    notice = NoticeFactory()
    mine = DeliveryFactory.to(place, notice=notice)
    facts = {"notice": NoticeFactory() if differs == "notice" else notice, "reason": "shares"}
    if differs == "category":
        facts["category_id"] = mine.category_id + 1
    mate = MembershipFactory() if differs == "school" else MembershipFactory(school=place.school)
    theirs = DeliveryFactory.to(mate, **facts)
    session.flush()
    reading.mark_done(session, mine, reader=reader_of(place), at=NOON)
    session.refresh(theirs)
    assert theirs.state is UNREAD


@pytest.mark.sqlite_only
def test_what_a_colleague_did_before_stays_done(session):
    place = HeadFactory()
    mate = MembershipFactory(school=place.school)
    notice = NoticeFactory()
    mine = DeliveryFactory.to(place, notice=notice, state=READ)
    theirs = DeliveryFactory.to(
        mate, notice=notice, reason="shares", state=DONE, done_at=NOON - timedelta(days=1)
    )
    session.flush()
    reader = reader_of(place)
    reading.mark_done(session, mine, reader=reader, at=NOON)
    reading.mark_not_done(session, mine, reader=reader)
    session.refresh(theirs)
    assert (theirs.state, theirs.done_at) == (DONE, NOON - timedelta(days=1))
