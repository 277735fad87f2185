"""Beginning a draft, its tasks, and submitting it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import membership, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.web import db_session, file_store, settings
from gatekeeping.attached.attachment_words import read_missing
from gatekeeping.documents import SubmissionDocument
from gatekeeping.forms.writing import StartForm
from gatekeeping.models import Kind, State
from gatekeeping.views import bp
from gatekeeping.views.checking import check_page
from gatekeeping.views.own import Section, find_draft, find_submission, judged, sections_for
from gatekeeping.writing.endorsing import NotEndorsedError
from gatekeeping.writing.lacking import IncompleteError, Lack, lacks
from gatekeeping.writing.submissions import AlreadySubmittedError, start_draft, submit

NEXT = {
    State.TRIAGE: "Submitted. Its number is {number}. A gatekeeper looks at it next.",
    State.ESCALATED: (
        "Submitted. Its number is {number}. Every gatekeeper has a stake in it, so the senior "
        "executive decides."
    ),
    State.RETURNED: (
        "Its number is {number}, and it came back to you: it cannot be judged yet. What to mend "
        "stands below."
    ),
}


@bp.route("/submissions/new", methods=["GET", "POST"])
@needs(Role.OFFICER)
def start() -> ResponseReturnValue:
    """Begin a draft."""
    form = StartForm()
    if form.validate_on_submit():
        draft = start_draft(
            db_session(),
            by=membership(),
            kind=Kind(form.kind.data),
            title=form.title.data or "",
            at=clock.now(),
        )
        db_session().commit()
        return redirect(url_for("gatekeeping.tasks", submission_id=draft.id))
    return render_template("gatekeeping/write/start.html", form=form)


@bp.get("/submissions/<int:submission_id>/write")
@needs(Role.OFFICER)
def tasks(submission_id: int) -> ResponseReturnValue:
    """Show the draft's pages and how far each is."""
    draft = find_draft(submission_id)
    document = SubmissionDocument.read(draft.document)
    assessment = judged(draft)
    missing = lacks(document, assessment, at=clock.now(), sent=draft.sent_at is not None)
    rows = [
        (section, _progress(section, document, missing)) for section in sections_for(document.kind)
    ]
    return render_template(
        "gatekeeping/write/tasks.html",
        draft=draft,
        rows=rows,
        missing=missing,
        assessment=assessment,
    )


@bp.post("/submissions/<int:submission_id>/submit")
@needs(Role.OFFICER)
def submit_draft(submission_id: int) -> ResponseReturnValue:
    """Put the draft to the gate. The same button pressed twice submits once."""
    draft = find_submission(submission_id)
    read_missing(db_session(), file_store(), draft.id, draft.authority_id)
    try:
        submit(
            db_session(),
            draft,
            by=signed_in_person(),
            at=clock.now(),
            address=settings().address,
        )
    except (IncompleteError, NotEndorsedError) as refusal:
        db_session().rollback()
        return check_page(find_submission(submission_id), refusal)
    except AlreadySubmittedError as refusal:
        flash(str(refusal))
    else:
        db_session().commit()
        flash(NEXT.get(draft.state, NEXT[State.TRIAGE]).format(number=draft.number))
    return redirect(url_for("gatekeeping.show", submission_id=draft.id))


def _progress(section: Section, document: SubmissionDocument, missing: list[Lack]) -> str:
    """Return “Done”, “To do” or “Optional”."""
    if any(lack.section == section.slug for lack in missing):
        return "To do"
    filled = {
        "about": document.purpose,
        "text": document.body,
        "audience": not document.audience.as_audience().is_empty,
        "categories": document.categories,
        "claim": document.legal_claim or document.origin != "other",
        "items": document.items,
        "effort": document.effort,
        "reply": document.reply_by != "none",
        "need": document.if_not or document.asked_elsewhere or document.results_back,
        "renewal": document.renews,
        "emergency": document.emergency,
        "dates": document.send_on,
        "attachments": document.attachments,
    }[section.slug]
    if filled:
        return "Done"
    return "Optional" if section.optional else "To do"
