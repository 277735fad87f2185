"""Carrying owners from categories to those that follow them: a handful of statements for all.

Who owned what is split owns every part. Where several become one, the lead of the first that has
a living one leads, the other leads get it as well; the first deputy stays the deputy. Rows of
categories that end are ended, never deleted. Each statement may run again without harm.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.events import OwnersChanged
from categories.models import Cover, Owner, Part, TrustOwner
from categories.models_versions import CategoryChange
from categories.versions.carried import Carrying, at_column, by_column, links_of
from categories.versions.carrying_others import carry_covers, carry_trust_owners
from directory.models import Person
from directory.receiving import can_receive
from foundation.model import BigId
from foundation.outbox import publish

DEAD = 1_000
"""Added to the place of what a leaver held: whoever can receive comes first."""
PARTS = (Part.LEAD, Part.SHARES, Part.ALSO, Part.DEPUTY)
NOT_CARRIED = len(PARTS)


def carry(session: Session, one: Carrying) -> int:
    """Carry owners, covers and trusts' owners along ``category_change``; return how many owners.

    Publishes OwnersChanged for each school where a category that was in use got other owners.
    """
    session.flush()
    _end_superseded(session, one)
    carried = _write_owners(session, one)
    carry_covers(session, one)
    carry_trust_owners(session, one)
    for table in (Owner, Cover, TrustOwner):
        _end_with_category(session, one, table)
    _publish(session, one)
    return carried


def _wanted(one: Carrying) -> sa.Subquery:
    """Return who shall hold which part: school, category, person, part, confirmed_at."""
    links = links_of(one).subquery("links")
    alive = sa.exists().where(Person.id == Owner.person_id, can_receive(Person, Owner.school_id))
    place = links.c.place + sa.case((alive, 0), else_=DEAD)
    held = (
        sa.select(
            Owner.school_id,
            links.c.to_id,
            Owner.person_id,
            Owner.part,
            place.label("place"),
            links.c.place.label("source"),
            (links.c.from_id == links.c.to_id).label("own"),
            sa.func.coalesce(Owner.confirmed_at, Owner.assigned_at).label("confirmed_at"),
        )
        .join(links, links.c.from_id == Owner.category_id)
        .where(Owner.authority_id == one.authority_id, Owner.ended_at.is_(None))
        .subquery("held")
    )
    ranked = sa.select(
        held, _first(held, Part.LEAD).label("lead"), _first(held, Part.DEPUTY).label("deputy")
    ).subquery("ranked")
    weighed = sa.select(ranked, _weight(ranked).label("weight")).subquery("weighed")
    best = sa.func.min(weighed.c.weight)
    return (
        sa.select(
            weighed.c.school_id,
            weighed.c.to_id,
            weighed.c.person_id,
            sa.case({weight: part.value for weight, part in enumerate(PARTS)}, value=best).label(
                "part"
            ),
            sa.func.min(weighed.c.confirmed_at).label("confirmed_at"),
        )
        .where(weighed.c.weight < NOT_CARRIED)
        .group_by(weighed.c.school_id, weighed.c.to_id, weighed.c.person_id)
        .subquery("wanted")
    )


def _first(held: sa.Subquery, part: Part) -> sa.ColumnElement[int]:
    return sa.func.min(sa.case((held.c.part == part.value, held.c.place))).over(
        partition_by=(held.c.school_id, held.c.to_id)
    )


def _weight(ranked: sa.Subquery) -> sa.ColumnElement[int]:
    """Return which part, as its place in ``PARTS``, one row of a source would give its person.

    Those who share go on sharing with the lead whom they shared with; beside another lead they
    get it as well. A leaver is only carried where nobody else holds the part.
    """
    part, place = ranked.c.part, ranked.c.place
    with_lead = sa.or_(
        ranked.c.own, ranked.c.lead.is_(None), ranked.c.lead % DEAD == ranked.c.source
    )
    return sa.case(
        (sa.and_(part == Part.LEAD.value, place == ranked.c.lead), 0),
        (sa.and_(part == Part.DEPUTY.value, place == ranked.c.deputy), 3),
        (sa.or_(part == Part.DEPUTY.value, place >= DEAD), NOT_CARRIED),
        (sa.and_(part == Part.SHARES.value, with_lead), 1),
        else_=2,
    )


def _end_superseded(session: Session, one: Carrying) -> None:
    """End what people hold in a category that takes others in where they will hold another part."""
    wanted = _wanted(one)
    keeps = sa.select(Owner.id).join(
        wanted,
        sa.and_(
            wanted.c.to_id == Owner.category_id,
            wanted.c.school_id == Owner.school_id,
            wanted.c.person_id == Owner.person_id,
            wanted.c.part == sa.cast(Owner.part, sa.String),
        ),
    )
    session.execute(
        sa.update(Owner)
        .where(
            Owner.authority_id == one.authority_id,
            Owner.category_id.in_(links_of(one).with_only_columns(CategoryChange.to_id)),
            Owner.ended_at.is_(None),
            Owner.id.not_in(keeps),
        )
        .values(ended_at=one.at, ended_by_id=one.by)
        .execution_options(synchronize_session=False)
    )


def _write_owners(session: Session, one: Carrying) -> int:
    wanted = _wanted(one)
    present = sa.and_(
        Owner.category_id == wanted.c.to_id,
        Owner.school_id == wanted.c.school_id,
        Owner.person_id == wanted.c.person_id,
        Owner.ended_at.is_(None),
    )
    names = ["authority_id", "school_id", "category_id", "person_id", "part"]
    # Without the option PostgreSQL's driver does not say how many rows an INSERT wrote.
    done = session.connection().execute(
        sa.insert(Owner).from_select(
            [*names, "assigned_by_id", "assigned_at", "confirmed_at"],
            sa.select(
                sa.literal(one.authority_id, BigId),
                wanted.c.school_id,
                wanted.c.to_id,
                wanted.c.person_id,
                wanted.c.part,
                by_column(one),
                at_column(one),
                wanted.c.confirmed_at,
            )
            .outerjoin(Owner, present)
            .where(Owner.id.is_(None)),
        ),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount


def _end_with_category(
    session: Session, one: Carrying, table: type[Owner | Cover | TrustOwner]
) -> None:
    session.execute(
        sa.update(table)
        .where(
            table.authority_id == one.authority_id,
            table.category_id.in_(one.ended_ids),
            table.ended_at.is_(None),
        )
        .values(ended_at=one.at)
        .execution_options(synchronize_session=False)
    )


def _publish(session: Session, one: Carrying) -> None:
    """Tell of the categories that were in use before: only there something may lie already."""
    rows = session.execute(
        sa.select(Owner.school_id, Owner.category_id)
        .where(
            Owner.authority_id == one.authority_id,
            Owner.category_id.in_(one.kept_ids),
            Owner.assigned_at == one.at,
        )
        .distinct()
        .order_by(Owner.school_id, Owner.category_id)
    ).all()
    changed: dict[int, list[int]] = {}
    for school_id, category_id in rows:
        changed.setdefault(school_id, []).append(category_id)
    for school_id, ids in changed.items():
        publish(session, OwnersChanged(one.authority_id, school_id, ids), at=one.at)
