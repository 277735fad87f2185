"""Taking a submission back, and beginning a new one from it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import membership, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.web import db_session, settings
from gatekeeping.changes.renewing import copy_as_draft
from gatekeeping.changes.renewing import renew as renew_submission
from gatekeeping.forms import Form
from gatekeeping.views import bp
from gatekeeping.views.own import find_submission
from gatekeeping.writing.submissions import withdraw


@bp.route("/submissions/<int:submission_id>/withdraw", methods=["GET", "POST"])
@needs(Role.OFFICER)
def withdraw_submission(submission_id: int) -> ResponseReturnValue:
    """Ask whether it should really be withdrawn, and do it."""
    submission = find_submission(submission_id)
    form = Form()
    if form.validate_on_submit():
        withdraw(
            db_session(),
            submission,
            by=signed_in_person(),
            at=clock.now(),
            address=settings().address,
        )
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


@bp.post("/submissions/<int:submission_id>/renew")
@needs(Role.OFFICER)
def renew(submission_id: int) -> ResponseReturnValue:
    """Begin the next round of something that was with schools."""
    original = find_submission(submission_id)
    draft = renew_submission(db_session(), original, by=membership(), at=clock.now())
    db_session().commit()
    flash(
        f"This is a renewal of {original.number}. Choose its dates, and say under “Earlier "
        "rounds” what the last answers changed."
    )
    return redirect(url_for("gatekeeping.tasks", submission_id=draft.id))
