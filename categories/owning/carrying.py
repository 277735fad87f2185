"""What becomes of owners when schools change: handlers of ``directory.updates``'s events.

Each may run twice: what is carried over has ended at the school that closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Cover, GroupDefault, Owner, Part, TrustOwner
from categories.owning.owners import end_rows, new_row
from categories.owning.places import held_school, record_many, tell
from directory.events import SchoolClosed, SchoolSucceeded, TrustChanged
from directory.models import Person, School
from directory.receiving import can_receive
from foundation import clock
from foundation.bulk import insert_all

MOST = 10_000


@dataclass(frozen=True)
class _Over:
    """One school going on in another, and who may receive something there."""

    session: Session
    event: SchoolSucceeded
    gone: School
    successor: School
    people: set[int]
    at: datetime


def carry_over(session: Session, event: SchoolSucceeded, at: datetime) -> None:
    """Let owners, covers and defaults go on at the successor (of ``SchoolSucceeded``).

    What the successor said itself wins. Where several schools go on in one, the lead of the first
    in ``event.gone_ids`` (the largest) leads, and the leads of the others get it as well.
    """
    successor = held_school(session, event.successor_id)
    gone = session.get_one(School, event.gone_id)
    over = _Over(session, event, gone, successor, _people(session, successor), at)
    changed = _owners(over) | _covers(over) | _defaults(over)
    if changed:
        counts = {"gone": gone.id, "categories": len(changed)}
        record_many(session, successor, "owner.carried", by=None, at=at, **counts)
    tell(session, successor, changed, at=at)


def close_owners(session: Session, event: SchoolClosed, at: datetime) -> None:
    """End every part, cover and default at a school that closed (of ``SchoolClosed``)."""
    school = held_school(session, event.school_id)
    rows = _rows(session, Owner, school)
    end_rows(session, [row.id for row in rows], by=None, at=at)
    ended = len(rows) + _end(session, Cover, school, at) + _end(session, GroupDefault, school, at)
    if ended:
        record_many(session, school, "owner.closed", by=None, at=at, ended=ended)


def follow_trust(session: Session, event: TrustChanged, at: datetime) -> None:
    """Let what the new trust said count, and the former's no longer (of ``TrustChanged``)."""
    trusts = [trust for trust in (event.before_id, event.after_id) if trust is not None]
    found = session.scalars(
        sa.select(TrustOwner.category_id)
        .where(
            TrustOwner.authority_id == event.authority_id,
            TrustOwner.trust_id.in_(trusts),
            TrustOwner.ended_at.is_(None),
        )
        .order_by(TrustOwner.category_id)
        .limit(MOST)
    )
    tell(session, held_school(session, event.school_id), found.all(), at=at)


def _people(session: Session, school: School) -> set[int]:
    """Return who may receive something at the school."""
    return set(
        session.scalars(
            sa.select(Person.id)
            .where(Person.authority_id == school.authority_id, can_receive(Person, school.id))
            .order_by(Person.id)
            .limit(MOST)
        )
    )


def _owners(over: _Over) -> set[int]:
    """Carry the parts over; return the categories that have somebody else now."""
    session, old = over.session, _rows(over.session, Owner, over.gone)
    there = _by_category(_rows(session, Owner, over.successor))
    before, order = _carried_before(session, over.event), over.event.gone_ids
    later = set(order[order.index(over.gone.id) + 1 :]) if over.gone.id in order else set()
    fresh: list[dict[str, Any]] = []
    changed = set()
    for category_id, rows in _by_category(old).items():
        present = there.get(category_id, [])
        coming = [row for row in rows if row.person_id in over.people]
        if not coming or any((category_id, row.person_id) not in before for row in present):
            continue  # the successor said itself who it is
        leads = any(row.part is Part.LEAD for row in coming)
        for row in present:  # came first, though its school is the smaller
            if leads and row.part is Part.LEAD and before[category_id, row.person_id] in later:
                fresh.append(_row(over, row, Part.ALSO))
                end_rows(session, [row.id], by=None, at=over.at)
        stays = [row for row in present if row.ended_at is None]
        fresh += _joined(over, stays, coming)
        changed.add(category_id)
    end_rows(session, [row.id for row in old], by=None, at=over.at)
    insert_all(session, Owner, fresh)
    return changed


