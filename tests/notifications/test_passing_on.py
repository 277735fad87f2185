"""An item goes on inside the school: passed on beside the reader's own, or given away for good."""

import pytest
import sqlalchemy as sa

from categories.models import Owner, Part
from categories.routing.reasons import Reason
from directory.models import Role
from foundation.audit import AuditEntry
from foundation.outbox import OutboxEvent
from notifications.models import Delivery, DeliveryState
from notifications.models_mail import Mail, Occasion
from notifications.reading import not_mine
from notifications.reading.explaining import held
from notifications.reading.inbox import readable, reader_of
from notifications.reading.marking import NotYourItemError, mark_done
from notifications.reading.passing_on import HasItError, NotHereError, TooLongError, pass_on
from notifications.reading.wording import why
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory, PersonFactory
from tests.factories.notifications import DeliveryFactory, DeliveryMoveFactory


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def ann(session, head):
    return MembershipFactory(school=head.school, person__name="Ann Arbor")


@pytest.fixture
def bob(session, head):
    return MembershipFactory(school=head.school, person__name="Bob Bright")


def seen_by(session, place):
    return session.scalars(sa.select(Delivery.id).where(readable(reader_of(place)))).all()


def mails(session):
    session.flush()
    return [
        (mail.delivery_id, mail.occasion, mail.person_id)
        for mail in session.scalars(sa.select(Mail).order_by(Mail.id))
    ]


def passed(session, item, place, to, message="Yours?"):
    return pass_on(
        session, item, reader=reader_of(place), to_id=to.person_id, message=message, at=NOON
    )


def given(session, item, place, to, message=""):
    return not_mine.give(
        session, item, reader=reader_of(place), to_id=to.person_id, message=message, at=NOON
    )


def test_a_colleague_has_it_too_and_is_told_once(session, ann, bob):
    item = DeliveryFactory.to(ann)
    session.flush()
    theirs = passed(session, item, ann, bob)
    assert (theirs.reason, theirs.state, theirs.forwarded_by_id) == (
        Reason.FORWARDED,
        DeliveryState.UNREAD,
        ann.person_id,
    )
    assert seen_by(session, bob) == [theirs.id]
    assert seen_by(session, ann) == [item.id]
    assert mails(session) == [(theirs.id, Occasion.FORWARDED, bob.person_id)]
    sentence = why(theirs.reason, None, None, held(session, theirs))
    assert sentence == "Ann Arbor passed it on to you on 23 November 2026."
    with pytest.raises(HasItError, match="Bob Bright has this item already"):
        passed(session, item, ann, bob)
    assert len(mails(session)) == 1
    mark_done(session, theirs, reader=reader_of(bob), at=NOON)
    session.refresh(item)
    assert item.state is DeliveryState.UNREAD  # it was passed on to know, not the job itself


def test_what_was_closed_under_a_colleagues_name_opens_again(session, ann, bob):
    item = DeliveryFactory.to(ann)
    closed = DeliveryFactory.to(bob, notice=item.notice, state=DeliveryState.CLOSED)
    DeliveryMoveFactory(
        delivery_id=closed.id, from_person_id=bob.person_id, to_person_id=ann.person_id
    )
    session.flush()
    assert seen_by(session, bob) == []
    assert passed(session, item, ann, bob).id == closed.id
    assert seen_by(session, bob) == [closed.id]


@pytest.mark.sqlite_only
def test_nothing_leaves_the_school_and_nobody_passes_on_what_is_not_theirs(session, ann, bob):
    item = DeliveryFactory.to(ann)
    session.flush()
    stranger, nobody = MembershipFactory(), PersonFactory()
    panel = MembershipFactory(school=ann.school, role=Role.PANEL)
    for to_id in (stranger.person_id, nobody.id, panel.person_id, ann.person_id, None):
        with pytest.raises(NotHereError):
            pass_on(session, item, reader=reader_of(ann), to_id=to_id, message="", at=NOON)
    with pytest.raises(NotYourItemError):
        passed(session, item, bob, ann)
    with pytest.raises(TooLongError):
        passed(session, item, ann, bob, "x" * 251)
    assert mails(session) == []


