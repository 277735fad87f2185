"""Accounts are corrected, closed, opened and found."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts import EmailTakenError, correct, disable, enable, find_people
from directory.events import PersonLeft
from directory.models import Person, PersonState, Role
from directory.people import (
    PersonRefusal,
)
from foundation.audit import AuditEntry
from foundation.db import Database
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON
from tests.factories.directory import (
    MembershipFactory,
    OfficerFactory,
    PersonFactory,
    SchoolFactory,
)

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def administrator(session):
    return OfficerFactory(role=Role.ADMINISTRATOR).person


def published(session, kind):
    rows = session.scalars(
        sa.select(OutboxEvent).where(OutboxEvent.name == kind.__name__).order_by(OutboxEvent.id)
    )
    return [row.payload for row in rows]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "Taken@school.example"}, "email"),
    ],
)
def test_a_correction_that_cannot_be_names_the_field(session, administrator, values, field):
    other = PersonFactory(email="taken@school.example", name="Ann Example")
    person = PersonFactory(name="Bob Example", email="bob@school.example")
    wanted = {"name": person.name, "email": person.email, "telephone": ""} | values
    with pytest.raises(PersonRefusal) as refusal:
        correct(session, person, **wanted, by=administrator.id, at=NOON)
    assert refusal.value.field == field
    if isinstance(refusal.value, EmailTakenError):
        assert refusal.value.other_id == other.id
        assert "Ann Example has this e-mail address already" in str(refusal.value)


def test_of_two_who_take_the_same_address_one_is_refused(database: Database, session):
    people = [PersonFactory(), PersonFactory()]
    by = OfficerFactory().person_id
    session.commit()

    def take(number):
        with database.transaction(authority=people[0].authority_id) as opened:
            person = opened.get_one(Person, people[number].id)
            values = {"name": "Ann", "email": "same@school.example", "telephone": ""}
            correct(opened, person, **values, by=by, at=NOON)

    take(0)
    with pytest.raises(EmailTakenError):
        take(1)


def test_a_corrected_address_is_taken_to_work(session, administrator):
    person = PersonFactory(mail_failing_since=NOON)
    values = {"name": person.name, "email": "Right@school.example", "telephone": "01772 1"}
    changed = correct(session, person, **values, by=administrator.id, at=NOON)
    assert (person.email, person.mail_failing_since) == ("right@school.example", None)
    assert changed == ["email", "telephone"]
    detail = session.scalars(sa.select(AuditEntry.detail)).all()
    assert detail == [{"changed": ["email", "telephone"]}]


@pytest.mark.sqlite_only
def test_a_closed_account_lets_go_of_everything_and_opens_again(session, administrator):
    place = MembershipFactory()
    MembershipFactory(person=place.person, school=place.school, role=Role.GOVERNOR)
    for _ in range(2):
        disable(session, place.person, by=administrator.id, at=NOON)
    assert [event["school_id"] for event in published(session, PersonLeft)] == [place.school_id]
    enable(session, place.person, by=administrator.id, at=NOON)
    assert place.person.state is PersonState.ACTIVE
    with pytest.raises(PersonRefusal):
        disable(session, administrator, by=administrator.id, at=NOON)


def test_people_are_found_by_name_address_and_school(session):
    school = SchoolFactory(name="Oak Tree School")
    ann = MembershipFactory(school=school, person__name="Ann Example").person
    bob = PersonFactory(name="Bob", email="bob_ann@x.example")
    PersonFactory(name="Ann Gone", merged_into_id=ann.id, state=PersonState.DISABLED)
    session.flush()
    for typed, expected in (
        ("ann", [ann, bob]),
        ("b_a", [bob]),
        ("OAK tree", [ann]),
        ("%", []),
        ("", [ann, bob]),
    ):
        found, more = find_people(session, school.authority_id, typed)
        assert ([each.person for each in found], more) == (expected, False), typed
