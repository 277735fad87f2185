"""Asking one's line manager to stand behind a heavy submission, and the manager's page."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from categories.versions.following import follow
from directory.access import hat, needs, signed_in_person
from directory.models import Role
from directory.reporting_lines import without_manager as officers_without
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session, settings
from gatekeeping.documents import SubmissionDocument
from gatekeeping.forms.endorsing import EndorseForm
from gatekeeping.models import Submission
from gatekeeping.views import bp
from gatekeeping.views.checking import WORDS, check_page
from gatekeeping.views.choosing import words_for
from gatekeeping.views.own import find_draft, judged
from gatekeeping.wording import frequency_in_words
from gatekeeping.writing.endorsing import (
    NoManagerError,
    ask_manager,
    decline,
    digest_of,
    endorse,
    endorsement_of,
    is_open,
    reported_to,
)

PAGE = 50


@bp.post("/submissions/<int:submission_id>/ask-manager")
@needs(Role.OFFICER)
def ask(submission_id: int) -> ResponseReturnValue:
    """Mail the author's line manager a link to read and endorse."""
    draft = find_draft(submission_id)
    try:
        asked = ask_manager(
            db_session(),
            draft,
            by=signed_in_person(),
            at=clock.now(),
            address=settings().address,
        )
    except NoManagerError as refusal:
        return check_page(draft, refusal)
    db_session().commit()
    names = " and ".join(manager.name for manager in asked)
    flash(f"{names} was asked by mail. Submit once it is endorsed; if you change it, ask again.")
    return redirect(url_for("gatekeeping.check", submission_id=submission_id))


@bp.route("/submissions/<int:submission_id>/endorse", methods=["GET", "POST"])
@needs(Role.OFFICER)
def endorse_draft(submission_id: int) -> ResponseReturnValue:
    """Let the line manager read it all and stand behind it, or say why not."""
    session = db_session()
    submission = _find_reported(submission_id)
    form = EndorseForm(data={"digest": digest_of(submission)})
    if form.validate_on_submit():
        try:
            said = _say(submission, form)
        except Refusal as refusal:
            session.rollback()
            submission = _find_reported(submission_id)
            form.show(refusal, digest_of(submission))
        else:
            session.commit()
            flash(said)
            return redirect(url_for("gatekeeping.endorse_draft", submission_id=submission_id))
    document = SubmissionDocument.read(submission.document)
    open_now = is_open(submission)
    return render_template(
        "gatekeeping/write/endorse.html",
        submission=submission,
        document=document,
        form=form,
        is_open=open_now,
        endorsement=endorsement_of(session, submission),
        assessment=judged(submission),
        audience=words_for(submission.authority_id, document),
        headings=follow(session, submission.authority_id, document.categories).words,
        frequency=frequency_in_words(document.frequency),
        **WORDS,
    )


@bp.get("/officers/without-manager")
@needs(Role.ADMINISTRATOR)
def without_manager() -> ResponseReturnValue:
    """List the officers of whom no line manager is known: they cannot submit anything heavy."""
    page = page_asked(request.args)
    found, total = officers_without(db_session(), hat().authority_id, page=page, size=PAGE)
    return render_template(
        "gatekeeping/without_manager.html",
        officers=found,
        total=total,
        pages=Pages.of(total, page, PAGE, "gatekeeping.without_manager", {}),
    )


def _say(submission: Submission, form: EndorseForm) -> str:
    is_no = request.form.get("verb") == "no"
    verb = decline if is_no else endorse
    verb(
        db_session(),
        submission,
        by=signed_in_person(),
        digest=form.digest.data or "",
        note=form.note.data or "",
        at=clock.now(),
        address=settings().address,
    )
    if is_no:
        return "Your answer was sent to the author."
    return "You stand behind it. The author can submit it now."


def _find_reported(submission_id: int) -> Submission:
    """Return a submission whose author reports to whoever is signed in; else not found."""
    found = db_session().scalars(
        sa.select(Submission)
        .where(Submission.id == submission_id, reported_to(hat().authority_id, hat().person_id))
        .options(joinedload(Submission.author), joinedload(Submission.team))
    )
    submission = found.one_or_none()
    if submission is None:
        raise NotFoundError
    return submission
