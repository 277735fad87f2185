"""Making the people of the demonstration: staff and governors of schools, officers, partners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import (
    OPEN_STATUSES,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    School,
    Team,
)
from directory.roster import people_by_email
from foundation.bulk import batches, insert_all, update_all
from portal.demonstration import council
from portal.demonstration.names import Domains, Names
from portal.demonstration.posts import HEAD, MANAGER, PRIMARY, TEACHER, TITLES, posts_at

TELEPHONES = "01632 96{:04d}"  # numbers kept free for drama
GOVERNED = 0.5
JOINED = timedelta(days=900)

DEMO_ADDRESSES = {
    HEAD: council.HEAD,
    MANAGER: council.BUSINESS_MANAGER,
    TEACHER: council.TEACHER,
}


BEGINNERS = (("2", council.NEW_PRIMARY_HEAD), ("4", council.NEW_SECONDARY_HEAD))
YOUNG = 4


@dataclass(frozen=True)
class Staffed:
    """A school and the addresses of the people in its posts, the head's first."""

    school_id: int
    is_demo: bool
    posts: dict[str, str]
    is_new: bool = False
    """It has not said yet who owns what."""


@dataclass
class People:
    """Collects people and places, and writes them all at once."""

    session: Session
    authority_id: int
    random: Random
    at: datetime
    names: Names = field(init=False)
    persons: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = Names(self.random)

    def add(self, email: str, name: str) -> str:
        """Note a person; an address that is known already is the same person."""
        if email not in self.persons:
            self.persons[email] = {
                "authority_id": self.authority_id,
                "email": email,
                "name": name,
                "telephone": TELEPHONES.format(self.random.randrange(10_000)),
                "created_at": self.at - JOINED,
            }
        return email

    def place(
        self,
        email: str,
        role: Role,
        job_title: str,
        manager: str | None = None,
        **where: int | None,
    ) -> None:
        """Note that a person has a place: ``school_id``, or ``organisation_id`` and ``team_id``.

        ``manager`` is the address of whom an officer reports to.
        """
        self.places.append(
            {
                "authority_id": self.authority_id,
                "person_id": email,
                "role": role,
                "school_id": None,
                "organisation_id": None,
                "team_id": None,
                "job_title": job_title,
                "manager_id": manager,
                "started_at": self.at - JOINED,
                **where,
            }
        )

    def write(self) -> dict[str, int]:
        """Write them all; return everybody's id by address."""
        for people in batches(self.persons.values()):
            insert_all(self.session, Person, people)
        known = people_by_email(self.session, self.authority_id, self.persons)
        ids = {email: person.id for email, person in known.items()}
        for places in batches(self.places):
            insert_all(
                self.session,
                Membership,
                [
                    place
                    | {
                        "person_id": ids[place["person_id"]],
                        "manager_id": ids[place["manager_id"]] if place["manager_id"] else None,
                    }
                    for place in places
                ],
            )
        return ids


def staff_schools(people: People) -> list[Staffed]:
    """Fill the posts of every open school, exactly one head each, and set its mailbox."""
    schools = people.session.scalars(
        sa.select(School)
        .where(School.authority_id == people.authority_id, School.status.in_(OPEN_STATUSES))
        .order_by(School.urn)
    ).all()
    domains = Domains()
    staffed: list[Staffed] = []
    mailboxes = []
    beginners = _beginners(schools)
    for number, school in enumerate(schools):
        is_demo = number == 0
        domain = council.DEMO_SCHOOL_DOMAIN if is_demo else domains.of(school.name, school.urn)
        posts = PRIMARY if is_demo else posts_at(school.phase_code, people.random)
        holders = {post: _holder(people, school, post, domain) for post in posts}
        if school.id in beginners:
            holders = _only_head(people, beginners[school.id], holders)
        if number == 1:
            holders[MANAGER] = council.BUSINESS_MANAGER  # one person, two schools
        for post, email in holders.items():
            role = Role.HEAD if post == HEAD else Role.STAFF
            title = (school.head_job_title if post == HEAD else "") or TITLES[post]
            people.place(email, role, title, school_id=school.id)
        if number < len(council.PANEL):
            people.add(council.PANEL[number], people.names.person(domain)[0])
            people.place(council.PANEL[number], Role.PANEL, TITLES[MANAGER], school_id=school.id)
        if people.random.random() < GOVERNED:
            name, email = people.names.person(domain)
            people.add(email, name)
            people.place(email, Role.GOVERNOR, "Chair of governors", school_id=school.id)
        mailboxes.append({"id": school.id, "email": f"office@{domain}"})
        _recipients(people, school, domain)
        staffed.append(Staffed(school.id, is_demo, holders, is_new=school.id in beginners))
    for some in batches(mailboxes):
        update_all(people.session, School, some)
    return staffed


