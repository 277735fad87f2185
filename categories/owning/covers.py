"""Who stands in at a school between two days, for one category or many. Nothing here commits.

No two covers of a category fall on one day: a new one takes its days out of those that are there,
and what is left of them before and after goes on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Cover, CoverKind, Owner, Part
from categories.owning.days import Days
from categories.owning.owners import current_rows
from categories.owning.places import (
    check_categories,
    check_places,
    held_school,
    record,
    record_many,
    tell,
)
from directory.acting import id_of
from directory.models import Person, School
from foundation import clock
from foundation.bulk import insert_all
from foundation.errors import Refusal

MOST_AT_ONCE = 500


class CoverSelfError(Refusal):
    """Somebody was to stand in for themselves."""

    sentence = "They have these categories themselves. Choose somebody else to stand in."


@dataclass(frozen=True)
class Covered:
    """What ``set_covers`` did, as ids of categories. ``own``: left out, the stand-in's own."""

    changed: list[int]
    unchanged: list[int]
    own: list[int]


def set_covers(
    session: Session,
    *,
    school_id: int,
    choices: Mapping[int, int],
    days: Days,
    kind: CoverKind = CoverKind.COVER,
    by: Person | int | None,
    at: datetime,
) -> Covered:
    """Let people stand in for categories (category's id -> person's) on these days, in one act.

    A constant number of statements. The same cover again changes nothing; categories that the
    stand-in leads are left out. Raises CoverDatesError, CoverOverError or CoverLongError;
    CoverSelfError when nothing but their own is left; NotAtSchoolError and NotFoundError as
    ``owners.assign`` does.
    """
    today = clock.local_date(at)
    days.check(today)
    school = held_school(session, school_id)
    check_categories(session, school, choices)
    check_places(session, school, set(choices.values()))
    leads = _leads(session, school, choices)
    own = [key for key in sorted(choices) if leads.get(key) == choices[key]]
    if choices and len(own) == len(choices):
        raise CoverSelfError(field="person_id")
    overlapping = _covers(session, school, choices, days)
    same = {
        cover.category_id
        for cover in overlapping
        if (cover.person_id, cover.starts_on, cover.ends_on, cover.kind)
        == (choices[cover.category_id], days.first, days.last, kind)
    }
    wanted = {key: choices[key] for key in sorted(choices) if key not in same and key not in own}
    rest = _call_off(session, overlapping, wanted, days, at)
    facts = {
        "authority_id": school.authority_id,
        "school_id": school.id,
        "kind": kind,
        "set_by_id": id_of(by),
        "created_at": at,
    }
    fresh = [facts | _span(key, person, days) for key, person in wanted.items()]
    insert_all(session, Cover, [*rest, *fresh])
    if wanted:
        people = list(wanted.values())
        record_many(session, school, "cover.set", by=by, at=at, categories=list(wanted), to=people)
        if days.first <= today:
            tell(session, school, wanted, at=at)
    return Covered(list(wanted), sorted(same), own)


def set_cover(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int,
    starts_on: date,
    ends_on: date,
    by: Person | int | None,
    at: datetime,
) -> Cover:
    """Let a person stand in for one category, as ``set_covers`` does for many; return the cover."""
    days = Days(starts_on, ends_on)
    choices = {category_id: person_id}
    set_covers(session, school_id=school_id, choices=choices, days=days, by=by, at=at)
    return session.scalars(
        sa.select(Cover)
        .where(
            Cover.school_id == school_id,
            Cover.category_id == category_id,
            Cover.person_id == person_id,
            Cover.starts_on == starts_on,
            Cover.ended_at.is_(None),
        )
        .order_by(Cover.id.desc())
        .limit(1)
    ).one()


def end_cover(
    session: Session, *, school_id: int, category_id: int, by: Person | int | None, at: datetime
) -> None:
    """Call off every cover of a category at a school, also those that have not begun."""
    school = held_school(session, school_id)
    covers = _covers(session, school, [category_id], Days(date.min, date.max))
    for cover in covers:
        cover.ended_at = at
    session.flush()
    if covers:
        record(session, school, category_id, "cover.ended", by=by, at=at, count=len(covers))
        tell(session, school, [category_id], at=at)


def end_covers(
    session: Session,
    *,
    school_id: int,
    cover_ids: Collection[int],
    by: Person | int | None,
    at: datetime,
) -> int:
    """Call off these covers of a school; return how many stood. A second time does nothing."""
    school = held_school(session, school_id)
    ended = session.execute(
        sa.update(Cover)
        .where(
            Cover.authority_id == school.authority_id,
            Cover.school_id == school.id,
            Cover.id.in_(set(cover_ids)),
            Cover.ended_at.is_(None),
        )
        .values(ended_at=at)
        .returning(Cover.category_id)
        .execution_options(synchronize_session=False)
    ).scalars()
    categories = sorted(ended)
    if categories:
        record_many(session, school, "cover.ended", by=by, at=at, categories=categories)
        tell(session, school, categories, at=at)
    return len(categories)


def away_meanwhile(
    session: Session, authority_id: int, school_id: int, people: Collection[int], days: Days
) -> list[str]:
    """Return the names of those of these people who are away on some of the days themselves.

    Somebody is away when another stands in for a category that they lead, as the school arranged
    it. One statement.
    """
    query = (
        sa.select(Person.name)
        .join(Owner, Owner.person_id == Person.id)
        .join(
            Cover,
            sa.and_(Cover.category_id == Owner.category_id, Cover.school_id == Owner.school_id),
        )
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.person_id.in_(set(people)),
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
            Cover.kind == CoverKind.COVER,
            Cover.ended_at.is_(None),
            Cover.starts_on <= days.last,
            Cover.ends_on >= days.first,
        )
        .distinct()
        .order_by(Person.name)
    )
    return list(session.scalars(query))


def _leads(session: Session, school: School, category_ids: Collection[int]) -> dict[int, int]:
    rows = current_rows(session, school, category_ids)
    return {row.category_id: row.person_id for row in rows if row.part is Part.LEAD}


def _call_off(
    session: Session,
    overlapping: Collection[Cover],
    wanted: Collection[int],
    days: Days,
    at: datetime,
) -> list[dict[str, object]]:
    """End what overlaps; return the rows of what is left of it before and after."""
    rest = []
    for cover in overlapping:
        if cover.category_id in wanted:
            cover.ended_at = at
            facts = {
                "authority_id": cover.authority_id,
                "school_id": cover.school_id,
                "kind": cover.kind,
                "set_by_id": cover.set_by_id,
                "created_at": at,
            }
            there = Days(cover.starts_on, cover.ends_on)
            rest += [
                facts | _span(cover.category_id, cover.person_id, left)
                for left in days.left_of(there, clock.local_date(at))
            ]
    session.flush()
    return rest


def _span(category_id: int, person_id: int, days: Days) -> dict[str, object]:
    return {
        "category_id": category_id,
        "person_id": person_id,
        "starts_on": days.first,
        "ends_on": days.last,
    }


def _covers(
    session: Session, school: School, category_ids: Collection[int], days: Days
) -> list[Cover]:
    """Return the covers not called off whose days overlap with these."""
    return list(
        session.scalars(
            sa.select(Cover)
            .where(
                Cover.authority_id == school.authority_id,
                Cover.school_id == school.id,
                Cover.category_id.in_(set(category_ids)),
                Cover.ended_at.is_(None),
                Cover.starts_on <= days.last,
                Cover.ends_on >= days.first,
            )
            .order_by(Cover.starts_on, Cover.id)
            .execution_options(populate_existing=True)
        )
    )
