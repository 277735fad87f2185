import factory

from directory.models import (
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    School,
    SchoolStatus,
    Team,
)
from tests.factories.base import NOON, InAuthority, authority_id


class OrganisationFactory(InAuthority):
    class Meta:
        model = Organisation

    kind = OrganisationKind.PARTNER
    code = factory.Sequence(lambda n: f"partner-{n}")
    name = factory.Sequence(lambda n: f"Partner {n}")


class TeamFactory(InAuthority):
    class Meta:
        model = Team

    organisation_id = factory.LazyFunction(authority_id)
    name = factory.Sequence(lambda n: f"Team {n}")


class SchoolFactory(InAuthority):
    class Meta:
        model = School

    urn = factory.Sequence(lambda n: 119100 + n)
    la_code = "888"
    name = factory.Sequence(lambda n: f"School {n}")
    type_code = "01"
    type_name = "Community school"
    phase_code = "2"
    phase_name = "Primary"
    status = SchoolStatus.OPEN
    district = "Preston"
    district_code = "E07000123"
    email = factory.LazyAttribute(lambda school: f"office@{school.urn}.school.example")
    imported_at = NOON


class PersonFactory(InAuthority):
    class Meta:
        model = Person

    email = factory.Sequence(lambda n: f"person{n}@portal.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    created_at = NOON
    privacy_seen_at = NOON


class MembershipFactory(InAuthority):
    """A membership at a school; ``OfficerFactory`` and its kin make those at the authority."""

    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    school = factory.SubFactory(SchoolFactory)
    role = Role.STAFF
    job_title = "Teacher"
    started_at = NOON


class HeadFactory(MembershipFactory):
    role = Role.HEAD
    job_title = "Headteacher"


class OfficerFactory(InAuthority):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    organisation_id = factory.LazyFunction(authority_id)
    team = factory.SubFactory(TeamFactory)
    role = Role.OFFICER
    started_at = NOON


class GatekeeperFactory(OfficerFactory):
    role = Role.GATEKEEPER