def _beginners(schools: Sequence[School]) -> dict[int, str]:
    """Return the address of the head of the two schools that begin, by the school's id."""
    found: dict[int, str] = {}
    for phase, address in BEGINNERS:
        school = next((one for one in schools[3:] if one.phase_code == phase), None)
        if school is not None:
            found[school.id] = address
    return found


def _only_head(people: People, address: str, holders: dict[str, str]) -> dict[str, str]:
    """Return the posts of a school that begins: a small primary's staff, else the head alone."""
    name = people.persons.pop(holders[HEAD])["name"]
    is_small = address == council.NEW_PRIMARY_HEAD
    kept = {post: email for post, email in holders.items() if is_small and post != HEAD}
    for post, email in holders.items():
        if post not in kept and post != HEAD:
            people.persons.pop(email, None)
    return {HEAD: people.add(address, name), **dict(list(kept.items())[:5])}


def _recipients(people: People, school: School, domain: str) -> None:
    """Give some schools a clerk to the governors, and some an early years provider."""
    if school.id % 4 == 0:
        name, email = people.names.person("clerks.example")
        people.place(people.add(email, name), Role.CLERK, "Clerk to governors", school_id=school.id)
    if school.id % 9 == 0 and (school.low_age or 5) < YOUNG:
        name, email = people.names.person(domain)
        title = "Manager of the nursery on the site"
        people.place(people.add(email, name), Role.EARLY_YEARS, title, school_id=school.id)


def staff_council(people: People) -> None:
    """Make the teams, officers, gatekeepers and partners, and everybody whom the README names."""
    own = people.authority_id
    teams = _teams(people.session, own, own, [*council.TEAMS, council.GATE_TEAM])
    led = {one.team: one.email for one in council.MANAGERS}
    for one in (*council.MANAGERS, *council.SIGN_INS):
        people.add(one.email, one.name)
        team_id = teams[one.team] if one.team else None
        manager = led.get(one.team) if one.email not in led.values() else None
        people.place(
            one.email, one.role, one.job_title, manager, organisation_id=own, team_id=team_id
        )
    for team in council.TEAMS:
        for _ in range(council.OFFICERS_IN_A_TEAM):
            made = _officer(
                people, Role.OFFICER, council.DOMAIN, own, teams[team], manager=led.get(team)
            )
            led.setdefault(team, made)
    for _ in range(2):
        _officer(people, Role.GATEKEEPER, council.DOMAIN, own, teams[council.GATE_TEAM])
    for partner in council.PARTNERS:
        organisation = Organisation(
            authority_id=own,
            kind=OrganisationKind.PARTNER,
            code=partner.code,
            name=partner.name,
        )
        people.session.add(organisation)
        people.session.flush()
        team_id = _teams(people.session, own, organisation.id, [partner.team])[partner.team]
        people.add(f"officer@{partner.domain}", people.names.person(partner.domain)[0])
        leader = None
        for _ in range(partner.officers - 1):
            made = _officer(
                people, Role.OFFICER, partner.domain, organisation.id, team_id, manager=leader
            )
            leader = leader or made
        people.place(
            f"officer@{partner.domain}",
            Role.OFFICER,
            "Schools officer",
            leader,
            organisation_id=organisation.id,
            team_id=team_id,
        )


def _officer(
    people: People,
    role: Role,
    domain: str,
    organisation_id: int,
    team_id: int,
    *,
    manager: str | None = None,
) -> str:
    name, email = people.names.person(domain)
    people.add(email, name)
    title = council.KEEPER if role is Role.GATEKEEPER else "Education officer"
    people.place(email, role, title, manager, organisation_id=organisation_id, team_id=team_id)
    return email


def _teams(
    session: Session, authority_id: int, organisation_id: int, names: Iterable[str]
) -> dict[str, int]:
    teams = [
        Team(authority_id=authority_id, organisation_id=organisation_id, name=name)
        for name in names
    ]
    session.add_all(teams)
    session.flush()
    return {team.name: team.id for team in teams}


def _holder(people: People, school: School, post: str, domain: str) -> str:
    """Note the person in a post and return their address; the head's name stands in GIAS."""
    name, email = people.names.person(domain)
    if post == HEAD and school.head_last_name:
        name = f"{school.head_first_name} {school.head_last_name}".strip()
        email = people.names.address_for(name, domain)
    if domain == council.DEMO_SCHOOL_DOMAIN:
        email = DEMO_ADDRESSES.get(post, email)
    return people.add(email, name)
