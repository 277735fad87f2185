"""What school staff read."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from directory.access import anyone

bp = Blueprint("notifications", __name__)


@bp.route("/inbox", methods=["GET", "POST"])
@anyone()
def inbox() -> ResponseReturnValue:
    """Being built."""
    abort(404)


@bp.route("/school/sent", methods=["GET", "POST"])
@anyone()
def everything() -> ResponseReturnValue:
    """Being built."""
    abort(404)

