"""The page that shows everything written, what the gate will ask, and what submitting means."""

from flask import render_template
from flask.typing import ResponseReturnValue

from categories.versions.following import follow
from directory.access import needs
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session
from gatekeeping.assessment import Assessment
from gatekeeping.burden import steps
from gatekeeping.changes.effects import Effect, effect_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import excerpts
from gatekeeping.letters.addressees import managers_of_author
from gatekeeping.models import Submission, Track
from gatekeeping.views import bp
from gatekeeping.views.choosing import words_for
from gatekeeping.views.own import BY_SLUG, find_draft, judged
from gatekeeping.views.planning import planned_for
from gatekeeping.wording import (
    KINDS,
    ORIGINS,
    PERSONAL_DATA,
    REPLIES,
    ROLES,
    SIGNATURES,
    frequency_in_words,
)
from gatekeeping.writing.endorsing import endorsement_of
from gatekeeping.writing.lacking import IncompleteError, Lack, lacks, must_mend

WORDS = {
    "kinds": KINDS,
    "origins": ORIGINS,
    "replies": REPLIES,
    "signatures": SIGNATURES,
    "personal": PERSONAL_DATA,
    "roles": ROLES,
}


@bp.get("/submissions/<int:submission_id>/write/check")
@needs(Role.OFFICER)
def check(submission_id: int) -> ResponseReturnValue:
    """Show everything that was written, and what the gate will ask."""
    return check_page(find_draft(submission_id))


def check_page(draft: Submission, refusal: Refusal | None = None) -> ResponseReturnValue:
    """Show the page; after a refusal with what has to be done first."""
    session = db_session()
    document = SubmissionDocument.read(draft.document)
    assessment: Assessment = judged(draft)
    missing = lacks(document, assessment, at=clock.now(), sent=draft.sent_at is not None)
    is_heavy = assessment.track is Track.HIGH
    categories = follow(session, draft.authority_id, document.categories)
    page = render_template(
        "gatekeeping/write/check.html",
        draft=draft,
        document=document,
        assessment=assessment,
        missing=missing,
        refused=_refused(refusal),
        faults=must_mend(document, assessment),
        effect=_effect(draft, assessment),
        is_heavy=is_heavy,
        endorsement=endorsement_of(session, draft) if is_heavy else None,
        managers=managers_of_author(session, draft) if is_heavy else [],
        sections=BY_SLUG,
        audience=words_for(draft.authority_id, document),
        headings=categories.words,
        frequency=frequency_in_words(document.frequency),
        findings=[
            (each, excerpts(document, [span.as_json() for span in each.evidence]))
            for each in assessment.findings
        ],
        steps=steps(document, assessment.schools, assessment.protocol),
        burden=assessment.burden.as_json(),
        rates=assessment.protocol.rates_name,
        planned=planned_for(draft, document, categories.ids),
        **WORDS,
    )
    return (page, 422) if refusal else page


def _refused(refusal: Refusal | None) -> tuple[Lack, ...]:
    if isinstance(refusal, IncompleteError):
        return refusal.lacks
    return (Lack("means", str(refusal)),) if refusal else ()


def _effect(draft: Submission, assessment: Assessment) -> Effect | None:
    if draft.changing_since is None:
        return None
    return effect_of(db_session(), draft, assessment)
