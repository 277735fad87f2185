"""From a meaning to the likest versions of the register: remembering each, and finding again.

What is remembered is committed with the version itself, so every worker finds it from then on.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from gatekeeping.alike.codes import FORMAT, Question, Sight, code_of, question_of
from gatekeeping.alike.comparing import Comparison, compare
from gatekeeping.alike.meaning import ALGORITHM, Meaning, meaning_of
from gatekeeping.alike.scanning import Pool
from gatekeeping.alike.shelf import shelf_of
from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import (
    Attachment,
    State,
    StoredMeaning,
    Submission,
    SubmissionVersion,
)
from gatekeeping.moves import CURRENT, WAITING
from gatekeeping.protocol import DEFAULT, Protocol

ALIVE = WAITING | CURRENT - {State.CLOSED}
"""Asked of schools now, or soon: these count however old they are."""
NEVER = frozenset({State.DRAFT, State.WITHDRAWN})
"""These never count: nothing was asked, or it was taken back."""
READING = ALGORITHM * 1_000 + FORMAT
"""Goes up when meanings or codes are made in another way: stored ones are made anew then."""
MOST_COMPARED = 85
MOST_WHENEVER = 20
"""Beside those for the same time: last year's round of the same form is recognised too."""
MOST_OLD_COMPARED = 15
ROUGH_DAYS = 60
"""By so much the day of a code may differ from the moment of submission."""
EPOCH = date(1970, 1, 1)
ASKED = 0.7
"""What a concept that is asked for weighs beside those that the text is about."""
LAST_DAY = 1 << 20
_ALL_SHARED = 1 - math.exp(-2)
_SIGNED = (1 << 63) - 1


_OF_SURETY = 0.7
"""How steeply surety counts beside likeness where results are ordered."""
_NEVER_NOTHING = 0.02
"""What is alike is shown, however sure it is that something else is asked."""


@dataclass(frozen=True)
class Near:
    """A version of the register that is near, and how it compares with what was asked about.

    ``shared`` is what its code shares with the question, the rarer in this register the more: about
    2 where all is.
    """

    version_id: int
    submission_id: int
    number: str
    title: str
    state: State
    submitted_at: datetime
    meaning: Meaning
    comparison: Comparison
    shared: float = 0.0

    @property
    def score(self) -> float:
        """Return how near it is among all of this register, 0 to 1: by this they are ordered.

        Looking for what was asked before, likeness counts as well as the surety that both ask the
        same: people decide on the few that they are shown. Of many that ask much the same, the one
        that shares a rare word is the one looked for.
        """
        rare = min(1.0, (1 - math.exp(-self.shared)) / _ALL_SHARED)
        sure = math.pow(min(1.0, self.comparison.score + _NEVER_NOTHING), _OF_SURETY)
        return round(sure * self.comparison.likeness * rare * rare, 4)


def remember(session: Session, version: SubmissionVersion) -> None:
    """Store what a submitted version means, which must have its id; replaces what is stored."""
    document = SubmissionDocument.read(version.document)
    attached = _attached(session, version) if version.attachments else ()
    _store(session, version, document, attached)


def remember_nothing(session: Session, version: SubmissionVersion) -> None:
    """Store that a version means nothing, so that nobody tries to read it again."""
    _store(session, version, SubmissionDocument(), ())


def _store(
    session: Session,
    version: SubmissionVersion,
    document: SubmissionDocument,
    attached: Sequence[AttachedText],
) -> None:
    session.execute(
        sa.delete(StoredMeaning).where(
            StoredMeaning.authority_id == version.authority_id,
            StoredMeaning.version_id == version.id,
        )
    )
    row = columns_of(
        meaning_of(document, attached=attached),
        authority_id=version.authority_id,
        submission_id=version.submission_id,
        version_id=version.id,
        day=document.send_on or clock.local_date(version.submitted_at),
    )
    session.execute(sa.insert(StoredMeaning), [row])


def columns_of(
    meaning: Meaning, *, authority_id: int, submission_id: int, version_id: int, day: date
) -> dict[str, Any]:
    """Return the columns of a stored meaning; ``day`` is when it is sent, or else was submitted."""
    code = code_of(_sight(meaning, day))
    return {
        "authority_id": authority_id,
        "version_id": version_id,
        "submission_id": submission_id,
        "algorithm": READING,
        "day": (day - EPOCH).days,
        "mark": _mark(version_id, submission_id, code),
        "code": code,
        "meaning": meaning.as_json(),
    }


def nearest(
    session: Session,
    authority_id: int,
    meaning: Meaning,
    *,
    at: datetime,
    besides: int | None = None,
    top: int = 20,
    since_days: int | None = None,
    protocol: Protocol = DEFAULT,
) -> list[Near]:
    """Return the versions that are likest, best first, of each submission the likest one.

    What is waiting, live or planned counts whatever its age; else what was submitted in the
    ``since_days`` before ``at`` (by default the protocol's). What was withdrawn never counts, nor
    the submission ``besides`` itself, nor what came after ``at``. About two statements.
    """
    days = protocol.duplicate_days if since_days is None else since_days
    since = at - timedelta(days=days)
    start = (clock.local_date(since) - EPOCH).days - ROUGH_DAYS
    pools = (
        Pool(start, LAST_DAY, MOST_COMPARED),
        Pool(start, LAST_DAY, MOST_WHENEVER, whenever=True),
        Pool(0, start - 1, MOST_OLD_COMPARED),
    )
    counts = sa.and_(
        SubmissionVersion.submitted_at <= at,
        sa.or_(SubmissionVersion.submitted_at >= since, Submission.state.in_(sorted(ALIVE))),
    )
    asked = question_of(_sight(meaning, clock.local_date(at)))
    rows = _rows(session, authority_id, asked, pools, counts, besides=besides)
    return _compared(meaning, rows, protocol)[:top]


