"""Writing, deciding, following and verifying submissions."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from directory.access import anyone

bp = Blueprint("gatekeeping", __name__)


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


@bp.route("/verify", methods=["GET", "POST"])
@anyone()
def verify() -> ResponseReturnValue:
    """Being built."""
    abort(404)
