"""Who might receive what is sent for a category: each source of names as one select.

A source names people; whether they can receive anything is asked once for all of them
(``categories.routing.route``).
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
from directory.models import RECIPIENTS, Membership, Person, Role, School

PLACES = (*ORDER, Reason.ALSO)
"""Each reason's place. Whoever gets it as well comes last: never instead of somebody."""
PLACE = {reason: place for place, reason in enumerate(PLACES)}
PARTS = {
    Part.LEAD: Reason.OWNER,
    Part.SHARES: Reason.SHARES,
    Part.DEPUTY: Reason.DEPUTY,
    Part.ALSO: Reason.ALSO,
}
Source = sa.Select[Any]
"""``school_id, category_id, number`` of the category, ``person_id``, ``place`` of the reason, and
``tie``, by which the first of several in one place is found."""
RANK = 2**48
"""What a role's rank weighs in ``tie`` beside the ids that stand below it."""
LAST_TIE = 2**58
"""More than any ``tie``: a place times this and its tie are one number to order by."""


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
            sa.literal("").label("group"),
        ).cte("asked")
    wanted = _wanted(authority_id, category_ids)
    return (
        sa.select(
            chosen.c.id.label("school_id"),
            wanted.c.id.label("category_id"),
            wanted.c.number,
            wanted.c.group,
        )
        .select_from(chosen)
        .join(wanted, sa.true())
        .cte("asked")
    )


def sources(
    authority_id: int, asked: sa.CTE, category_ids: Sequence[int], on: date
) -> list[Source]:
    """Return the selects of everybody who is named for a pair, in whatever way."""
    found = [_heads(authority_id, asked)]
    if category_ids:
        found += [
            _covers(authority_id, asked, on),
            _owners(authority_id, asked),
            _trusts(authority_id, asked),
            _roles(authority_id, asked, category_ids),
            _groups(authority_id, asked),
        ]
    return found


def offices(asked: sa.CTE) -> Source:
    """Return the school's own mailbox for every pair: what is left when nobody can be found."""
    nobody = sa.cast(sa.null(), Person.id.type)
    return _named(asked, nobody, sa.literal(PLACE[Reason.OFFICE]), tie=sa.literal(0))


def _named(
    asked: sa.CTE,
    person_id: sa.SQLColumnExpression[Any],
    place: sa.ColumnElement[int],
    *,
    tie: sa.SQLColumnExpression[Any],
) -> Source:
    return sa.select(
        asked.c.school_id,
        asked.c.category_id,
        asked.c.number,
        person_id.label("person_id"),
        place.label("place"),
        tie.label("tie"),
    ).select_from(asked)


def _owners(authority_id: int, asked: sa.CTE) -> Source:
    place = sa.case(
        *((Owner.part == part, PLACE[reason]) for part, reason in PARTS.items()),
        else_=PLACE[Reason.ALSO],
    )
    return _named(asked, Owner.person_id, place, tie=Owner.id).join(
        Owner,
        sa.and_(
            Owner.school_id == asked.c.school_id,
            Owner.category_id == asked.c.category_id,
            Owner.authority_id == authority_id,
            Owner.ended_at.is_(None),
        ),
    )


def _covers(authority_id: int, asked: sa.CTE, on: date) -> Source:
    # The newest cover wins where two overlap, hence the negative id.
    return _named(
        asked, Cover.person_id, sa.literal(PLACE[Reason.COVER]), tie=sa.literal(0) - Cover.id
    ).join(
        Cover,
        sa.and_(
            Cover.school_id == asked.c.school_id,
            Cover.category_id == asked.c.category_id,
            Cover.authority_id == authority_id,
            Cover.ended_at.is_(None),
            Cover.starts_on <= on,
            Cover.ends_on >= on,
        ),
    )


def _trusts(authority_id: int, asked: sa.CTE) -> Source:
    return (
        _named(asked, TrustOwner.person_id, sa.literal(PLACE[Reason.TRUST]), tie=TrustOwner.id)
        .join(School, School.id == asked.c.school_id)
        .join(
            TrustOwner,
            sa.and_(
                TrustOwner.trust_id == School.trust_id,
                TrustOwner.category_id == asked.c.category_id,
                TrustOwner.authority_id == authority_id,
                TrustOwner.ended_at.is_(None),
            ),
        )
    )


def _roles(authority_id: int, asked: sa.CTE, category_ids: Sequence[int]) -> Source:
    named = _falls_to(authority_id, category_ids)
    return (
        _named(
            asked,
            Membership.person_id,
            sa.literal(PLACE[Reason.ROLE]),
            tie=named.c.rank * sa.literal(RANK, sa.BigInteger) + Membership.id,
        )
        .join(named, named.c.category_id == asked.c.category_id)
        .join(
            Membership,
            sa.and_(
                Membership.school_id == asked.c.school_id,
                sa.type_coerce(Membership.role, sa.String) == named.c.role,
                Membership.authority_id == authority_id,
                Membership.ended_at.is_(None),
            ),
        )
    )


def _groups(authority_id: int, asked: sa.CTE) -> Source:
    return _named(
        asked, GroupDefault.person_id, sa.literal(PLACE[Reason.GROUP]), tie=GroupDefault.id
    ).join(
        GroupDefault,
        sa.and_(
            GroupDefault.school_id == asked.c.school_id,
            GroupDefault.group == asked.c.group,
            GroupDefault.authority_id == authority_id,
            GroupDefault.ended_at.is_(None),
        ),
    )


def _heads(authority_id: int, asked: sa.CTE) -> Source:
    return _named(
        asked, Membership.person_id, sa.literal(PLACE[Reason.HEAD]), tie=Membership.id
    ).join(
        Membership,
        sa.and_(
            Membership.school_id == asked.c.school_id,
            Membership.role == Role.HEAD,
            Membership.authority_id == authority_id,
            Membership.ended_at.is_(None),
        ),
    )


def _wanted(authority_id: int, category_ids: Sequence[int]) -> sa.CTE:
    # Materialized: PostgreSQL would otherwise read the categories anew for every school.
    return (
        sa.select(Category.id, Category.number, Category.group.label("group"))
        .where(Category.authority_id == authority_id, Category.id.in_(category_ids))
        .cte("wanted")
        .prefix_with("MATERIALIZED", dialect="postgresql")
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


def _falls_to(authority_id: int, category_ids: Sequence[int]) -> sa.CTE:
    """Return the roles of each category's ``falls_to``: ``category_id, role, rank``.

    The list is short JSON of known words, so that a word's place in its text is its rank: that
    reads the same on both databases.
    """
    text = sa.cast(Category.falls_to, sa.Text)
    selects = [
        sa.select(
            Category.id.label("category_id"),
            sa.literal(role.value).label("role"),
            PlaceInText(text, sa.literal(f'"{role.value}"')).label("rank"),
        ).where(
            Category.authority_id == authority_id,
            Category.id.in_(category_ids),
            PlaceInText(text, sa.literal(f'"{role.value}"')) > 0,
        )
        for role in RECIPIENTS
    ]
    return sa.union_all(*selects).cte("falls_to").prefix_with("MATERIALIZED", dialect="postgresql")
