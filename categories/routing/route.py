"""Routing: at each school, the one person to whom a category leads, who gets it beside them, why.

The order of docs/decisions/0015: cover of today, lead, a sharer in the lead's place, deputy, the
trust's, the roles that the category falls to, the group's, head, the school's own mailbox. Nothing
is ever dropped. Only people who may sign in and have a current place at that school count. A
person reached in several ways gets one item (docs/decisions/0003).
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from categories.routing.reasons import BESIDE, LEADING, Reason
from categories.routing.sources import (
    PLACE,
    PLACES,
    STEP,
    able,
    asked_pairs,
    covers,
    fallback,
    offices,
    owners,
)

LAST_LEADING = max(PLACE[reason] for reason in LEADING)


def route(
    authority_id: int, schools: sa.Select[tuple[int]], category_ids: Sequence[int], *, on: date
) -> sa.Select[tuple[int, int | None, int | None, str]]:
    """Return the select of (school_id, person_id, category_id, reason): one row per delivery.

    ``schools`` is a select of school ids (``directory.audience.school_ids``). It is one statement
    whatever the number of schools, so that deliveries are written by INSERT ... SELECT. Every
    school has a row, and no person two at one school. Without a category everything leads to the
    heads. ``on`` is the day whose covers count.
    """
    asked = asked_pairs(authority_id, schools, category_ids, on)
    return _deliveries(by_category=bool(category_ids)).add_cte(asked)


def receiving(
    authority_id: int, schools: sa.Select[tuple[int]], category_ids: Sequence[int], *, on: date
) -> sa.Subquery:
    """Return the same rows with more: also ``place`` of the reason, and ``beside``.

    ``beside`` is 1 for those who get it beside the one whom the order found, else 0.
    """
    asked = asked_pairs(authority_id, schools, category_ids, on)
    return _receiving(by_category=bool(category_ids)).add_cte(asked).subquery("receiving")


def of_each_category(
    authority_id: int, schools: sa.Select[tuple[int]], category_ids: Sequence[int], *, on: date
) -> sa.Subquery:
    """Return whom each pair of a school and a category leads to, as if it were sent alone.

    Rows of ``school_id, category_id, number, beside, place, person_id``: people come as often as
    they are found. ``PLACES[place]`` is the reason.
    """
    asked = asked_pairs(authority_id, schools, category_ids, on)
    return _of_each(by_category=bool(category_ids)).add_cte(asked).subquery("of_each_category")


# All three are put together once: what differs from one question to the next is in ``asked_pairs``.


@cache
def _deliveries(*, by_category: bool) -> sa.Select[Any]:
    found = _receiving(by_category=by_category).subquery("receiving")
    return sa.select(found.c.school_id, found.c.person_id, found.c.category_id, found.c.reason)


@cache
def _receiving(*, by_category: bool) -> sa.Select[Any]:
    reached = _once(_of_each(by_category=by_category).subquery("fallen"))
    reason = sa.case(
        *((reached.c.place == place, reason.value) for place, reason in enumerate(PLACES)),
        else_=Reason.OFFICE.value,
    )
    return sa.select(
        reached.c.school_id,
        reached.c.person_id,
        reached.c.category_id,
        reason.label("reason"),
        reached.c.place,
        reached.c.beside,
    ).where(reached.c.turn == 1)


@cache
def _of_each(*, by_category: bool) -> sa.Select[Any]:
    chosen = _chosen(_candidates(by_category=by_category))
    return _fallen(chosen, fallback(chosen, by_category=by_category))


def _candidates(*, by_category: bool) -> sa.Subquery:
    """Everybody registered for a pair who can receive it, and the school's mailbox."""
    if not by_category:
        return offices().subquery("candidates")
    named = sa.union_all(covers(), owners()).subquery("named")
    can = sa.exists().where(*able(named.c.person_id, named))
    return sa.union_all(sa.select(named).where(can), offices()).subquery("candidates")


def _chosen(candidates: sa.Subquery) -> sa.Subquery:
    """For each pair the first in the order; beside one who answers for it, the others.

    Place and tie make one number, so that the first is a minimum: twice as quick as numbering
    the candidates of each pair, which would have to be sorted for it.
    """
    columns = candidates.c
    order = columns.place * sa.literal(STEP, sa.BigInteger) + columns.tie
    pair = (columns.school_id, columns.category_id)
    ranked = sa.select(
        candidates, order.label("order"), sa.func.min(order).over(partition_by=pair).label("first")
    ).subquery("ranked")
    is_first = ranked.c.order == ranked.c.first
    is_beside = sa.and_(
        ranked.c.place.in_([PLACE[reason] for reason in BESIDE]),
        ranked.c.first < sa.literal((LAST_LEADING + 1) * STEP, sa.BigInteger),
    )
    return (
        sa.select(ranked, sa.case((is_first, 0), else_=1).label("beside"))
        .where(sa.or_(is_first, is_beside))
        .subquery("chosen_people")
    )


def _fallen(chosen: sa.Subquery, fallback: sa.ColumnElement[int]) -> sa.Select[Any]:
    """Where only the mailbox was left, whom the rest of the order finds instead."""
    step = sa.literal(STEP, sa.BigInteger)
    own = chosen.c.place * step + chosen.c.person_id
    # Materialized, or the databases would work it out again wherever it is mentioned.
    found = (
        sa.select(
            *(chosen.c.school_id, chosen.c.category_id, chosen.c.number, chosen.c.beside),
            sa.case((chosen.c.place == PLACE[Reason.OFFICE], fallback), else_=own).label("found"),
        )
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    return sa.select(
        *(found.c.school_id, found.c.category_id, found.c.number, found.c.beside),
        (found.c.found // step).label("place"),
        sa.func.nullif(found.c.found % step, 0).label("person_id"),
    )


def _once(chosen: sa.Subquery) -> sa.Subquery:
    """One person at one school gets one item; the mailbox (no person) counts as one person.

    The one for which they answer, if there is one: the first of its categories.
    """
    columns = chosen.c
    first = sa.case((columns.beside == 0, 0), else_=columns.place)
    return sa.select(
        chosen,
        sa.func.row_number()
        .over(
            partition_by=(columns.school_id, columns.person_id),
            order_by=(first, columns.number, columns.category_id),
        )
        .label("turn"),
    ).subquery("once")
