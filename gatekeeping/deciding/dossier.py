"""Everything that a gatekeeper needs to decide a submission, on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session, joinedload

from categories.models import Category
from categories.routing.plan import Summary, summary
from categories.versions.following import follow, until
from directory.models import Role
from foundation.errors import NotFoundError
from gatekeeping.burden import Step, protocol_kept, steps
from gatekeeping.deciding.conflicts import conflict_of
from gatekeeping.deciding.deciders import SENDABLE
from gatekeeping.deciding.process import Process, process_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import CHOICES, DATES, in_words, marked, text_of
from gatekeeping.history import History, history_of
from gatekeeping.models import (
    IS_NEWEST,
    BypassCase,
    Override,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
)
from gatekeeping.moves import WAITING
from gatekeeping.planned import asked_for
from gatekeeping.suggesting import Known, is_unlikely, known_in, suggest_for
from gatekeeping.wording import field_name

DECIDERS = frozenset({Role.GATEKEEPER, Role.EXECUTIVE})
LATER = SENDABLE | {State.APPROVED_COND, State.SUSPENDED}
"""Decided, and yet something can be decided about it."""

FIELDS = (
    "purpose",
    "legal_claim",
    "body",
    "used_before",
    "if_not",
    "asked_elsewhere",
    "retention",
)
"""Fields that are shown in full where something is said; others when evidence lies in them."""


@dataclass(frozen=True)
class MarkedText:
    """A field of the document with the evidence marked in it."""

    name: str
    text: Markup


@dataclass(frozen=True)
class Dossier:
    """A submission with all that belongs to it; see the page for what each part is for."""

    submission: Submission
    version: SubmissionVersion
    document: SubmissionDocument
    findings: Sequence[StoredFinding]
    texts: Sequence[MarkedText]
    categories: Sequence[Category]
    """Those in use to which the chosen ones lead."""
    ended: Sequence[str]
    """The chosen ones that have ended since, with their last day."""
    steps: Sequence[Step]
    planned: Summary | None
    """Who would get it, while it waits."""
    history: History
    conflict: str
    process: Process
    rather: Sequence[Category]
    """Categories that the words suggest, where none of them was chosen."""
    held_at: datetime | None = None
    """When the mail was sent that it was made of, where it was mail round the gate."""


def find_submission(
    session: Session, authority_id: int, submission_id: int
) -> tuple[Submission, SubmissionVersion]:
    """Return what was put to the gate, with its newest version: one statement.

    NotFoundError for a draft, and for anything of another authority.
    """
    submission, version, _ = _read(session, authority_id, submission_id)
    return submission, version


def _read(
    session: Session, authority_id: int, submission_id: int
) -> tuple[Submission, SubmissionVersion, datetime | None]:
    """Read the same, and when the mail was sent from which it was made, if it was."""
    held_at = (
        sa.select(sa.func.min(BypassCase.received_at))
        .where(BypassCase.authority_id == authority_id, BypassCase.submission_id == submission_id)
        .scalar_subquery()
    )
    row = session.execute(
        sa.select(Submission, SubmissionVersion, held_at)
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(Submission.authority_id == authority_id, Submission.id == submission_id)
        .options(
            joinedload(Submission.author),
            joinedload(Submission.team),
            joinedload(Submission.organisation),
            joinedload(Submission.claimed_by),
        )
    ).first()
    if row is None:
        raise NotFoundError
    return row[0], row[1], row[2]


def dossier(
    session: Session, authority_id: int, submission_id: int, *, by: int, role: Role, at: datetime
) -> Dossier:
    """Read a submission for a decision by ``by`` in this role. Raises NotFoundError.

    A fixed number of statements, whatever its size and history.
    """
    submission, version, held_at = _read(session, authority_id, submission_id)
    document = SubmissionDocument.read(version.document)
    findings = (
        session.scalars(
            sa.select(StoredFinding)
            .where(
                StoredFinding.authority_id == authority_id, StoredFinding.version_id == version.id
            )
            .options(joinedload(StoredFinding.overrides).joinedload(Override.by))
            .order_by(StoredFinding.id)
        )
        .unique()
        .all()
    )
    known = known_in(session, authority_id)
    chosen, ended = _chosen(session, authority_id, document, known)
    rather: Sequence[Category] = ()
    conflict = None
    planned = None
    if role in DECIDERS and submission.state in WAITING | LATER:
        conflict = conflict_of(session, submission, by)
    if submission.state in WAITING:
        ids = [category.id for category in chosen]
        planned = summary(session, asked_for(authority_id, document, ids, at=at))
        rather = _rather(session, authority_id, document, known)
    history = history_of(session, submission)
    return Dossier(
        submission=submission,
        version=version,
        document=document,
        findings=findings,
        texts=marked_texts(version.document, findings),
        categories=chosen,
        ended=ended,
        steps=steps(document, version.schools, protocol_kept(version.burden)),
        planned=planned,
        history=history,
        conflict=str(conflict) if conflict else "",
        process=process_of(
            session, submission, version, findings, history, by=by, role=role, at=at
        ),
        rather=rather,
        held_at=held_at,
    )


def marked_texts(
    document: Mapping[str, object], findings: Sequence[StoredFinding]
) -> list[MarkedText]:
    """Return the fields worth reading, with every piece of evidence marked and linked.

    A mark over the whole of a field marks nothing that the eye could find, so it is left out.
    """
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for finding in findings:
        for piece in finding.evidence:
            whole = piece["start"] == 0 and piece["end"] >= len(text_of(document, piece["field"]))
            if not whole or piece["field"] not in FIELDS:
                spans.setdefault(piece["field"], []).append(
                    (piece["start"], piece["end"], finding.rule)
                )
    fields = [*FIELDS, *sorted(set(spans) - set(FIELDS))]
    return [
        _marked_text(field, text, spans.get(field, []))
        for field in fields
        if (text := text_of(document, field))
    ]


def _marked_text(field: str, text: str, spans: list[tuple[int, int, str]]) -> MarkedText:
    if field in CHOICES or field in DATES:  # shown as the form says it, and marked as a whole
        text = in_words(field, text)
        spans = [(0, len(text), spans[0][2])]
    return MarkedText(field_name(field), marked(text, spans))


def _chosen(
    session: Session, authority_id: int, document: SubmissionDocument, known: Known
) -> tuple[list[Category], list[str]]:
    """Return the categories in use that a document leads to; two statements if one has ended."""
    slugs, ended = set(document.categories), list[str]()
    if not slugs <= {category.slug for category in known.categories}:
        followed = follow(session, authority_id, document.categories)
        slugs = {each.slug for each in followed.today}
        ended = [until(each.heading, each.ended_at) for each in followed.ended.values()]
    return [category for category in known.categories if category.slug in slugs], ended


def _rather(
    session: Session, authority_id: int, document: SubmissionDocument, known: Known
) -> list[Category]:
    """Return what the words suggest when nothing of it was chosen."""
    found = suggest_for(session, authority_id, document, known=known)
    by_slug = {category.slug: category for category in known.categories}
    return [by_slug[one.slug] for one in found] if is_unlikely(document, found) else []
