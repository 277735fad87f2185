"""Conditions of an approval: the officer's page, and the gatekeeper's confirmation."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session, settings
from gatekeeping.deciding.conditions import OPEN_IN, conditions_of, confirm, not_met, say_done
from gatekeeping.deciding.dossier import find_submission as find_for_gate
from gatekeeping.forms.advising import HowForm
from gatekeeping.models import State
from gatekeeping.views import bp
from gatekeeping.views.own import find_submission
from gatekeeping.views.refusing import refused


@bp.get("/submissions/<int:submission_id>/conditions")
@needs(Role.OFFICER)
def conditions(submission_id: int) -> ResponseReturnValue:
    """Show the conditions with a form for each that is not confirmed."""
    return _page(submission_id, HowForm(formdata=None), 0)


@bp.post("/submissions/<int:submission_id>/conditions/<int:condition_id>")
@needs(Role.OFFICER)
def condition_done(submission_id: int, condition_id: int) -> ResponseReturnValue:
    """Say how a condition was met; what is refused keeps what was typed."""
    session, form = db_session(), HowForm()
    submission = find_submission(submission_id)
    if not form.validate_on_submit():
        return _page(submission_id, form, condition_id)
    try:
        say_done(
            session,
            submission,
            condition_id,
            how=form.how.data or "",
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        if isinstance(refusal, NotFoundError):
            raise
        session.rollback()
        form.show(refusal)
        return _page(submission_id, form, condition_id)
    flash("Saved. A gatekeeper confirms it.")
    return redirect(url_for("gatekeeping.conditions", submission_id=submission_id))


@bp.post("/queue/<int:submission_id>/conditions/<int:condition_id>/met")
@needs(Role.GATEKEEPER, Role.EXECUTIVE)
def confirm_condition(submission_id: int, condition_id: int) -> ResponseReturnValue:
    """Confirm that a condition is met."""
    return _judged(submission_id, condition_id, met=True)


@bp.post("/queue/<int:submission_id>/conditions/<int:condition_id>/not-met")
@needs(Role.GATEKEEPER, Role.EXECUTIVE)
def condition_not_met(submission_id: int, condition_id: int) -> ResponseReturnValue:
    """Say that a condition is not met yet; the officer is told."""
    return _judged(submission_id, condition_id, met=False)


def _judged(submission_id: int, condition_id: int, *, met: bool) -> ResponseReturnValue:
    session, at, by = db_session(), clock.now(), signed_in_person()
    submission, _ = find_for_gate(session, hat().authority_id, submission_id)
    try:
        if met:
            confirm(session, submission, condition_id, by=by, at=at)
        else:
            not_met(
                session,
                submission,
                condition_id,
                why=request.form.get("why", ""),
                by=by,
                at=at,
                address=settings().address,
            )
        session.commit()
        flash("Confirmed." if met else "The officer is told what is missing.")
    except Refusal as refusal:
        if isinstance(refusal, NotFoundError):
            raise
        refused(session, submission_id, "condition", refusal, at=at)
        flash(str(refusal))
    return redirect(url_for("gatekeeping.decide", submission_id=submission_id) + "#conditions")


def _page(submission_id: int, form: HowForm, tried: int) -> str:
    session = db_session()
    submission = find_submission(submission_id)
    return render_template(
        "gatekeeping/conditions.html",
        submission=submission,
        listed=conditions_of(session, submission),
        form=form,
        tried=tried,
        is_open=submission.state in OPEN_IN,
        is_waiting=submission.state is State.APPROVED_COND,
    )
