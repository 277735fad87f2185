"""Who searches and for what: the same readers and the same one to three words every time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Role
from notifications.models import Delivery, Notice
from notifications.reading.inbox import Reader, reader_of

SEED = 888
HEADS, OTHERS = 8, 8
EACH = 20
"""Questions of each reader."""
COMMON = ("school", "pupils", "report", "meals", "staff", "governors", "attendance", "safety")
COMMON += ("please", "figures", "training", "budget", "children", "policy", "visit", "year")


@dataclass(frozen=True)
class Asks:
    """One question, and whose."""

    reader: Reader
    membership: Membership
    words: str


def questions(session: Session, authority_id: int) -> list[Asks]:
    """Return the questions: half in words of what the reader has, half in words all papers use."""
    random = Random(SEED)
    asked = []
    for membership in readers(session, authority_id):
        reader = reader_of(membership)
        texts = _texts(session, reader)
        for number in range(EACH):
            how_many = 1 + number % 3
            words = (
                random.sample(COMMON, how_many)
                if number % 2 or not texts
                else _drawn(random, random.choice(texts), how_many)
            )
            asked.append(Asks(reader, membership, " ".join(words)))
    random.shuffle(asked)
    return asked


def readers(session: Session, authority_id: int) -> list[Membership]:
    """Return heads and others at schools, from those with most to those with few items.

    Among the heads is a trust's with several schools, if there is one.
    """
    found = _by_items(session, authority_id, Role.HEAD, HEADS)
    several = (
        sa.select(Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.role == Role.HEAD,
            Membership.ended_at.is_(None),
        )
        .group_by(Membership.person_id)
        .having(sa.func.count() > 1)
        .order_by(Membership.person_id)
        .limit(1)
    )
    of_several = session.scalars(
        sa.select(Membership)
        .where(Membership.person_id.in_(several), Membership.role == Role.HEAD)
        .order_by(Membership.id)
    ).all()
    return [*found, *of_several, *_by_items(session, authority_id, Role.STAFF, OTHERS)]


def _by_items(
    session: Session, authority_id: int, role: Role, how_many: int
) -> Sequence[Membership]:
    mine = [Delivery.school_id == Membership.school_id]
    if role is not Role.HEAD:
        mine.append(Delivery.person_id == Membership.person_id)
    rows = session.execute(
        sa.select(Membership.id, sa.func.count().label("items"))
        .join(Delivery, sa.and_(*mine))
        .where(
            Membership.authority_id == authority_id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
        .group_by(Membership.id)
        .order_by(sa.desc("items"), Membership.id)
    ).all()
    step = max(1, len(rows) // how_many)
    chosen = [row.id for row in rows[::step]][:how_many]
    return session.scalars(
        sa.select(Membership).where(Membership.id.in_(chosen)).order_by(Membership.id)
    ).all()


def _texts(session: Session, reader: Reader) -> list[str]:
    mine = [Delivery.school_id == reader.school_id]
    if not reader.is_head:
        mine.append(Delivery.person_id == reader.person_id)
    rows = session.execute(
        sa.select(Notice.title, Notice.body)
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(*mine)
        .order_by(sa.func.substr(Notice.body, 60, 8), Notice.id)  # from everywhere
        .limit(40)
    )
    return [f"{row.title} {row.body}" for row in rows]


def _drawn(random: Random, text: str, how_many: int) -> list[str]:
    words = sorted(set(re.findall(r"[A-Za-z]{5,}", text)))
    return random.sample(words, min(how_many, len(words)))
