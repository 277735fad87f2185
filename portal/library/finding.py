"""Finding what a reader may see: the database says among what, the index what fits, in which order.

Nothing that a reader may not see reaches the index's answer, so nor do counts, facets or
suggestions know of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.reading.inbox import Reader
from portal.library import narrowing, plain, private, spelling
from portal.library.engine import Condition, Engine, IndexAwayError, Match
from portal.library.facets import Facet, facets
from portal.library.facts import Facts, facts
from portal.library.hits import Hit, hits
from portal.library.narrowing import Filters
from portal.library.rows import items
from portal.library.words import Asked, understand

PAGE: Final = 20
MOST: Final = 1000
"""How many matches are counted and put in order; of more the best are kept."""
FRESH: Final = timedelta(days=730).total_seconds()
TITLED, NEW = 2.0, 0.25
"""What all words in the title add to a text that fits by 0 to 1, and what being quite new adds."""
LOWER: Final = 0.001


@dataclass(frozen=True)
class Question:
    """What somebody wants to find."""

    typed: str = ""
    filters: Filters = field(default_factory=Filters)
    newest_first: bool = False
    number: int = 1
    """Which page, from 1."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return understand(self.typed).is_empty and self.filters.is_empty


@dataclass(frozen=True)
class Found:
    """One page of hits. ``count`` is of all that the reader may see, exact unless ``capped``."""

    count: int
    hits: list[Hit]
    number: int
    has_next: bool
    capped: bool
    facets: list[Facet]
    """Over all that was found, not the page alone; of ``count`` at most."""
    instead: str = ""
    """Words to look for instead, when nothing was found: all are in what the reader may see."""
    condition: Condition = field(default_factory=Condition)
    """How the index is; where it is away only titles of the newest items were looked through."""
    is_plain: bool = False


def find(
    session: Session, engine: Engine, question: Question, *, reader: Reader, at: datetime
) -> Found:
    """Return a page of what the reader may see and that holds every term, best first.

    At most eleven statements whatever the size. Without words it is all that the filters leave. An
    index that cannot be read is no reason to find nothing: then the newest titles are looked
    through, and ``condition`` says how far the index is.
    """
    asked = understand(question.typed)
    condition, is_plain = engine.condition(session), False
    try:
        matches = _matches(session, engine, question, asked, reader)
    except IndexAwayError:
        engine.suspect()
        matches, is_plain = plain.matches(session, asked, reader, question.filters), True
        condition = engine.condition(session) if condition.percent is None else condition
    ids = [one.notice_id for one in matches[:MOST]]
    found = facts(session, reader, question.filters, ids)
    order = _in_order(matches, found, question, asked, at)
    number = max(1, question.number)
    start = (number - 1) * PAGE
    page = items(session, found, order[start : start + PAGE])
    return Found(
        count=len(order),
        hits=hits(session, reader, page, asked, at=at),
        number=number,
        has_next=start + PAGE < len(order),
        capped=len(matches) > MOST,
        facets=facets(session, found, question.filters),
        instead="" if order else _instead(session, engine, question, reader),
        condition=condition,
        is_plain=is_plain,
    )


def _matches(
    session: Session, engine: Engine, question: Question, asked: Asked, reader: Reader
) -> list[Match]:
    if asked.is_empty:
        return _everything(session, reader, question.filters)
    scope = narrowing.scope(reader, question.filters)
    matches = engine.find(session, asked, scope, authority_id=reader.authority_id, most=MOST + 1)
    known = {match.notice_id for match in matches}
    noted = private.noted(session, question.typed, reader, question.filters)
    return matches + [Match(one, 0, private.FIT) for one in noted if one not in known]


def _everything(session: Session, reader: Reader, filters: Filters) -> list[Match]:
    among = narrowing.scope(reader, filters).subquery()
    newest = sa.select(among.c.notice_id).order_by(among.c.notice_id.desc()).limit(MOST + 1)
    return [Match(notice_id, 0, 0.0) for notice_id in session.scalars(newest)]


def _in_order(
    matches: Sequence[Match], found: Facts, question: Question, asked: Asked, at: datetime
) -> list[int]:
    """Return the ids of what was found, the best first or the newest."""
    sent = dict(zip(found.ids, found.seconds, strict=True))
    if question.newest_first or asked.is_empty:
        return sorted(sent, key=lambda one: (sent[one], one), reverse=True)
    fits = {match.notice_id: match for match in matches}
    words, now = len(asked.words), at.timestamp()
    scores: dict[int, float] = {}
    # Newer notices first, so that what replaced another has its score before that one.
    for notice_id, replaced_by, withdrawn in sorted(
        zip(found.ids, found.replaced_by, found.withdrawn, strict=True), key=first, reverse=True
    ):
        match = fits[notice_id]
        newness = min(1.0, max(0.0, 1 - (now - sent[notice_id]) / FRESH))
        score = TITLED * match.titled / words + match.fit + NEW * newness
        if replaced_by is not None or withdrawn:
            above = scores.get(replaced_by or 0)
            score = score - TITLED if above is None else min(score, above - LOWER)
        scores[notice_id] = score
    return sorted(scores, key=lambda one: (scores[one], sent[one], one), reverse=True)


first: Final = itemgetter(0)


def _instead(session: Session, engine: Engine, question: Question, reader: Reader) -> str:
    """Return what may have been meant, in words of what the reader may see; "" for no idea."""
    corrected = spelling.corrected(session, question.typed, reader)
    if not corrected:
        return ""
    scope = narrowing.scope(reader, question.filters)
    try:
        finds = engine.find(
            session, understand(corrected), scope, authority_id=reader.authority_id, most=1
        )
    except IndexAwayError:
        return ""
    return corrected if finds else ""
