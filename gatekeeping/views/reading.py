"""What the pages show of a submission to those who advise on it: the text, and what was found."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from categories.versions.following import in_words
from gatekeeping.burden import protocol_kept, steps
from gatekeeping.deciding.dossier import marked_texts
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Override, StoredFinding, Submission, SubmissionVersion
from gatekeeping.views.choosing import words_for
from gatekeeping.views.deciding import STATES, WORDS
from gatekeeping.wording import frequency_in_words


def reading_values(
    session: Session, submission: Submission, version: SubmissionVersion
) -> dict[str, Any]:
    """Return what ``gatekeeping/advising/_text.html`` needs: two statements."""
    document = SubmissionDocument.read(version.document)
    findings = (
        session.scalars(
            sa.select(StoredFinding)
            .where(
                StoredFinding.authority_id == submission.authority_id,
                StoredFinding.version_id == version.id,
            )
            .options(joinedload(StoredFinding.overrides).joinedload(Override.by))
            .order_by(StoredFinding.id)
        )
        .unique()
        .all()
    )
    headings = in_words(session, submission.authority_id)
    return {
        "submission": submission,
        "version": version,
        "document": document,
        "findings": findings,
        "texts": marked_texts(version.document, findings),
        "categories": [headings[slug] for slug in document.categories if slug in headings],
        "steps": steps(document, version.schools, protocol_kept(version.burden)),
        "state_names": STATES,
        "audience": words_for(submission.authority_id, document),
        "frequency": frequency_in_words(document.frequency),
        **WORDS,
    }
