"""Small worlds of owners, covers and leavers, and who should get an item in them, step by step.

The oracle reads like the decision: it looks at plain lists, one person after the other.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from categories.models import Category, Cover, GroupDefault, Owner, Part, TrustOwner
from categories.routing.reasons import Reason
from directory.models import Membership, OrganisationKind, Person, PersonState, Role
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory
from tests.factories.directory import OrganisationFactory, PersonFactory, SchoolFactory

TODAY = date(2026, 11, 23)
PEOPLE, SCHOOLS, CATEGORIES, TRUSTS = 6, 3, 3, 2
ROLES = (Role.HEAD, Role.STAFF, Role.CLERK, Role.GOVERNOR, Role.EARLY_YEARS, Role.PANEL)
GROUPS = ("one", "two", "one")
ONE_OF_A_PART = {Part.LEAD, Part.DEPUTY}

person = st.integers(0, PEOPLE - 1)
school = st.integers(0, SCHOOLS - 1)
category = st.integers(0, CATEGORIES - 1)
trust = st.integers(0, TRUSTS - 1)
ended = st.sampled_from((False, False, False, True))
days = st.integers(-2, 2)


def rows(*parts: st.SearchStrategy, most: int, least: int = 0) -> st.SearchStrategy:
    return st.lists(st.tuples(*parts), min_size=least, max_size=most)


worlds = st.fixed_dictionaries(
    {
        "disabled": st.sets(person, max_size=2),
        "trust_of": st.tuples(*[st.none() | trust] * SCHOOLS),
        "falls_to": st.tuples(
            *[st.permutations(("clerk", "governor", "early_years")).map(lambda r: r[:2])]
            * CATEGORIES
        ),
        "falls": st.tuples(*[st.booleans()] * CATEGORIES),
        "places": rows(person, school, st.sampled_from(ROLES), ended, least=6, most=18),
        "owners": rows(
            school, category, person, st.sampled_from(list(Part)), ended, least=3, most=20
        ),
        "covers": rows(school, category, person, days, st.integers(0, 2), ended, most=5),
        "defaults": rows(school, st.sampled_from(("one", "two")), person, ended, most=5),
        "trusts": rows(trust, category, person, ended, most=4),
    }
)


@dataclass
class World:
    """The rows of a world, as they stand in the database, in the order of their ids."""

    schools: list[int]
    trust_of: dict[int, int | None]
    categories: list[Category]
    people: dict[int, PersonState]
    places: list[Membership] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    defaults: list[GroupDefault] = field(default_factory=list)
    trusts: list[TrustOwner] = field(default_factory=list)

    def lives(self, person_id: int, school_id: int) -> bool:
        return self.people[person_id] is PersonState.ACTIVE and any(
            (place.person_id, place.school_id) == (person_id, school_id)
            and place.role is not Role.PANEL
            and not place.ended_at
            for place in self.places
        )


@dataclass
class Ground:
    """What worlds are built on: made once, because what changes is who does what."""

    schools: list
    trusts: list
    categories: list[Category]
    people: list[Person]


def make_ground() -> Ground:
    return Ground(
        schools=[SchoolFactory() for _ in range(SCHOOLS)],
        trusts=[OrganisationFactory(kind=OrganisationKind.TRUST) for _ in range(TRUSTS)],
        categories=[CategoryFactory(group=GROUPS[number]) for number in range(CATEGORIES)],
        people=[PersonFactory() for _ in range(PEOPLE)],
    )


def build(session: Session, ground: Ground, drawn: dict) -> World:
    """Write a drawn world; of rows that the database would refuse the first stays."""
    _settle(ground, drawn)
    world = World(
        schools=[one.id for one in ground.schools],
        trust_of={one.id: one.trust_id for one in ground.schools},
        categories=ground.categories,
        people={one.id: one.state for one in ground.people},
    )
    makers = {"places": _place, "owners": _owner, "covers": _cover}
    makers |= {"defaults": _default, "trusts": _trust}
    known: set[tuple] = set()
    for name, make in makers.items():
        made = getattr(world, name)
        for *facts, gone in drawn[name]:
            row, *keys = make(ground, *facts)
            if not gone and any(key in known for key in keys):
                continue
            known.update(() if gone else keys)
            row.authority_id = ground.categories[0].authority_id
            row.ended_at = NOON if gone else None
            made.append(row)
        session.add_all(made)
    session.flush()
    return world


def _settle(ground: Ground, drawn: dict) -> None:
    for number, one in enumerate(ground.people):
        one.state = PersonState.DISABLED if number in drawn["disabled"] else PersonState.ACTIVE
    for number, one in enumerate(ground.categories):
        one.falls_to = list(drawn["falls_to"][number]) if drawn["falls"][number] else []
    for number, one in enumerate(ground.schools):
        place = drawn["trust_of"][number]
        one.trust_id = None if place is None else ground.trusts[place].id


# Each returns a row, and what may be there only once.


def _place(ground: Ground, who: int, where: int, role: Role) -> tuple:
    ids = {"person_id": ground.people[who].id, "school_id": ground.schools[where].id}
    return Membership(**ids, role=role, started_at=NOON), ("place", who, where, role)


def _owner(ground: Ground, where: int, what: int, who: int, part: Part) -> tuple:
    row = Owner(**_pair(ground, where, what, who), part=part, assigned_at=NOON)
    once = ("owner", where, what, who)
    return (row, once, ("part", where, what, part)) if part in ONE_OF_A_PART else (row, once)


def _cover(ground: Ground, where: int, what: int, who: int, start: int, length: int) -> tuple:
    first = TODAY + timedelta(start)
    dates = {"starts_on": first, "ends_on": first + timedelta(length)}
    return (Cover(**_pair(ground, where, what, who), **dates, created_at=NOON),)


def _default(ground: Ground, where: int, group: str, who: int) -> tuple:
    ids = {"person_id": ground.people[who].id, "school_id": ground.schools[where].id}
    return GroupDefault(**ids, group=group, set_at=NOON), ("default", where, group)


def _trust(ground: Ground, which: int, what: int, who: int) -> tuple:
    row = TrustOwner(
        trust_id=ground.trusts[which].id,
        category_id=ground.categories[what].id,
        person_id=ground.people[who].id,
        set_at=NOON,
    )
    return row, ("trust", which, what)


def _pair(ground: Ground, where: int, what: int, who: int) -> dict[str, int]:
    return {
        "school_id": ground.schools[where].id,
        "category_id": ground.categories[what].id,
        "person_id": ground.people[who].id,
    }


def tried(world: World, school_id: int, category: Category) -> list[tuple[Reason, int]]:
    """Everybody in the order of the decision, able to receive it or not."""

    def of_pair(table: list) -> list:
        return [
            row
            for row in table
            if row.school_id == school_id and row.category_id == category.id and not row.ended_at
        ]

    def parts(part: Part, reason: Reason) -> list[tuple[Reason, int]]:
        return [(reason, row.person_id) for row in of_pair(world.owners) if row.part is part]

    covers = [row for row in of_pair(world.covers) if row.starts_on <= TODAY <= row.ends_on]
    places = [row for row in world.places if row.school_id == school_id and not row.ended_at]
    trust = world.trust_of[school_id]
    return [
        *((Reason.COVER, row.person_id) for row in reversed(covers)),
        *parts(Part.LEAD, Reason.OWNER),
        *parts(Part.SHARES, Reason.SHARES),
        *parts(Part.DEPUTY, Reason.DEPUTY),
        *(
            (Reason.TRUST, row.person_id)
            for row in world.trusts
            if trust is not None
            and (row.trust_id, row.category_id) == (trust, category.id)
            and not row.ended_at
        ),
        *(
            (Reason.ROLE, row.person_id)
            for role in category.falls_to
            for row in places
            if row.role.value == role
        ),
        *(
            (Reason.GROUP, row.person_id)
            for row in world.defaults
            if (row.school_id, row.group) == (school_id, category.group) and not row.ended_at
        ),
        *((Reason.HEAD, row.person_id) for row in places if row.role is Role.HEAD),
    ]


def expected(world: World, school_id: int) -> set[tuple[int | None, int, str]]:
    """Who gets a notice for all categories at a school: person, category, reason."""
    answering: dict[int | None, tuple[int, Reason]] = {}
    beside: dict[int | None, list[tuple[int, int, Reason]]] = {}
    for category in world.categories:
        able = [
            each for each in tried(world, school_id, category) if world.lives(each[1], school_id)
        ]
        reason, first = able[0] if able else (Reason.OFFICE, None)
        answering.setdefault(first, (category.id, reason))
        if reason not in {Reason.COVER, Reason.OWNER, Reason.SHARES}:
            continue
        also = [
            (rank, row.person_id, found)
            for row in world.owners
            if (row.school_id, row.category_id) == (school_id, category.id) and not row.ended_at
            for rank, (part, found) in enumerate(
                ((Part.SHARES, Reason.SHARES), (Part.ALSO, Reason.ALSO))
            )
            if row.part is part and world.lives(row.person_id, school_id)
        ]
        for rank, who, found in also:
            beside.setdefault(who, []).append((rank, category.id, found))
    for who, ways in beside.items():
        _, category_id, found = min(ways)
        answering.setdefault(who, (category_id, found))
    return {(who, category_id, reason.value) for who, (category_id, reason) in answering.items()}
