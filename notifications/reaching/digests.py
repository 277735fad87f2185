"""Composing the digests that are due: each once, with the mail that brings it, whoever is killed.

A digest is one person's at one moment, which is unique; its row, what goes into it and its mail are
one transaction. What was dealt with, withdrawn or handed on meanwhile is left out; where nothing is
left there is no digest.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mailboxes import mailbox_at
from directory.models import Person, PersonState
from foundation.bulk import batches, insert_all, update_all
from foundation.db import EVERY_AUTHORITY, Database, wake
from notifications.models import Delivery, DeliveryState, Notice
from notifications.models_mail import Mail, Occasion
from notifications.models_reaching import Digest, DigestEntry
from notifications.reaching.choices import choices_of
from notifications.reaching.quiet import LONGEST_WAIT, Choice, next_digest, send_after

PEOPLE: Final = 100
"""So many people's digests are composed in one transaction."""
OPEN: Final = (DeliveryState.UNREAD, DeliveryState.READ)

# As text, so that both databases see that their index of what waits answers the question.
_WAITING: Final = sa.text("digest_entry.digest_id IS NULL")


class _Waiting(NamedTuple):
    """An entry that is due, and what became of its item."""

    entry_id: int
    authority_id: int
    person_id: int
    due_at: datetime
    goes_in: bool
    mailbox: str
    email: str


def compose_due(
    database: Database, *, at: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Compose the digests that are due; return how many were composed. May run twice at once."""
    composed = 0
    while not stopping():
        with database.transaction(authority=EVERY_AUTHORITY) as session:
            people = _people(session, at)
            composed += _compose(session, people, at)
        if len(people) < PEOPLE:
            break
    return composed


def _people(session: Session, at: datetime) -> Sequence[int]:
    """Return the people whose digests are due, kept for this transaction where others work, too."""
    due = (
        sa.select(DigestEntry.person_id)
        .where(_WAITING, _is_due(at))
        .distinct()
        .order_by(DigestEntry.person_id)
        .limit(PEOPLE)
    )
    if session.get_bind().dialect.name != "postgresql":
        return session.scalars(due).all()
    # Another worker that is at the same people is passed by: their entries wait for nobody.
    locked = sa.select(Person.id).where(Person.id.in_(due)).order_by(Person.id)
    return session.scalars(locked.with_for_update(skip_locked=True, key_share=True)).all()


def _is_due(at: datetime) -> sa.ColumnElement[bool]:
    # What is due later than any digest can be was written while the clock ran ahead.
    return sa.or_(DigestEntry.due_at <= at, DigestEntry.due_at > at + LONGEST_WAIT)


def _compose(session: Session, people: Sequence[int], at: datetime) -> int:
    if not people:
        return 0
    entries = _entries(session, people, at)
    _drop(session, [entry.entry_id for entry in entries if not entry.goes_in])
    by_person: dict[int, list[_Waiting]] = defaultdict(list)
    for entry in entries:
        if entry.goes_in:
            by_person[entry.person_id].append(entry)
    choices = choices_of(session, by_person)
    _keep_late_ones(session, by_person, choices, at)
    digests = _write(session, by_person, at)
    mails = [
        {
            "authority_id": waiting[0].authority_id,
            "person_id": person_id,
            "digest_id": digests[person_id],
            "occasion": Occasion.DIGEST,
            "address": _address(waiting),
            "created_at": at,
            "send_after": send_after(choices[person_id], at),
        }
        for person_id, waiting in by_person.items()
    ]
    insert_all(session, Mail, mails)
    if mails:
        wake(session, "mail")
    return len(mails)


def _address(waiting: Sequence[_Waiting]) -> str:
    """Return the mailbox that stands behind somebody at each of their schools, else their own."""
    mailboxes = {entry.mailbox for entry in waiting}
    return mailboxes.pop() if len(mailboxes) == 1 and "" not in mailboxes else waiting[0].email


def _keep_late_ones(
    session: Session,
    by_person: dict[int, list[_Waiting]],
    choices: Mapping[int, Choice],
    at: datetime,
) -> None:
    """Keep for the next digest what was gathered for one that was composed at that very moment."""
    moments = {(entry.person_id, entry.due_at) for some in by_person.values() for entry in some}
    there = session.execute(
        sa.select(Digest.person_id, Digest.due_at)
        .where(
            Digest.person_id.in_({person_id for person_id, _ in moments}),
            Digest.due_at.in_({due_at for _, due_at in moments}),
        )
        .order_by(Digest.id)
    )
    for person_id in {person_id for person_id, due_at in there if (person_id, due_at) in moments}:
        choice, late = choices[person_id], by_person.pop(person_id)
        again = next_digest(choice, at) if choice.has_digest else at
        rows = [{"id": entry.entry_id, "due_at": again} for entry in late]
        update_all(session, DigestEntry, rows)


def _entries(session: Session, people: Sequence[int], at: datetime) -> list[_Waiting]:
    goes_in = sa.and_(
        Delivery.state.in_(OPEN),
        Delivery.person_id == DigestEntry.person_id,
        Notice.withdrawn_at.is_(None),
        Notice.replaced_by_id.is_(None),
        Person.state == PersonState.ACTIVE,
    )
    rows = session.execute(
        sa.select(
            DigestEntry.id,
            DigestEntry.authority_id,
            DigestEntry.person_id,
            DigestEntry.due_at,
            sa.case((goes_in, sa.true()), else_=sa.false()),
            sa.func.coalesce(mailbox_at(DigestEntry.person_id, Delivery.school_id), ""),
            Person.email,
        )
        .join(Delivery, Delivery.id == DigestEntry.delivery_id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Person, Person.id == DigestEntry.person_id)
        .where(_WAITING, _is_due(at), DigestEntry.person_id.in_(people))
        .order_by(DigestEntry.person_id, DigestEntry.id)
    )
    return [_Waiting(*row) for row in rows]


def _drop(session: Session, entries: Sequence[int]) -> None:
    for some in batches(entries):
        session.execute(
            sa.delete(DigestEntry)
            .where(DigestEntry.id.in_(some))
            .execution_options(synchronize_session=False)
        )


def _write(
    session: Session, by_person: Mapping[int, Sequence[_Waiting]], at: datetime
) -> dict[int, int]:
    """Write the digests and put into each what waited for it; return their ids by person."""
    due = {who: max(entry.due_at for entry in some) for who, some in by_person.items()}
    rows = [
        {
            "authority_id": by_person[person_id][0].authority_id,
            "person_id": person_id,
            "due_at": due_at,
            "composed_at": at,
        }
        for person_id, due_at in due.items()
    ]
    insert_all(session, Digest, rows)
    found = session.execute(
        sa.select(Digest.person_id, Digest.id, Digest.due_at)
        .where(Digest.person_id.in_(due), Digest.due_at.in_(set(due.values())))
        .order_by(Digest.id)
    )
    made = {row.person_id: row.id for row in found if row.due_at == due[row.person_id]}
    entries = [
        {"id": entry.entry_id, "digest_id": made[person_id]}
        for person_id, waiting in by_person.items()
        for entry in waiting
    ]
    if entries:
        update_all(session, DigestEntry, entries)
    return made