def nearest_sent(
    session: Session,
    authority_id: int,
    meaning: Meaning,
    *,
    first: date,
    last: date,
    at: datetime,
    besides: int | None = None,
) -> list[Near]:
    """Return the likest of those sent from one day to another, best first."""
    pools = (Pool((first - EPOCH).days, (last - EPOCH).days, MOST_COMPARED, whenever=True),)
    counts = SubmissionVersion.submitted_at <= at
    asked = question_of(_sight(meaning, clock.local_date(at)))
    rows = _rows(session, authority_id, asked, pools, counts, besides=besides)
    return _compared(meaning, rows, DEFAULT)


def _compared(
    meaning: Meaning, rows: Iterable[tuple[sa.Row[Any], float]], protocol: Protocol
) -> list[Near]:
    best: dict[int, Near] = {}
    for row, shared in rows:
        theirs = _read(row.meaning)
        if theirs is None:
            continue
        near = Near(
            row.version_id,
            row.submission_id,
            row.number or "",
            row.title,
            row.state,
            row.submitted_at,
            theirs,
            compare(meaning, theirs, protocol=protocol),
            shared,
        )
        known = best.get(near.submission_id)
        if known is None or likest_first(near) < likest_first(known):
            best[near.submission_id] = near
    return sorted(best.values(), key=likest_first)


def likest_first(near: Near) -> tuple[float, int]:
    """Return by what results are ordered: their score, the later of equals first."""
    return -near.score, -near.version_id


def _rows(
    session: Session,
    authority_id: int,
    asked: Question,
    pools: Sequence[Pool],
    counts: sa.ColumnElement[bool],
    *,
    besides: int | None,
) -> list[tuple[sa.Row[Any], float]]:
    """Choose by the codes, then read what was chosen, as far as it counts, in one statement."""
    shelf = shelf_of(session, authority_id)
    chosen = shelf.likest(session, authority_id, asked, pools, besides=besides)
    if not chosen:
        return []
    rows = session.execute(
        sa.select(
            StoredMeaning.version_id,
            StoredMeaning.submission_id,
            StoredMeaning.meaning,
            Submission.number,
            Submission.title,
            Submission.state,
            SubmissionVersion.submitted_at,
        )
        .join(SubmissionVersion, SubmissionVersion.id == StoredMeaning.version_id)
        .join(Submission, Submission.id == StoredMeaning.submission_id)
        .where(
            # The sum keeps SQLite from walking through all of the authority's rows instead.
            StoredMeaning.authority_id + 0 == authority_id,
            StoredMeaning.version_id.in_(list(chosen)),
            StoredMeaning.submission_id != (besides or 0),
            Submission.state.not_in(sorted(NEVER)),
            # What is joined to another is asked by that one.
            Submission.merged_into_id.is_(None),
            counts,
        )
        .order_by(StoredMeaning.version_id)
    ).all()
    return [(row, chosen[row.version_id]) for row in rows]


def _read(stored: Mapping[str, Any]) -> Meaning | None:
    """Read a stored meaning; None for one written in a way that is not understood any more."""
    try:
        return Meaning.read(stored)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _attached(session: Session, version: SubmissionVersion) -> tuple[AttachedText, ...]:
    ids = [file["id"] for file in version.attachments if "id" in file]
    rows = session.execute(
        sa.select(Attachment.name, Attachment.text)
        .where(
            Attachment.authority_id == version.authority_id,
            Attachment.submission_id == version.submission_id,
            Attachment.id.in_(ids),
        )
        .order_by(Attachment.id)
    )
    return tuple(AttachedText(row.name, row.text or "") for row in rows)


def _sight(meaning: Meaning, day: date) -> Sight:
    """Return what the code of a meaning shows; ``day`` stands for a time that is not named."""
    concepts = dict(meaning.concepts)
    for thing in meaning.things:
        for key, score in thing.concepts.items():
            name = f"asked {key}"
            concepts[name] = max(concepts.get(name, 0.0), ASKED * score * thing.weight)
    time, who = meaning.time, meaning.who
    first = last = meaning.sent or day.toordinal()
    if time is not None:
        named = time.told_by == "name"
        first = time.first if named else min(first, time.first)
        last = time.last if named else max(last, time.last)
    start = EPOCH.toordinal()
    kinds: frozenset[str] = frozenset() if who.everyone else who.phases | who.types
    is_timed = time is not None and time.told_by != "sending"
    return Sight(concepts, meaning.words, first - start, last - start, kinds, is_timed)


def _mark(version_id: int, submission_id: int, code: bytes) -> int:
    digest = blake2b(code, key=f"{submission_id} {version_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _SIGNED
