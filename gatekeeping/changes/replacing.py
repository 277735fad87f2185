"""Putting a new version in the place of one that was submitted, and what follows from it (4.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.outbox import publish
from gatekeeping.changes.effects import Consequence, Effect
from gatekeeping.changes.for_readers import asked_otherwise
from gatekeeping.documents import SubmissionDocument
from gatekeeping.events import SubmissionApproved
from gatekeeping.letters.addressees import write_to
from gatekeeping.models import (
    Decision,
    Move,
    State,
    Submission,
    SubmissionVersion,
    Verb,
)
from gatekeeping.moves import move
from notifications.amending import Correction, amend

NOTES: Final[Mapping[Consequence, str]] = {
    Consequence.WAITS: "Changed: version {now} takes the place of version {before}.",
    Consequence.KEEPS: "Changed: version {now} keeps the approval of version {before}.",
    Consequence.CONFIRMED: "Changed: version {now} waits for the conditions to be confirmed.",
    Consequence.SUSPENDED: "Changed: version {now} waits for a gatekeeper.",
    Consequence.VOIDS: "Changed: version {now} asks for more and needs a new decision.",
}


def replace_version(
    session: Session,
    submission: Submission,
    version: SubmissionVersion,
    effect: Effect,
    *,
    by: Person,
    at: datetime,
    address: str,
    why: str = "",
) -> None:
    """Do what a changed version means; each way leaves a line in the history.

    ``why`` begins that line, where it was not simply changed.
    """
    note = NOTES[effect.consequence].format(now=submission.version, before=version.version - 1)
    note = f"{why} {note.removeprefix('Changed: ').capitalize()}" if why else note
    if effect.consequence is Consequence.VOIDS:
        move(session, submission, to=State.SUSPENDED, by=by.id, at=at, note=note)
        _tell(session, submission, _approver(session, submission), note, at=at, address=address)
        return
    session.add(
        Move(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version=submission.version,
            before=submission.state,
            after=submission.state,
            by_id=by.id,
            at=at,
            note=note,
        )
    )
    if effect.consequence is Consequence.WAITS:
        _tell(session, submission, submission.claimed_by, note, at=at, address=address)
    elif effect.consequence is Consequence.KEEPS:
        _carry(session, submission, version, at)


def _carry(
    session: Session, submission: Submission, version: SubmissionVersion, at: datetime
) -> None:
    """Let the new version go in the place of the approved one, or correct what schools have."""
    if submission.state is State.APPROVED:
        event = SubmissionApproved(submission.authority_id, submission.id, version.id)
        publish(session, event, at=at)  # that of the version before finds itself replaced
    if submission.sent_at is None:
        return
    document = SubmissionDocument.read(version.document)
    before = _newest_sent(session, submission, version)
    amend(
        session,
        submission.authority_id,
        sa.select(SubmissionVersion.id).where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
        ),
        Correction(
            title=document.title,
            body=document.body,
            reference=f"{submission.number} v{submission.version}",
            due_on=document.due_on,
            files=version.attachments,
            also=asked_otherwise(before, document) if before else (),
        ),
        at=at,
    )


def _newest_sent(
    session: Session, submission: Submission, version: SubmissionVersion
) -> SubmissionDocument | None:
    """Return the document of the version before this one: what schools have read until now."""
    found = session.scalar(
        sa.select(SubmissionVersion.document).where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            SubmissionVersion.version == version.version - 1,
        )
    )
    return SubmissionDocument.read(found) if found else None


def _approver(session: Session, submission: Submission) -> Person | None:
    return session.scalars(
        sa.select(Person)
        .join(Decision, Decision.by_id == Person.id)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            Decision.verb == Verb.APPROVE,
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(1)
    ).first()


def _tell(
    session: Session,
    submission: Submission,
    person: Person | None,
    note: str,
    *,
    at: datetime,
    address: str,
) -> None:
    """Tell the gatekeeper who has to do with it, if anybody, that it was changed."""
    if person is not None:
        link = f"{address}/queue/{submission.id}"
        write_to(session, submission, [person], "Changed", [note, link], at=at)