def _joined(over: _Over, present: Iterable[Owner], coming: Iterable[Owner]) -> list[dict[str, Any]]:
    """Return the rows of those who come, one part each; a lead or deputy there is stays."""
    people = {row.person_id for row in present}
    taken = {row.part for row in present}
    rows = []
    for row in coming:
        if row.person_id in people or (row.part is Part.DEPUTY and Part.DEPUTY in taken):
            continue
        below = Part.LEAD in taken and row.part is not Part.DEPUTY
        rows.append(_row(over, row, Part.ALSO if below else row.part))
    return rows


def _row(over: _Over, row: Owner, part: Part) -> dict[str, Any]:
    values = new_row(over.successor, row.category_id, row.person_id, part, by=None, at=over.at)
    return values | {"confirmed_at": row.confirmed_at or row.assigned_at}


def _carried_before(session: Session, event: SchoolSucceeded) -> dict[tuple[int, int], int]:
    """Return who had a part in what at the other schools that end here, and at which of them."""
    others = [school_id for school_id in event.gone_ids if school_id != event.gone_id]
    if not others:
        return {}
    rows = session.execute(
        sa.select(Owner.category_id, Owner.person_id, Owner.school_id)
        .where(Owner.authority_id == event.authority_id, Owner.school_id.in_(others))
        .order_by(Owner.id)
        .limit(len(others) * MOST)
    )
    return {(row.category_id, row.person_id): row.school_id for row in rows}


def _covers(over: _Over) -> set[int]:
    session, today = over.session, clock.local_date(over.at)
    there = _rows(session, Cover, over.successor)
    fresh, changed = [], set()
    for row in _rows(session, Cover, over.gone):
        overlaps = any(
            other.category_id == row.category_id
            and other.starts_on <= row.ends_on
            and other.ends_on >= row.starts_on
            for other in there
        )
        if row.ends_on < today or overlaps or row.person_id not in over.people:
            continue
        names = ("category_id", "person_id", "kind", "starts_on", "ends_on", "set_by_id")
        values = {name: getattr(row, name) for name in names}
        fresh.append(_at(over.successor, values | {"created_at": over.at}))
        changed.add(row.category_id)
    insert_all(session, Cover, fresh)
    _end(session, Cover, over.gone, over.at)
    return changed


def _defaults(over: _Over) -> set[int]:
    session, gone, at = over.session, over.gone, over.at
    there = {row.group for row in _rows(session, GroupDefault, over.successor)}
    rows = [
        row
        for row in _rows(session, GroupDefault, gone)
        if row.group not in there and row.person_id in over.people
    ]
    for row in rows:
        values = {"group": row.group, "person_id": row.person_id, "set_at": at}
        session.add(GroupDefault(**_at(over.successor, values | {"set_by_id": row.set_by_id})))
    session.flush()
    _end(session, GroupDefault, gone, at)
    if not rows:
        return set()
    return set(
        session.scalars(
            sa.select(Category.id)
            .where(
                Category.authority_id == gone.authority_id,
                Category.group.in_({row.group for row in rows}),
                Category.retired_at.is_(None),
            )
            .order_by(Category.id)
            .limit(MOST)
        )
    )


def _at(school: School, values: dict[str, Any]) -> dict[str, Any]:
    return {"authority_id": school.authority_id, "school_id": school.id, **values}


def _rows(session: Session, table: Any, school: School) -> list[Any]:
    """Return the current rows of a school in one of the tables about owners, read anew."""
    query = (
        sa.select(table)
        .where(
            table.authority_id == school.authority_id,
            table.school_id == school.id,
            table.ended_at.is_(None),
        )
        .order_by(table.id)
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _end(session: Session, table: Any, school: School, at: datetime) -> int:
    ended = session.execute(
        sa.update(table)
        .where(
            table.authority_id == school.authority_id,
            table.school_id == school.id,
            table.ended_at.is_(None),
        )
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _by_category(rows: Iterable[Owner]) -> dict[int, list[Owner]]:
    found: dict[int, list[Owner]] = {}
    for row in rows:
        found.setdefault(row.category_id, []).append(row)
    return found
