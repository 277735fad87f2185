"""Setting back what a file did, where nobody has changed it since. Twice does no harm.

Owners and covers go back. People whom it added stay, and so do corrected names and telephone
numbers: they may be in use elsewhere by now.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.bulk.applying import tell
from categories.bulk.models import ROWS, OwnerImport, RowState
from categories.bulk.rows import ONE_OF
from categories.bulk.writing import OWNER, At, insert_selected, stale
from categories.models import Cover, CoverKind, Owner
from directory.models import Person
from directory.receiving import can_receive

SINCE = "changed since the file was applied, so it was left as it is"
LEFT = "the owner before has left the school, so it was left as it is"


def applied_rows(imported: OwnerImport) -> sa.ColumnElement[bool]:
    """Return the condition of the rows of a file that stand applied."""
    return sa.and_(
        ROWS.c.authority_id == imported.authority_id,
        ROWS.c.import_id == imported.id,
        ROWS.c.state == RowState.APPLIED.value,
    )


def schools_to_undo(session: Session, imported: OwnerImport, *, most: int) -> list[int]:
    """Return some schools of whose rows some are still to be set back."""
    query = sa.select(ROWS.c.school_id).where(applied_rows(imported)).distinct()
    return list(session.scalars(query.order_by(ROWS.c.school_id).limit(most)))


def undo_rows(
    session: Session, imported: OwnerImport, which: sa.ColumnElement[bool], stamp: At
) -> None:
    """Set rows back; a bounded number of statements, whatever their number."""
    at = imported.applied_at
    assert at is not None  # noqa: S101 - only what was applied is undone
    which = sa.and_(which, applied_rows(imported))
    differs = sa.not_(ROWS.c.is_owner)
    stale(session, ROWS, [which, differs, sa.not_(_made(at))], reason=SINCE)
    stale(session, ROWS, [which, differs, sa.not_(_may_return())], reason=LEFT)
    stale(session, ROWS, [which, differs, _is_taken(at)], reason=SINCE)
    made = aliased(Owner)
    ending = sa.select(made.id).where(which, differs, _is_made(made, at))
    session.connection().execute(
        sa.update(Owner).where(Owner.id.in_(ending)).values(ended_at=stamp.at, ended_by_id=stamp.by)
    )
    for back in (ROWS.c.before_id, ROWS.c.own_id):
        _bring_back(session, which, back, stamp)
    if session.scalar(sa.select(ROWS.c.id).where(which, ROWS.c.cover_differs).limit(1)):
        _undo_covers(session, which, at, stamp)
    tell(session, ROWS, which, stamp.at)
    session.connection().execute(sa.update(ROWS).where(which).values(state=RowState.UNDONE.value))


def _is_made(owner: type[Owner], at: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that an owner's row is what the file's row made, and stands."""
    return sa.and_(
        owner.authority_id == ROWS.c.authority_id,
        owner.school_id == ROWS.c.school_id,
        owner.category_id == ROWS.c.category_id,
        owner.person_id == ROWS.c.person_id,
        owner.part == ROWS.c.part,
        owner.assigned_at == at,
        owner.ended_at.is_(None),
    )


def _made(at: datetime) -> sa.ColumnElement[bool]:
    owner = aliased(Owner)
    return sa.exists().where(_is_made(owner, at))


def _may_return() -> sa.ColumnElement[bool]:
    """Tell whether nobody was replaced, or somebody who may still receive there."""
    before = aliased(Owner)
    able = sa.exists().where(
        before.id == ROWS.c.before_id,
        Person.id == before.person_id,
        can_receive(Person, before.school_id),
    )
    return sa.or_(ROWS.c.before_id.is_(None), able)


def _is_taken(at: datetime) -> sa.ColumnElement[bool]:
    """Tell whether somebody set since would stand beside who comes back, in the same part."""
    before, there = aliased(Owner), aliased(Owner)
    return sa.exists().where(
        before.id.in_([ROWS.c.before_id, ROWS.c.own_id]),
        there.authority_id == ROWS.c.authority_id,
        there.school_id == ROWS.c.school_id,
        there.category_id == ROWS.c.category_id,
        there.ended_at.is_(None),
        there.assigned_at != at,
        sa.or_(
            there.person_id == before.person_id,
            sa.and_(there.part == before.part, there.part.in_(ONE_OF)),
        ),
    )


def _bring_back(
    session: Session, which: sa.ColumnElement[bool], back: sa.ColumnElement[int], stamp: At
) -> None:
    before = aliased(Owner)
    query = (
        sa.select(
            before.authority_id,
            before.school_id,
            before.category_id,
            before.person_id,
            before.part,
            stamp.person,
            stamp.moment,
        )
        .where(which, before.id == back)
        .order_by(before.school_id, before.category_id)
    )
    insert_selected(session, Owner, query, OWNER)


def _undo_covers(session: Session, which: sa.ColumnElement[bool], at: datetime, stamp: At) -> None:
    """Call off the covers that the file set, and set those again that it called off."""
    cover, stand_in = aliased(Cover), aliased(Person)
    made = sa.select(cover.id).where(
        which,
        ROWS.c.cover_differs,
        stand_in.authority_id == ROWS.c.authority_id,
        stand_in.email == ROWS.c.cover_email,
        cover.authority_id == ROWS.c.authority_id,
        cover.school_id == ROWS.c.school_id,
        cover.category_id == ROWS.c.category_id,
        cover.person_id == stand_in.id,
        cover.created_at == at,
        cover.ended_at.is_(None),
    )
    session.connection().execute(
        sa.update(Cover).where(Cover.id.in_(made)).values(ended_at=stamp.at)
    )
    ended = aliased(Cover)
    query = sa.select(
        ended.authority_id,
        ended.school_id,
        ended.category_id,
        ended.person_id,
        sa.literal(CoverKind.COVER.value),
        ended.starts_on,
        ended.ends_on,
        stamp.person,
        stamp.moment,
    ).where(
        which,
        ROWS.c.cover_differs,
        ended.authority_id == ROWS.c.authority_id,
        ended.school_id == ROWS.c.school_id,
        ended.category_id == ROWS.c.category_id,
        ended.ended_at == at,
        ended.created_at != at,
    )
    names = ("authority_id", "school_id", "category_id", "person_id", "kind")
    more = ("starts_on", "ends_on", "set_by_id", "created_at")
    insert_selected(session, Cover, query.order_by(ended.id), (*names, *more))
