"""Earlier submissions that ask much the same, each compared in full: meaning, text, documents.

The index finds the nearest by what they mean; of the best few the documents are read, because near-
identical text is told by its letters (K10, K21).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.alike.comparing import Comparison, Label
from gatekeeping.alike.index import ALIVE, Near, nearest
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.asked import Asked
from gatekeeping.attached import attachment_words
from gatekeeping.closeness import letters_alike, pieces_alike
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import SubmissionVersion

MOST_READ = 12
"""Of so many the documents are read; more would say nothing new."""
LONG = 20_000
"""Texts beyond this many characters are compared word by word: sooner, and as exact."""
ROUND_DAYS = 565
"""So far back one looks for last year's round, also where less counts as asked before."""
WORDS_FROM = 0.6
"""Below this likeness of their words two texts are not nearly the same."""
_ITEM_PARTS = ("name", "definition")
_KEPT, _MEANT = "alike", "alike_meaning"


@dataclass(frozen=True)
class Alike:
    """An earlier version that is alike. ``text`` is from 0 (nothing) to 1 (the same letters).

    ``is_recent`` tells that it is waiting, live or planned, or young enough for K10.
    """

    near: Near
    text: float
    document: SubmissionDocument
    is_recent: bool

    @property
    def comparison(self) -> Comparison:
        """Return how the two compare by what they mean."""
        return self.near.comparison


def text_of(document: SubmissionDocument) -> str:
    """Return the words by which two submissions are compared: title, text and what is asked."""
    asked = [getattr(item, part) for item in document.items for part in _ITEM_PARTS]
    return "\n".join([document.title, document.body, *asked])


def normalised(text: str) -> str:
    """Return the text as plain words in lower case, so that layout and marks do not count."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def likeness(one: str, other: str, *, at_least: float = 0.0) -> float:
    """Return how alike two normalised texts are; below ``at_least`` it may say 0."""
    if max(len(one), len(other)) > LONG:
        return pieces_alike(one.split(), other.split(), at_least=at_least)
    return letters_alike(one, other, at_least=at_least)


def meaning_asked(session: Session, asked: Asked) -> Meaning:
    """Return what a document before the gate means, with its attachments.

    Asked twice about the same it answers from memory.
    """
    kept = session.info.get(_MEANT)
    if kept is not None and kept[0] is asked:
        found: Meaning = kept[1]
        return found
    found = meaning_of(asked.document, attached=attachment_words.facts(session, asked))
    session.info[_MEANT] = (asked, found)
    return found


def earlier_alike(session: Session, asked: Asked) -> list[Alike]:
    """Return earlier submissions that ask the same or a part of it, or say it in the same words.

    The likest first, about four statements. Asked twice about the same it answers from memory.
    """
    kept = session.info.get(_KEPT)
    if kept is not None and kept[0] is asked:
        found: list[Alike] = kept[1]
        return found
    found = _earlier_alike(session, asked)
    session.info[_KEPT] = (asked, found)
    return found


def read_in_full(session: Session, asked: Asked, near: Sequence[Near]) -> list[Alike]:
    """Read the documents of these versions, in one statement, and compare the letters."""
    documents = _documents(session, asked.authority_id, [one.version_id for one in near])
    text = normalised(text_of(asked.document))
    since = asked.at - timedelta(days=asked.protocol.duplicate_days)
    return [
        Alike(
            one,
            round(
                likeness(
                    text,
                    normalised(text_of(documents[one.version_id])),
                    at_least=asked.protocol.alike_from,
                ),
                4,
            ),
            documents[one.version_id],
            one.state in ALIVE or one.submitted_at >= since,
        )
        for one in near
    ]


def _earlier_alike(session: Session, asked: Asked) -> list[Alike]:
    near = nearest(
        session,
        asked.authority_id,
        meaning_asked(session, asked),
        at=asked.at,
        besides=asked.submission_id,
        since_days=max(asked.protocol.duplicate_days, ROUND_DAYS),
        protocol=asked.protocol,
        top=100,
    )
    worth = [
        one
        for one in near
        if one.comparison.label is not Label.DIFFERENT
        or (one.comparison.parts.get("text") or 0.0) >= WORDS_FROM
    ]
    found = [
        one
        for one in read_in_full(session, asked, worth[:MOST_READ])
        if one.comparison.label is not Label.DIFFERENT or one.text >= asked.protocol.alike_from
    ]
    return sorted(found, key=_likest_first)


def _likest_first(alike: Alike) -> tuple[float, float, int]:
    score = alike.comparison.score
    return (-max(score, alike.text * 0.99), -score, -alike.near.version_id)


def _documents(
    session: Session, authority_id: int, ids: Sequence[int]
) -> Mapping[int, SubmissionDocument]:
    if not ids:
        return {}
    rows = session.execute(
        sa.select(SubmissionVersion.id, SubmissionVersion.document)
        .where(SubmissionVersion.authority_id == authority_id, SubmissionVersion.id.in_(ids))
        .order_by(SubmissionVersion.id)
    )
    return {row.id: SubmissionDocument.read(row.document) for row in rows}
