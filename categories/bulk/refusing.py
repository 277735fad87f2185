"""Rows that cannot be used because of other rows of the same file."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.models import RowState, Verdict
from categories.bulk.rows import ONE_OF
from directory.models import RECIPIENTS, Membership, Person


def _good(target: sa.Table) -> sa.ColumnElement[bool]:
    return target.c.verdict != Verdict.BAD.value


def _refuse(
    session: Session,
    target: sa.Table,
    column: str,
    reason: sa.ColumnElement[str] | str,
    *conditions: sa.ColumnElement[bool],
) -> None:
    session.execute(
        sa.update(target)
        .values(
            verdict=Verdict.BAD.value,
            state=RowState.PASSED_OVER.value,
            column_name=column,
            reason=reason,
        )
        .where(*conditions)
        .execution_options(synchronize_session=False)
    )


def refuse_repeated(session: Session, target: sa.Table, own: sa.ColumnElement[bool]) -> None:
    """Of rows that give a part, or name a person, twice for a category keep the first."""
    t = target.c
    for keys, condition, says in (
        (
            (t.school_id, t.category_id, t.part),
            t.part.in_(ONE_OF),
            " gives an owner for it already",
        ),
        ((t.school_id, t.category_id, t.email), sa.true(), " names this person for it already"),
    ):
        first = (
            sa.select(*keys, sa.func.min(t.line).label("line"))
            .where(own, _good(target), condition)
            .group_by(*keys)
            .having(sa.func.count() > 1)
            .subquery("first")
        )
        reason = sa.literal("line ") + sa.cast(first.c.line, sa.String) + says
        same = [key == first.c[key.name] for key in keys]
        later = (t.line > first.c.line, _good(target), condition, own)
        _refuse(session, target, "category", reason, *same, *later)


def refuse_nameless(session: Session, target: sa.Table, own: sa.ColumnElement[bool]) -> None:
    """Refuse somebody new whom no row of the file names."""
    t = target.c
    conditions = (own, _good(target), t.person_id.is_(None), t.name == "")
    _refuse(session, target, "name", "a person who is new needs a name", *conditions)


def refuse_covers(session: Session, target: sa.Table, own: sa.ColumnElement[bool]) -> None:
    """Refuse covers without a place at the school, unless another row gives them one."""
    t, other = target.c, target.alias("other")
    has_place = sa.exists().where(
        Person.authority_id == t.authority_id,
        Person.email == t.cover_email,
        Membership.person_id == Person.id,
        Membership.school_id == t.school_id,
        Membership.role.in_(RECIPIENTS),
        Membership.ended_at.is_(None),
    )
    # (asked of the few covers only: an index leads to the other rows of the same school)
    gets_one = sa.exists().where(
        other.c.import_id == t.import_id,
        other.c.state == RowState.WAITING.value,
        other.c.school_id == t.school_id,
        other.c.email == t.cover_email,
    )
    says = "this person has no place at the school; add them first (portal people import)"
    there = (own, _good(target), t.cover_email != "", sa.not_(has_place), sa.not_(gets_one))
    _refuse(session, target, "cover_email", says, *there)
