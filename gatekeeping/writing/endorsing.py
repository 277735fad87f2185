"""The line manager stands behind a heavy submission before it is put to the gate (4.3).

An endorsement is of the document as it was read: a changed one needs a fresh one. None commits.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.changes.since_frozen import files_now
from gatekeeping.deciding import interests
from gatekeeping.deciding.leases import lock
from gatekeeping.documents import SubmissionDocument
from gatekeeping.letters.addressees import managers_of_author
from gatekeeping.models import Endorsement, Stake, State, Submission
from notifications.mail.compose import queue_mail

LONGEST_NOTE = 2_000
WHY = (
    "It is heavy for schools, or claims a legal duty, so the gate takes it only when the line "
    "manager stands behind it."
)


class NotEndorsedError(Refusal):
    """A heavy submission whose author's line manager has not endorsed it as it is."""

    sentence = (
        "This is on the high track: your line manager must stand behind it before you submit it. "
        "Ask your manager first. If you change it afterwards, ask again."
    )


class NoManagerError(Refusal):
    """The directory does not say to whom the author reports."""

    sentence = (
        "Nobody is set as the author’s line manager. Ask an administrator of the portal to set "
        "one; officers without a manager are listed for them."
    )


class NotManagerError(Refusal):
    """Only the author's line manager of today endorses."""

    sentence = "Only the line manager of whoever wrote this can endorse it."


class ChangedSinceError(Refusal):
    """What the manager read is not what is written now."""

    sentence = "It was changed since you opened this page. Read it again, then decide."


class MissingNoteError(Refusal):
    """A manager who says no says why."""


def digest_of(submission: Submission) -> str:
    """Return what tells this document and its files from any other."""
    document = SubmissionDocument.read(submission.document).as_json()
    values = {"document": document, "files": files_now(submission)}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def endorsement_of(session: Session, submission: Submission) -> Endorsement | None:
    """Return the endorsement of the submission exactly as it is written now, if there is one."""
    return session.scalars(
        sa.select(Endorsement)
        .where(
            Endorsement.authority_id == submission.authority_id,
            Endorsement.submission_id == submission.id,
            Endorsement.digest == digest_of(submission),
        )
        .order_by(Endorsement.id.desc())
        .limit(1)
    ).first()


def is_open(submission: Submission) -> bool:
    """Tell whether it is being written, so that somebody may still stand behind it or not."""
    written = submission.state in {State.DRAFT, State.CHALLENGED}
    return written or submission.changing_since is not None


def check_endorsed(session: Session, submission: Submission) -> None:
    """Raise NotEndorsedError unless the submission is endorsed exactly as it is written now."""
    if endorsement_of(session, submission) is None:
        raise NotEndorsedError


def reported_to(authority_id: int, person_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a submission's author reports to this person today."""
    return sa.and_(
        Submission.authority_id == authority_id,
        sa.exists().where(
            Membership.authority_id == authority_id,
            Membership.person_id == Submission.author_id,
            Membership.manager_id == person_id,
            Membership.ended_at.is_(None),
        ),
    )


def ask_manager(
    session: Session, submission: Submission, *, by: Person, at: datetime, address: str
) -> Sequence[Person]:
    """Mail the author's line manager a link to read and endorse; return whom. NoManagerError."""
    found = managers_of_author(session, submission)
    if not found:
        raise NoManagerError
    for manager in found:
        queue_mail(
            session,
            authority_id=submission.authority_id,
            address=manager.email,
            subject=f"Please read and endorse: {submission.title}",
            text="\n\n".join(
                [
                    f"{by.name} asks you to stand behind “{submission.title}”.",
                    WHY,
                    f"{address}/submissions/{submission.id}/endorse",
                ]
            ),
            at=at,
        )
    return found


def endorse(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    digest: str,
    note: str,
    at: datetime,
    address: str = "",
) -> None:
    """Stand behind the submission as it was read and tell the author; twice, it counts once.

    Whoever endorses has a stake and decides nothing about it. Raises NotManagerError, and
    ChangedSinceError when ``digest`` is not that of the submission now.
    """
    _check(session, submission, by=by, digest=digest)
    if endorsement_of(session, submission) is None:
        session.add(
            Endorsement(
                authority_id=submission.authority_id,
                submission_id=submission.id,
                digest=digest,
                by_id=by.id,
                at=at,
                note=note.strip()[:LONGEST_NOTE],
            )
        )
        subject, said = "Endorsed", f"{by.name} stands behind “{submission.title}”."
        following = "You can submit it now. If you change it, ask again."
        _tell(session, submission, subject, [said, note.strip(), following], at=at, address=address)
    interests.note(session, submission, by.id, Stake.ENDORSED, at=at)
    _audit(session, submission, "submission.endorsed", by=by, at=at)


def decline(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    digest: str,
    note: str,
    at: datetime,
    address: str,
) -> None:
    """Say no, and why: the author gets it by mail. Raises what ``endorse`` raises."""
    _check(session, submission, by=by, digest=digest)
    note = note.strip()[:LONGEST_NOTE]
    if not note:
        raise MissingNoteError("Say what should change.", field="note")
    said = f"{by.name} does not stand behind “{submission.title}” as it is."
    paragraphs = [said, note, "Change it and ask again."]
    _tell(session, submission, "Not endorsed yet", paragraphs, at=at, address=address)
    _audit(session, submission, "submission.endorsement_declined", by=by, at=at)


def _tell(
    session: Session,
    submission: Submission,
    subject: str,
    paragraphs: list[str],
    *,
    at: datetime,
    address: str,
) -> None:
    link = f"{address}/submissions/{submission.id}/write/check"
    queue_mail(
        session,
        authority_id=submission.authority_id,
        address=submission.author.email,
        subject=f"{subject}: {submission.title}",
        text="\n\n".join(paragraph for paragraph in [*paragraphs, link] if paragraph),
        at=at,
    )


def _check(session: Session, submission: Submission, *, by: Person, digest: str) -> None:
    lock(session, submission)
    if by.id not in {manager.id for manager in managers_of_author(session, submission)}:
        raise NotManagerError
    if not is_open(submission):
        raise ChangedSinceError
    if digest != digest_of(submission):
        raise ChangedSinceError


def _audit(
    session: Session, submission: Submission, action: str, *, by: Person, at: datetime
) -> None:
    audit.record(
        session,
        authority_id=submission.authority_id,
        action=action,
        subject="submission",
        subject_id=submission.id,
        by=by.id,
        at=at,
        detail={"version": submission.version},
    )
