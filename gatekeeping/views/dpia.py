"""The data protection officer's pages: what awaits a verdict, and giving it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session
from gatekeeping.deciding import dpia
from gatekeeping.deciding.conflicts import conflict_of
from gatekeeping.deciding.dossier import find_submission
from gatekeeping.forms.advising import VerdictForm
from gatekeeping.models import DpiaOutcome
from gatekeeping.views import bp
from gatekeeping.views.reading import reading_values
from gatekeeping.views.refusing import refused


@bp.get("/dpia")
@needs(Role.GOVERNANCE)
def assessments() -> ResponseReturnValue:
    """List what needs a verdict on its data protection assessment."""
    page = page_asked(request.args)
    listed, total = dpia.waiting(db_session(), hat().authority_id, page=page)
    return render_template(
        "gatekeeping/advising/assessments.html",
        listed=listed,
        total=total,
        outcomes=dpia.OUTCOMES,
        pages=Pages.of(total, page, dpia.PAGE, "gatekeeping.assessments", {}),
    )


@bp.route("/dpia/<int:submission_id>", methods=["GET", "POST"])
@needs(Role.GOVERNANCE)
def assess(submission_id: int) -> ResponseReturnValue:
    """Read a submission and say whether its assessment is enough."""
    session, form, at = db_session(), VerdictForm(), clock.now()
    submission, version = find_submission(session, hat().authority_id, submission_id)
    if not dpia.is_asked(session, version):
        raise NotFoundError  # the data protection officer reads what waits for a verdict
    by = signed_in_person()
    if form.validate_on_submit():
        chosen = form.outcome.data or ""
        try:
            dpia.judge(
                session,
                submission,
                by=by,
                version=form.seen_version,
                outcome=DpiaOutcome(chosen) if chosen in set(DpiaOutcome) else None,
                note=form.note.data or "",
                at=at,
            )
            session.commit()
        except Refusal as refusal:
            refused(session, submission_id, "dpia", refusal, at=at)
            form.show(refusal)
        else:
            flash("Your verdict is stored. The gatekeepers see it.")
            return redirect(url_for("gatekeeping.assessments"))
    if form.version.data is None:
        form.version.data = str(submission.version)
    conflict = conflict_of(session, submission, by.id)
    return render_template(
        "gatekeeping/advising/assess.html",
        form=form,
        verdict=dpia.newest_verdict(session, submission),
        outcomes=dpia.OUTCOMES,
        conflict=str(conflict) if conflict else "",
        is_open=submission.state in dpia.JUDGED_IN,
        **reading_values(session, submission, version),
    )
