"""The public look-up of numbers."""

from flask import abort
from flask.typing import ResponseReturnValue

from directory.access import anyone
from gatekeeping.views import bp


@bp.route("/verify", methods=["GET", "POST"])
@anyone()
def verify() -> ResponseReturnValue:
    """Being built."""
    abort(404)
