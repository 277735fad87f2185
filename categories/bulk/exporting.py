"""Writing who owns which category, in exactly the columns that the import reads."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.bulk.rows import COLUMNS, EVERY_COLUMN
from categories.models import Category, Cover, Owner, Part
from directory.models import Membership, Person, Role, School
from foundation.spreadsheets import Cell

Columns = tuple[str, ...]


def owner_columns(session: Session, authority_id: int, school_id: int | None = None) -> Columns:
    """Return the columns of an export: the part comes last, when not everybody leads."""
    query = sa.select(Owner.id).where(
        Owner.authority_id == authority_id, Owner.ended_at.is_(None), Owner.part != Part.LEAD
    )
    if school_id is not None:
        query = query.where(Owner.school_id == school_id)
    return EVERY_COLUMN if session.scalar(query.order_by(Owner.id).limit(1)) else COLUMNS


def owner_rows(
    session: Session,
    authority_id: int,
    *,
    on: date,
    columns: Columns = COLUMNS,
    school_id: int | None = None,
) -> Iterator[tuple[Cell, ...]]:
    """Give a row for every current owner, by school and category, read as it is asked for.

    ``columns`` as ``owner_columns`` returned them. The cover is the earliest that is not called
    off and ends on or after ``on``; it stands beside the lead. Importing the file again changes
    nothing.
    """
    stand_in = aliased(Person)
    query = (
        sa.select(
            School.urn,
            Category.slug,
            Person.email,
            Person.name,
            Person.telephone,
            _job_title(authority_id),
            stand_in.email.label("cover_email"),
            Cover.starts_on,
            Cover.ends_on,
            Owner.part,
        )
        .select_from(Owner)
        .join(School, School.id == Owner.school_id)
        .join(Category, Category.id == Owner.category_id)
        .join(Person, Person.id == Owner.person_id)
        .outerjoin(Cover, _is_beside_lead() & (Cover.id == _next_cover(authority_id, on)))
        .outerjoin(stand_in, stand_in.id == Cover.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.ended_at.is_(None),
            Category.retired_at.is_(None),
        )
        .order_by(School.urn, Category.number, _is_beside_lead().desc(), Owner.id)
        .execution_options(yield_per=5000)
    )
    if school_id is not None:
        query = query.where(Owner.school_id == school_id)
    for row in session.execute(query):
        yield tuple(cell if cell is not None else "" for cell in row[: len(columns)])


def _is_beside_lead() -> sa.ColumnElement[bool]:
    return Owner.part == Part.LEAD


def _job_title(authority_id: int) -> sa.ScalarSelect[str]:
    """The title at that school; of several places the one that the import would change."""
    order = sa.case({Role.STAFF: 0, Role.HEAD: 1}, value=Membership.role, else_=2)
    return (
        sa.select(Membership.job_title)
        .where(
            Membership.authority_id == authority_id,
            Membership.person_id == Owner.person_id,
            Membership.school_id == Owner.school_id,
            Membership.ended_at.is_(None),
        )
        .order_by(order, Membership.id)
        .limit(1)
        .correlate(Owner)
        .scalar_subquery()
    )


def _next_cover(authority_id: int, on: date) -> sa.ScalarSelect[int]:
    other = aliased(Cover)
    return (
        sa.select(other.id)
        .where(
            other.authority_id == authority_id,
            other.school_id == Owner.school_id,
            other.category_id == Owner.category_id,
            other.ended_at.is_(None),
            other.ends_on >= on,
        )
        .order_by(other.starts_on, other.id)
        .limit(1)
        .correlate(Owner)
        .scalar_subquery()
    )
