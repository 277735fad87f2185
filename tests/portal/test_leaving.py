"""Somebody leaves a school: whatever they had there goes to others, and nothing is orphaned."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from categories.models import Cover, GroupDefault, Owner, Part
from categories.owning.places import NotAtSchoolError
from directory.models import Membership, Role
from foundation import outbox
from foundation.db import Database
from notifications.models import Delivery
from notifications.models_mail import Mail
from portal.staff import leaving
from portal.staff.due import leave_due
from portal.staff.leaving import Handing, LeavingRefusal
from portal.staff.models import Leaving
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import (
    CategoryFactory,
    CoverFactory,
    GroupDefaultFactory,
    OwnerFactory,
)
from tests.factories.directory import HeadFactory, MembershipFactory, OfficerFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

LATER = NOON + timedelta(days=3)


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def ann(session, head):
    return MembershipFactory(school=head.school, person__name="Ann Example")


@pytest.fixture
def bob(session, head):
    return MembershipFactory(school=head.school, person__name="Bob Example")


@pytest.fixture
def full(session, head, ann, bob):
    """Give Ann something of everything at the school, and something elsewhere."""
    first, second, third = (
        CategoryFactory(heading=heading, group="care", group_heading="Care")
        for heading in ("Meals", "Clubs", "Uniform")
    )
    OwnerFactory(school=ann.school, category=first, person=ann.person)
    OwnerFactory(school=ann.school, category=first, person=bob.person, part=Part.DEPUTY)
    OwnerFactory(school=ann.school, category=second, person=ann.person, part=Part.DEPUTY)
    OwnerFactory(school=ann.school, category=third, person=ann.person, part=Part.ALSO)
    CoverFactory(
        school_id=ann.school_id,
        category_id=second.id,
        person=ann.person,
        starts_on=NOON.date(),
        ends_on=NOON.date() + timedelta(days=30),
    )
    GroupDefaultFactory(school_id=ann.school_id, group="care", person=ann.person)
    MembershipFactory(school=ann.school, person=ann.person, role=Role.GOVERNOR)
    elsewhere = MembershipFactory(person=ann.person)
    OwnerFactory(school=elsewhere.school, category=first, person=ann.person)
    for category in (first, second, None):
        for state in ("unread", "read", "done"):
            key = category.id if category else None
            DeliveryFactory.to(ann, category_id=key, state=state)
    notice = NoticeFactory()
    DeliveryFactory.to(ann, category_id=first.id, notice=notice)
    own = CategoryFactory()
    OwnerFactory(school=ann.school, category=own, person=bob.person)
    DeliveryFactory.to(bob, category_id=own.id, notice=notice)
    session.commit()
    return first, second, third


def rests(session, place):
    """Return everything current that somebody still has at a school."""
    found = []
    for table in (Owner, Cover, GroupDefault):
        rows = session.scalars(
            sa.select(table).where(
                table.school_id == place.school_id,
                table.person_id == place.person_id,
                table.ended_at.is_(None),
            )
        )
        found += [row for row in rows if not isinstance(row, Cover) or row.ends_on >= NOON.date()]
    found += session.scalars(
        sa.select(Membership).where(
            Membership.school_id == place.school_id,
            Membership.person_id == place.person_id,
            Membership.ended_at.is_(None),
        )
    )
    found += session.scalars(
        sa.select(Delivery).where(
            Delivery.school_id == place.school_id,
            Delivery.person_id == place.person_id,
            Delivery.state.in_(("unread", "read")),
        )
    )
    return found


def let_leave(session, place, handing, **facts):
    return leaving.leave(
        session,
        school_id=place.school_id,
        person_id=place.person_id,
        handing=handing,
        by=facts.pop("by", place.person_id),
        at=facts.pop("at", NOON),
        **facts,
    )


@pytest.mark.parametrize("how", ["one", "each", "nobody"])
def test_nothing_is_orphaned(database: Database, session, head, ann, bob, full, how):
    first, second, third = full
    handing = {
        "one": Handing(bob.person_id),
        "each": Handing(
            choices={first.id: bob.person_id, second.id: head.person_id, third.id: head.person_id}
        ),
        "nobody": Handing(),
    }[how]
    done = let_leave(session, ann, handing, by=head.person_id)
    session.commit()
    outbox.relay(database, HANDLERS, at=LATER)
    with database.session(authority=ann.authority_id, writes=False) as fresh:
        assert rests(fresh, ann) == []
        leads = {
            row.category_id: row.person_id
            for row in fresh.scalars(
                sa.select(Owner).where(
                    Owner.school_id == ann.school_id,
                    Owner.part == Part.LEAD,
                    Owner.category_id.in_([category.id for category in full]),
                    Owner.ended_at.is_(None),
                )
            )
        }
        elsewhere = fresh.scalars(
            sa.select(Owner.id).where(
                Owner.person_id == ann.person_id, Owner.school_id != ann.school_id
            )
        ).all()
        told = fresh.scalars(sa.select(Mail.subject)).all()
    assert len(elsewhere) == 1
    assert leads == ({} if how == "nobody" else {first.id: bob.person_id})
    assert (done.owned > 0) == (how != "nobody")
    assert all("came to you from Ann Example" in subject for subject in told)
    assert len(told) == {"one": 1, "each": 2, "nobody": 2}[how], told


@pytest.mark.sqlite_only
def test_leaving_twice_changes_nothing(session, head, ann, bob, full):
    assert let_leave(session, ann, Handing(bob.person_id)) is not None
    assert let_leave(session, ann, Handing(head.person_id)) is None


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("who", "handing", "error"),
    [
        ("head", "bob", LeavingRefusal),
        ("ann", "ann", LeavingRefusal),
        ("ann", "stranger", NotAtSchoolError),
        ("head", "head and ann next", LeavingRefusal),
    ],
)
def test_who_cannot_leave_like_this(session, head, ann, bob, full, who, handing, error):
    stranger = MembershipFactory()
    wanted = {
        "bob": Handing(bob.person_id),
        "ann": Handing(ann.person_id),
        "stranger": Handing(choices={full[0].id: stranger.person_id}),
        "head and ann next": Handing(head.person_id, next_head_id=ann.person_id),
    }[handing]
    with pytest.raises(error):
        let_leave(session, {"head": head, "ann": ann}[who], wanted)
    session.rollback()
    assert rests(session, ann) != []


def test_a_head_leaves_once_the_next_is_named(database: Database, session, head, ann, bob, full):
    item = DeliveryFactory.to(head, category_id=full[0].id, reason="head").id
    session.commit()
    let_leave(session, head, Handing(ann.person_id, next_head_id=bob.person_id))
    session.commit()
    outbox.relay(database, HANDLERS, at=LATER)
    with database.session(authority=ann.authority_id, writes=False) as fresh:
        places = fresh.execute(
            sa.select(Membership.person_id, Membership.role)
            .where(Membership.school_id == head.school_id, Membership.ended_at.is_(None))
            .order_by(Membership.id)
        ).all()
        assert fresh.get_one(Delivery, item).person_id == ann.person_id
    assert (bob.person_id, Role.HEAD) in places
    assert (bob.person_id, Role.STAFF) not in places
    assert head.person_id not in {place.person_id for place in places}


@pytest.mark.sqlite_only
def test_an_administrator_may_let_a_head_go_without_a_successor(session, head, full):
    administrator = OfficerFactory(role=Role.ADMINISTRATOR)
    let_leave(session, head, Handing(), headless=True, by=administrator.person_id)
    assert rests(session, head) == []


def plan_leaving(session, place, handing, last_day, by):
    return leaving.plan(
        session,
        school_id=place.school_id,
        person_id=place.person_id,
        handing=handing,
        last_day=last_day,
        by=by.person_id,
        at=NOON,
    )


def test_a_day_to_come_is_kept_and_happens_the_day_after(
    database: Database, session, head, ann, bob, full
):
    day = NOON.date() + timedelta(days=1)
    plan_leaving(session, ann, Handing(head.person_id), day + timedelta(days=9), head)
    plan_leaving(session, ann, Handing(bob.person_id), day, head)  # replaces the one before
    session.commit()
    assert leave_due(database, at=NOON + timedelta(days=1)) == 0
    assert leave_due(database, at=NOON + timedelta(days=2)) == 1
    assert leave_due(database, at=NOON + timedelta(days=2)) == 0
    outbox.relay(database, HANDLERS, at=LATER)
    with database.session(authority=ann.authority_id, writes=False) as fresh:
        assert rests(fresh, ann) == []
        owner = fresh.scalars(
            sa.select(Owner.person_id).where(
                Owner.category_id == full[0].id,
                Owner.school_id == ann.school_id,
                Owner.ended_at.is_(None),
            )
        ).all()
        assert owner == [bob.person_id]


@pytest.mark.sqlite_only
def test_who_cannot_take_over_any_more_is_left_out(
    database: Database, session, head, ann, bob, full
):
    plan_leaving(session, ann, Handing(bob.person_id), date(2026, 11, 24), head)
    bob.ended_at = NOON
    session.commit()
    assert leave_due(database, at=LATER) == 1
    with database.session(authority=ann.authority_id, writes=False) as fresh:
        planned = fresh.scalars(sa.select(Leaving)).one()
        assert (planned.settled_at, planned.problem) == (LATER, "")


@pytest.mark.sqlite_only
def test_a_head_whose_successor_went_stays_and_the_reason_is_kept(
    database: Database, session, head, bob, full
):
    plan_leaving(session, head, Handing(next_head_id=bob.person_id), date(2026, 11, 24), head)
    bob.ended_at = NOON
    session.commit()
    assert leave_due(database, at=LATER) == 0
    with database.session(authority=head.authority_id, writes=False) as fresh:
        planned = fresh.scalars(sa.select(Leaving)).one()
        assert "headteacher" in planned.problem
        assert fresh.get_one(Membership, head.id).ended_at is None


@pytest.mark.sqlite_only
def test_called_off_they_stay(database: Database, session, head, ann, bob, full):
    planned = plan_leaving(session, ann, Handing(bob.person_id), date(2026, 11, 24), head)
    for _ in range(2):
        leaving.call_off(session, planned, by=head.person_id, at=NOON)
    session.commit()
    assert leave_due(database, at=LATER) == 0
    assert rests(session, ann) != []


@pytest.mark.postgresql_only
def test_two_who_let_the_same_person_leave_follow_one_another(
    database: Database, session, head, ann, bob, full
):
    with database.session(authority=ann.authority_id) as first:
        let_leave(first, ann, Handing(bob.person_id))
        with database.session(authority=ann.authority_id) as second:
            second.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(sa.exc.OperationalError):
                let_leave(second, ann, Handing(head.person_id))
        first.commit()
    with database.session(authority=ann.authority_id) as third:
        assert let_leave(third, ann, Handing(head.person_id)) is None
