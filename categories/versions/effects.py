"""What a new list would mean for schools: how many have owners, and where leads would differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Owner, Part


@dataclass(frozen=True)
class Leads:
    """Of the schools with a lead for what becomes one: where it is one person, where several."""

    same: int
    differ: int


def schools_with_owner(session: Session, authority_id: int, slugs: Iterable[str]) -> dict[str, int]:
    """Return how many schools have an owner for each of these categories: one statement."""
    rows = session.execute(
        sa.select(Category.slug, sa.func.count(Owner.school_id.distinct()))
        .join(Owner, sa.and_(Owner.category_id == Category.id, Owner.ended_at.is_(None)))
        .where(Category.authority_id == authority_id, Category.slug.in_(set(slugs)))
        .group_by(Category.slug)
        .order_by(Category.slug)
    )
    return dict(rows.tuples().all())


def leads_of_mergers(
    session: Session, authority_id: int, mergers: Mapping[str, Sequence[str]]
) -> dict[str, Leads]:
    """Return for each merger (the slug and its sources) where its leads agree: one statement."""
    pairs = [(new, old) for new, sources in mergers.items() for old in sources]
    if not pairs:
        return {}
    links = sa.union_all(
        *(sa.select(sa.literal(n).label("new"), sa.literal(o).label("old")) for n, o in pairs)
    ).subquery("links")
    leads = (
        sa.select(links.c.new, sa.func.count(Owner.person_id.distinct()).label("people"))
        .join(Category, Category.slug == links.c.old)
        .join(Owner, Owner.category_id == Category.id)
        .where(
            Category.authority_id == authority_id,
            Owner.authority_id == authority_id,
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
        )
        .group_by(links.c.new, Owner.school_id)
        .subquery("leads")
    )
    several = sa.func.sum(sa.case((leads.c.people > 1, 1), else_=0))
    rows = session.execute(
        sa.select(leads.c.new, sa.func.count(), several).group_by(leads.c.new).order_by(leads.c.new)
    )
    return {new: Leads(total - int(differ), int(differ)) for new, total, differ in rows}
