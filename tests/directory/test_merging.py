"""One person who was entered twice becomes one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import GroupDefault, Owner, Part, TrustOwner
from directory.merging import MergeRefusal, merge
from directory.models import Membership, OrganisationKind, PersonState, Role
from directory.people import (
    add_to_school,
)
from foundation import outbox
from foundation.audit import AuditEntry
from foundation.db import Database
from notifications.models import Delivery
from notifications.models_mail import Mail
from portal.signin import links
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import (
    CategoryFactory,
    GroupDefaultFactory,
    OwnerFactory,
    TrustOwnerFactory,
)
from tests.factories.directory import (
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
)
from tests.factories.notifications import DeliveryFactory

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def administrator(session):
    return OfficerFactory(role=Role.ADMINISTRATOR).person


def unite(session, gone, kept, by):
    merge(session, kept.authority_id, gone_id=gone.id, kept_id=kept.id, by=by.id, at=NOON)


def current(session, person_id):
    rows = session.execute(
        sa.select(Membership.school_id, Membership.role)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(Membership.school_id, Membership.role)
    )
    return [(row.school_id, row.role.value) for row in rows]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("theirs", "kept", "after"),
    [
        (["staff"], [], ["staff"]),
        (["staff"], ["staff"], ["staff"]),
        (["head"], ["staff"], ["head"]),
        (["staff"], ["head"], ["head"]),
        (["governor"], ["staff"], ["governor", "staff"]),
    ],
)
def test_no_place_is_held_twice(session, administrator, theirs, kept, after):
    school = SchoolFactory()
    people = PersonFactory(), PersonFactory()
    for person, roles in zip(people, (theirs, kept), strict=True):
        for role in roles:
            MembershipFactory(school=school, person=person, role=Role(role), job_title="")
    unite(session, *people, administrator)
    assert current(session, people[0].id) == []
    assert current(session, people[1].id) == [(school.id, role) for role in after]
    assert (people[0].state, people[0].merged_into_id) == (PersonState.DISABLED, people[1].id)


def test_a_person_merged_with_a_duplicate_of_themselves(database: Database, session, administrator):
    place = MembershipFactory()
    gone, kept = MembershipFactory(school=place.school).person, place.person
    both, mine, theirs = (CategoryFactory() for _ in range(3))
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    facts = {"school": place.school}
    OwnerFactory(**facts, category=both, person=gone)
    OwnerFactory(**facts, category=both, person=kept, part=Part.DEPUTY)
    OwnerFactory(**facts, category=mine, person=kept)
    OwnerFactory(**facts, category=mine, person=gone, part=Part.ALSO)
    OwnerFactory(**facts, category=theirs, person=gone, part=Part.SHARES)
    GroupDefaultFactory(school_id=place.school_id, group="care", person=gone)
    GroupDefaultFactory(school_id=place.school_id, group="leadership", person=kept)
    TrustOwnerFactory(trust_id=trust.id, category=both, person=gone)
    lost = OwnerFactory(school=SchoolFactory(), category=both, person=gone).id
    item = DeliveryFactory.to(place, category_id=both.id)
    item.person_id = gone.id
    session.commit()
    item_id = item.id
    unite(session, gone, kept, administrator)
    session.commit()
    for _ in range(2):
        outbox.relay(database, HANDLERS, at=LATER)
    with database.session(authority=place.authority_id, writes=False) as fresh:
        parts = {
            (row.category_id, row.person_id): row.part
            for row in fresh.scalars(sa.select(Owner).where(Owner.ended_at.is_(None)))
        }
        defaults = fresh.scalars(
            sa.select(GroupDefault.person_id).where(GroupDefault.ended_at.is_(None))
        ).all()
        trusts = fresh.scalars(
            sa.select(TrustOwner.person_id).where(TrustOwner.ended_at.is_(None))
        ).all()
        assert fresh.get_one(Owner, lost).ended_at is not None
        assert fresh.get_one(Delivery, item_id).person_id == kept.id
    assert parts == {
        (both.id, kept.id): Part.LEAD,
        (mine.id, kept.id): Part.LEAD,
        (theirs.id, kept.id): Part.SHARES,
    }
    assert defaults == [kept.id, kept.id]
    assert trusts == [kept.id]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("the same", "one entry"),
        ("officer", "role in the council"),
        ("panel", "school panel"),
        ("former officer", "role in the council"),
        ("kept is closed", "may not sign in"),
        ("gone was merged", "already"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_the_reason(session, administrator, case, says):
    gone, kept = PersonFactory(), PersonFactory()
    if case == "the same":
        kept = gone
    elif case == "officer":
        OfficerFactory(person=gone)
    elif case == "former officer":
        OfficerFactory(person=kept, ended_at=NOON)
    elif case == "panel":
        MembershipFactory(person=kept, role=Role.PANEL)
    elif case == "kept is closed":
        kept.state = PersonState.DISABLED
    else:
        gone.merged_into_id = PersonFactory().id
    session.flush()
    with pytest.raises(MergeRefusal, match=says):
        unite(session, gone, kept, administrator)


@pytest.mark.sqlite_only
def test_the_same_merge_twice_and_a_chain_of_merges(session, administrator):
    first, second, third = PersonFactory(), PersonFactory(), PersonFactory()
    unite(session, first, second, administrator)
    unite(session, first, second, administrator)
    unite(session, second, third, administrator)
    session.refresh(first)
    assert first.merged_into_id == third.id
    merges = sa.select(sa.func.count()).where(AuditEntry.action == "person.merged")
    assert session.scalar(merges) == 2


@pytest.mark.sqlite_only
def test_the_old_address_leads_to_the_person(session, administrator):
    gone = PersonFactory(email="old@school.example")
    kept = PersonFactory(email="new@school.example")
    unite(session, gone, kept, administrator)
    place = add_to_school(
        session, school_id=SchoolFactory().id, email=gone.email, name="", by=None, at=NOON
    )
    assert place.person_id == kept.id
    terms = links.Terms("key", "https://portal.example", 15, 5, 5)
    links.ask(
        session,
        authority_id=kept.authority_id,
        address="Old@school.example",
        client="1.2.3.4",
        next_path="",
        terms=terms,
        at=NOON,
    )
    session.flush()
    assert session.scalars(sa.select(Mail.address)).all() == ["new@school.example"]
