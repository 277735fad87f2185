"""One's submissions: the list, a new draft, its tasks, checking and submitting it."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from categories.catalogue import current_categories
from directory.access import hat, membership, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.web import db_session
from gatekeeping.assessment import Assessment
from gatekeeping.authors import of_the_team
from gatekeeping.burden import steps
from gatekeeping.decisions import REFUSAL_CODES
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import excerpts
from gatekeeping.forms import Form
from gatekeeping.forms.writing import StartForm
from gatekeeping.history import history_of
from gatekeeping.lacking import IncompleteError, Lack, lacks
from gatekeeping.models import Kind, State, Submission, SubmissionVersion
from gatekeeping.moves import STATE_NAMES, WAITING
from gatekeeping.renewing import copy_as_draft
from gatekeeping.submissions import (
    WITHDRAWABLE,
    AlreadySubmittedError,
    start_draft,
    submit,
    withdraw,
)
from gatekeeping.views import bp
from gatekeeping.views.choosing import words_for
from gatekeeping.views.own import (
    BY_SLUG,
    READERS,
    Section,
    find_draft,
    find_submission,
    judged,
    sections_for,
)
from gatekeeping.wording import (
    KINDS,
    ORIGINS,
    PERSONAL_DATA,
    REPLIES,
    ROLES,
    SIGNATURES,
    frequency_in_words,
)

PAGE = 30
MOST_PAGES = 1_000
ASKED_NOW = {
    State.CHALLENGED: "Answer the question",
    State.DRAFT: "Finish and submit",
    State.APPROVED: "See the letter",
    State.SCHEDULED: "See the letter",
    State.REFUSED: "See the letter and the reasons",
    State.LIVE: "Follow who has read it",
}
"""What an officer may want to do with a submission in this state."""

WORDS = {
    "kinds": KINDS,
    "origins": ORIGINS,
    "replies": REPLIES,
    "signatures": SIGNATURES,
    "personal": PERSONAL_DATA,
    "roles": ROLES,
}


@bp.get("/submissions")
@needs(Role.OFFICER)
def mine() -> ResponseReturnValue:
    """List the team's submissions: questions first, then drafts, then what waits, then the rest."""
    page = min(max(request.args.get("page", 1, int), 1), MOST_PAGES)
    urgency = sa.case(
        (Submission.state == State.CHALLENGED, 0),
        (Submission.state == State.DRAFT, 1),
        (Submission.state.in_(sorted(WAITING)), 2),
        else_=3,
    )
    abandoned = sa.and_(Submission.state == State.WITHDRAWN, Submission.version == 0)
    found = db_session().scalars(
        sa.select(Submission)
        .where(of_the_team(hat()), sa.not_(abandoned))
        .options(joinedload(Submission.author))
        .order_by(urgency, Submission.updated_at.desc(), Submission.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    submissions = found.all()
    return render_template(
        "gatekeeping/mine.html",
        submissions=submissions[:PAGE],
        more=len(submissions) > PAGE,
        page=page,
        state_names=STATE_NAMES,
        asked_now=ASKED_NOW,
    )


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
    missing = lacks(document, assessment, at=clock.now())
    rows = [
        (section, _progress(section, document, missing)) for section in sections_for(draft.kind)
    ]
    return render_template(
        "gatekeeping/write/tasks.html",
        draft=draft,
        rows=rows,
        missing=missing,
        assessment=assessment,
    )


@bp.get("/submissions/<int:submission_id>/write/check")
@needs(Role.OFFICER)
def check(submission_id: int) -> ResponseReturnValue:
    """Show everything that was written, and what the gate will ask."""
    return _check_page(find_draft(submission_id))


@bp.post("/submissions/<int:submission_id>/submit")
@needs(Role.OFFICER)
def submit_draft(submission_id: int) -> ResponseReturnValue:
    """Put the draft to the gate. The same button pressed twice submits once."""
    draft = find_submission(submission_id)
    try:
        submit(db_session(), draft, by=signed_in_person(), at=clock.now())
    except IncompleteError as refusal:
        return _check_page(draft, refusal.lacks)
    except AlreadySubmittedError as refusal:
        flash(str(refusal))
    else:
        db_session().commit()
        flash(f"Submitted. Its number is {draft.number}. A gatekeeper looks at it next.")
    return redirect(url_for("gatekeeping.show", submission_id=draft.id))


@bp.route("/submissions/<int:submission_id>/withdraw", methods=["GET", "POST"])
@needs(Role.OFFICER)
def withdraw_submission(submission_id: int) -> ResponseReturnValue:
    """Ask whether it should really be withdrawn, and do it."""
    submission = find_submission(submission_id)
    form = Form()
    if form.validate_on_submit():
        withdraw(db_session(), submission, by=signed_in_person(), at=clock.now())
        db_session().commit()
        flash("The draft was deleted." if not submission.version else "It was withdrawn.")
        return redirect(url_for("gatekeeping.mine"))
    return render_template("gatekeeping/write/withdraw.html", form=form, submission=submission)


@bp.post("/submissions/<int:submission_id>/copy")
@needs(Role.OFFICER)
def copy(submission_id: int) -> ResponseReturnValue:
    """Begin a new draft with the same content."""
    original = find_submission(submission_id)
    draft = copy_as_draft(db_session(), original, by=membership(), at=clock.now())
    db_session().commit()
    flash("This is a new draft with the same content. Choose its dates anew.")
    return redirect(url_for("gatekeeping.tasks", submission_id=draft.id))


@bp.get("/submissions/<int:submission_id>")
@needs(*READERS)
def show(submission_id: int) -> ResponseReturnValue:
    """Show a submitted submission to its team and to those who may read all."""
    submission = find_submission(submission_id)
    if submission.version == 0:
        return redirect(url_for("gatekeeping.tasks", submission_id=submission.id))
    session = db_session()
    frozen = (
        session.scalars(
            sa.select(SubmissionVersion)
            .where(
                SubmissionVersion.authority_id == submission.authority_id,
                SubmissionVersion.submission_id == submission.id,
                SubmissionVersion.version == submission.version,
            )
            .options(joinedload(SubmissionVersion.findings))
        )
        .unique()
        .one()
    )
    document = SubmissionDocument.read(frozen.document)
    history = history_of(session, submission)
    return render_template(
        "gatekeeping/submission.html",
        submission=submission,
        version=frozen,
        document=document,
        headings=_headings(submission),
        audience=words_for(submission.authority_id, document),
        frequency=frequency_in_words(document.frequency),
        findings=[(each, excerpts(document, each.evidence)) for each in frozen.findings],
        steps=steps(document, frozen.schools),
        state_names=STATE_NAMES,
        is_mine=hat().role is Role.OFFICER,
        can_withdraw=hat().role is Role.OFFICER and submission.state in WITHDRAWABLE,
        messages=history.messages,
        moves=history.moves,
        decisions=history.decisions,
        refusal_codes=REFUSAL_CODES,
        **WORDS,
    )


def _check_page(draft: Submission, refused: tuple[Lack, ...] = ()) -> ResponseReturnValue:
    document = SubmissionDocument.read(draft.document)
    assessment: Assessment = judged(draft)
    missing = lacks(document, assessment, at=clock.now())
    page = render_template(
        "gatekeeping/write/check.html",
        draft=draft,
        document=document,
        assessment=assessment,
        missing=missing,
        refused=refused,
        sections=BY_SLUG,
        audience=words_for(draft.authority_id, document),
        headings=_headings(draft),
        frequency=frequency_in_words(document.frequency),
        findings=[
            (each, excerpts(document, [span.as_json() for span in each.evidence]))
            for each in assessment.findings
        ],
        steps=steps(document, assessment.schools),
        burden=assessment.burden.as_json(),
        **WORDS,
    )
    return (page, 422) if refused else page


def _headings(submission: Submission) -> dict[str, str]:
    known = current_categories(db_session(), submission.authority_id)
    return {category.slug: category.heading for category in known}


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
