"""Suggesting categories in an authority: the shipped words, and what its own decisions taught.

The form, the gatekeeper's page, ``portal suggest``, the mail gateway and the API ask here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from categories.models import Category
from categories.topics.learning import NOTHING_LEARNED, Learned, learned_from, lesson
from categories.topics.suggesting import Suggestion
from categories.topics.suggesting import suggest as suggest_from
from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Attachment, CategoryLesson, State, Submission, SubmissionVersion

TOP = 3
MOST_LESSONS = 2_000
"""The newest decisions are learned from; how an authority sorts its letters changes."""
LONGEST_KEPT = 600.0
"""Seconds after which lessons are read again though none came: approvals also fall."""
MOST_OF_BODY, MOST_OF_FILE, MOST_FILES = 30_000, 8_000, 5
SHORT = 60
"""A body of fewer words says little: “please fill in the form” leaves it to the form."""
CLEAR = 0.3
"""A best category with less of the whole than this is no ground to doubt what was chosen."""
FAINT = 0.03
"""A category with less of the whole than this is shown to nobody, unless it is the best."""
APPROVED = (
    State.APPROVED,
    State.SCHEDULED,
    State.LIVE,
    State.CLOSED,
    State.EXPIRED,
    State.RATIFIED,
    State.RATIFIED_WITH_LESSONS,
)
"""States in which somebody has judged the categories to be right, and still does."""


@dataclass
class _Kept:
    """What a process remembers of one authority's lessons."""

    newest: datetime | None
    read_at: float
    learned: Learned = field(default=NOTHING_LEARNED)


_kept: WeakKeyDictionary[Engine, dict[int, _Kept]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Known:
    """The categories in use, in their numbers' order, and what the authority's decisions say."""

    categories: Sequence[Category]
    learned: Learned = NOTHING_LEARNED


def known_in(session: Session, authority_id: int) -> Known:
    """Return the categories and the lessons: one statement, and one more after a decision.

    Lessons are read again when one was learned since, and every ten minutes.
    """
    newest = (
        sa.select(sa.func.max(CategoryLesson.learned_at))
        .where(CategoryLesson.authority_id == authority_id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Category, newest.label("newest"))
        .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
        .order_by(Category.number, Category.id)
    ).all()
    if not rows:
        return Known(())
    learned = _learned(session, authority_id, rows[0].newest)
    return Known([row.Category for row in rows], learned)


def suggest(
    session: Session, authority_id: int, text: str, *, top: int = TOP, known: Known | None = None
) -> list[Suggestion]:
    """Return the likeliest categories in use for a text, best first; none when no word fits.

    ``known`` spares the statement where the caller has it already.
    """
    known = known or known_in(session, authority_id)
    return suggest_from(known.categories, text, most=top, learned=known.learned)


def text_of(document: SubmissionDocument, attached: Sequence[AttachedText] = ()) -> str:
    """Return a document as one text for ``suggest``: its title first, then what schools read."""
    parts = [
        document.title,
        document.body[:MOST_OF_BODY],
        *(item.name for item in document.items[:100]),
        document.purpose,
        *(each.text[:MOST_OF_FILE] for each in attached[:MOST_FILES]),
    ]
    return "\n".join(part for part in parts if part.strip())


def suggest_for(
    session: Session,
    authority_id: int,
    document: SubmissionDocument,
    *,
    submission_id: int | None = None,
    known: Known | None = None,
) -> list[Suggestion]:
    """Return the likeliest categories of a document; its files are read where it says little."""
    attached: Sequence[AttachedText] = ()
    if document.attachments and submission_id and len(document.body.split()) < SHORT:
        attached = _words_of_files(session, authority_id, submission_id)
    return suggest(session, authority_id, text_of(document, attached), known=known)


def worth_showing(suggested: Sequence[Suggestion]) -> list[Suggestion]:
    """Leave out those for which no more than a word or two speaks that stands in any letter."""
    return [one for place, one in enumerate(suggested) if place == 0 or one.score >= FAINT]


def is_unlikely(document: SubmissionDocument, suggested: Sequence[Suggestion]) -> bool:
    """Tell whether none of the chosen categories is among the likely ones, and one is likely."""
    likely = {one.slug for one in suggested}
    return bool(
        document.categories
        and suggested
        and suggested[0].score >= CLEAR
        and not likely.intersection(document.categories)
    )


def _words_of_files(
    session: Session, authority_id: int, submission_id: int
) -> tuple[AttachedText, ...]:
    rows = session.execute(
        sa.select(Attachment.name, sa.func.substr(Attachment.text, 1, MOST_OF_FILE).label("text"))
        .where(Attachment.authority_id == authority_id, Attachment.submission_id == submission_id)
        .order_by(Attachment.id)
        .limit(MOST_FILES)
    )
    return tuple(AttachedText(row.name, row.text or "") for row in rows)


def _learned(session: Session, authority_id: int, newest: datetime | None) -> Learned:
    mine = _kept.setdefault(_engine(session), {})
    kept = mine.get(authority_id)
    if kept and kept.newest == newest and monotonic() - kept.read_at < LONGEST_KEPT:
        return kept.learned
    learned = _read(session, authority_id) if newest else NOTHING_LEARNED
    mine[authority_id] = _Kept(newest, monotonic(), learned)
    return learned


def learn(session: Session, event: SubmissionApproved, at: datetime) -> None:
    """Keep the words of an approved version with its categories; again changes nothing."""
    version = session.get_one(SubmissionVersion, event.version_id)
    document = SubmissionDocument.read(version.document)
    kept = session.get(CategoryLesson, event.submission_id)
    if kept is not None and kept.version >= version.version:
        return
    kept = kept or CategoryLesson(
        authority_id=version.authority_id, submission_id=version.submission_id
    )
    kept.version = version.version
    kept.learned_at = at
    kept.categories = list(dict.fromkeys(document.categories))
    kept.stems = list(lesson(text_of(document)))
    session.add(kept)


def _read(session: Session, authority_id: int) -> Learned:
    rows = session.execute(
        sa.select(CategoryLesson.categories, CategoryLesson.stems)
        .join(
            Submission,
            sa.and_(
                Submission.id == CategoryLesson.submission_id,
                Submission.version == CategoryLesson.version,
            ),
        )
        .where(CategoryLesson.authority_id == authority_id, Submission.state.in_(APPROVED))
        .order_by(CategoryLesson.learned_at.desc(), CategoryLesson.submission_id.desc())
        .limit(MOST_LESSONS)
    )
    return learned_from((row.categories, row.stems) for row in rows)


def _engine(session: Session) -> Engine:
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine
