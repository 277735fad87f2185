"""What a person chose: reading it, changing it, and keeping it when two entries become one."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import PeopleMerged
from directory.models import Person
from foundation import audit
from foundation.bulk import upsert_all
from foundation.errors import Refusal
from notifications.models_reaching import DigestEntry, ReachChoice, Rhythm
from notifications.reaching.gathering import refit
from notifications.reaching.quiet import Choice, is_quiet, next_digest, send_after
from notifications.reaching.stopping import BULLETIN

__all__ = ["DEFAULT", "Choice", "choice_of", "choose", "follow_merge", "next_digest", "send_after"]

DEFAULT: Final = Choice()
FIELDS: Final = (
    *("rhythm", "digest_at", "digest_on"),
    *("quiet_from", "quiet_to", "quiet_weekend", "bulletin"),
)
COLUMNS: Final = tuple(getattr(ReachChoice, name) for name in FIELDS)
"""In the order of ``Choice``, for statements that read what several people chose."""


class HalfQuietError(Refusal):
    """Quiet hours need a beginning and an end."""

    sentence = "Choose both times, or “No quiet hours” for both."


class AlwaysQuietError(Refusal):
    """Quiet hours that end when they begin would never end."""

    sentence = "The quiet hours must end at another time than they begin."


class QuietDigestError(Refusal):
    """A digest is not composed when its reader wants quiet."""

    sentence = "This time lies in your quiet hours. Choose a time outside of them."


def choice_of(session: Session, authority_id: int, person_id: int) -> Choice:
    """Return how a person wants to be reached: one statement."""
    row = session.execute(
        sa.select(*COLUMNS).where(
            ReachChoice.authority_id == authority_id, ReachChoice.person_id == person_id
        )
    ).one_or_none()
    return DEFAULT if row is None else Choice(*row)


def choices_of(session: Session, people: Collection[int]) -> dict[int, Choice]:
    """Return how each of these people wants to be reached: one statement."""
    rows = session.execute(
        sa.select(ReachChoice.person_id, *COLUMNS)
        .where(ReachChoice.person_id.in_(people))
        .order_by(ReachChoice.person_id)
    )
    found = {person_id: Choice(*values) for person_id, *values in rows}
    return {person_id: found.get(person_id, DEFAULT) for person_id in people}


def choose(
    session: Session, authority_id: int, person_id: int, choice: Choice, *, at: datetime
) -> None:
    """Keep what a person chose; what waits for a digest follows it.

    Whoever wants each item from now on gets what waits at once; else it goes with the next digest.
    Raises HalfQuietError, AlwaysQuietError and QuietDigestError, having changed nothing.
    """
    _check(choice)
    if choice == DEFAULT:
        session.execute(
            sa.delete(ReachChoice).where(
                ReachChoice.authority_id == authority_id, ReachChoice.person_id == person_id
            )
        )
    else:
        row = {name: getattr(choice, name) for name in FIELDS}
        row |= {"authority_id": authority_id, "person_id": person_id, "changed_at": at}
        upsert_all(session, ReachChoice, [row], key=["person_id"])
    refit(session, authority_id, person_id, choice, at=at)
    audit.record(
        session,
        authority_id=authority_id,
        action="person.reached",
        subject="person",
        subject_id=person_id,
        by=person_id,
        at=at,
        detail={"rhythm": choice.rhythm.value, "bulletin": choice.bulletin},
    )


def _check(choice: Choice) -> None:
    if (choice.quiet_from is None) != (choice.quiet_to is None):
        raise HalfQuietError(field="quiet_to" if choice.quiet_to is None else "quiet_from")
    if choice.quiet_from is not None and choice.quiet_from == choice.quiet_to:
        raise AlwaysQuietError(field="quiet_to")
    if choice.has_digest and is_quiet(choice, choice.digest_at):
        raise QuietDigestError(field="digest_at")


def follow_merge(session: Session, event: PeopleMerged, at: datetime) -> None:
    """Let the kept entry have what the other chose, unless it chose itself (of ``PeopleMerged``).

    What waits for a digest goes with it. Again nothing happens.
    """
    rows = session.scalars(
        sa.select(ReachChoice)
        .where(
            ReachChoice.authority_id == event.authority_id,
            ReachChoice.person_id.in_([event.gone_id, event.kept_id]),
        )
        .order_by(ReachChoice.id)
    ).all()
    by_person = {row.person_id: row for row in rows}
    gone, kept = by_person.get(event.gone_id), by_person.get(event.kept_id)
    if gone is not None and kept is None:
        gone.person_id = event.kept_id
    elif gone is not None:
        session.delete(gone)
    session.flush()
    moved: Any = session.execute(
        sa.update(DigestEntry)
        .where(
            DigestEntry.authority_id == event.authority_id,
            DigestEntry.person_id == event.gone_id,
            DigestEntry.digest_id.is_(None),
        )
        .values(person_id=event.kept_id)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount:
        choice = choice_of(session, event.authority_id, event.kept_id)
        refit(session, event.authority_id, event.kept_id, choice, at=at)


def wants_bulletin() -> sa.ColumnElement[bool]:
    """Return a condition on ``Person`` of the statement around it: they want the bulletin."""
    return ~sa.exists().where(ReachChoice.person_id == Person.id, ReachChoice.bulletin.is_(False))


def stop(session: Session, authority_id: int, person_id: int, what: str, *, at: datetime) -> None:
    """Do what the link in a mail offers: ``digest`` makes it weekly, ``bulletin`` ends it.

    Again nothing happens.
    """
    before = choice_of(session, authority_id, person_id)
    if what == BULLETIN:
        after = replace(before, bulletin=False)
    else:
        after = replace(before, rhythm=Rhythm.WEEKLY)
        if is_quiet(after, after.digest_at) and after.quiet_to is not None:
            after = replace(after, digest_at=after.quiet_to)
    if after != before:
        choose(session, authority_id, person_id, after, at=at)
