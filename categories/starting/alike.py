"""Schools like one's own, and the pattern of owners there: by job title, never by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Owner, Part
from categories.starting.suggesting import Colleague, Suggestion, head_of
from categories.starting.titles import jobs_of
from directory.models import OPEN_STATUSES, Membership, Person, PersonState, Role, School

NEAREST = 40
"""Of how many schools that are most alike we count the owners."""
SIZES = (0.5, 2.0)
LEAST = 10
"""A school with fewer owners has no pattern worth copying."""


@dataclass(frozen=True)
class Alike:
    """A school like one's own: what is alike, and for how many categories it has an owner."""

    urn: int
    name: str
    same: tuple[str, ...]
    owned: int


def schools_alike(
    session: Session, authority_id: int, school: School, *, most: int = 8
) -> list[Alike]:
    """Return open schools of the authority that are most like this one: one statement.

    Same trust or federation counts most, then phase, type, a size between half and twice, and
    district; among those equally alike the most complete comes first.
    """
    marks = _marks(school)
    score = sum((sa.case((mark, weight), else_=0) for _, weight, mark in marks), sa.literal(0))
    near = (
        sa.select(School.id, School.urn, School.name, score.label("score"))
        .add_columns(*(mark.label(f"same_{n}") for n, (_, _, mark) in enumerate(marks)))
        .where(
            School.authority_id == authority_id,
            School.status.in_(OPEN_STATUSES),
            School.id != school.id,
            School.phase_code == school.phase_code,
        )
        .order_by(score.desc(), School.id)
        .limit(NEAREST)
        .subquery("near")
    )
    owned = _owned(authority_id, near.c.id)
    rows = session.execute(
        sa.select(near, owned.label("owned"))
        .where(owned >= LEAST)
        .order_by(near.c.score.desc(), sa.desc("owned"), near.c.name, near.c.id)
        .limit(most)
    ).mappings()
    return [
        Alike(
            row["urn"],
            row["name"],
            tuple(words for n, (words, _, _) in enumerate(marks) if row[f"same_{n}"]),
            row["owned"],
        )
        for row in rows
    ]


def school_by_urn(session: Session, authority_id: int, urn: int) -> School | None:
    """Return an open school of the authority."""
    return session.scalars(
        sa.select(School).where(
            School.authority_id == authority_id,
            School.urn == urn,
            School.status.in_(OPEN_STATUSES),
        )
    ).first()


def pattern_of(session: Session, authority_id: int, school_id: int) -> dict[int, str]:
    """Return for each category that has a lead at a school that person's job title there.

    One statement. Who it is stays at that school: the head's place says “Headteacher”.
    """
    rows = session.execute(
        sa.select(Owner.category_id, Membership.role, Membership.job_title)
        .join(Category, Category.id == Owner.category_id)
        .join(Person, Person.id == Owner.person_id)
        .join(
            Membership,
            sa.and_(
                Membership.person_id == Owner.person_id,
                Membership.school_id == Owner.school_id,
                Membership.ended_at.is_(None),
            ),
        )
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
            Category.retired_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Category.number, Membership.id.desc())
    )
    return {
        category_id: "Headteacher" if role is Role.HEAD else job_title
        for category_id, role, job_title in rows
        if job_title or role is Role.HEAD
    }


def mapped(
    pattern: dict[int, str], category_ids: Iterable[int], people: Sequence[Colleague]
) -> dict[int, Suggestion]:
    """Return whom the pattern makes the owner among our own people, None where nobody fits.

    The very same title fits best, then whoever shares its first job that anybody has.
    """
    fitting = {title: _fitting(title, people) for title in set(pattern.values())}
    found = {}
    for category_id in category_ids:
        title = pattern.get(category_id)
        if title is None:
            found[category_id] = Suggestion(None, "Nobody is set there either")
        elif (one := fitting[title]) is None:
            found[category_id] = Suggestion(None, f"There: {title}. Nobody here has that title")
        else:
            found[category_id] = Suggestion(one.id, f"There: {title}")
    return found


def _fitting(title: str, people: Sequence[Colleague]) -> Colleague | None:
    wanted = title.casefold().split()
    for one in people:
        if one.job_title.casefold().split() == wanted:
            return one
    for job in jobs_of(title):
        if job.name == "head" and (head := head_of(people)):
            return head
        holders = [
            (-own.strength, len(one.jobs()), number)
            for number, one in enumerate(people)
            for own in one.jobs()
            if own.name == job.name
        ]
        if holders:
            return people[min(holders)[2]]
    return None


def _marks(school: School) -> list[tuple[str, int, sa.ColumnElement[bool]]]:
    marks: list[tuple[str, int, sa.ColumnElement[bool]]] = []
    if school.trust_id is not None:
        marks.append(("same trust", 8, sa.func.coalesce(School.trust_id == school.trust_id, False)))
    if school.federation_code:
        marks.append(("same federation", 8, School.federation_code == school.federation_code))
    marks.append(("same kind of school", 3, School.type_code == school.type_code))
    if school.pupils:
        smallest, largest = (int(school.pupils * factor) for factor in SIZES)
        size = sa.func.coalesce(School.pupils.between(smallest, largest), False)
        marks.append(("about the same size", 4, size))
    if school.district_code:
        marks.append(("same district", 1, School.district_code == school.district_code))
    return marks


def _owned(authority_id: int, school_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Owner)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
        )
        .scalar_subquery()
    )
