"""Writing a submission."""

from flask import abort
from flask.typing import ResponseReturnValue

from directory.access import anyone
from gatekeeping.views import bp


@bp.route("/submissions", methods=["GET", "POST"])
@anyone()
def mine() -> ResponseReturnValue:
    """Being built."""
    abort(404)


@bp.route("/submissions/new", methods=["GET", "POST"])
@anyone()
def start() -> ResponseReturnValue:
    """Being built."""
    abort(404)
