"""Doing what the rows of a file say, some schools at a time; each row is checked before.

Whatever was changed since the file was read is left alone and said. Safe to be killed and run
again: what a transaction did, its rows say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.bulk.meanwhile import follow_merged, leave_gone
from categories.bulk.models import RowState, Verdict
from categories.bulk.rows import ONE_OF
from categories.bulk.writing import (
    At,
    end_owners,
    insert_covers,
    insert_owners,
    insert_people,
    insert_places,
    stale,
    update_details,
    update_titles,
)
from categories.events import OwnersChanged
from categories.models import Owner
from directory.models import AuthorityProfile
from foundation.outbox import publish_all

Condition = Callable[[type[Owner]], sa.ColumnElement[bool]]
CHANGED = "changed by somebody else since the file was read, so it was left alone"
TAKEN = "somebody else changed it at the same moment, so it was left alone"


@dataclass(frozen=True)
class Work:
    """Rows of one file: ``target`` is their table, ``which`` says which of them, now or ever."""

    target: sa.Table
    which: sa.ColumnElement[bool]
    stamp: At

    @property
    def wanted(self) -> sa.ColumnElement[bool]:
        """The rows that are still to be applied."""
        t = self.target.c
        return sa.and_(
            self.which,
            t.state == RowState.WAITING.value,
            t.chosen,
            t.verdict.in_([Verdict.ADD.value, Verdict.CHANGE.value]),
        )


def lock(session: Session, authority_id: int) -> None:
    """Let files of one authority be applied one after the other: two would wait for each other."""
    session.execute(
        sa.select(AuthorityProfile.authority_id)
        .where(AuthorityProfile.authority_id == authority_id)
        .with_for_update(key_share=True)
    )


def next_schools(session: Session, work: Work, *, most: int) -> list[int]:
    """Return some schools of whose rows some are still to be applied."""
    t = work.target.c
    query = sa.select(t.school_id).where(work.wanted).distinct().order_by(t.school_id).limit(most)
    return list(session.scalars(query))


def apply_rows(session: Session, work: Work, *, checked: bool = True) -> None:
    """Apply rows; a bounded number of statements, whatever their number.

    ``checked=False`` when they were judged in this very transaction.
    """
    if checked:
        follow_merged(session, work.target, work.wanted)
        leave_gone(session, work.target, work.wanted)
        _leave_changed(session, work)
    kinds = _kinds(session, work)
    if kinds.new_people:
        insert_people(session, work.target, work.wanted, work.stamp)
    if kinds.details:
        update_details(session, work.target, work.wanted)
    if kinds.places:
        insert_places(session, work.target, work.wanted, work.stamp)
    if kinds.titles:
        update_titles(session, work.target, work.wanted)
    if kinds.replaces:
        end_owners(session, work.target, work.wanted, work.stamp)
    insert_owners(session, work.target, work.wanted, work.stamp)
    _leave_taken(session, work)
    if kinds.covers:
        insert_covers(session, work.target, work.wanted, work.stamp)
    t = work.target.c
    # what is told is what they are now, so it is told before they count as applied
    tell(session, work.target, work.wanted, work.stamp.at)
    session.execute(
        sa.update(work.target).where(work.wanted, t.chosen).values(state=RowState.APPLIED.value)
    )


def _kinds(session: Session, work: Work) -> sa.Row[Any]:
    """Tell which kinds of changes there are, so that the rest need not be looked for."""
    t = work.target.c
    asked = {
        "new_people": t.person_id.is_(None),
        "details": t.details_differ,
        "places": t.needs_place,
        "titles": t.place_id.is_not(None),
        "covers": t.cover_differs,
        "replaces": sa.or_(t.before_id.is_not(None), t.own_id.is_not(None)),
    }
    counts = [
        sa.func.max(sa.case((condition, 1), else_=0)).label(name)
        for name, condition in asked.items()
    ]
    return session.execute(sa.select(*counts).where(work.wanted)).one()


def tell(session: Session, target: sa.Table, which: sa.ColumnElement[bool], at: datetime) -> None:
    """Publish one event for each school of these rows, with the categories concerned."""
    t = target.c
    changed = sa.or_(sa.not_(t.is_owner), t.cover_differs)
    rows = session.execute(
        sa.select(t.authority_id, t.school_id, t.category_id)
        .where(which, changed)
        .distinct()
        .order_by(t.school_id, t.category_id)
        .execution_options(yield_per=10_000)
    )
    events: dict[tuple[int, int], list[int]] = {}
    for authority_id, school_id, category_id in rows:
        events.setdefault((authority_id, school_id), []).append(category_id)
    publish_all(
        session,
        [OwnersChanged(authority, school, ids) for (authority, school), ids in events.items()],
        at=at,
    )


def _holder(target: sa.Table, *conditions: Condition) -> sa.ScalarSelect[int]:
    """Return the id of a current owner's row of the same school and category."""
    t, owner = target.c, aliased(Owner)
    return (
        sa.select(sa.func.min(owner.id))
        .where(
            owner.authority_id == t.authority_id,
            owner.school_id == t.school_id,
            owner.category_id == t.category_id,
            owner.ended_at.is_(None),
            *[condition(owner) for condition in conditions],
        )
        .scalar_subquery()
    )


def _leave_changed(session: Session, work: Work) -> None:
    stale(
        session,
        work.target,
        [work.wanted, sa.or_(*_differences(work.target))],
        verdict=Verdict.CLASH,
        reason=CHANGED,
    )


def _differences(target: sa.Table) -> Sequence[sa.ColumnElement[bool]]:
    """Return the conditions under which what a row replaces is not what it was when read."""
    t = target.c
    nobody = sa.func.coalesce
    other = _holder(
        target,
        lambda owner: owner.part == t.part,
        lambda owner: owner.person_id != nobody(t.person_id, 0),
    )
    mine = _holder(target, lambda owner: owner.person_id == t.person_id)
    still = _holder(
        target, lambda owner: owner.person_id == t.person_id, lambda owner: owner.part == t.part
    )
    is_one = t.part.in_(ONE_OF)
    return (
        sa.and_(is_one, sa.not_(t.is_owner), nobody(other, 0) != nobody(t.before_id, 0)),
        sa.and_(sa.not_(t.is_owner), nobody(mine, 0) != nobody(t.own_id, 0)),
        sa.and_(t.is_owner, still.is_(None)),
    )


def _leave_taken(session: Session, work: Work) -> None:
    """Leave rows whose owner could not be written because another transaction was quicker."""
    t = work.target.c
    owner = aliased(Owner)
    made = sa.exists().where(
        owner.authority_id == t.authority_id,
        owner.school_id == t.school_id,
        owner.category_id == t.category_id,
        owner.person_id == t.person_id,
        owner.part == t.part,
        owner.ended_at.is_(None),
    )
    stale(
        session,
        work.target,
        [work.wanted, sa.not_(made)],
        verdict=Verdict.CLASH,
        reason=TAKEN,
    )
