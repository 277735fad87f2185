"""What the page of the mail directory shows: counts, entries, and what an address stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.book import read_page
from directory.models import School
from directory.models_mail import MailEntry, MailEntryKind
from foundation.paging import MOST_COUNTED

PAGE = 50
MOST_SHOWN = 60
"""How many schools are named of what an address stands for."""
LONGEST_QUESTION = 254

KIND_NAMES = {
    MailEntryKind.MAILBOX: "School mailbox",
    MailEntryKind.DOMAIN: "School domain",
    MailEntryKind.FEDERATION: "Federation’s mailbox",
    MailEntryKind.TRUST: "Trust’s mailbox",
    MailEntryKind.LIST: "Distribution list",
    MailEntryKind.OFFICER: "Officer",
    MailEntryKind.PARTNER: "Partner",
}
"""One entry of each kind, in words."""
KINDS_NAMED = {
    MailEntryKind.MAILBOX: "School mailboxes",
    MailEntryKind.DOMAIN: "School domains",
    MailEntryKind.FEDERATION: "Federations’ mailboxes",
    MailEntryKind.TRUST: "Trusts’ mailboxes",
    MailEntryKind.LIST: "Distribution lists",
    MailEntryKind.OFFICER: "Officers",
    MailEntryKind.PARTNER: "Partners",
}


@dataclass(frozen=True)
class KindCount:
    """How many entries there are of a kind, and how many of them are closed."""

    kind: MailEntryKind
    entries: int
    closed: int


@dataclass(frozen=True)
class Overview:
    """What the directory holds: ``imported_at`` is when a file last named any of it."""

    kinds: tuple[KindCount, ...] = ()
    imported_at: datetime | None = None

    @property
    def total(self) -> int:
        """Return how many entries there are."""
        return sum(each.entries for each in self.kinds)


@dataclass(frozen=True)
class StandsFor:
    """What an address stands for: names and URNs of schools, at most ``MOST_SHOWN`` of each."""

    address: str
    schools: int
    named: Sequence[tuple[int, str]]
    closed: int
    closed_named: Sequence[tuple[int, str]]
    writer: str
    """The team of somebody who writes for the authority under it."""
    is_ours: bool


def overview(session: Session, authority_id: int) -> Overview:
    """Count the entries by kind: one statement."""
    rows = session.execute(
        sa.select(
            MailEntry.kind,
            sa.func.count(),
            sa.func.sum(sa.case((MailEntry.is_closed.is_(True), 1), else_=0)),
            sa.func.max(MailEntry.imported_at),
        )
        .where(MailEntry.authority_id == authority_id)
        .group_by(MailEntry.kind)
        .order_by(MailEntry.kind)
    ).all()
    found = {kind: KindCount(kind, count, int(closed)) for kind, count, closed, _ in rows}
    latest = max((row[3] for row in rows), default=None)
    return Overview(tuple(found[kind] for kind in MailEntryKind if kind in found), latest)


def entries(
    session: Session, authority_id: int, *, words: str, kind: MailEntryKind | None, page: int
) -> tuple[Sequence[MailEntry], int]:
    """Return a page of entries by address, and how many there are; counting stops in time.

    ``words`` is a part of the address. Two statements.
    """
    conditions = [MailEntry.authority_id == authority_id]
    if words:
        conditions.append(MailEntry.address.contains(words.lower(), autoescape=True))
    if kind is not None:
        conditions.append(MailEntry.kind == kind)
    some = sa.select(MailEntry.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    found = session.scalars(
        sa.select(MailEntry)
        .where(*conditions)
        .order_by(MailEntry.address)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return found, total


def stands_for(session: Session, authority_id: int, address: str) -> StandsFor:
    """Return what the gateway takes an address for, now: at most eight statements."""
    book = read_page(session, authority_id, address)
    reached, writer = book.reach([address]), book.correspondent(address)
    listed = [*sorted(reached.urns)[:MOST_SHOWN], *sorted(reached.closed)[:MOST_SHOWN]]
    rows = session.execute(
        sa.select(School.urn, School.name)
        .where(School.authority_id == authority_id, School.urn.in_(listed))
        .order_by(School.urn)
        .limit(2 * MOST_SHOWN)
    )
    names = {row.urn: row.name for row in rows}

    def named(urns: frozenset[int]) -> list[tuple[int, str]]:
        return [(urn, names.get(urn, "")) for urn in sorted(urns)[:MOST_SHOWN]]

    return StandsFor(
        address=address,
        schools=len(reached.urns),
        named=named(reached.urns),
        closed=len(reached.closed),
        closed_named=named(reached.closed),
        writer=writer.team,
        is_ours=book.is_ours(address),
    )
