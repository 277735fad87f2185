"""Who might receive what is sent for a category: each source of names as one select.

A source names people; whether they can receive anything is asked once for all of them
(``categories.routing.route``). Tables, not classes: putting the statement together takes as long
as running it for a small authority, and plain tables are quickest.
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
from directory.models import Membership, Person, Role, School

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
RANK = 2**48
"""What a role's rank weighs in ``tie`` beside the ids that stand below it."""
LAST_TIE = 2**58
"""More than any ``tie``: a place times this and its tie are one number to order by."""

_category, _school = Category.__table__, School.__table__
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
        sa.select(
            *(_category.c.id, _category.c.number, _category.c.group_slug),
            sa.cast(_category.c.falls_to, sa.Text).label("falls_to"),
        )
        .where(_category.c.authority_id == authority_id, _category.c.id.in_(category_ids))
        .cte("wanted")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return (
        sa.select(
            chosen.c.id.label("school_id"),
            wanted.c.id.label("category_id"),
            *(wanted.c.number, wanted.c.group_slug, wanted.c.falls_to),
        )
        .select_from(chosen)
        .join(wanted, sa.true())
        .cte("asked")
    )


def sources(
    authority_id: int, asked: sa.CTE, category_ids: Sequence[int], on: date
) -> list[Source]:
    """Return the selects of everybody who is named for a pair, in whatever way."""
    heads = _heads(authority_id, asked)
    if not category_ids:
        return [heads]
    return [
        heads,
        _covers(authority_id, asked, on),
        _owners(authority_id, asked),
        _trusts(authority_id, asked),
        _roles(authority_id, asked),
        _groups(authority_id, asked),
    ]


def offices(asked: sa.CTE) -> Source:
    """Return the school's own mailbox for every pair: what is left when nobody can be found."""
    nobody = sa.cast(sa.null(), Person.id.type)
    return _named(asked, nobody, sa.literal(PLACE[Reason.OFFICE]), tie=sa.literal(0))


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


def _of_pair(table: sa.FromClause, asked: sa.CTE) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.school_id == asked.c.school_id, table.c.category_id == asked.c.category_id


def _owners(authority_id: int, asked: sa.CTE) -> Source:
    part = _owner.c.part
    place = sa.case(
        *((part == each, PLACE[reason]) for each, reason in PARTS.items()),
        else_=PLACE[Reason.ALSO],
    )
    return _named(asked, _owner.c.person_id, place, tie=_owner.c.id).join(
        _owner, sa.and_(*_of_pair(_owner, asked), *_current(_owner, authority_id))
    )


def _covers(authority_id: int, asked: sa.CTE, on: date) -> Source:
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


def _trusts(authority_id: int, asked: sa.CTE) -> Source:
    place = sa.literal(PLACE[Reason.TRUST])
    return (
        _named(asked, _trust_owner.c.person_id, place, tie=_trust_owner.c.id)
        .join(_school, _school.c.id == asked.c.school_id)
        .join(
            _trust_owner,
            sa.and_(
                _trust_owner.c.trust_id == _school.c.trust_id,
                _trust_owner.c.category_id == asked.c.category_id,
                *_current(_trust_owner, authority_id),
            ),
        )
    )


def _roles(authority_id: int, asked: sa.CTE) -> Source:
    """Return the people in the roles of ``falls_to``.

    It is a short JSON list of known words: where a word stands in the text is its rank, which
    reads the same on both databases.
    """
    role = sa.type_coerce(_membership.c.role, sa.String)
    rank = PlaceInText(asked.c.falls_to, '"' + role + '"')
    tie = rank * sa.literal(RANK, sa.BigInteger) + _membership.c.id
    return (
        _named(asked, _membership.c.person_id, sa.literal(PLACE[Reason.ROLE]), tie=tie)
        .join(
            _membership,
            sa.and_(
                _membership.c.school_id == asked.c.school_id,
                _membership.c.role.in_(FALL_TO),
                *_current(_membership, authority_id),
            ),
        )
        # The first condition spares looking for people where the category falls to nobody.
        .where(asked.c.falls_to != "[]", rank > 0)
    )


def _groups(authority_id: int, asked: sa.CTE) -> Source:
    place = sa.literal(PLACE[Reason.GROUP])
    return _named(asked, _group_default.c.person_id, place, tie=_group_default.c.id).join(
        _group_default,
        sa.and_(
            _group_default.c.school_id == asked.c.school_id,
            _group_default.c.group_slug == asked.c.group_slug,
            *_current(_group_default, authority_id),
        ),
    )


def _heads(authority_id: int, asked: sa.CTE) -> Source:
    place = sa.literal(PLACE[Reason.HEAD])
    return _named(asked, _membership.c.person_id, place, tie=_membership.c.id).join(
        _membership,
        sa.and_(
            _membership.c.school_id == asked.c.school_id,
            _membership.c.role == Role.HEAD,
            *_current(_membership, authority_id),
        ),
    )


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
