from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import current_ids
from categories.models import Cover, Owner
from categories.owning import covers, owners
from categories.owning.changes import changes
from categories.owning.days import CoverDatesError
from categories.owning.owners import NotAtSchoolError, owners_of_school
from directory.models import Membership, PersonState, Role, School
from foundation.audit import AuditEntry
from foundation.db import narrow
from foundation.errors import NotFoundError
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import MembershipFactory, SchoolFactory

TODAY = NOON.date()
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def school(session: Session) -> School:
    return SchoolFactory()


@pytest.fixture
def english(session: Session, authority_id: int) -> int:
    return current_ids(session, authority_id)["english"]


def member(school: School, **more: object) -> Membership:
    return MembershipFactory(school=school, **more)


def assign(session: Session, school: School, category_id: int, place: Membership, at=NOON):
    return owners.assign(
        session,
        school_id=school.id,
        category_id=category_id,
        person_id=place.person_id,
        by=place.person,
        at=at,
    )


def cover(session: Session, school: School, category_id: int, place: Membership, days: tuple):
    return covers.set_cover(
        session,
        school_id=school.id,
        category_id=category_id,
        person_id=place.person_id,
        starts_on=TODAY + timedelta(days=days[0]),
        ends_on=TODAY + timedelta(days=days[1]),
        by=None,
        at=NOON,
    )


def line(session: Session, school: School, category_id: int, on: date | None = None):
    found = owners_of_school(session, school.authority_id, school.id, on=on)
    return next(one for one in found if one.category_id == category_id)


def test_assigning_ends_the_owner_before(session: Session, school: School, english: int) -> None:
    first, second = member(school), member(school)
    assign(session, school, english, first)
    assign(session, school, english, second, at=LATER)
    rows = session.execute(
        sa.select(Owner.person_id, Owner.assigned_at, Owner.ended_at).order_by(Owner.id)
    ).all()
    assert rows == [(first.person_id, NOON, LATER), (second.person_id, LATER, None)]
    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["owner.assigned", "owner.assigned"]
    assert entries[1].detail == {
        "category": english,
        "to": second.person_id,
        "before": first.person_id,
    }


@pytest.mark.sqlite_only
def test_assigning_the_same_person_again_changes_nothing(
    session: Session, school: School, english: int
) -> None:
    place = member(school)
    first = assign(session, school, english, place)
    assert assign(session, school, english, place, at=LATER) is first
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize("why", ["elsewhere", "left", "disabled", "panel"])
def test_only_somebody_who_works_there_can_own_or_cover(
    session: Session, school: School, english: int, why: str
) -> None:
    place = {
        "elsewhere": MembershipFactory,
        "left": lambda: member(school, ended_at=NOON),
        "disabled": lambda: member(school, person__state=PersonState.DISABLED),
        "panel": lambda: member(school, role=Role.PANEL),
    }[why]()
    with pytest.raises(NotAtSchoolError):
        assign(session, school, english, place)
    with pytest.raises(NotAtSchoolError):
        cover(session, school, english, place, (0, 1))


@pytest.mark.sqlite_only
def test_another_authoritys_school_is_not_found(
    session: Session, school: School, english: int, authority_id: int
) -> None:
    place = member(school)
    session.flush()
    narrow(session, authority_id + 1)
    with pytest.raises(NotFoundError):
        assign(session, school, english, place)


@pytest.mark.sqlite_only
def test_a_retired_category_gets_no_owner(session: Session, school: School) -> None:
    retired = CategoryFactory(retired_at=NOON)
    with pytest.raises(NotFoundError, match="no longer in use"):
        assign(session, school, retired.id, member(school))


def test_ending_leaves_the_category_to_the_head(
    session: Session, school: School, english: int
) -> None:
    assign(session, school, english, member(school))
    for _ in range(2):
        owners.end(session, school_id=school.id, category_id=english, by=None, at=LATER)
    assert line(session, school, english).owner_id is None
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["owner.assigned", "owner.ended"]


def test_the_list_has_every_category_once_in_one_statement(
    session: Session, school: School, english: int, statements: list[str]
) -> None:
    place, other = member(school), member(school)
    assign(session, school, english, place)
    cover(session, school, english, other, (-1, 3))
    cover(session, school, english, other, (10, 12))
    OwnerFactory(school_id=SchoolFactory().id, category_id=english, person_id=place.person_id)
    session.flush()
    statements.clear()
    found = owners_of_school(session, school.authority_id, school.id, on=TODAY)
    assert len(statements) == 1
    assert [one.number for one in found] == list(range(1, 86))
    mine = next(one for one in found if one.slug == "english")
    assert (mine.owner_id, mine.owner_active) == (place.person_id, True)
    assert (mine.cover_person_id, mine.cover_active) == (other.person_id, True)
    assert mine.cover_to == TODAY + timedelta(days=3)
    assert all(one.owner_id is None and not one.owner_active for one in found if one is not mine)


@pytest.mark.parametrize("why", ["left", "disabled"])
def test_an_owner_who_left_is_shown_as_not_active(
    session: Session, school: School, english: int, why: str
) -> None:
    place = member(school)
    assign(session, school, english, place)
    if why == "left":
        place.ended_at = LATER
    else:
        place.person.state = PersonState.DISABLED
    session.flush()
    mine = line(session, school, english)
    assert (mine.owner_id, mine.owner_active) == (place.person_id, False)


def test_a_cover_that_overlaps_takes_its_days_from_the_other(
    session: Session, school: School, english: int
) -> None:
    one, two = member(school), member(school)
    first = cover(session, school, english, one, (0, 10))
    apart = cover(session, school, english, one, (20, 30))
    assert cover(session, school, english, one, (0, 10)) is first
    second = cover(session, school, english, two, (5, 12))
    session.refresh(first)
    assert first.ended_at == NOON
    assert (second.ended_at, apart.ended_at) == (None, None)
    assert line(session, school, english, on=TODAY).cover_person_id == one.person_id
    assert line(session, school, english, on=TODAY + timedelta(days=5)).cover_id == second.id
    assert line(session, school, english, on=TODAY + timedelta(days=13)).cover_id == apart.id


@pytest.mark.sqlite_only
def test_calling_off_ends_every_cover_of_the_category(
    session: Session, school: School, english: int
) -> None:
    cover(session, school, english, member(school), (0, 1))
    cover(session, school, english, member(school), (5, 6))
    covers.end_cover(session, school_id=school.id, category_id=english, by=None, at=LATER)
    assert session.scalars(sa.select(Cover.ended_at)).all() == [LATER, LATER]
    assert line(session, school, english).cover_id is None


@pytest.mark.sqlite_only
def test_the_last_day_of_a_cover_is_not_before_its_first(
    session: Session, school: School, english: int
) -> None:
    with pytest.raises(CoverDatesError):
        cover(session, school, english, member(school), (3, 2))


@pytest.mark.sqlite_only
def test_the_history_of_a_category_begins_with_the_newest(
    session: Session, school: School, english: int
) -> None:
    first, second = member(school), member(school)
    assign(session, school, english, first)
    assign(session, school, english, second, at=LATER)
    found = changes(session, school.authority_id, school.id, english)
    assert [row.name for row in found] == [second.person.name, first.person.name]
