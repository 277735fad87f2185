"""Finding earlier submissions whose text is nearly the same.

Each submitted text leaves a sketch: the smallest hashes of its word sequences. Texts that share
much share some of them, so one query finds candidates, and only those are compared in full.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from heapq import nsmallest

import sqlalchemy as sa
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel
from sqlalchemy.orm import Session

from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Shingle, State, Submission, SubmissionVersion
from gatekeeping.moves import CURRENT, WAITING
from gatekeeping.protocol import DEFAULT, Protocol

WORDS_IN_SEQUENCE = 5
SKETCH_SIZE = 32
MOST_CANDIDATES = 20
LONG = 20_000
"""Texts beyond this many characters are compared word by word: sooner, and as exact."""
_SIGNED = (1 << 63) - 1
_ITEM_PARTS = ("name", "definition")


@dataclass(frozen=True)
class Alike:
    """An earlier version whose text is alike, from 0 (nothing) to 1 (the same)."""

    submission_id: int
    version_id: int
    number: str
    title: str
    score: float
    document: dict[str, object]


def text_of(document: SubmissionDocument) -> str:
    """Return the words by which two submissions are compared: title, text and what is asked."""
    asked = [getattr(item, part) for item in document.items for part in _ITEM_PARTS]
    return "\n".join([document.title, document.body, *asked])


def normalised(text: str) -> str:
    """Return the text as plain words in lower case, so that layout and marks do not count."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def sketch(text: str) -> list[int]:
    """Return the text's sketch: at most 32 numbers of 63 bits, the same on every machine.

    A text of fewer than five words is hashed as a whole; an empty one has no sketch.
    """
    words = normalised(text).split()
    if not words:
        return []
    if len(words) < WORDS_IN_SEQUENCE:
        return [_hash(" ".join(words))]
    sequences = {
        " ".join(words[start : start + WORDS_IN_SEQUENCE])
        for start in range(len(words) - WORDS_IN_SEQUENCE + 1)
    }
    return nsmallest(SKETCH_SIZE, {_hash(sequence) for sequence in sequences})


def remember(session: Session, version: SubmissionVersion) -> None:
    """Store the sketch of a submitted version, which must have its id."""
    text = text_of(SubmissionDocument.read(version.document))
    rows = [
        {"version_id": version.id, "hash": number, "authority_id": version.authority_id}
        for number in sketch(text)
    ]
    if rows:
        session.execute(sa.insert(Shingle), rows)


def earlier_alike(
    session: Session,
    authority_id: int,
    document: SubmissionDocument,
    *,
    at: datetime,
    besides: int | None = None,
    protocol: Protocol = DEFAULT,
) -> list[Alike]:
    """Return the earlier submissions with near-identical text, the likest first: one statement.

    Only what is waiting, live or planned counts, or was submitted within the protocol's days
    before ``at``; what was withdrawn, and the submission ``besides`` itself, never. Of several
    versions of one submission the likest is given.
    """
    text = normalised(text_of(document))
    best: dict[int, Alike] = {}
    for version, submission in _candidates(
        session, authority_id, sketch(text), at=at, besides=besides, protocol=protocol
    ):
        other = normalised(text_of(SubmissionDocument.read(version.document)))
        score = likeness(text, other, at_least=protocol.alike_from)
        known = best.get(submission.id)
        if score >= protocol.alike_from and (known is None or score > known.score):
            best[submission.id] = Alike(
                submission.id,
                version.id,
                submission.number or "",
                submission.title,
                round(score, 4),
                version.document,
            )
    return sorted(best.values(), key=lambda alike: (-alike.score, -alike.submission_id))


def likeness(one: str, other: str, *, at_least: float = 0.0) -> float:
    """Return how alike two normalised texts are; below ``at_least`` it may say 0."""
    if max(len(one), len(other)) > LONG:
        return float(Indel.normalized_similarity(one.split(), other.split(), score_cutoff=at_least))
    return float(fuzz.ratio(one, other, score_cutoff=at_least * 100)) / 100


def _candidates(
    session: Session,
    authority_id: int,
    hashes: Sequence[int],
    *,
    at: datetime,
    besides: int | None,
    protocol: Protocol,
) -> Sequence[sa.Row[tuple[SubmissionVersion, Submission]]]:
    if not hashes:
        return []
    shared = sa.func.count().label("shared")
    alive = sorted(WAITING | CURRENT - {State.CLOSED})
    since = at - timedelta(days=protocol.duplicate_days)
    likest = (
        sa.select(Shingle.version_id, shared)
        .join(SubmissionVersion, SubmissionVersion.id == Shingle.version_id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            Shingle.authority_id == authority_id,
            Shingle.hash.in_(hashes),
            Submission.id != (besides or 0),
            Submission.state.not_in([State.WITHDRAWN, State.DRAFT]),
            SubmissionVersion.submitted_at <= at,
            sa.or_(Submission.state.in_(alive), SubmissionVersion.submitted_at >= since),
        )
        .group_by(Shingle.version_id)
        .order_by(shared.desc(), Shingle.version_id.desc())
        .limit(MOST_CANDIDATES)
        .subquery()
    )
    return session.execute(
        sa.select(SubmissionVersion, Submission)
        .join(likest, likest.c.version_id == SubmissionVersion.id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(SubmissionVersion.authority_id == authority_id)
        .order_by(likest.c.shared.desc(), SubmissionVersion.id.desc())
    ).all()


def _hash(words: str) -> int:
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big") & _SIGNED
