"""Two submissions and what they have in common: their likeness, what both ask, the schools of both.

Who may read the other one whole is the page's to ask; ``outside`` tells what its register, its
items, its dates and its owner show to another team.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import Audience, school_ids
from directory.models import School
from gatekeeping.alike.comparing import Label, compare
from gatekeeping.alike.likeness import WORDS_FROM, likeness, normalised, text_of
from gatekeeping.alike.meaning import meaning_of
from gatekeeping.alike.sharing import Shared, pairs_of, shared_things
from gatekeeping.asked import AttachedText
from gatekeeping.documents import Item, SubmissionDocument
from gatekeeping.models import Attachment, StoredFinding, Submission, SubmissionVersion
from gatekeeping.protocol import Protocol
from gatekeeping.registry.masking import OFFICER, is_withheld, masked

NAMING: Final = ("K10", "K21", "K62")
"""The rules whose findings name another submission."""
_MOST_READ: Final = 50


@dataclass(frozen=True)
class Side:
    """One of the two: the submission, and its document as it is compared."""

    submission: Submission
    document: SubmissionDocument

    @property
    def audience(self) -> Audience:
        """Return which schools it asks."""
        return self.document.audience.as_audience()


@dataclass(frozen=True)
class Schools:
    """How many open schools each asks, and how many get both."""

    ours: int
    theirs: int
    both: int


@dataclass(frozen=True)
class Together:
    """How two compare. ``detail`` is that of a finding, for ``alike.lines``."""

    detail: dict[str, Any]
    shared: tuple[Shared, ...]
    says: tuple[str, ...]
    label: Label
    text: float
    schools: Schools

    @property
    def is_alike(self) -> bool:
        """Tell whether the two have anything to do with each other."""
        return self.label is not Label.DIFFERENT or self.text >= WORDS_FROM


def together(session: Session, ours: Side, theirs: Side, protocol: Protocol) -> Together:
    """Compare two submissions of one authority in full: two statements."""
    files = _attached(session, ours.submission, theirs.submission)
    mine, other = (
        meaning_of(side.document, attached=files.get(side.submission.id, ()))
        for side in (ours, theirs)
    )
    compared = compare(mine, other, protocol=protocol)
    shared = shared_things(mine, other)
    letters = round(
        likeness(
            normalised(text_of(ours.document)),
            normalised(text_of(theirs.document)),
            at_least=protocol.alike_from,
        ),
        4,
    )
    schools = schools_of(session, ours, theirs)
    label = compared.label
    if letters >= protocol.alike_from and label is not Label.RENEWAL:
        label = Label.DUPLICATE
    detail = {
        "score": max(compared.score, letters) if label is Label.DUPLICATE else compared.score,
        "label": label.value,
        "parts": {**compared.parts, "letters": letters},
        "pairs": pairs_of(shared),
        "shared_schools": schools.both,
        "schools": schools.ours,
    }
    text = max(compared.parts.get("text") or 0.0, letters)
    return Together(detail, shared, compared.says, label, text, schools)


def is_named(session: Session, submission: Submission, other_id: int) -> bool:
    """Tell whether a stored finding about a submission names the other: one statement."""
    details = session.scalars(
        sa.select(StoredFinding.detail)
        .join(SubmissionVersion, SubmissionVersion.id == StoredFinding.version_id)
        .where(
            StoredFinding.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            StoredFinding.rule.in_(NAMING),
        )
        .order_by(StoredFinding.id.desc())
        .limit(_MOST_READ)
    )
    return any(
        other_id in {one.get("submission") for one in (detail, *(detail.get("lists") or ()))}
        for detail in details
    )


def schools_of(session: Session, ours: Side, theirs: Side) -> Schools:
    """Count the open schools of either and of both: one statement."""
    authority_id = ours.submission.authority_id
    counts = [
        sa.select(sa.func.count()).select_from(chosen.subquery()).scalar_subquery()
        for chosen in (
            school_ids(authority_id, ours.audience),
            school_ids(authority_id, theirs.audience),
            sa.intersect(*_chosen(ours, theirs)),
        )
    ]
    return Schools(*session.execute(sa.select(*counts)).one())


def schools_in_common(
    session: Session, ours: Side, theirs: Side, *, page: int = 1, size: int = 50
) -> Sequence[School]:
    """Return a page of the open schools that would get both, by name: one statement."""
    both = sa.intersect(*_chosen(ours, theirs)).subquery()
    return session.scalars(
        sa.select(School)
        .where(
            School.authority_id == ours.submission.authority_id,
            School.id.in_(sa.select(both.c.id)),
        )
        .order_by(School.name, School.urn)
        .limit(size)
        .offset((page - 1) * size)
    ).all()


@dataclass(frozen=True)
class Outside:
    """What another team may read of a submission; the words are masked or withheld."""

    title: str
    items: tuple[str, ...]
    withheld: str


def outside(theirs: Side, title: str) -> Outside:
    """Return what another team reads of it beside the register; ``title`` is the register's.

    Items of what is withheld are withheld too.
    """
    if is_withheld(theirs.submission):
        return Outside(title, (), title)
    names = [theirs.submission.author.name]
    return Outside(title, tuple(_masked(item, names) for item in theirs.document.items), "")


def shared_outside(shared: Sequence[Shared], theirs: Side) -> tuple[Shared, ...]:
    """Return what both ask, with the other's words masked; withheld words become ours."""
    if is_withheld(theirs.submission):
        return tuple(Shared(one.ours, one.ours, one.our_file) for one in shared)
    names = [theirs.submission.author.name]
    return tuple(
        Shared(one.ours, masked(one.theirs, names), one.our_file, bool(one.their_file) * "a file")
        for one in shared
    )


def _masked(item: Item, names: Sequence[str]) -> str:
    return masked(item.name, names).replace(OFFICER, "an officer")


def _chosen(ours: Side, theirs: Side) -> list[sa.Select[tuple[int]]]:
    authority_id = ours.submission.authority_id
    return [school_ids(authority_id, side.audience) for side in (ours, theirs)]


def _attached(
    session: Session, ours: Submission, theirs: Submission
) -> dict[int, tuple[AttachedText, ...]]:
    """Read the words of the files of both: one statement."""
    rows = session.execute(
        sa.select(Attachment.submission_id, Attachment.name, Attachment.text)
        .where(
            Attachment.authority_id == ours.authority_id,
            Attachment.submission_id.in_((ours.id, theirs.id)),
        )
        .order_by(Attachment.id)
        .limit(100)
    )
    found: dict[int, tuple[AttachedText, ...]] = {}
    for row in rows:
        kept = found.get(row.submission_id, ())
        found[row.submission_id] = (*kept, AttachedText(row.name, row.text or ""))
    return found
