import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.addresses import AddressError, clean_address, clean_telephone
from directory.models import Membership, PersonState, Role
from directory.people import (
    PersonRefusal,
    add_to_school,
    end_membership,
    person_by_email,
    staff_of_school,
)
from foundation.audit import AuditEntry
from tests.factories.base import NOON
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    PersonFactory,
    SchoolFactory,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Head@School.Example", "head@school.example"),
        ("  <a.b@c.example> ", "a.b@c.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("o'brien@b.example", "o'brien@b.example"),
    ],
)
def test_addresses_are_written_in_small_letters(text: str, address: str) -> None:
    assert clean_address(text) == address


@pytest.mark.parametrize(
    "text", ["", " ", "a", "a@b", "a b@c.example", "a@b@c.example", "@c.example"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        clean_address(text)


ENDINGS = [f"a@b.{ending}" for ending in ("test", "invalid", "local", "ARPA", "c1", "c")]


@pytest.mark.parametrize(
    "text",
    [
        *("A.B-c_d+e'f@Sub.School.Example", "x@1.2.example", "a--b@c.example", "a@b--c.example"),
        *("a@xn--bcher-kva.example", "a@ab--c.example", *ENDINGS),
        *("a@localhost.example", "a.@b.example", ".a@b.example", "a..b@c.example"),
        *("a@-b.example", "a@b-.example", "a@b..example", "a@b.example."),
        *(f"{'a' * 65}@b.example", f"a@{'b' * 63}.example", f"a@{'b' * 64}.example"),
        *(f"{'a' * 245}@b.example", "a@b.example\n", "\u017f@b.example", "a@\u212a.example"),
    ],
)
def test_what_is_plainly_an_address_is_what_the_library_says(text: str) -> None:
    def said() -> str:
        try:
            return clean_address(text)
        except AddressError as fault:
            return str(fault)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("directory.addresses._is_plain", lambda _text: False)
        slowly = said()
    assert said() == slowly


def test_an_address_that_is_too_long_is_refused() -> None:
    with pytest.raises(AddressError):
        clean_address("a" * 60 + "@" + ".".join(letter * 60 for letter in "bcde") + ".example")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1706 645522", "01706 645522"),
        ("01706  645522", "01706 645522"),
        ("+44 1706 645522", "+44 1706 645522"),
        ("999", "999"),
        ("", ""),
    ],
)
def test_telephone_numbers_get_back_the_zero_that_excel_drops(text: str, number: str) -> None:
    assert clean_telephone(text) == number


def test_somebody_new_gets_a_place_at_the_school(session: Session) -> None:
    school = SchoolFactory()
    place = add_to_school(
        session,
        school_id=school.id,
        email="New@School.example",
        name=" New  Person ",
        job_title="Teacher",
        by=None,
        at=NOON,
    )
    assert (place.person.email, place.person.name) == ("new@school.example", "New Person")
    assert (place.role, place.school_id, place.job_title) == (Role.STAFF, school.id, "Teacher")
    assert person_by_email(session, school.authority_id, "NEW@school.example") is place.person
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert entry.detail == {"membership": place.id, "school": school.id, "role": "staff"}


@pytest.mark.sqlite_only
def test_adding_the_same_person_again_changes_nothing(session: Session) -> None:
    place = MembershipFactory()
    again = add_to_school(
        session,
        school_id=place.school_id,
        email=place.person.email,
        name="Other",
        by=None,
        at=NOON,
    )
    assert again is place
    assert place.person.name != "Other"


def test_a_new_head_replaces_the_one_before(session: Session) -> None:
    before = HeadFactory()
    after = add_to_school(
        session,
        school_id=before.school_id,
        email="next@school.example",
        name="Next",
        role=Role.HEAD,
        by=None,
        at=NOON,
    )
    session.refresh(before)
    assert before.ended_at == NOON
    heads = staff_of_school(session, after.authority_id, after.school_id)
    assert [place.id for place in heads] == [after.id]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("nobody", "Name", Role.STAFF, "email"),
        ("new@school.example", " ", Role.STAFF, "name"),
        ("new@school.example", "Name", Role.OFFICER, "role"),
        ("disabled@school.example", "Name", Role.STAFF, "email"),
    ],
)
def test_a_refusal_names_the_field_to_mend(
    session: Session, email: str, name: str, role: Role, field: str
) -> None:
    PersonFactory(email="disabled@school.example", state=PersonState.DISABLED)
    with pytest.raises(PersonRefusal) as refusal:
        add_to_school(
            session,
            school_id=SchoolFactory().id,
            email=email,
            name=name,
            role=role,
            by=None,
            at=NOON,
        )
    assert refusal.value.field == field


@pytest.mark.sqlite_only
def test_staff_are_those_who_work_there_now_and_may_sign_in(session: Session) -> None:
    school = SchoolFactory()
    here = MembershipFactory(school=school, person__name="B")
    first = MembershipFactory(school=school, person__name="A")
    MembershipFactory(school=school, ended_at=NOON)
    MembershipFactory(school=school, person__state=PersonState.DISABLED)
    MembershipFactory()
    found = staff_of_school(session, school.authority_id, school.id)
    assert [place.id for place in found] == [first.id, here.id]


@pytest.mark.sqlite_only
def test_a_place_is_ended_once(session: Session) -> None:
    place = MembershipFactory()
    end_membership(session, place, by=None, at=NOON)
    end_membership(session, place, by=None, at=NOON.replace(hour=15))
    assert place.ended_at == NOON
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1
    assert session.scalar(sa.select(Membership.ended_at)) == NOON
