"""Answering a gatekeeper's questions, and the letter of a decision."""

from typing import NoReturn

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session, file_store, settings
from gatekeeping.forms.deciding import AnswerForm
from gatekeeping.history import history_of
from gatekeeping.models import Decision, LetterState, State
from gatekeeping.views import bp
from gatekeeping.views.own import READERS, find_submission
from gatekeeping.writing.questions import answer as send_answer


@bp.route("/submissions/<int:submission_id>/answer", methods=["GET", "POST"])
@needs(Role.OFFICER)
def answer(submission_id: int) -> ResponseReturnValue:
    """Answer all questions in one message; what is refused keeps what was typed."""
    session, form = db_session(), AnswerForm()
    submission = find_submission(submission_id)
    if form.validate_on_submit():
        try:
            send_answer(
                session,
                submission,
                by=signed_in_person(),
                text=form.text.data or "",
                at=clock.now(),
                address=settings().address,
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.show(refusal)
        else:
            flash("Your answer was sent. The gatekeeper who asked looks at it next.")
            return redirect(url_for("gatekeeping.show", submission_id=submission_id))
    elif submission.state is not State.CHALLENGED:
        return redirect(url_for("gatekeeping.show", submission_id=submission_id))
    return render_template(
        "gatekeeping/answer.html",
        submission=submission,
        form=form,
        messages=history_of(session, submission).messages,
    )


@bp.get("/letters/<int:decision_id>")
@needs(*READERS)
def letter(decision_id: int) -> ResponseReturnValue:
    """Hand out the letter of a decision to those who may read the submission."""
    decision = db_session().scalars(
        sa.select(Decision).where(
            Decision.authority_id == hat().authority_id, Decision.id == decision_id
        )
    )
    found = decision.one_or_none() or _missing()
    submission = find_submission(found.submission_id)
    if found.letter_state is not LetterState.WRITTEN or found.letter_sha256 is None:
        _missing()
    place = file_store().path(found.letter_sha256)
    if not place.is_file():
        _missing()
    name = f"{submission.number} {found.verb.value}.pdf"
    response: Response = send_file(
        place, mimetype="application/pdf", as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _missing() -> NoReturn:
    raise NotFoundError