def test_what_is_not_mine_goes_to_whom_it_is_as_if_nobody_had_read_it(session, ann, bob):
    item = DeliveryFactory.to(ann, state="read", read_at=NOON, snoozed_until=NOON.date())
    session.flush()
    assert given(session, item, ann, bob, "Wrong Ann") is True
    session.refresh(item)
    assert (item.person_id, item.state, item.read_at) == (bob.person_id, "unread", None)
    assert (item.snoozed_until, item.reason) == (None, Reason.FORWARDED)
    assert seen_by(session, ann) == []
    assert seen_by(session, bob) == [item.id]
    assert mails(session) == [(item.id, Occasion.FORWARDED, bob.person_id)]
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("delivery.given_away") == 1
    with pytest.raises(NotYourItemError):
        given(session, item, ann, bob)


def test_who_had_it_already_does_not_get_it_twice(session, ann, bob):
    item = DeliveryFactory.to(ann)
    theirs = DeliveryFactory.to(bob, notice=item.notice, category_id=item.category_id + 1)
    session.flush()
    assert given(session, item, ann, bob) is False
    session.refresh(item)
    assert item.state is DeliveryState.CLOSED
    assert seen_by(session, bob) == [theirs.id]
    assert seen_by(session, ann) == []
    assert mails(session) == []


@pytest.mark.sqlite_only
def test_a_head_gives_a_colleagues_item_to_another_colleague_or_takes_it(session, head, ann, bob):
    first, second = DeliveryFactory.to(ann), DeliveryFactory.to(ann)
    done = DeliveryFactory.to(ann, state="done")
    session.flush()
    assert given(session, first, head, bob)
    assert given(session, second, head, head)
    assert [item.person_id for item in (first, second)] == [bob.person_id, head.person_id]
    for item, place in ((done, head), (first, ann)):
        with pytest.raises(NotYourItemError):
            given(session, item, place, bob)
    with pytest.raises(NotYourItemError):
        given(session, first, HeadFactory(), bob)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("may_change", [True, False])
def test_the_owner_is_changed_at_once_or_the_head_is_asked(session, ann, bob, may_change):
    category = CategoryFactory()
    OwnerFactory(school=ann.school, category=category, person=ann.person)
    item = DeliveryFactory.to(ann, category_id=category.id)
    session.flush()
    changed = not_mine.correct_owner(
        session,
        item,
        reader=reader_of(ann),
        to_id=bob.person_id,
        may_change=may_change,
        at=NOON,
    )
    session.flush()
    assert changed is may_change
    lead = session.scalars(
        sa.select(Owner.person_id).where(Owner.ended_at.is_(None), Owner.part == Part.LEAD)
    ).all()
    assert lead == [bob.person_id if may_change else ann.person_id]
    events = session.scalars(sa.select(OutboxEvent.name)).all()
    assert events == ["OwnersChanged" if may_change else "NotMine"]


@pytest.mark.sqlite_only
def test_the_likely_colleague_is_suggested_first(session, head, ann, bob):
    category = CategoryFactory(typical_owner="School business manager")
    fits = MembershipFactory(school=head.school, job_title="School business manager")
    deputy = MembershipFactory(school=head.school)
    OwnerFactory(school=head.school, category=category, person=bob.person)
    OwnerFactory(school=head.school, category=category, person=deputy.person, part=Part.DEPUTY)
    item = DeliveryFactory.to(ann, category_id=category.id)
    session.flush()
    places = [head, ann, bob, deputy, fits]
    found = not_mine.suggest(session, item, reader_of(ann), places, at=NOON)
    assert [(each.person_id, each.why) for each in found] == [
        (bob.person_id, "gets this category today"),
        (deputy.person_id, "is the deputy for this category"),
        (fits.person_id, "the job title fits"),
    ]
