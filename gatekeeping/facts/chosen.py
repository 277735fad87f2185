"""What the check of categories knows (K81): which there are, where nobody is set, which fit."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Owner
from categories.versions.following import follow
from directory.audience import school_ids
from gatekeeping.asked import Asked
from gatekeeping.suggesting import known_in, suggest_for


def leads_to(session: Session, asked: Asked) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return to which categories in use each chosen slug leads that there is or ever was.

    One statement, two when one of them has ended; none when none was chosen.
    """
    followed = follow(session, asked.authority_id, asked.document.categories)
    found = {each.slug: ((each.slug, each.heading),) for each in followed.today}
    ended = {
        slug: tuple((each.slug, each.heading) for each in following)
        for slug, following in followed.became.items()
    }
    return {**found, **ended}


def schools_unset(session: Session, asked: Asked) -> Mapping[str, int]:
    """Return for each chosen category the asked schools with nobody set: one statement."""
    chosen = sorted(set(asked.document.categories))
    if not chosen:
        return {}
    owned = (
        sa.select(sa.func.count())
        .where(
            Owner.authority_id == asked.authority_id,
            Owner.category_id == Category.id,
            Owner.ended_at.is_(None),
            Owner.school_id.in_(school_ids(asked.authority_id, asked.audience)),
        )
        .correlate(Category)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Category.slug, owned.label("owned"))
        .where(
            Category.authority_id == asked.authority_id,
            Category.retired_at.is_(None),
            Category.slug.in_(chosen),
        )
        .order_by(Category.slug)
    ).all()
    return {row.slug: max(0, asked.schools - row.owned) for row in rows}


def suggested(session: Session, asked: Asked) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return slug, heading and words of the likeliest categories where none was chosen.

    One statement, or two with files; none when a category was chosen.
    """
    if asked.document.categories or not (asked.document.title or asked.document.body):
        return ()
    known = known_in(session, asked.authority_id)
    headings = {category.slug: category.heading for category in known.categories}
    found = suggest_for(
        session,
        asked.authority_id,
        asked.document,
        submission_id=asked.submission_id,
        known=known,
    )
    return tuple((one.slug, headings[one.slug], one.words) for one in found)
