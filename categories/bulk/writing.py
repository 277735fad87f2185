"""The statements that write what rows of a file say: people, places, owners, covers.

Each is one statement for any number of rows. ``which`` chooses the rows of ``target``.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from categories.bulk.models import RowState, Verdict
from categories.models import Cover, CoverKind, Owner
from directory.models import RECIPIENTS, Membership, Person, PersonState, Role
from foundation.bulk import refresh_statistics
from foundation.model import Base, BigId, Moment


class At(NamedTuple):
    """Who does it (None: the command line) and when."""

    by: int | None
    at: datetime

    @property
    def moment(self) -> sa.ColumnElement[datetime]:
        """The moment as a value that a statement selects."""
        return sa.literal(self.at, Moment())

    @property
    def person(self) -> sa.ColumnElement[int | None]:
        """The person as a value that a statement selects."""
        return sa.literal(self.by, BigId)


Which = sa.ColumnElement[bool]


def insert_selected(
    session: Session, model: type[Base], query: sa.Select[Any], names: Sequence[str]
) -> None:
    """Insert what a query selects; a row that another transaction wrote first is passed over."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    # "ON CONFLICT" after a SELECT needs its WHERE on SQLite, or it would read it as a join's ON
    statement = insert(model).from_select(list(names), query).on_conflict_do_nothing()
    session.connection().execute(statement)


def insert_people(session: Session, target: sa.Table, which: Which, stamp: At) -> None:
    """Make the people who are new, and note everybody's id in the rows."""
    t = target.c
    nobody_yet = sa.and_(which, t.person_id.is_(None))
    texts = (sa.func.min(t.name), sa.func.min(t.telephone))  # every row of a person says the same
    fresh = (
        sa.select(
            t.authority_id, t.email, *texts, sa.literal(PersonState.ACTIVE.value), stamp.moment
        )
        .where(nobody_yet)
        .group_by(t.authority_id, t.email)
        .order_by(sa.func.min(t.line))
    )
    names = ("authority_id", "email", "name", "telephone", "state", "created_at")
    insert_selected(session, Person, fresh, names)
    refresh_statistics(session, Person)  # or the next would be planned for as few as before
    session.connection().execute(
        sa.update(target)
        .where(nobody_yet, Person.authority_id == t.authority_id, Person.email == t.email)
        .values(person_id=Person.id)
    )


def update_details(session: Session, target: sa.Table, which: Which) -> None:
    """Correct the names and telephone numbers of people who are known."""
    t = target.c
    said = (
        sa.select(
            t.person_id, sa.func.min(t.name).label("name"), sa.func.min(t.telephone).label("tel")
        )
        .where(which, t.details_differ)
        .group_by(t.person_id)
        .subquery("said")
    )
    session.connection().execute(
        sa.update(Person)
        .where(Person.id == said.c.person_id)
        .values(
            name=sa.func.coalesce(sa.func.nullif(said.c.name, ""), Person.name),
            telephone=sa.func.coalesce(sa.func.nullif(said.c.tel, ""), Person.telephone),
        )
    )


def has_place(person_id: Any, school_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that somebody has a place at the school where things are received."""
    return sa.exists().where(
        Membership.person_id == person_id,
        Membership.school_id == school_id,
        Membership.role.in_(RECIPIENTS),
        Membership.ended_at.is_(None),
    )


def insert_places(session: Session, target: sa.Table, which: Which, stamp: At) -> None:
    """Give everybody who needs it a place as staff at the school."""
    t = target.c
    query = (
        sa.select(
            t.authority_id,
            t.person_id,
            t.school_id,
            sa.literal(Role.STAFF.value),
            sa.func.max(t.job_title),
            stamp.moment,
        )
        .where(which, t.needs_place, sa.not_(has_place(t.person_id, t.school_id)))
        .group_by(t.authority_id, t.person_id, t.school_id)
        .order_by(sa.func.min(t.line))
    )
    names = ("authority_id", "person_id", "school_id", "role", "job_title", "started_at")
    insert_selected(session, Membership, query, names)
    refresh_statistics(session, Membership)


def update_titles(session: Session, target: sa.Table, which: Which) -> None:
    """Bring the job titles of places up to date."""
    t = target.c
    said = (
        sa.select(t.place_id, sa.func.min(t.job_title).label("job_title"))
        .where(which, t.place_id.is_not(None))
        .group_by(t.place_id)
        .subquery("said")
    )
    session.connection().execute(
        sa.update(Membership)
        .where(Membership.id == said.c.place_id)
        .values(job_title=said.c.job_title)
    )


def end_owners(session: Session, target: sa.Table, which: Which, stamp: At) -> None:
    """End the owners whom the rows replace or give another part."""
    t = target.c
    wrong = sa.and_(which, sa.not_(t.is_owner))
    for present in (t.before_id, t.own_id):  # one after the other: together they are slow to find
        session.connection().execute(
            sa.update(Owner)
            .where(
                Owner.id.in_(sa.select(present).where(wrong, present.is_not(None))),
                Owner.ended_at.is_(None),
            )
            .values(ended_at=stamp.at, ended_by_id=stamp.by)
        )


OWNER = (
    "authority_id",
    "school_id",
    "category_id",
    "person_id",
    "part",
    "assigned_by_id",
    "assigned_at",
)


def insert_owners(session: Session, target: sa.Table, which: Which, stamp: At) -> None:
    """Write the owners."""
    t = target.c
    query = sa.select(
        t.authority_id,
        t.school_id,
        t.category_id,
        t.person_id,
        t.part,
        stamp.person,
        stamp.moment,
    ).where(which, sa.not_(t.is_owner), t.person_id.is_not(None))
    insert_selected(session, Owner, query.order_by(t.school_id, t.category_id), OWNER)
    refresh_statistics(session, Owner)


def insert_covers(session: Session, target: sa.Table, which: Which, stamp: At) -> None:
    """Set the covers; those whose days overlap with a new one are called off."""
    t, stand_in, other = target.c, aliased(Person), aliased(Cover)
    new = sa.and_(
        which,
        t.cover_differs,
        stand_in.authority_id == t.authority_id,
        stand_in.email == t.cover_email,
        has_place(stand_in.id, t.school_id),
    )
    overlapping = sa.select(other.id).where(
        new,
        other.authority_id == t.authority_id,
        other.school_id == t.school_id,
        other.category_id == t.category_id,
        other.ended_at.is_(None),
        other.starts_on <= t.cover_to,
        other.ends_on >= t.cover_from,
    )
    session.connection().execute(
        sa.update(Cover).where(Cover.id.in_(overlapping)).values(ended_at=stamp.at)
    )
    query = sa.select(
        t.authority_id,
        t.school_id,
        t.category_id,
        stand_in.id,
        sa.literal(CoverKind.COVER.value),
        t.cover_from,
        t.cover_to,
        stamp.person,
        stamp.moment,
    ).where(new)
    names = (
        "authority_id",
        "school_id",
        "category_id",
        "person_id",
        "kind",
        "starts_on",
        "ends_on",
        "set_by_id",
        "created_at",
    )
    insert_selected(session, Cover, query.order_by(t.school_id, t.category_id), names)


def stale(
    session: Session,
    target: sa.Table,
    conditions: Sequence[Which],
    *,
    reason: str,
    verdict: Verdict | None = None,
) -> None:
    """Leave rows alone, and say why."""
    values: dict[str, Any] = {"state": RowState.STALE.value, "reason": reason}
    if verdict is not None:
        values["verdict"] = verdict.value
    session.connection().execute(sa.update(target).where(*conditions).values(values))
