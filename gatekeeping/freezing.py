"""Freezing a submission: what it must have, its number, and the version that is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.models import AuthorityProfile
from foundation import clock
from foundation.errors import Refusal
from gatekeeping import sla
from gatekeeping.assessment import Assessment, assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.likeness import remember
from gatekeeping.masking import withheld_because
from gatekeeping.models import Attachment, Kind, StoredFinding, Submission, SubmissionVersion
from gatekeeping.numbers import reserve


@dataclass(frozen=True)
class Lack:
    """What a draft still needs: the section of the form, and a sentence that says what to do."""

    section: str
    sentence: str


class IncompleteError(Refusal):
    """The draft lacks what is indispensable; ``lacks`` names it all."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(" ".join(lack.sentence for lack in lacks))
        self.lacks = tuple(lacks)


def freeze(
    session: Session,
    submission: Submission,
    *,
    by: int,
    at: datetime,
    assessment: Assessment | None = None,
) -> SubmissionVersion:
    """Store the document as the next version, with findings, burden and sketch; return it.

    The number is reserved with the first version and stays. The state is not moved. Raises
    IncompleteError when something indispensable is missing.
    """
    assessment = assessment or judge(session, submission, at)
    document = SubmissionDocument.read(submission.document)
    if submission.number is None:
        submission.number = _reserve_number(session, submission, document, at)
    submission.version += 1
    version = SubmissionVersion(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=submission.version,
        document=document.as_json(),
        track=assessment.track,
        schools=assessment.schools,
        burden={
            **assessment.burden.as_json(),
            "rates": assessment.protocol.rates_name,
            "rate_table": dict(assessment.protocol.rates),
        },
        protocol=assessment.protocol.version,
        attachments=[_as_it_was(file) for file in submission.attachments],
        submitted_by_id=by,
        submitted_at=at,
    )
    was, submission.track = submission.track, assessment.track
    sla.restart(session, submission, was=was, at=at)
    submission.schools = assessment.schools
    submission.withheld = withheld_because(document)
    session.add(version)
    session.flush()
    _store_findings(session, version, assessment)
    remember(session, version)
    session.flush()
    return version


def changed_since_frozen(submission: Submission, version: SubmissionVersion) -> bool:
    """Tell whether the document or its attachments differ from this frozen version."""
    now = SubmissionDocument.read(submission.document).as_json()
    files = [(file.sha256, file.name) for file in submission.attachments]
    frozen = [(file["sha256"], file["name"]) for file in version.attachments]
    # an older version lacks the fields that documents got since
    return now != SubmissionDocument.read(version.document).as_json() or files != frozen


def lacks(document: SubmissionDocument, assessment: Assessment, *, at: datetime) -> list[Lack]:
    """Return what is indispensable and missing, in the order of the form's sections."""
    today = clock.local_date(at)
    asks = document.kind is Kind.DATA_REQUEST
    conditions = [
        (not document.title.strip(), "about", "Enter a title."),
        (not document.body.strip(), "text", "Write the text that schools will read."),
        (assessment.schools == 0, "audience", "Choose at least one school that is open."),
        (document.send_on is None, "dates", "Enter the date on which it should be sent."),
        (
            document.send_on is not None and document.send_on < today,
            "dates",
            "The send date has passed. Enter today or a later date.",
        ),
        (asks and document.due_on is None, "dates", "Enter the date by which schools answer."),
        (
            document.due_on is not None
            and document.send_on is not None
            and document.due_on <= document.send_on,
            "dates",
            "The due date must be after the send date.",
        ),
    ]
    found = [Lack(section, sentence) for wrong, section, sentence in conditions if wrong]
    return found + [Lack("check", block.says) for block in assessment.blocks]


def judge(session: Session, submission: Submission, at: datetime) -> Assessment:
    """Assess the draft as at that moment; IncompleteError names what is missing."""
    document = SubmissionDocument.read(submission.document)
    assessment = assess(
        session, submission.authority_id, document, at=at, submission_id=submission.id
    )
    missing = lacks(document, assessment, at=at)
    if missing:
        raise IncompleteError(missing)
    return assessment


def _reserve_number(
    session: Session, submission: Submission, document: SubmissionDocument, at: datetime
) -> str:
    profile = session.get_one(AuthorityProfile, submission.authority_id)
    if document.emergency:
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
