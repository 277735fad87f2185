"""Who might receive what is sent for a category: each source of names as one select.

Covers and owners are looked for at every pair of a school and a category; what comes after them in
the order (``fallback``) only where none of them can receive anything. Putting the statement
together takes as long as running it for a small authority; so all but ``asked_pairs`` is the same
for every question, and put together once.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from categories.models import Category, Cover, GroupDefault, Owner, Part, TrustOwner
from categories.routing.reasons import ORDER, Reason
from directory.models import RECIPIENTS, Membership, Person, PersonState, Role, School

PLACES = (*ORDER, Reason.ALSO)
"""Each reason's place. Whoever gets it as well comes last: never instead of somebody."""
PLACE = {reason: place for place, reason in enumerate(PLACES)}
PARTS = {
    Part.LEAD: Reason.OWNER,
    Part.SHARES: Reason.SHARES,
    Part.DEPUTY: Reason.DEPUTY,
    Part.ALSO: Reason.ALSO,
}
FALL_TO = (Role.CLERK, Role.GOVERNOR, Role.EARLY_YEARS)
"""The roles that a category may fall to."""
Source = sa.Select[Any]
"""``authority_id, school_id, category_id``, the category's ``number``, ``person_id``, ``place`` of
the reason, and ``tie``, by which the first of several in one place is found."""
STEP = 2**58
"""More than any id: a place times this and an id are one number, by which rows are ordered."""

_category, _school, _person = Category.__table__, School.__table__, Person.__table__
_owner, _cover, _membership = Owner.__table__, Cover.__table__, Membership.__table__
_trust_owner, _group_default = TrustOwner.__table__, GroupDefault.__table__


ASKED = sa.table(
    "asked",
    sa.column("authority_id", Membership.authority_id.type),
    sa.column("school_id", Membership.id.type),
    sa.column("category_id", Category.id.type),
    sa.column("number", sa.Integer),
    sa.column("on_day", sa.Date),
)
"""Every pair of a school and a category that is asked for, as the rest of the statement sees it."""


