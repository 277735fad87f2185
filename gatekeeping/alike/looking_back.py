"""Looking before writing: what of the register, and of the data held, is like a few words.

It saves nothing and judges nothing: it shows what the gate would find later.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.hats import Hat
from directory.models import Role
from foundation import clock
from gatekeeping.alike.comparing import Label
from gatekeeping.alike.index import Near, nearest
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.alike.sharing import Shared, shared_things
from gatekeeping.asked import AttachedText
from gatekeeping.authors import is_of_the_team
from gatekeeping.changes.renewing import is_renewable
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.holdings.freshness import Freshness, freshness
from gatekeeping.holdings.held import held
from gatekeeping.holdings.items import Holding
from gatekeeping.holdings.searching import Choice, search
from gatekeeping.models import Kind, State, Submission
from gatekeeping.moves import CURRENT, WAITING
from gatekeeping.registry.masking import public_title
from gatekeeping.registry.register import OPEN_BOOK

LONGEST_TITLE: Final = 150
LONGEST_TEXT: Final = 200_000
ANY_AGE: Final = 366 * 10
MOST: Final = 10
MOST_HELD: Final = 8
_ABOUT_THE_SAME: Final = 0.4
_FEW_WORDS: Final = 40
_CLAUSES: Final = re.compile(r"[,;.?\n]| and | or ", re.IGNORECASE)
_ON_ITS_WAY: Final = frozenset({State.APPROVED_COND, State.APPROVED, State.SCHEDULED})


@dataclass(frozen=True)
class Like:
    """An earlier submission that is like what was typed, as whoever asks may read it.

    ``when`` is now, planned or past; ``inside`` tells that its own page is open to them.
    """

    id: int
    number: str
    title: str
    owner: str
    state: State
    when: str
    near: Near
    shared: tuple[Shared, ...]
    mine: bool
    inside: bool
    listed: bool
    renewable: bool
    label: str
    advice: str


@dataclass(frozen=True)
class HeldLike:
    """A data set that has some of it: which items, and how fresh it is."""

    holding: Holding
    items: tuple[str, ...]
    fresh: Freshness


@dataclass(frozen=True)
class LookedUp:
    """What was found, the likest first."""

    likes: Sequence[Like]
    held: Sequence[HeldLike]


def document_of(text: str) -> SubmissionDocument:
    """Return what was typed as the document of a request: its first line is the title."""
    text = text.replace("\x00", "")[:LONGEST_TEXT].strip()
    title = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return SubmissionDocument(
        kind=Kind.DATA_REQUEST, title=" ".join(title.split())[:LONGEST_TITLE], body=text
    )


def look_up(
    session: Session,
    hat: Hat,
    document: SubmissionDocument,
    catalogue: Catalogue,
    *,
    attached: Sequence[AttachedText] = (),
    at: datetime,
    besides: int | None = None,
) -> LookedUp:
    """Return what the register and the catalogue have that is like a document: four statements.

    What a pasted table asks in its columns counts too.
    """
    if not (document.title.strip() or document.body.strip() or document.items):
        return LookedUp((), ())
    files = (*attached, *_as_file(document))
    meaning = meaning_of(document, attached=files)
    near = nearest(
        session, hat.authority_id, meaning, at=at, besides=besides, since_days=ANY_AGE, top=40
    )
    worth = [one for one in near if _is_worth(one)][:MOST]
    return LookedUp(_likes(session, hat, meaning, worth, at), _held(document, files, catalogue, at))


def _as_file(document: SubmissionDocument) -> tuple[AttachedText, ...]:
    """Return a pasted text with columns as a form to fill in."""
    is_table = "\t" in document.body or document.body.count("|") > 1
    return (AttachedText("pasted form", document.body),) if is_table else ()


def _is_worth(near: Near) -> bool:
    compared = near.comparison
    if compared.label is not Label.DIFFERENT:
        return True
    return max(compared.parts.get("topic") or 0.0, compared.score) >= _ABOUT_THE_SAME


def _likes(
    session: Session, hat: Hat, meaning: Meaning, near: Sequence[Near], at: datetime
) -> list[Like]:
    if not near:
        return []
    rows = session.scalars(
        sa.select(Submission)
        .where(
            Submission.authority_id == hat.authority_id,
            Submission.id.in_([one.submission_id for one in near]),
        )
        .options(
            joinedload(Submission.author),
            joinedload(Submission.team),
            joinedload(Submission.organisation),
        )
        .order_by(Submission.id)
    )
    known = {row.id: row for row in rows}
    return [
        _like(known[one.submission_id], one, shared_things(meaning, one.meaning), hat, at)
        for one in near
        if one.submission_id in known
    ]


def _like(
    submission: Submission, near: Near, shared: tuple[Shared, ...], hat: Hat, at: datetime
) -> Like:
    is_officer = hat.role is Role.OFFICER
    mine = is_officer and is_of_the_team(hat, submission)
    inside = mine or not is_officer
    organisation = submission.organisation.name
    label = near.comparison.label
    if label is Label.DIFFERENT and shared:
        label = Label.OVERLAP  # of few words one may be asked there, among other things
    renewable = (
        mine and label is not Label.DIFFERENT and is_renewable(submission, clock.local_date(at))
    )
    when = _when(submission)
    return Like(
        id=submission.id,
        number=submission.number or "",
        title=submission.title if inside else public_title(submission),
        owner=f"{submission.team.name}, {organisation}" if submission.team else organisation,
        state=submission.state,
        when=when,
        near=near,
        shared=shared,
        mine=mine,
        inside=inside,
        listed=submission.number is not None and submission.state in OPEN_BOOK,
        renewable=renewable,
        label=label.value,
        advice=_advice(when, label, mine=mine, renewable=renewable),
    )


def _when(submission: Submission) -> str:
    if submission.state is State.LIVE:
        return "now"
    if submission.state in WAITING | _ON_ITS_WAY or (
        submission.state in CURRENT and submission.sent_at is None
    ):
        return "planned"
    return "past"


def _advice(when: str, label: Label, *, mine: bool, renewable: bool) -> str:
    """Return what to do about it, in a sentence."""
    if label is Label.DIFFERENT:
        return "It is about the same, but asks something else. Look whether it would serve you."
    if renewable:
        return "It is your own. Renew it instead of writing it again."
    if mine:
        return "It is your own team’s. Use its answers, or add what is missing to it."
    if when == "planned":
        return "It is not with schools yet: yours could be joined to it, and schools asked once."
    if when == "now":
        return "Schools answer it now. Ask its owner for the answers."
    return "Ask its owner for the answers. If they are too old, ask only for what has changed."


def _held(
    document: SubmissionDocument,
    files: Sequence[AttachedText],
    catalogue: Catalogue,
    at: datetime,
) -> list[HeldLike]:
    today = clock.local_date(at)
    context = Context(today=today, catalogue=catalogue, attachments=tuple(files))
    found = [
        HeldLike(one.holding, one.items, freshness(one.holding, today))
        for from_schools in (True, False)
        for one in held(document, context, from_schools=from_schools)
    ]
    known = {one.holding.key for one in found}
    words = document.body or document.title
    if len(words.split()) <= _FEW_WORDS:
        found += [one for one in _searched(words, catalogue, today) if one.holding.key not in known]
    return found[:MOST_HELD]


def _searched(words: str, catalogue: Catalogue, today: date) -> list[HeldLike]:
    """Return what the words of each clause name, as a search of the catalogue finds it."""
    found: dict[Holding, list[str]] = {}
    for clause in _CLAUSES.split(words)[:_FEW_WORDS]:
        for item in catalogue.meant_by(clause, vague_from=2) if clause.strip() else ():
            names = found.setdefault(item.holding, [])
            if item.name not in names:
                names.append(item.name)
    if not found:
        return [
            HeldLike(one.holding, tuple(item.name for item in one.meant), one.fresh)
            for one in search(catalogue, Choice(q=words), today)
            if one.meant
        ]
    return [
        HeldLike(holding, tuple(names), freshness(holding, today))
        for holding, names in found.items()
    ]
