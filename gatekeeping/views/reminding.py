"""Reminders of what was sent: what went out and what will, stopping them, sending one now."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session, settings
from gatekeeping.documents import SubmissionDocument
from gatekeeping.expected import expected_reminders
from gatekeeping.forms import Form
from gatekeeping.models import Submission
from gatekeeping.views import bp
from gatekeeping.views.following import find_sent
from gatekeeping.views.own import READERS
from notifications.chasing.controlling import go_on_reminding, remind_now, stop_reminders
from notifications.chasing.plan import Planned, planned
from notifications.chasing.preview import preview
from notifications.models_reaching import ChaseStep

MAY_CHANGE = (Role.OFFICER, Role.GATEKEEPER)
WORDS = {
    ChaseStep.READER: "Reminder to whoever has not acted",
    ChaseStep.DEPUTY: "Deputies are told, and get it too",
    ChaseStep.HEAD: "Headteachers are told",
}


@bp.app_context_processor
def reminder_words() -> dict[str, object]:
    """Give pages the words of each step, and what a draft would cause."""
    return {"chase_words": WORDS, "expected_reminders": _expected}


@bp.get("/submissions/<int:submission_id>/reminders")
@needs(*READERS)
def reminders(submission_id: int) -> ResponseReturnValue:
    """Show every reminder and escalation with its day and how many it reaches."""
    return _page(submission_id)


@bp.post("/submissions/<int:submission_id>/reminders/<any(stop, resume, now):what>")
@needs(*MAY_CHANGE)
def change_reminders(submission_id: int, what: str) -> ResponseReturnValue:
    """Stop further reminders, let them go on, or send one now."""
    session, form = db_session(), Form()
    _, notice = find_sent(submission_id)
    if not form.validate_on_submit():
        return _page(submission_id)
    by, at = signed_in_person().id, clock.now()
    if what == "stop":
        stop_reminders(session, notice, by=by, at=at)
        words = "Reminders are stopped. Nobody is reminded of it any more."
    elif what == "resume":
        go_on_reminding(session, notice, by=by, at=at)
        words = "Reminders go on as planned."
    else:
        try:
            count = remind_now(session, notice, by=by, at=at)
        except Refusal as refusal:
            session.rollback()
            return _page(submission_id, refused=str(refusal))
        words = f"{count:,} {'reader gets' if count == 1 else 'readers get'} a reminder now."
    session.commit()
    flash(words)
    return redirect(url_for("gatekeeping.reminders", submission_id=submission_id))


def _page(submission_id: int, *, refused: str = "") -> ResponseReturnValue:
    session, at = db_session(), clock.now()
    submission, notice = find_sent(submission_id)
    plan = planned(session, notice, clock.local_date(at))
    return render_template(
        "gatekeeping/reminders.html",
        submission=submission,
        notice=notice,
        plan=plan,
        mail=None if plan.why_not else preview(session, notice, settings().address, at=at),
        form=Form(),
        refused=refused,
        may_change=hat().role in MAY_CHANGE,
    ), 422 if refused else 200


def _expected(submission: Submission, document: SubmissionDocument) -> list[Planned]:
    return expected_reminders(db_session(), submission, document, at=clock.now())