def asked_pairs(
    authority_id: int, schools: sa.Select[tuple[int]], category_ids: Sequence[int], on: date
) -> sa.CTE:
    """Return what stands behind ``ASKED``: all that differs from one question to the next."""
    chosen = schools.subquery("chosen")
    authority = sa.literal(authority_id, Membership.authority_id.type).label("authority_id")
    day = sa.literal(on, sa.Date).label("on_day")
    if not category_ids:
        return sa.select(
            authority,
            chosen.c.id.label("school_id"),
            sa.cast(sa.null(), Category.id.type).label("category_id"),
            sa.literal(0).label("number"),
            day,
        ).cte("asked")
    # Materialized: PostgreSQL would otherwise read the categories anew for every school.
    wanted = (
        sa.select(_category.c.id, _category.c.number)
        .where(_category.c.authority_id == authority_id, _category.c.id.in_(category_ids))
        .cte("wanted")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return (
        sa.select(
            authority,
            chosen.c.id.label("school_id"),
            wanted.c.id.label("category_id"),
            wanted.c.number,
            day,
        )
        .select_from(chosen)
        .join(wanted, sa.true())
        .cte("asked")
    )


def offices() -> Source:
    """Return the school's own mailbox for every pair: what is left when nobody can be found."""
    nobody = sa.cast(sa.null(), Person.id.type)
    return _named(nobody, sa.literal(PLACE[Reason.OFFICE]), tie=sa.literal(0))


def owners() -> Source:
    """Return whom the school registered, whether or not they can receive anything."""
    part = _owner.c.part
    place = sa.case(
        *((part == each, PLACE[reason]) for each, reason in PARTS.items()),
        else_=PLACE[Reason.ALSO],
    )
    return _named(_owner.c.person_id, place, tie=_owner.c.id).join(
        _owner, sa.and_(*_of_pair(_owner), *_current(_owner, ASKED))
    )


def covers() -> Source:
    """Return who stands in on that day, whether or not they can receive anything."""
    # The newest cover wins where two overlap, hence the negative id.
    place = sa.literal(PLACE[Reason.COVER])
    return _named(_cover.c.person_id, place, tie=-_cover.c.id).join(
        _cover,
        sa.and_(
            *_of_pair(_cover),
            *_current(_cover, ASKED),
            _cover.c.starts_on <= ASKED.c.on_day,
            _cover.c.ends_on >= ASKED.c.on_day,
        ),
    )


def able(
    person_id: sa.ColumnElement[Any], pair: sa.FromClause
) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on ``person`` and ``membership`` for whoever can receive something.

    They may sign in, and have a current place at that school in which things are received: the
    same as ``directory.receiving.can_receive``, as conditions of one join.
    """
    return (
        _person.c.id == person_id,
        _person.c.state == PersonState.ACTIVE,
        _membership.c.person_id == person_id,
        _membership.c.school_id == pair.c.school_id,
        _membership.c.role.in_(RECIPIENTS),
        *_current(_membership, pair),
    )


def fallback(pair: sa.FromClause, *, by_category: bool) -> sa.ColumnElement[int]:
    """Return whom the order finds after covers and owners: place times ``STEP``, plus the person.

    A database works it out only for the rows that ask for it, source after source. With nobody
    at all it is the place of the school's own mailbox.
    """
    found = [_head(pair)]
    if by_category:
        found = [_trusts(pair), _role(pair), _groups(pair), *found]
    return sa.func.coalesce(*found, _whole(PLACE[Reason.OFFICE] * STEP))


def _whole(number: int) -> sa.ColumnElement[int]:
    return sa.literal(number, sa.BigInteger)


def _named(
    person_id: sa.ColumnElement[Any],
    place: sa.ColumnElement[int],
    *,
    tie: sa.ColumnElement[Any],
) -> Source:
    return sa.select(
        ASKED.c.authority_id,
        ASKED.c.school_id,
        ASKED.c.category_id,
        ASKED.c.number,
        person_id.label("person_id"),
        place.label("place"),
        tie.label("tie"),
    ).select_from(ASKED)


def _current(table: sa.FromClause, pair: sa.FromClause) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.authority_id == pair.c.authority_id, table.c.ended_at.is_(None)


def _of_pair(table: sa.FromClause) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.school_id == ASKED.c.school_id, table.c.category_id == ASKED.c.category_id


def _first(
    reason: Reason, pair: sa.FromClause, conditions: Sequence[sa.ColumnElement[bool]], *order: Any
) -> sa.ScalarSelect[int]:
    """The first who fulfils the conditions; the pair is a row of the statement around it."""
    return (
        sa.select(_whole(PLACE[reason] * STEP) + _person.c.id)
        .where(*conditions)
        .order_by(*order)
        .limit(1)
        .correlate(pair)
        .scalar_subquery()
    )


def _trusts(pair: sa.FromClause) -> sa.ScalarSelect[int]:
    conditions = (
        _school.c.id == pair.c.school_id,
        _trust_owner.c.trust_id == _school.c.trust_id,
        _trust_owner.c.category_id == pair.c.category_id,
        *_current(_trust_owner, pair),
        *able(_trust_owner.c.person_id, pair),
    )
    return _first(Reason.TRUST, pair, conditions, _trust_owner.c.id)


def _role(pair: sa.FromClause) -> sa.ScalarSelect[int]:
    """Who is in one of the roles of ``falls_to``, in their order.

    It is a short JSON list of known words: where a word stands in the text is its rank, which
    reads the same on both databases.
    """
    text = sa.cast(_category.c.falls_to, sa.Text)
    rank = PlaceInText(text, '"' + sa.type_coerce(_membership.c.role, sa.String) + '"')
    conditions = (
        _category.c.id == pair.c.category_id,
        text != "[]",  # spares looking for people
        _membership.c.role.in_(FALL_TO),
        rank > 0,
        *able(_membership.c.person_id, pair),
    )
    return _first(Reason.ROLE, pair, conditions, rank, _membership.c.id)


def _groups(pair: sa.FromClause) -> sa.ScalarSelect[int]:
    conditions = (
        _category.c.id == pair.c.category_id,
        _group_default.c.school_id == pair.c.school_id,
        _group_default.c.group_slug == _category.c.group_slug,
        *_current(_group_default, pair),
        *able(_group_default.c.person_id, pair),
    )
    return _first(Reason.GROUP, pair, conditions, _group_default.c.id)


def _head(pair: sa.FromClause) -> sa.ScalarSelect[int]:
    conditions = (
        _membership.c.role == Role.HEAD,
        *able(_membership.c.person_id, pair),
    )
    return _first(Reason.HEAD, pair, conditions, _membership.c.id)


class PlaceInText(FunctionElement[int]):
    """Where a text stands in another, from 1; nought when it does not."""

    inherit_cache = True
    type = sa.Integer()


@compiles(PlaceInText)
def _instr(element: PlaceInText, compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(PlaceInText, "postgresql")
def _strpos(element: PlaceInText, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"
