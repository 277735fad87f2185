"""Files of owners that waited while people, schools and categories went on changing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.bulk import files
from categories.bulk.importing import stage_owners
from categories.bulk.models import OwnerImportRow, RowState
from categories.bulk.rows import EVERY_COLUMN
from categories.models import Owner
from directory.merging import merge
from directory.models import Membership, Person, PersonState, Role, SchoolStatus
from foundation import outbox
from foundation.spreadsheets import write_csv
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory
from tests.factories.directory import (
    MembershipFactory,
    OfficerFactory,
    PersonFactory,
    SchoolFactory,
)

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def place(session):
    """Ann leads care; Cat works there too, and has no part."""
    school = SchoolFactory(urn=119901)
    CategoryFactory(slug="care", heading="Care")
    MembershipFactory(school=school, person__email="cat@s.example", person__name="Cat")
    return MembershipFactory(school=school, person__email="ann@s.example", person__name="Ann")


@pytest.fixture
def staged(session, authority_id, place, tmp_path):
    def staged(email="cat@s.example", **more):
        cells = {"urn": "119901", "category": "care", "email": email} | more
        path = tmp_path / "owners.csv"
        path.write_bytes(write_csv(EVERY_COLUMN, [[cells.get(name, "") for name in EVERY_COLUMN]]))
        return stage_owners(session, authority_id, path, at=NOON)

    return staged


def person(session, email):
    return session.scalars(sa.select(Person).where(Person.email == email)).one()


def apply(session, imported):
    files.begin_applying(session, imported, by=None, at=LATER)
    while files.apply_next(session, imported, most=1):
        pass
    session.expire_all()
    return {row.state for row in session.scalars(sa.select(OwnerImportRow))}


def owners(session):
    rows = session.execute(
        sa.select(Person.email)
        .join(Owner, Owner.person_id == Person.id)
        .where(Owner.ended_at.is_(None))
    )
    return [email for (email,) in rows]


def test_a_row_about_an_entry_that_was_merged_since_is_about_the_person(
    session, database, staged, place
):
    imported = staged()
    kept = MembershipFactory(school=place.school, person__email="cat2@s.example").person
    gone = person(session, "cat@s.example")
    by = OfficerFactory(role=Role.ADMINISTRATOR).person
    merge(session, place.authority_id, gone_id=gone.id, kept_id=kept.id, by=by.id, at=NOON)
    session.commit()
    outbox.relay(database, HANDLERS, at=LATER)
    assert apply(session, imported) == {RowState.APPLIED}
    assert owners(session) == ["cat2@s.example"]


@pytest.mark.parametrize("what", ["disabled", "left", "school", "category", "cover"])
@pytest.mark.sqlite_only
def test_a_row_that_could_reach_nobody_now_is_left_alone(session, staged, place, what):
    days = {"cover_from": "2026-11-24", "cover_to": "2026-11-25"}
    cover = {"cover_email": "cat@s.example", **days} if what == "cover" else {}
    imported = staged("ann@s.example" if cover else "cat@s.example", **cover)
    cat = person(session, "cat@s.example")
    if what == "disabled":
        cat.state = PersonState.DISABLED
    elif what in ("left", "cover"):
        session.execute(
            sa.update(Membership).where(Membership.person_id == cat.id).values(ended_at=NOON)
        )
    elif what == "school":
        place.school.status = SchoolStatus.CLOSED
    else:
        session.execute(
            sa.text("UPDATE category SET retired_at = '2026-01-01 00:00:00' WHERE slug = 'care'")
        )
    session.flush()
    assert apply(session, imported) == {RowState.STALE}
    assert owners(session) == []


@pytest.mark.parametrize("state", [PersonState.ACTIVE, PersonState.DISABLED])
@pytest.mark.sqlite_only
def test_somebody_new_whose_address_is_known_meanwhile(session, staged, place, state):
    imported = staged("dan@s.example", name="Dan")
    PersonFactory(email="dan@s.example", state=state)
    session.flush()
    became = RowState.APPLIED if state is PersonState.ACTIVE else RowState.STALE
    assert apply(session, imported) == {became}


@pytest.mark.sqlite_only
def test_a_file_may_name_the_address_of_a_merged_entry(session, staged, place):
    kept = MembershipFactory(school=place.school, person__email="cat2@s.example").person
    gone = person(session, "cat@s.example")
    by = OfficerFactory(role=Role.ADMINISTRATOR).person
    merge(session, place.authority_id, gone_id=gone.id, kept_id=kept.id, by=by.id, at=NOON)
    session.flush()
    imported = staged()
    assert apply(session, imported) == {RowState.APPLIED}
    assert owners(session) == ["cat2@s.example"]
