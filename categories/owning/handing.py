"""Handing over: everything that one person has at a school goes to others, in one act."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Cover, GroupDefault, Owner, Part
from categories.owning.owners import current_rows, end_rows, new_row
from categories.owning.places import (
    check_places,
    held_school,
    one_at_a_time,
    record_many,
    tell,
)
from directory.acting import id_of
from directory.models import Person, School
from foundation import clock
from foundation.bulk import insert_all
from foundation.errors import Refusal

RANK = (Part.LEAD, Part.SHARES, Part.DEPUTY, Part.ALSO)
"""Where both have a part in a category, whoever takes over keeps the one that comes first."""
To = Mapping[int, int] | int


class ToThemselvesError(Refusal):
    """Somebody was to take over from themselves."""

    sentence = "Choose somebody else to take over."


@dataclass(frozen=True)
class HandedOver:
    """How much went over. ``ended``: parts, covers and defaults that nobody was named for."""

    owned: int = 0
    covers: int = 0
    defaults: int = 0
    ended: int = 0


@dataclass(frozen=True)
class _Over:
    """Who hands over to whom, who arranged it and when."""

    from_id: int
    to: To
    by: Person | int | None
    at: datetime

    def taker(self, category_id: int) -> int | None:
        """Return who takes over what belongs to a category; None for nobody."""
        return self.to if isinstance(self.to, int) else self.to.get(category_id)

    def taker_of_group(self, category_ids: Iterable[int]) -> int | None:
        """Return who takes over a group: whoever gets most of it."""
        if isinstance(self.to, int):
            return self.to
        counts = Counter(self.to[key] for key in category_ids if key in self.to)
        return next((who for who, _ in counts.most_common(1)), None)


def hand_over(
    session: Session,
    *,
    school_id: int,
    from_id: int,
    to: To,
    by: Person | int | None,
    at: datetime,
) -> HandedOver:
    """Give every part, cover and default that a person has at a school to others.

    ``to`` is one person for all, or by category; what a mapping does not name ends. A default of
    a group goes to whoever gets most of that group. Where the other has a part in the category
    already they keep the weightier, and a cover for what they lead themselves ends. A constant
    number of statements; a second time does nothing. Raises NotAtSchoolError when one of them
    cannot receive at the school, ToThemselvesError for ``from_id`` itself.
    """
    school = held_school(session, school_id)
    takers = {to} if isinstance(to, int) else set(to.values())
    if from_id in takers:
        raise ToThemselvesError(field="person_id")
    check_places(session, school, takers)
    over = _Over(from_id, to, by, at)
    owned, parts_ended, owned_ids = _hand_parts(session, school, over)
    covers, covers_ended, covered_ids = _hand_covers(session, school, over)
    defaults, defaults_ended, group_ids = _hand_defaults(session, school, over)
    ended = parts_ended + covers_ended + defaults_ended
    done = HandedOver(owned, covers, defaults, ended)
    if done != HandedOver():
        record_many(
            session,
            school,
            "owner.handed_over",
            by=by,
            at=at,
            before=from_id,
            owned=owned,
            covers=covers,
            defaults=defaults,
            ended=ended,
        )
    tell(session, school, owned_ids | covered_ids | group_ids, at=at)
    return done


def _hand_parts(session: Session, school: School, over: _Over) -> tuple[int, int, set[int]]:
    mine = _parts_of(session, school, over.from_id)
    theirs = {
        (row.category_id, row.person_id): row
        for row in current_rows(session, school, [row.category_id for row in mine])
    }
    gone, rows = [row.id for row in mine], []
    for row in mine:
        taker = over.taker(row.category_id)
        held = theirs.get((row.category_id, taker)) if taker else None
        if taker is None or (held and RANK.index(held.part) <= RANK.index(row.part)):
            continue
        if held:
            gone.append(held.id)
        rows.append(new_row(school, row.category_id, taker, row.part, by=over.by, at=over.at))
    end_rows(session, gone, by=over.by, at=over.at)
    with one_at_a_time(session):
        insert_all(session, Owner, rows)
    named = sum(over.taker(row.category_id) is not None for row in mine)
    return named, len(mine) - named, {row.category_id for row in mine}


def _parts_of(session: Session, school: School, person_id: int) -> list[Owner]:
    query = (
        sa.select(Owner)
        .where(
            Owner.authority_id == school.authority_id,
            Owner.school_id == school.id,
            Owner.person_id == person_id,
            Owner.ended_at.is_(None),
        )
        .order_by(Owner.category_id, Owner.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _hand_covers(session: Session, school: School, over: _Over) -> tuple[int, int, set[int]]:
    """Let the taker stand in for what is left of each cover that is not over yet."""
    today = clock.local_date(over.at)
    covers = _covers_by(session, school, over.from_id, today)
    leads = {
        (row.category_id, row.person_id)
        for row in current_rows(session, school, [cover.category_id for cover in covers])
        if row.part is Part.LEAD
    }
    rows = []
    for cover in covers:
        cover.ended_at = over.at
        taker = over.taker(cover.category_id)
        if taker is None or (cover.category_id, taker) in leads:
            continue
        rows.append(
            {
                "authority_id": school.authority_id,
                "school_id": school.id,
                "category_id": cover.category_id,
                "person_id": taker,
                "kind": cover.kind,
                "starts_on": max(cover.starts_on, today),
                "ends_on": cover.ends_on,
                "set_by_id": id_of(over.by),
                "created_at": over.at,
            }
        )
    session.flush()
    insert_all(session, Cover, rows)
    return len(rows), len(covers) - len(rows), {cover.category_id for cover in covers}


def _covers_by(session: Session, school: School, person_id: int, today: date) -> list[Cover]:
    return list(
        session.scalars(
            sa.select(Cover)
            .where(
                Cover.authority_id == school.authority_id,
                Cover.school_id == school.id,
                Cover.person_id == person_id,
                Cover.ended_at.is_(None),
                Cover.ends_on >= today,
            )
            .order_by(Cover.category_id, Cover.id)
        )
    )


def _hand_defaults(session: Session, school: School, over: _Over) -> tuple[int, int, set[int]]:
    defaults = session.scalars(
        sa.select(GroupDefault)
        .where(
            GroupDefault.authority_id == school.authority_id,
            GroupDefault.school_id == school.id,
            GroupDefault.person_id == over.from_id,
            GroupDefault.ended_at.is_(None),
        )
        .order_by(GroupDefault.group, GroupDefault.id)
    ).all()
    members = _members(session, school, {default.group for default in defaults})
    rows = []
    for default in defaults:
        default.ended_at = over.at
        taker = over.taker_of_group(members.get(default.group, ()))
        if taker is not None:
            rows.append(
                {
                    "authority_id": school.authority_id,
                    "school_id": school.id,
                    "group": default.group,
                    "person_id": taker,
                    "set_by_id": id_of(over.by),
                    "set_at": over.at,
                }
            )
    with one_at_a_time(session):
        session.flush()
        session.add_all([GroupDefault(**row) for row in rows])
    touched = {key for group in members.values() for key in group}
    return len(rows), len(defaults) - len(rows), touched


def _members(session: Session, school: School, groups: set[str]) -> dict[str, list[int]]:
    """Return the categories in use of these groups, by group."""
    found: dict[str, list[int]] = {}
    if groups:
        rows = session.execute(
            sa.select(Category.group, Category.id)
            .where(
                Category.authority_id == school.authority_id,
                Category.group.in_(groups),
                Category.retired_at.is_(None),
            )
            .order_by(Category.number, Category.id)
        )
        for row in rows:
            found.setdefault(row.group, []).append(row.id)
    return found
