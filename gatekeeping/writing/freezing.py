"""Freezing a submission: its number, and the version that is judged."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile, Person
from foundation import clock
from gatekeeping.alike.index import remember
from gatekeeping.assessment import Assessment
from gatekeeping.burden import kept
from gatekeeping.changes.since_frozen import changes_since_frozen
from gatekeeping.deadlines import sla
from gatekeeping.deciding import interests, overrides
from gatekeeping.documents import SubmissionDocument
from gatekeeping.law.verdicts import verdict_of
from gatekeeping.models import (
    Attachment,
    Kind,
    Stake,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Track,
)
from gatekeeping.registry.masking import withheld_because
from gatekeeping.registry.numbers import reserve
from gatekeeping.writing.lacking import judge


def freeze(
    session: Session,
    submission: Submission,
    *,
    by: int,
    at: datetime,
    assessment: Assessment | None = None,
) -> SubmissionVersion:
    """Store the document as the next version, with findings, burden and meaning; return it.

    The number is reserved with the first version and stays. The state is not moved; whoever is in
    the author's line or owns the budget that gains is noted as having a stake. ``changes`` is what
    differs from the version before. Raises IncompleteError when something indispensable is
    missing.
    """
    assessment = assessment or judge(session, submission, at)
    document = SubmissionDocument.read(submission.document)
    if submission.number is None:
        submission.number = _reserve_number(session, submission, document, assessment, at)
    changes = changes_since_frozen(session, submission, document)
    repeat(submission, document)
    submission.changing_since = None
    submission.version += 1
    version = SubmissionVersion(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=submission.version,
        document=document.as_json(),
        track=assessment.track,
        schools=assessment.schools,
        law=verdict_of(document, assessment.law).as_json(),
        burden=kept(assessment.burden, assessment.protocol),
        protocol=assessment.protocol.version,
        attachments=[_as_it_was(file) for file in submission.attachments],
        submitted_by_id=by,
        submitted_at=at,
        changes=[change.as_json() for change in changes],
    )
    was, submission.track = submission.track, assessment.track
    sla.restart(session, submission, was=was, at=at)
    submission.schools = assessment.schools
    submission.withheld = withheld_because(document)
    session.add(version)
    session.flush()
    _store_findings(session, version, assessment)
    overrides.carry_over(session, submission, version)
    remember(session, version)
    session.flush()
    interests.note_line(session, submission, at=at)
    _note_budget_owner(session, submission, document, at)
    return version


def repeat(submission: Submission, document: SubmissionDocument) -> None:
    """Repeat on the submission what lists need of its document."""
    submission.kind = document.kind
    submission.title = document.title
    submission.send_on = document.send_on
    submission.due_on = document.due_on


def _reserve_number(
    session: Session,
    submission: Submission,
    document: SubmissionDocument,
    assessment: Assessment,
    at: datetime,
) -> str:
    profile = session.get_one(AuthorityProfile, submission.authority_id)
    if assessment.track is Track.EMERGENCY:
        letter = "E"
    elif document.renews:
        letter = "R"
    else:
        letter = "D" if document.kind is Kind.DATA_REQUEST else "C"
    return reserve(
        session,
        submission.authority_id,
        la_code=profile.la_code,
        letter=letter,
        on=clock.local_date(at),
    )


def _note_budget_owner(
    session: Session, submission: Submission, document: SubmissionDocument, at: datetime
) -> None:
    address = document.budget_owner.strip().lower()
    if not address:
        return
    owner = session.scalars(
        sa.select(Person.id).where(
            Person.authority_id == submission.authority_id, Person.email == address
        )
    ).one_or_none()
    if owner is not None:
        interests.note(session, submission, owner, Stake.BUDGET, at=at)


def _as_it_was(file: Attachment) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
    }


def _store_findings(session: Session, version: SubmissionVersion, assessment: Assessment) -> None:
    session.add_all(
        StoredFinding(
            authority_id=version.authority_id,
            version_id=version.id,
            rule=found.rule,
            rule_version=found.rule_version,
            severity=found.severity,
            title=found.title,
            says=found.says,
            evidence=[span.as_json() for span in found.evidence],
            detail=dict(found.detail),
            fix=found.fix,
            protocol=assessment.protocol.version,
        )
        for found in assessment.findings
    )
