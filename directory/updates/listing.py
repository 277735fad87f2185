"""Reading updates and their changes for pages: bounded, ordered, a few statements each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.models import Membership, Person, PersonState, Role, School
from directory.models_updates import (
    ChangeKind,
    ChangeState,
    SchoolChange,
    SchoolsUpdate,
    UpdateState,
)
from directory.updates.choosing import fits
from foundation.errors import NotFoundError

PAGE = 50
MOST_COUNTED = 2_000
OPEN_FIRST = sa.case(
    (SchoolChange.state == ChangeState.WAITING, 0),
    (SchoolChange.state == ChangeState.CHOSEN, 1),
    else_=2,
)
Counts = dict[ChangeKind, dict[ChangeState, int]]


@dataclass(frozen=True)
class Summary:
    """One update in the list: who put it up, and how many changes stand where."""

    update: SchoolsUpdate
    by_name: str | None
    waiting: int
    applied: int
    changes: int


@dataclass(frozen=True)
class HeadToSettle:
    """A school whose head GIAS names otherwise, and who is head there in the portal."""

    change: SchoolChange
    school: str
    urn: int
    head: str | None
    email: str | None


def updates(session: Session, authority_id: int, *, page: int = 1) -> list[Summary]:
    """Return one page of updates and one more, the newest first: one statement."""
    counted = (
        sa.select(
            SchoolChange.update_id,
            sa.func.count().label("changes"),
            sa.func.sum(_if(SchoolChange.state == ChangeState.WAITING)).label("waiting"),
            sa.func.sum(_if(SchoolChange.state == ChangeState.APPLIED)).label("applied"),
        )
        .where(SchoolChange.authority_id == authority_id)
        .group_by(SchoolChange.update_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            SchoolsUpdate, Person.name, counted.c.waiting, counted.c.applied, counted.c.changes
        )
        .outerjoin(Person, Person.id == SchoolsUpdate.by_id)
        .outerjoin(counted, counted.c.update_id == SchoolsUpdate.id)
        .where(SchoolsUpdate.authority_id == authority_id)
        .order_by(SchoolsUpdate.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    return [Summary(row[0], row[1], *(int(count or 0) for count in row[2:])) for row in rows]


def update_of(session: Session, authority_id: int, update_id: int) -> SchoolsUpdate:
    """Return one update; NotFoundError when the authority has no such."""
    update = session.scalars(
        sa.select(SchoolsUpdate).where(
            SchoolsUpdate.authority_id == authority_id, SchoolsUpdate.id == update_id
        )
    ).first()
    if update is None:
        raise NotFoundError
    return update


def counts(session: Session, authority_id: int, update_id: int) -> Counts:
    """Return how many changes of each kind stand where, in the order of applying."""
    rows = session.execute(
        sa.select(SchoolChange.kind, SchoolChange.state, sa.func.count())
        .where(SchoolChange.authority_id == authority_id, SchoolChange.update_id == update_id)
        .group_by(SchoolChange.turn, SchoolChange.kind, SchoolChange.state)
        .order_by(SchoolChange.turn, SchoolChange.state)
        .limit(200)
    )
    found: Counts = {}
    for kind, state, count in rows:
        found.setdefault(kind, {})[state] = count
    return found


def changes(
    session: Session,
    authority_id: int,
    update_id: int,
    *,
    kind: ChangeKind,
    words: str = "",
    page: int = 1,
) -> tuple[list[SchoolChange], int]:
    """Return one page of the changes of a kind, what waits first, and how many there are."""
    query = sa.select(SchoolChange).where(
        SchoolChange.authority_id == authority_id,
        SchoolChange.update_id == update_id,
        SchoolChange.kind == kind,
    )
    if words:
        query = query.where(fits(words))
    found = session.scalars(
        query.order_by(OPEN_FIRST, SchoolChange.id).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    return list(found), total


def schools_by_urn(session: Session, authority_id: int, urns: Sequence[int]) -> dict[int, School]:
    """Return those of these URNs that are here: one statement."""
    rows = session.scalars(
        sa.select(School)
        .where(School.authority_id == authority_id, School.urn.in_(urns))
        .order_by(School.urn)
    )
    return {school.urn: school for school in rows}


def heads_to_settle(
    session: Session, authority_id: int, *, page: int = 1, change_id: int | None = None
) -> list[HeadToSettle]:
    """Return one page of heads to settle and one more, the longest asked last: one statement."""
    place, head = aliased(Membership), aliased(Person)
    query = (
        sa.select(SchoolChange, School.name, School.urn, head.name, head.email)
        .join(
            School,
            sa.and_(School.urn == SchoolChange.urn, School.authority_id == authority_id),
        )
        .outerjoin(place, place.id == _head_place(authority_id))
        .outerjoin(head, head.id == place.person_id)
        .where(
            SchoolChange.authority_id == authority_id,
            SchoolChange.kind == ChangeKind.HEAD,
            SchoolChange.state == ChangeState.WAITING,
        )
        .order_by(SchoolChange.asked_at.is_not(None), School.name, School.urn, SchoolChange.id)
    )
    if change_id is not None:
        query = query.where(SchoolChange.id == change_id)
    rows = session.execute(query.limit(PAGE + 1).offset((page - 1) * PAGE))
    return [HeadToSettle(*row) for row in rows]


def count_heads(session: Session, authority_id: int) -> int:
    """Return how many heads are to be settled, at schools that are here."""
    waiting = sa.select(SchoolChange.id).where(
        SchoolChange.authority_id == authority_id,
        SchoolChange.kind == ChangeKind.HEAD,
        SchoolChange.state == ChangeState.WAITING,
        sa.exists().where(School.authority_id == authority_id, School.urn == SchoolChange.urn),
    )
    return session.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0


def is_under_way(session: Session, update: SchoolsUpdate, found: Counts, *, on: date) -> bool:
    """Tell whether a worker has something to do with an update now: a statement at most.

    What was chosen for a later day does not count before that day.
    """
    if update.state is UpdateState.WAITING:
        return True
    if not any(states.get(ChangeState.CHOSEN) for states in found.values()):
        return False
    due = sa.select(SchoolChange.id).where(
        SchoolChange.authority_id == update.authority_id,
        SchoolChange.update_id == update.id,
        SchoolChange.state == ChangeState.CHOSEN,
        sa.or_(SchoolChange.due_on.is_(None), SchoolChange.due_on <= on),
    )
    return session.scalar(due.order_by(SchoolChange.id).limit(1)) is not None


def _head_place(authority_id: int) -> sa.ScalarSelect[int]:
    other, person = aliased(Membership), aliased(Person)
    return (
        sa.select(other.id)
        .join(person, person.id == other.person_id)
        .where(
            other.authority_id == authority_id,
            other.school_id == School.id,
            other.role == Role.HEAD,
            other.ended_at.is_(None),
            person.state == PersonState.ACTIVE,
        )
        .order_by(other.id)
        .limit(1)
        .correlate(School)
        .scalar_subquery()
    )


def _if(condition: sa.ColumnElement[bool]) -> sa.Case[int]:
    return sa.case((condition, 1), else_=0)
