"""Deciding: the queue and the register."""

from flask import abort
from flask.typing import ResponseReturnValue

from directory.access import anyone
from gatekeeping.views import bp


@bp.route("/queue", methods=["GET", "POST"])
@anyone()
def queue() -> ResponseReturnValue:
    """Being built."""
    abort(404)


@bp.route("/register", methods=["GET", "POST"])
@anyone()
def register() -> ResponseReturnValue:
    """Being built."""
    abort(404)
