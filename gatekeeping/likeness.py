"""Finding earlier submissions whose text is nearly the same, or that ask much the same.

Each submitted version leaves a sketch: the smallest hashes of its text's word sequences, and one of
each item. Documents that share much share some of them, so one query finds candidates, and only
those are compared in full.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from heapq import nsmallest

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from foundation import clock
from foundation.model import BigId
from gatekeeping.alike_parts import SharedItems, is_later_round, item_key, shared_items
from gatekeeping.closeness import letters_alike, pieces_alike
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Shingle, State, Submission, SubmissionVersion
from gatekeeping.moves import CURRENT, WAITING
from gatekeeping.protocol import DEFAULT, Protocol

WORDS_IN_SEQUENCE = 5
SKETCH_SIZE = 32
MOST_CANDIDATES = 20
MOST_OF_A_HASH = 200
MOST_COUNTED = 100
LONG = 20_000
"""Texts beyond this many characters are compared word by word: sooner, and as exact."""
MOST_ITEMS = 64
ROUND_DAYS = 200
"""So much farther back than for a duplicate one looks for last year's round."""
ALIVE = WAITING | CURRENT - {State.CLOSED}
"""Asked of schools now, or soon."""
_SIGNED = (1 << 63) - 1
_ITEM_PARTS = ("name", "definition")


@dataclass(frozen=True)
class Alike:
    """An earlier version that is alike. ``text`` is from 0 (nothing) to 1 (the same).

    ``is_round`` tells that the document asks the same again for a later time (K62, not K10).
    ``is_recent`` tells that it is waiting, live or planned, or young enough for K10.
    """

    submission_id: int
    version_id: int
    number: str
    title: str
    text: float
    items: SharedItems
    is_round: bool
    is_recent: bool
    sent: date | None
    document: SubmissionDocument


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


def sketch_of(document: SubmissionDocument) -> list[int]:
    """Return the sketch of a document: of its text, and a number for each item with a name."""
    keys = {item_key(item) for item in document.items[:MOST_ITEMS]} - {frozenset()}
    asked = sorted(_hash("item " + " ".join(sorted(key))) for key in keys)
    return list(dict.fromkeys([*sketch(text_of(document)), *asked]))


def remember(session: Session, version: SubmissionVersion) -> None:
    """Store the sketch of a submitted version, which must have its id."""
    rows = [
        {"version_id": version.id, "hash": number, "authority_id": version.authority_id}
        for number in sketch_of(SubmissionDocument.read(version.document))
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
    """Return earlier submissions with near-identical text or items, the likest first.

    What is waiting, live or planned counts, and what was submitted within the protocol's days
    before ``at``, for another round some more; what was withdrawn, and the submission ``besides``
    itself, never. Of several versions of one submission the likest is given. One statement.
    """
    text = normalised(text_of(document))
    best: dict[int, Alike] = {}
    for version, submission in _candidates(
        session, authority_id, sketch_of(document), at=at, besides=besides, protocol=protocol
    ):
        other = SubmissionDocument.read(version.document)
        score = likeness(text, normalised(text_of(other)), at_least=protocol.alike_from)
        items = shared_items(document, other)
        if score < protocol.alike_from and items.share < protocol.shared_items_from:
            continue
        sent = clock.local_date(version.submitted_at)
        alike = Alike(
            submission.id,
            version.id,
            submission.number or "",
            submission.title,
            round(score, 4),
            items,
            is_later_round(document, other, sent),
            submission.state in ALIVE
            or version.submitted_at >= at - timedelta(days=protocol.duplicate_days),
            submission.send_on or sent,
            other,
        )
        known = best.get(submission.id)
        if known is None or _likest_first(alike) < _likest_first(known):
            best[submission.id] = alike
    return sorted(best.values(), key=_likest_first)


def likeness(one: str, other: str, *, at_least: float = 0.0) -> float:
    """Return how alike two normalised texts are; below ``at_least`` it may say 0."""
    if max(len(one), len(other)) > LONG:
        return pieces_alike(one.split(), other.split(), at_least=at_least)
    return letters_alike(one, other, at_least=at_least)


def _likest_first(alike: Alike) -> tuple[float, float, int, int]:
    return (-alike.text, -alike.items.share, -alike.submission_id, -alike.version_id)


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
    since = at - timedelta(days=protocol.duplicate_days + ROUND_DAYS)
    likest = _likest(authority_id, hashes)
    return session.execute(
        sa.select(SubmissionVersion, Submission)
        .join(likest, likest.c.version_id == SubmissionVersion.id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            SubmissionVersion.authority_id == authority_id,
            Submission.id != (besides or 0),
            Submission.state.not_in([State.WITHDRAWN, State.DRAFT]),
            SubmissionVersion.submitted_at <= at,
            sa.or_(Submission.state.in_(sorted(ALIVE)), SubmissionVersion.submitted_at >= since),
        )
        .order_by(likest.c.shared.desc(), SubmissionVersion.id.desc())
        .limit(MOST_CANDIDATES)
    ).all()


def _likest(authority_id: int, hashes: Sequence[int]) -> sa.Subquery:
    """Return the versions that share most of these hashes.

    Of a hash that many versions have, a paragraph that every letter repeats, only the newest
    count: it tells little, and the cost does not grow with the register.
    """
    wanted = sa.union_all(
        *(sa.select(sa.literal(number, BigId).label("hash")) for number in hashes)
    ).cte("wanted")
    other = aliased(Shingle)
    oldest_counted = (
        sa.select(other.version_id)
        .where(other.authority_id == authority_id, other.hash == wanted.c.hash)
        .order_by(other.version_id.desc())
        .limit(1)
        .offset(MOST_OF_A_HASH)
        .correlate(wanted)
        .scalar_subquery()
    )
    # Once for each hash and not once for each row: so it must not be folded into the join.
    counted = (
        sa.select(wanted.c.hash, sa.func.coalesce(oldest_counted, 0).label("after"))
        .cte("counted")
        .prefix_with("MATERIALIZED")
    )
    shared = sa.func.count().label("shared")
    return (
        sa.select(Shingle.version_id, shared)
        .select_from(counted)
        .join(
            Shingle,
            sa.and_(
                Shingle.authority_id == authority_id,
                Shingle.hash == counted.c.hash,
                Shingle.version_id > counted.c.after,
            ),
        )
        .group_by(Shingle.version_id)
        .order_by(shared.desc(), Shingle.version_id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )


def _hash(words: str) -> int:
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big") & _SIGNED
