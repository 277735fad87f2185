"""Carrying owners from categories to those that follow them: a handful of statements for all.

Who owned what is split owns every part. Where several become one, the lead of the first that has
a living one leads, the other leads get it as well; the first deputy stays the deputy. Rows of
categories that end are ended, never deleted. Each statement may run again without harm.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.events import OwnersChanged
from categories.models import Cover, GroupDefault, Owner, Part, TrustOwner
from categories.models_versions import CARRYING, CategoryChange, ChangeKind
from directory.models import Membership, Person, PersonState
from foundation.model import BigId
from foundation.outbox import publish

DEAD = 1_000
"""Added to the place of what a leaver held: whoever can receive comes first."""
PARTS = (Part.LEAD, Part.SHARES, Part.ALSO, Part.DEPUTY)
NOT_CARRIED = len(PARTS)


@dataclass(frozen=True)
class Carrying:
    """One version being applied: its row, what ends with it, by whom and when."""

    authority_id: int
    framework_id: int
    ended_ids: list[int]
    kept_ids: list[int]
    """The categories that were in use before and still are."""
    by: int | None
    at: datetime
    today: date


def carry(session: Session, one: Carrying) -> int:
    """Carry owners, covers and trusts' owners along ``category_change``; return how many owners.

    Publishes OwnersChanged for each school where a category that was in use got other owners.
    """
    session.flush()
    _end_superseded(session, one)
    carried = _write_owners(session, one)
    _write_covers(session, one)
    _write_trust_owners(session, one)
    for table in (Owner, Cover, TrustOwner):
        _end_with_category(session, one, table)
    _publish(session, one)
    return carried


def carry_group(session: Session, one: Carrying, old: str, new: str) -> None:
    """Let whom schools named for a group that is gone stand for the one that followed it."""
    table, other = GroupDefault, aliased(GroupDefault)
    present = sa.exists().where(
        other.school_id == table.school_id, other.group == new, other.ended_at.is_(None)
    )
    session.execute(
        sa.insert(table).from_select(
            ["authority_id", "school_id", "group_slug", "person_id", "set_by_id", "set_at"],
            sa.select(
                table.authority_id,
                table.school_id,
                sa.literal(new),
                table.person_id,
                _by(one),
                _at(one),
            ).where(
                table.authority_id == one.authority_id,
                table.group == old,
                table.ended_at.is_(None),
                ~present,
            ),
        )
    )
    session.execute(
        sa.update(table)
        .where(table.authority_id == one.authority_id, table.group == old, table.ended_at.is_(None))
        .values(ended_at=one.at)
        .execution_options(synchronize_session=False)
    )


def _links(one: Carrying) -> sa.Select[tuple[int | None, int | None, int]]:
    """Return from where to where owners go; a category that takes others in comes from itself."""
    change = CategoryChange
    return sa.select(change.from_id, change.to_id, change.place).where(
        change.authority_id == one.authority_id,
        change.framework_id == one.framework_id,
        change.kind.in_(CARRYING),
        sa.or_(change.from_id != change.to_id, change.kind == ChangeKind.MERGED),
    )


def _wanted(one: Carrying) -> sa.Subquery:
    """Return who shall hold which part: school, category, person, part, confirmed_at."""
    links = _links(one).subquery("links")
    alive = sa.and_(
        sa.exists().where(Person.id == Owner.person_id, Person.state == PersonState.ACTIVE),
        sa.exists().where(
            Membership.person_id == Owner.person_id,
            Membership.school_id == Owner.school_id,
            Membership.ended_at.is_(None),
        ),
    )
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
            Owner.category_id.in_(_links(one).with_only_columns(CategoryChange.to_id)),
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
                _by(one),
                _at(one),
                wanted.c.confirmed_at,
            )
            .outerjoin(Owner, present)
            .where(Owner.id.is_(None)),
        ),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount


def _write_covers(session: Session, one: Carrying) -> None:
    """Let who stands in for a lead stand in for them in what they lead now, too."""
    links = _links(one).subquery("links")
    led, leads, other = aliased(Owner), aliased(Owner), aliased(Cover)
    another = sa.and_(led.part == Part.LEAD, led.ended_at.is_(None))
    now = sa.and_(leads.part == Part.LEAD, leads.ended_at.is_(None))
    days = (Cover.kind, Cover.starts_on, Cover.ends_on)
    present = sa.exists().where(
        other.school_id == Cover.school_id,
        other.category_id == links.c.to_id,
        other.person_id == Cover.person_id,
        other.starts_on == Cover.starts_on,
        other.ends_on == Cover.ends_on,
        other.ended_at.is_(None),
    )
    found = (
        sa.select(Cover.authority_id, Cover.school_id, links.c.to_id, Cover.person_id, *days)
        .join(links, links.c.from_id == Cover.category_id)
        .outerjoin(
            led,
            sa.and_(led.category_id == links.c.from_id, led.school_id == Cover.school_id, another),
        )
        .outerjoin(
            leads,
            sa.and_(leads.category_id == links.c.to_id, leads.school_id == Cover.school_id, now),
        )
        .where(
            Cover.authority_id == one.authority_id,
            Cover.ended_at.is_(None),
            Cover.ends_on >= one.today,
            links.c.from_id != links.c.to_id,
            sa.func.coalesce(led.person_id, 0) == sa.func.coalesce(leads.person_id, 0),
            ~present,
        )
        .distinct()
        .subquery("found")
    )
    names = [column.key for column in found.c]
    names[names.index("to_id")] = "category_id"
    session.execute(
        sa.insert(Cover).from_select(
            [*names, "set_by_id", "created_at"], sa.select(found, _by(one), _at(one))
        )
    )


def _write_trust_owners(session: Session, one: Carrying) -> None:
    links = _links(one).subquery("links")
    table, other = TrustOwner, aliased(TrustOwner)
    turn = sa.func.row_number().over(
        partition_by=(table.trust_id, links.c.to_id), order_by=(links.c.place, table.id)
    )
    present = sa.exists().where(
        other.trust_id == table.trust_id,
        other.category_id == links.c.to_id,
        other.ended_at.is_(None),
    )
    found = (
        sa.select(
            table.authority_id, table.trust_id, links.c.to_id, table.person_id, turn.label("turn")
        )
        .join(links, links.c.from_id == table.category_id)
        .where(table.authority_id == one.authority_id, table.ended_at.is_(None), ~present)
        .subquery("found")
    )
    session.execute(
        sa.insert(table).from_select(
            ["authority_id", "trust_id", "category_id", "person_id", "set_by_id", "set_at"],
            sa.select(
                found.c.authority_id,
                found.c.trust_id,
                found.c.to_id,
                found.c.person_id,
                _by(one),
                _at(one),
            ).where(found.c.turn == 1),
        )
    )


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


def _by(one: Carrying) -> sa.ColumnElement[int]:
    return sa.cast(one.by, BigId)


def _at(one: Carrying) -> sa.ColumnElement[datetime]:
    return sa.literal(one.at, Owner.assigned_at.type)
