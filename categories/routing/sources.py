"""Who might receive what is sent for a category: each source of names as one select.

Covers and owners are looked for at every pair of a school and a category; what comes after them in
the order (``fallback``) only where none of them can receive anything. Tables, not classes: putting
the statement together takes a third as long as running it, and plain tables are quickest.
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
from directory.models import Membership, Person, PersonState, Role, School

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
"""``school_id, category_id, number`` of the category, ``person_id``, ``place`` of the reason, and
``tie``, by which the first of several in one place is found."""
STEP = 2**58
"""More than any id: a place times this and an id are one number, by which rows are ordered."""

_category, _school, _person = Category.__table__, School.__table__, Person.__table__
_owner, _cover, _membership = Owner.__table__, Cover.__table__, Membership.__table__
_trust_owner, _group_default = TrustOwner.__table__, GroupDefault.__table__


def asked_pairs(
    authority_id: int, schools: sa.Select[tuple[int]], category_ids: Sequence[int]
) -> sa.CTE:
    """Return every pair of a school and a category that is asked for."""
    chosen = schools.subquery("chosen")
    if not category_ids:
        nothing = sa.cast(sa.null(), Category.id.type)
        return sa.select(
            chosen.c.id.label("school_id"),
            nothing.label("category_id"),
            sa.literal(0).label("number"),
        ).cte("asked")
    # Materialized: PostgreSQL would otherwise read the categories anew for every school.
    wanted = (
        sa.select(_category.c.id, _category.c.number)
        .where(_category.c.authority_id == authority_id, _category.c.id.in_(category_ids))
        .cte("wanted")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return (
        sa.select(chosen.c.id.label("school_id"), wanted.c.id.label("category_id"), wanted.c.number)
        .select_from(chosen)
        .join(wanted, sa.true())
        .cte("asked")
    )


def offices(asked: sa.CTE) -> Source:
    """Return the school's own mailbox for every pair: what is left when nobody can be found."""
    nobody = sa.cast(sa.null(), Person.id.type)
    return _named(asked, nobody, sa.literal(PLACE[Reason.OFFICE]), tie=sa.literal(0))


def owners(authority_id: int, asked: sa.CTE) -> Source:
    """Return whom the school registered, whether or not they can receive anything."""
    part = _owner.c.part
    place = sa.case(
        *((part == each, PLACE[reason]) for each, reason in PARTS.items()),
        else_=PLACE[Reason.ALSO],
    )
    return _named(asked, _owner.c.person_id, place, tie=_owner.c.id).join(
        _owner, sa.and_(*_of_pair(_owner, asked), *_current(_owner, authority_id))
    )


def covers(authority_id: int, asked: sa.CTE, on: date) -> Source:
    """Return who stands in on that day, whether or not they can receive anything."""
    # The newest cover wins where two overlap, hence the negative id.
    place = sa.literal(PLACE[Reason.COVER])
    return _named(asked, _cover.c.person_id, place, tie=-_cover.c.id).join(
        _cover,
        sa.and_(
            *_of_pair(_cover, asked),
            *_current(_cover, authority_id),
            _cover.c.starts_on <= on,
            _cover.c.ends_on >= on,
        ),
    )


def able(
    authority_id: int, person_id: sa.ColumnElement[Any], school_id: sa.ColumnElement[Any]
) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on ``person`` and ``membership`` for whoever can receive something.

    They may sign in, and have a current place at that school.
    """
    return (
        _person.c.id == person_id,
        _person.c.state == PersonState.ACTIVE,
        _membership.c.person_id == person_id,
        _membership.c.school_id == school_id,
        *_current(_membership, authority_id),
    )


def fallback(
    authority_id: int, pair: sa.FromClause, category_ids: Sequence[int]
) -> sa.ColumnElement[int]:
    """Return whom the order finds after covers and owners: place times ``STEP``, plus the person.

    A database works it out only for the rows that ask for it, source after source. With nobody
    at all it is the place of the school's own mailbox.
    """
    found = [_head(authority_id, pair)]
    if category_ids:
        found = [
            _trusts(authority_id, pair),
            _role(authority_id, pair),
            _groups(authority_id, pair),
            *found,
        ]
    return sa.func.coalesce(*found, _whole(PLACE[Reason.OFFICE] * STEP))


def _whole(number: int) -> sa.ColumnElement[int]:
    return sa.literal(number, sa.BigInteger)


def _named(
    asked: sa.CTE,
    person_id: sa.ColumnElement[Any],
    place: sa.ColumnElement[int],
    *,
    tie: sa.ColumnElement[Any],
) -> Source:
    return sa.select(
        asked.c.school_id,
        asked.c.category_id,
        asked.c.number,
        person_id.label("person_id"),
        place.label("place"),
        tie.label("tie"),
    ).select_from(asked)


def _current(table: sa.FromClause, authority_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.authority_id == authority_id, table.c.ended_at.is_(None)


def _of_pair(table: sa.FromClause, pair: sa.FromClause) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.school_id == pair.c.school_id, table.c.category_id == pair.c.category_id


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


def _trusts(authority_id: int, pair: sa.FromClause) -> sa.ScalarSelect[int]:
    conditions = (
        _school.c.id == pair.c.school_id,
        _trust_owner.c.trust_id == _school.c.trust_id,
        _trust_owner.c.category_id == pair.c.category_id,
        *_current(_trust_owner, authority_id),
        *able(authority_id, _trust_owner.c.person_id, pair.c.school_id),
    )
    return _first(Reason.TRUST, pair, conditions, _trust_owner.c.id)


def _role(authority_id: int, pair: sa.FromClause) -> sa.ScalarSelect[int]:
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
        *able(authority_id, _membership.c.person_id, pair.c.school_id),
    )
    return _first(Reason.ROLE, pair, conditions, rank, _membership.c.id)


def _groups(authority_id: int, pair: sa.FromClause) -> sa.ScalarSelect[int]:
    conditions = (
        _category.c.id == pair.c.category_id,
        _group_default.c.school_id == pair.c.school_id,
        _group_default.c.group_slug == _category.c.group_slug,
        *_current(_group_default, authority_id),
        *able(authority_id, _group_default.c.person_id, pair.c.school_id),
    )
    return _first(Reason.GROUP, pair, conditions, _group_default.c.id)


def _head(authority_id: int, pair: sa.FromClause) -> sa.ScalarSelect[int]:
    conditions = (
        _membership.c.role == Role.HEAD,
        *able(authority_id, _membership.c.person_id, pair.c.school_id),
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
