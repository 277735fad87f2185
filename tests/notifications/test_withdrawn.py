"""What is taken back: the whole of it, or one of its files."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from notifications.documents.told import lines
from notifications.documents.withdrawing import (
    give_back,
    why_gone,
    withdraw,
    withdraw_file,
)
from notifications.models import Delivery, DeliveryState, Notice
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import (
    DeliveryFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
)

UNREAD, READ, DONE, CLOSED = DeliveryState
LATER = NOON + timedelta(days=2)
OLD, NEW = "a" * 64, "b" * 64


def sources(*notices):
    """Return the select of these notices' sources, as the gate gives it."""
    return sa.select(Notice.source_id).where(Notice.id.in_([notice.id for notice in notices]))


def state_of(session, delivery):
    session.expire_all()
    return session.get(Delivery, delivery.id).state


def deliver(notice, state, *, to=None, **values):
    """Deliver to somebody at a school of their own, unless said otherwise."""
    facts = {} if state is UNREAD else {"read_at": NOON + timedelta(hours=1)}
    if state is DONE:
        facts["done_at"] = NOON + timedelta(hours=2)
    return DeliveryFactory.to(
        to or MembershipFactory(), notice=notice, state=state, **facts, **values
    )


@pytest.fixture
def first():
    return NoticeFactory(
        title="Menus", body="Send it by Friday. Thank you.", due_on=date(2026, 12, 4)
    )


@pytest.fixture
def second(first):
    return NoticeFactory(
        title="Menus", body="Send it by Monday. Thank you.", due_on=date(2026, 12, 7), sent_at=LATER
    )


def test_what_nobody_had_opened_is_closed_and_comes_back_when_it_is_given_back(session, first):
    unread, read = deliver(first, UNREAD), deliver(first, READ)
    own = deliver(first, CLOSED)  # closed for another reason, and so it stays
    for _ in range(2):
        withdraw(session, first.authority_id, sources(first), why="A mistake.", by=None, at=LATER)
    assert [state_of(session, each) for each in (unread, read, own)] == [CLOSED, READ, CLOSED]
    assert (first.withdrawn_at, first.withdrawn_why) == (LATER, "A mistake.")
    events = session.scalars(
        sa.text("SELECT payload FROM outbox_event WHERE name = 'NoticeChanged'")
    ).all()
    assert len(events) == 1
    give_back(session, first.authority_id, sources(first))
    assert [state_of(session, each) for each in (unread, read, own)] == [UNREAD, READ, CLOSED]
    assert first.withdrawn_at is None


@pytest.mark.sqlite_only
def test_its_files_are_offered_to_nobody(session, first):
    file = NoticeAttachmentFactory(notice_id=first.id)
    assert why_gone(first, file) == ""
    withdraw(session, first.authority_id, sources(first), why="A mistake.", by=None, at=LATER)
    assert why_gone(first, file) == "This was withdrawn on 25 November 2026. A mistake."


def test_one_file_is_taken_back_from_every_version_at_once(session, first, second):
    head = HeadFactory()
    files = [
        NoticeAttachmentFactory(notice_id=notice.id, sha256=sha256)
        for notice in (first, second)
        for sha256 in (OLD, NEW)
    ]
    call = {"why": "It names pupils.", "by": head.person_id, "at": LATER}
    both = sources(first, second)
    assert withdraw_file(session, first.authority_id, both, OLD, **call) == 2
    assert withdraw_file(session, first.authority_id, both, OLD, **call) == 0
    session.expire_all()
    gone = [file.sha256 for file in files if file.withdrawn_at == LATER]
    assert gone == [OLD, OLD]
    assert why_gone(first, files[1]) == ""
    assert "names pupils" in why_gone(first, files[0])
    for notice in (first, second):  # readers see it in the list and above the text
        assert notice.amended_at == LATER
        assert "was taken back: It names pupils." in notice.changed
        assert lines(notice.changed, None, "", None) == ()  # mail says it file by file
