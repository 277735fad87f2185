"""A person merged with their duplicate: what else names them, and what one of them had done."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from directory.accounts import correct
from directory.merging import merge
from directory.models import Membership, OrganisationKind, Role
from directory.people import PersonRefusal
from foundation import outbox
from notifications.models import Delivery, DeliveryState
from portal.staff.leaving import Handing, plan
from portal.staff.models import Leaving
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
)
from tests.factories.notifications import DeliveryFactory, NoticeFactory

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def ann(session, head):
    return MembershipFactory(school=head.school, person__name="Ann Example")


@pytest.fixture
def twin(session, head):
    """The entry of Ann that goes."""
    return MembershipFactory(school=head.school, person__name="Ann Exmaple")


@pytest.fixture
def unite(session, database, ann, twin):
    by = OfficerFactory(role=Role.ADMINISTRATOR).person_id

    def unite():
        merge(
            session, ann.authority_id, gone_id=twin.person_id, kept_id=ann.person_id, by=by, at=NOON
        )
        session.commit()
        for _ in range(2):
            outbox.relay(database, HANDLERS, at=LATER)
        session.expire_all()

    return unite


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("theirs", "mine", "after"),
    [
        ("done", "unread", "done"),
        ("done", "read", "done"),
        ("read", "unread", "read"),
        ("unread", "read", "read"),
        ("unread", "done", "done"),
    ],
)
def test_what_one_entry_did_is_done(session, ann, twin, unite, theirs, mine, after):
    notice, category = NoticeFactory(), CategoryFactory()
    for place, state in ((twin, theirs), (ann, mine)):
        DeliveryFactory.to(
            place,
            notice=notice,
            category_id=category.id,
            state=DeliveryState(state),
            read_at=NOON if state != "unread" else None,
            done_at=NOON if state == "done" else None,
        )
    unite()
    rows = session.scalars(sa.select(Delivery).order_by(Delivery.id)).all()
    assert [(row.person_id, row.state.value) for row in rows] == [
        (twin.person_id, "closed"),
        (ann.person_id, after),
    ]
    assert (rows[1].done_at is not None) == (after == "done")


@pytest.mark.sqlite_only
def test_who_was_to_leave_leaves_and_who_was_to_take_over_does(session, head, ann, twin, unite):
    bob = MembershipFactory(school=head.school)
    category = CategoryFactory()
    facts = {"school_id": head.school_id, "last_day": date(2027, 7, 31), "at": NOON}
    by = head.person_id
    for who, handing in (
        (twin, Handing(bob.person_id)),
        (bob, Handing(twin.person_id)),
        (head, Handing(choices={category.id: twin.person_id}, next_head_id=twin.person_id)),
    ):
        plan(session, person_id=who.person_id, handing=handing, by=by, **facts)
    unite()
    found = {row.person_id: row for row in session.scalars(sa.select(Leaving))}
    assert found[ann.person_id].to_id == bob.person_id
    assert found[bob.person_id].to_id == ann.person_id
    assert found[head.person_id].next_head_id == ann.person_id
    assert found[head.person_id].choices == {str(category.id): ann.person_id}
    assert all(row.settled_at is None for row in found.values())


@pytest.mark.sqlite_only
def test_nobody_takes_over_from_themselves_or_leaves_twice(session, head, ann, twin, unite):
    facts = {"school_id": head.school_id, "at": NOON, "by": head.person_id}
    for who, handing in ((twin, Handing()), (ann, Handing(twin.person_id))):
        plan(session, person_id=who.person_id, handing=handing, last_day=date(2027, 7, 31), **facts)
    unite()
    open_ones = session.scalars(sa.select(Leaving).where(Leaving.settled_at.is_(None))).all()
    assert [(row.person_id, row.to_id) for row in open_ones] == [(ann.person_id, None)]


@pytest.mark.sqlite_only
def test_a_place_that_the_school_gave_is_not_the_trusts(session, ann, twin, unite):
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    ann.given_by_trust_id = trust.id
    unite()
    session.refresh(ann)
    assert ann.given_by_trust_id is None


@pytest.mark.sqlite_only
def test_whoever_is_head_by_one_entry_keeps_the_mailbox_of_the_other(
    session, head, ann, twin, unite
):
    ann.mailbox, twin.role = "admin@s.example", Role.HEAD
    unite()
    places = session.scalars(
        sa.select(Membership).where(
            Membership.person_id == ann.person_id, Membership.ended_at.is_(None)
        )
    ).all()
    assert [(place.role, place.mailbox) for place in places] == [(Role.HEAD, "admin@s.example")]


@pytest.mark.sqlite_only
def test_a_merged_address_may_become_the_persons_own_and_nobody_elses(
    session, head, ann, twin, unite
):
    unite()
    wanted, former = twin.person.email, ann.person.email
    facts = {"name": "Ann Example", "telephone": "", "by": head.person_id, "at": LATER}
    with pytest.raises(PersonRefusal):
        correct(session, head.person, email=f"  {wanted.upper()} ", **facts)
    correct(session, ann.person, email=f"  {wanted.upper()} ", **facts)
    session.expire_all()
    assert (ann.person.email, twin.person.email) == (wanted, former)
