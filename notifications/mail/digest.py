"""The mail of a digest: several items of one reader, by school, the most pressing first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from categories.routing.reasons import Reason
from directory.models import Person, School
from foundation import clock
from foundation.dates import day
from notifications.mail.message import Envelope, one_line, whole
from notifications.models import Attention, Delivery, DeliveryState, Notice, NoticeKind
from notifications.models_reaching import Digest, DigestEntry, ReachChoice, Rhythm
from notifications.reaching.stopping import DIGEST, WORDS
from notifications.reading.still import still_readable

MOST: Final = 200
"""So many items a mail shows; it says how many more there are."""
OVERDUE, ACTION, INFORMATION = "Overdue", "To do", "To read"
REASONS: Final = {
    Reason.FORWARDED: "a colleague passed it on to you",
    Reason.COVER: "you are standing in for “{category}”",
}


@dataclass(frozen=True)
class Entry:
    """An item as a digest shows it."""

    delivery_id: int
    school: str
    reference: str
    title: str
    sender: str
    kind: NoticeKind
    due_on: date | None
    attention: Attention
    stopped: bool
    reason: Reason
    category: str
    state: DeliveryState

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be read or done."""
        return self.state in (DeliveryState.UNREAD, DeliveryState.READ)

    def part(self, today: date) -> str:
        """Return under which heading it stands."""
        if self.stopped or (self.due_on is None and self.attention is Attention.INFORMATION):
            return INFORMATION
        return OVERDUE if self.due_on is not None and self.due_on < today else ACTION

    @property
    def due(self) -> str:
        """Return by when something is to be done, in words; empty when nothing is."""
        if self.due_on is None or self.stopped:
            return ""
        return (
            f"{'answer' if self.kind is NoticeKind.DATA_REQUEST else 'act'} by {day(self.due_on)}"
        )

    @property
    def why(self) -> str:
        """Return in a few words why its reader has it."""
        if self.reason in REASONS:
            return REASONS[self.reason].format(category=self.category)
        return f"you get it for “{self.category}”" if self.category else "it is for headteachers"


@dataclass(frozen=True)
class Gathered:
    """What a digest holds, whose it is and how often they get one."""

    person: str
    rhythm: Rhythm
    entries: Sequence[Entry]
    more: int = 0

    @property
    def is_over(self) -> bool:
        """Tell whether all that it holds was done or withdrawn since it was composed."""
        return not self.more and not any(entry.is_open for entry in self.entries)

    @property
    def is_daily(self) -> bool:
        """Tell whether its reader could still get fewer."""
        return self.rhythm is not Rhythm.WEEKLY


def gathered_in(session: Session, digests: Collection[int]) -> dict[int, Gathered]:
    """Return what these digests hold: two statements."""
    if not digests:
        return {}
    heads = session.execute(
        sa.select(Digest.id, Person.name, sa.func.coalesce(ReachChoice.rhythm, Rhythm.EACH))
        .join(Person, Person.id == Digest.person_id)
        .outerjoin(ReachChoice, ReachChoice.person_id == Digest.person_id)
        .where(Digest.id.in_(digests))
        .order_by(Digest.id)
    ).all()
    entries: dict[int, list[Entry]] = defaultdict(list)
    for digest_id, *values in session.execute(_entries(digests)):
        entries[digest_id].append(Entry(*values))
    return {
        digest_id: Gathered(
            name,
            Rhythm(rhythm),
            entries[digest_id][:MOST],
            max(0, len(entries[digest_id]) - MOST),
        )
        for digest_id, name, rhythm in heads
    }


def _entries(digests: Collection[int]) -> sa.Select[Any]:
    return (
        sa.select(
            *(DigestEntry.digest_id, Delivery.id, School.name, Notice.reference),
            *(Notice.title, Notice.sender, Notice.kind, Notice.due_on, Notice.attention),
            *(Notice.stopped, Delivery.reason, sa.func.coalesce(Category.heading, "")),
            Delivery.state,
        )
        .join(Delivery, Delivery.id == DigestEntry.delivery_id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(School, School.id == Delivery.school_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .join(Digest, Digest.id == DigestEntry.digest_id)
        .where(
            DigestEntry.digest_id.in_(digests),
            Notice.withdrawn_at.is_(None),
            # it may have gone to a colleague since, or its reader elsewhere
            Delivery.person_id == Digest.person_id,
            still_readable(),
        )
        .order_by(School.name, School.id, Notice.due_on.is_(None), Notice.due_on, Delivery.id)
    )


def digest(envelope: Envelope, gathered: Gathered) -> bytes:
    """Make the mail of a digest. What was done since it was composed is not shown."""
    today = clock.local_date(envelope.at)
    shown = [entry for entry in gathered.entries if entry.is_open]
    how_many = "1 item" if len(shown) == 1 else f"{len(shown) + gathered.more} items"
    values = {
        "person": one_line(gathered.person),
        "how_many": how_many,
        "schools": _by_school(shown, today),
        "more": gathered.more,
        "link": f"{envelope.letterhead.address}/inbox",
        "portal": envelope.letterhead.address,
        "unsubscribe_words": WORDS[DIGEST],
        "is_weekly": gathered.rhythm is Rhythm.WEEKLY,
        "rhythm": {Rhythm.DAILY: "a daily", Rhythm.WEEKLY: "a weekly"}.get(gathered.rhythm, "a"),
    }
    overdue = sum(entry.part(today) == OVERDUE for entry in shown)
    subject = f"Your digest: {how_many}" + (f", {overdue} overdue" if overdue else "")
    return whole(envelope, subject, "digest", values)


def _by_school(
    entries: Sequence[Entry], today: date
) -> list[tuple[str, list[tuple[str, list[Entry]]]]]:
    """Return the items by school, and there by what they want."""
    schools: dict[str, dict[str, list[Entry]]] = {}
    for entry in entries:
        parts = schools.setdefault(entry.school, {OVERDUE: [], ACTION: [], INFORMATION: []})
        parts[entry.part(today)].append(entry)
    return [
        (school, [(part, some) for part, some in parts.items() if some])
        for school, parts in schools.items()
    ]
