"""The school panel's pages: what awaits advice, and giving it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session
from gatekeeping.deciding import panel as advice
from gatekeeping.deciding.conflicts import conflict_of
from gatekeeping.deciding.dossier import find_submission
from gatekeeping.forms.advising import AdviceForm
from gatekeeping.models import Track
from gatekeeping.views import bp
from gatekeeping.views.reading import reading_values
from gatekeeping.views.refusing import refused


@bp.get("/panel")
@needs(Role.PANEL)
def panel() -> ResponseReturnValue:
    """List what is heavy and not decided yet."""
    page = page_asked(request.args)
    listed, total = advice.waiting(
        db_session(), hat().authority_id, by=signed_in_person().id, page=page
    )
    return render_template(
        "gatekeeping/advising/panel.html",
        listed=listed,
        total=total,
        pages=Pages.of(total, page, advice.PAGE, "gatekeeping.panel", {}),
    )


@bp.route("/panel/<int:submission_id>", methods=["GET", "POST"])
@needs(Role.PANEL)
def advise(submission_id: int) -> ResponseReturnValue:
    """Read a heavy request and advise on it; advice is given once for each version."""
    session, form, at = db_session(), AdviceForm(), clock.now()
    submission, version = find_submission(session, hat().authority_id, submission_id)
    by = signed_in_person()
    votes = advice.votes_on(session, version)
    own = next((vote for vote in votes if vote.by_id == by.id), None)
    asked = submission.track is Track.HIGH and submission.state in advice.ADVISED_IN
    if not asked and own is None:
        raise NotFoundError  # the panel reads what it is asked about, and what it advised on
    if form.validate_on_submit():
        try:
            advice.advise(
                session,
                submission,
                by=by,
                version=form.seen_version,
                for_it={"yes": True, "no": False}.get(form.for_it.data or ""),
                reason=form.reason.data or "",
                at=at,
            )
            session.commit()
        except Refusal as refusal:
            refused(session, submission_id, "advise", refusal, at=at)
            form.show(refusal)
        else:
            flash("Thank you. The gatekeepers read your advice before they decide.")
            return redirect(url_for("gatekeeping.panel"))
    if form.version.data is None:
        form.version.data = str(submission.version)
    conflict = conflict_of(session, submission, by.id)
    return render_template(
        "gatekeeping/advising/advise.html",
        form=form,
        votes=votes,
        own=own,
        conflict=str(conflict) if conflict else "",
        is_open=submission.state in advice.ADVISED_IN,
        **reading_values(session, submission, version),
    )
