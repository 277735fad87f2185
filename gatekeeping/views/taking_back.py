"""Taking a file back that schools have."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session
from gatekeeping.changes.taking_back import take_back as take_file_back
from gatekeeping.forms.taking_back import TakeBackForm
from gatekeeping.views import bp
from gatekeeping.views.following import MAY_TAKE_BACK, files_of, find_sent


@bp.route("/submissions/<int:submission_id>/take-back", methods=["GET", "POST"])
@needs(*MAY_TAKE_BACK)
def take_back(submission_id: int) -> ResponseReturnValue:
    """Ask which file and why, say what follows, and do it at once."""
    session = db_session()
    submission, notice = find_sent(submission_id)
    form = TakeBackForm()
    files = files_of(submission)
    form.offer(files)
    if form.validate_on_submit():
        try:
            name = take_file_back(
                session,
                submission,
                form.file_id,
                why=form.why.data or "",
                by=signed_in_person(),
                of_the_gate=hat().role is Role.GATEKEEPER,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            session.commit()
            flash(f"“{name}” was taken back. No school can open it any more.")
            return redirect(url_for("gatekeeping.take_back", submission_id=submission_id))
    return render_template(
        "gatekeeping/follow/take_back.html",
        form=form,
        submission=submission,
        notice=notice,
        gone=[file for file in files if file.shown.gone],
    )
