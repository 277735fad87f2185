"""Changing what was submitted: beginning, giving up, sending the change."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.web import db_session, settings
from gatekeeping.changes.changing import MeansOtherwiseError, begin_change, submit_change
from gatekeeping.changes.discarding import discard_change
from gatekeeping.changes.effects import Consequence
from gatekeeping.models import State
from gatekeeping.views import bp
from gatekeeping.views.checking import check_page
from gatekeeping.views.own import find_submission
from gatekeeping.writing.endorsing import NotEndorsedError
from gatekeeping.writing.lacking import IncompleteError
from gatekeeping.writing.submissions import AlreadySubmittedError

SENT = {
    Consequence.NOTHING: "Nothing was changed, so everything stays as it is.",
    Consequence.WAITS: "Version {version} was sent. It takes the place of the one before.",
    Consequence.KEEPS: "Version {version} was sent. The approval stays.",
    Consequence.VOIDS: (
        "Version {version} was sent. It asks for more than was approved, so a gatekeeper has to "
        "approve it. Until then nothing is sent."
    ),
    Consequence.CONFIRMED: "Version {version} was sent. A gatekeeper confirms the conditions.",
    Consequence.SUSPENDED: "Version {version} was sent. A gatekeeper looks at it.",
}


@bp.post("/submissions/<int:submission_id>/change")
@needs(Role.OFFICER)
def begin(submission_id: int) -> ResponseReturnValue:
    """Open the pages of the form for a change."""
    submission = find_submission(submission_id)
    begin_change(db_session(), submission, by=signed_in_person(), at=clock.now())
    db_session().commit()
    return redirect(url_for("gatekeeping.tasks", submission_id=submission_id))


@bp.post("/submissions/<int:submission_id>/change/discard")
@needs(Role.OFFICER)
def discard(submission_id: int) -> ResponseReturnValue:
    """Put everything back to what was submitted."""
    submission = find_submission(submission_id)
    discard_change(db_session(), submission, by=signed_in_person(), at=clock.now())
    db_session().commit()
    flash("Your change was discarded. Everything is as it was submitted.")
    return redirect(url_for("gatekeeping.show", submission_id=submission_id))


@bp.post("/submissions/<int:submission_id>/change/send")
@needs(Role.OFFICER)
def send_change(submission_id: int) -> ResponseReturnValue:
    """Send the change; what it means must be what the page said."""
    session = db_session()
    submission = find_submission(submission_id)
    told = request.form.get("means", "")
    try:
        effect = submit_change(
            session,
            submission,
            by=signed_in_person(),
            expected=Consequence(told) if told in set(Consequence) else Consequence.NOTHING,
            at=clock.now(),
            address=settings().address,
        )
    except (IncompleteError, MeansOtherwiseError, NotEndorsedError) as refusal:
        session.rollback()
        return check_page(find_submission(submission_id), refusal)
    except AlreadySubmittedError:
        flash("This change was sent already, or given up. Nothing was sent twice.")
    else:
        session.commit()
        flash(SENT[effect.consequence].format(version=submission.version))
    if submission.state is State.DRAFT:
        return redirect(url_for("gatekeeping.tasks", submission_id=submission_id))
    return redirect(url_for("gatekeeping.show", submission_id=submission_id))
