"""What one person has at a school, and who could take each part of it over."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Cover, GroupDefault, Owner, Part
from directory.models import Membership, Person, PersonState, Role
from directory.receiving import can_receive
from notifications.models import Delivery, Notice, NoticeKind
from notifications.reading.inbox import WAITING

PART_WORDS = {
    Part.LEAD: "Owner",
    Part.SHARES: "Shares it",
    Part.ALSO: "Gets it as well",
    Part.DEPUTY: "Deputy",
}
MOST = 1_000


@dataclass
class Held:
    """A category in which the person has a part, a cover, or which only their default covers."""

    category_id: int
    heading: str
    what: list[str] = field(default_factory=list)
    suggested_id: int | None = None
    """Who is likeliest to take it over: its deputy, a sharer, the group's person, the head."""


@dataclass
class HeldGroup:
    """A group of categories, with what the person has in it."""

    slug: str
    heading: str
    members: list[int]
    """Every category of the group, also those in which they have nothing."""
    is_default: bool = False
    categories: list[Held] = field(default_factory=list)
    suggested_id: int | None = None
    """Who is likeliest to be the group's person instead of them."""


@dataclass(frozen=True)
class Waiting:
    """What lies open with the person for one category (None: for none)."""

    category_id: int | None
    heading: str
    count: int
    returns: int
    """How many of them ask for information."""
    next_due: date | None


@dataclass(frozen=True)
class Holdings:
    """Everything that one person has at a school."""

    groups: Sequence[HeldGroup]
    waiting: Sequence[Waiting]

    @property
    def categories(self) -> int:
        """Return in how many categories they have a part."""
        return sum(len(group.categories) for group in self.groups)

    @property
    def items(self) -> int:
        """Return how many items lie open with them."""
        return sum(each.count for each in self.waiting)

    @property
    def returns(self) -> int:
        """Return how many of those ask for information."""
        return sum(each.returns for each in self.waiting)


def holdings(
    session: Session, authority_id: int, school_id: int, person_id: int, *, today: date
) -> Holdings:
    """Return what somebody has at a school, in the order of the categories: seven statements."""
    groups = _groups(session, authority_id)
    mine: dict[int, list[str]] = defaultdict(list)
    for row in _parts(session, authority_id, school_id, person_id):
        mine[row.category_id].append(PART_WORDS[row.part])
    for cover in _covers(session, authority_id, school_id, person_id, today):
        mine[cover.category_id].append(f"Covers it to {cover.ends_on.day} {cover.ends_on:%B}")
    defaults = _defaults(session, authority_id, school_id)
    others = _others(session, authority_id, school_id, person_id, set(mine))
    heads = [who for who in _heads(session, authority_id, school_id) if who != person_id]
    found = []
    for group, (heading, members) in groups.items():
        default_id = defaults.get(group)
        fallback = default_id if default_id not in (None, person_id) else next(iter(heads), None)
        held = [
            Held(key, words, mine[key], others.get(key, fallback))
            for key, words in members
            if key in mine
        ]
        if held or default_id == person_id:
            every = [key for key, _ in members]
            found.append(HeldGroup(group, heading, every, default_id == person_id, held, fallback))
    return Holdings(found, _waiting(session, authority_id, school_id, person_id))


def _groups(session: Session, authority_id: int) -> dict[str, tuple[str, list[tuple[int, str]]]]:
    """Return the categories in use, by group; also retired ones, which somebody may still have."""
    rows = session.execute(
        sa.select(Category.group, Category.group_heading, Category.id, Category.heading)
        .where(Category.authority_id == authority_id)
        .order_by(Category.number, Category.id)
        .limit(MOST)
    )
    groups: dict[str, tuple[str, list[tuple[int, str]]]] = {}
    for row in rows:
        groups.setdefault(row.group, (row.group_heading, []))[1].append((row.id, row.heading))
    return groups


def _parts(
    session: Session, authority_id: int, school_id: int, person_id: int
) -> Sequence[sa.Row[tuple[int, Part]]]:
    return session.execute(
        sa.select(Owner.category_id, Owner.part)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.person_id == person_id,
            Owner.ended_at.is_(None),
        )
        .order_by(Owner.id)
        .limit(MOST)
    ).all()


def _covers(
    session: Session, authority_id: int, school_id: int, person_id: int, today: date
) -> Sequence[sa.Row[tuple[int, date]]]:
    return session.execute(
        sa.select(Cover.category_id, Cover.ends_on)
        .where(
            Cover.authority_id == authority_id,
            Cover.school_id == school_id,
            Cover.person_id == person_id,
            Cover.ended_at.is_(None),
            Cover.ends_on >= today,
        )
        .order_by(Cover.starts_on, Cover.id)
        .limit(MOST)
    ).all()


def _defaults(session: Session, authority_id: int, school_id: int) -> dict[str, int]:
    """Return whom the school named for each group, where they can receive."""
    rows = session.execute(
        sa.select(GroupDefault.group, GroupDefault.person_id)
        .join(Person, Person.id == GroupDefault.person_id)
        .where(
            GroupDefault.authority_id == authority_id,
            GroupDefault.school_id == school_id,
            GroupDefault.ended_at.is_(None),
            can_receive(Person, school_id),
        )
        .order_by(GroupDefault.id)
    )
    return {row.group: row.person_id for row in rows}


def _others(
    session: Session, authority_id: int, school_id: int, person_id: int, categories: set[int]
) -> dict[int, int]:
    """Return for each category the colleague nearest to it: its deputy, lead, or a sharer."""
    if not categories:
        return {}
    nearness = sa.case({Part.DEPUTY: 0, Part.LEAD: 1, Part.SHARES: 2}, value=Owner.part, else_=3)
    rows = session.execute(
        sa.select(Owner.category_id, Owner.person_id)
        .join(Person, Person.id == Owner.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.category_id.in_(categories),
            Owner.person_id != person_id,
            Owner.ended_at.is_(None),
            can_receive(Person, school_id),
        )
        .order_by(nearness, Owner.id)
    )
    found: dict[int, int] = {}
    for row in rows:
        found.setdefault(row.category_id, row.person_id)
    return found


def _heads(session: Session, authority_id: int, school_id: int) -> Sequence[int]:
    return session.scalars(
        sa.select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.school_id == school_id,
            Membership.role == Role.HEAD,
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Membership.id)
    ).all()


def _waiting(session: Session, authority_id: int, school_id: int, person_id: int) -> list[Waiting]:
    asks = sa.case((Notice.kind == NoticeKind.DATA_REQUEST, 1), else_=0)
    rows = session.execute(
        sa.select(
            Delivery.category_id,
            sa.func.max(Category.heading).label("heading"),
            sa.func.count().label("items"),
            sa.func.sum(asks).label("returns"),
            sa.func.min(Notice.due_on).label("next_due"),
        )
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .where(
            Delivery.authority_id == authority_id,
            Delivery.person_id == person_id,
            Delivery.school_id == school_id,
            WAITING,
        )
        .group_by(Delivery.category_id)
        .order_by(sa.func.min(Category.number), Delivery.category_id)
        .limit(MOST)
    )
    return [
        Waiting(
            row.category_id,
            row.heading or "For headteachers",
            row.items,
            int(row.returns or 0),
            row.next_due,
        )
        for row in rows
    ]
