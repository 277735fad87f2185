"""The audit trail: append-only, each entry carrying the hash of the one before.

One chain per authority. The head row is locked while an entry is added, so the chain has no
forks; the database refuses updates and deletes of entries (triggers in migration 0001).
Personal data does not belong in ``detail``: ids, counts and states do.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.model import Base, BigId, Key

FIRST_HASH = "0" * 64


class AuditEntry(Base):
    """One thing that somebody did, or tried and was refused."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "sequence"),
        sa.Index("ix_audit_entry_subject", "authority_id", "subject", "subject_id"),
    )

    id: Mapped[Key]
    authority_id: Mapped[int]
    sequence: Mapped[int]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(BigId)
    action: Mapped[str] = mapped_column(sa.String(80))
    subject: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditHead(Base):
    """The end of one authority's chain: what the next entry builds on."""

    __tablename__ = "audit_head"

    authority_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True)
class Verdict:
    """The answer of ``verify``: how many entries were read and the first broken one, if any."""

    entries: int
    broken_sequence: int | None
    why: str | None


def record(
    session: Session,
    *,
    authority_id: int,
    action: str,
    subject: str,
    subject_id: int | None = None,
    by: int | None,
    at: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry to the authority's chain. ``by`` is the person's id, None for the portal.

    Call it late in a transaction: the chain's end stays locked until the commit.
    """
    head = _head(session, authority_id)
    entry = AuditEntry(
        authority_id=authority_id,
        sequence=head.sequence + 1,
        at=at,
        person_id=by,
        action=action,
        subject=subject,
        subject_id=subject_id,
        detail=detail or {},
        previous_hash=head.hash,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    head.sequence = entry.sequence
    head.hash = entry.hash
    session.flush()  # a second entry in this transaction re-reads the head


def _head(session: Session, authority_id: int) -> AuditHead:
    """Return the chain's end and lock it; of two who begin a chain, one waits for the other."""
    head = session.get(AuditHead, authority_id, with_for_update=True, populate_existing=True)
    if head is not None:
        return head
    head = AuditHead(authority_id=authority_id, sequence=0, hash=FIRST_HASH)
    try:
        with session.begin_nested():
            session.add(head)
            session.flush()
    except IntegrityError:
        return session.get_one(
            AuditHead, authority_id, with_for_update=True, populate_existing=True
        )
    return head


def verify(session: Session, authority_id: int) -> Verdict:
    """Recompute one authority's chain from its start, in constant memory."""
    expected, sequence = FIRST_HASH, 0
    query = (
        sa.select(AuditEntry)
        .where(AuditEntry.authority_id == authority_id)
        .order_by(AuditEntry.sequence)
        .execution_options(yield_per=1000)
    )
    with session.scalars(query) as rows:  # closes the server's cursor on an early return
        for entry in rows:
            sequence += 1
            why = _broken(entry, sequence, expected)
            if why:
                return Verdict(sequence, sequence, why)
            expected = entry.hash
    head = session.get(AuditHead, authority_id)
    if head is not None and (head.sequence, head.hash) != (sequence, expected):
        return Verdict(sequence, sequence + 1, "entries are missing at the end")
    return Verdict(sequence, None, None)


def _broken(entry: AuditEntry, sequence: int, expected: str) -> str | None:
    if entry.sequence != sequence:
        return "an entry is missing"
    if entry.previous_hash != expected:
        return "it does not follow from the entry before it"
    return None if entry.hash == _hash(entry) else "its content was changed"


def _hash(entry: AuditEntry) -> str:
    content = [
        entry.authority_id,
        entry.sequence,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.person_id,
        entry.action,
        entry.subject,
        entry.subject_id,
        entry.detail,
        entry.previous_hash,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
