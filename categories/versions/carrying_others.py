"""What goes along with owners: covers, owners of trusts, defaults of groups. Set-based."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Cover, GroupDefault, Owner, Part, TrustOwner
from categories.versions.carried import Carrying, at_column, by_column, links_of


def carry_covers(session: Session, one: Carrying) -> None:
    """Let who stands in for a lead stand in for them in what they lead now, too."""
    links = links_of(one).subquery("links")
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
            [*names, "set_by_id", "created_at"], sa.select(found, by_column(one), at_column(one))
        )
    )


def carry_trust_owners(session: Session, one: Carrying) -> None:
    """Let whom trusts named stand for what followed; of several the first counts."""
    links = links_of(one).subquery("links")
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
                by_column(one),
                at_column(one),
            ).where(found.c.turn == 1),
        )
    )


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
                by_column(one),
                at_column(one),
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
