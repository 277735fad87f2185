"""Following what was sent: who received it, who read it, at which schools nobody is set."""

from flask import abort
from flask.typing import ResponseReturnValue

from directory.access import needs
from gatekeeping.views import bp
from gatekeeping.views.own import READERS


@bp.get("/submissions/<int:submission_id>/delivered")
@needs(*READERS)
def delivered(submission_id: int) -> ResponseReturnValue:
    """Being built."""
    abort(404)
