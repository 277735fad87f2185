"""Signing in and out."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from directory.access import anyone

bp = Blueprint("signin", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@anyone()
def start() -> ResponseReturnValue:
    """Being built."""
    abort(404)


@bp.route("/sign-out", methods=["GET", "POST"])
@anyone()
def leave() -> ResponseReturnValue:
    """Being built."""
    abort(404)


@bp.route("/roles", methods=["GET", "POST"])
@anyone()
def choose() -> ResponseReturnValue:
    """Being built."""
    abort(404)


@bp.route("/privacy-notice", methods=["GET", "POST"])
@anyone()
def privacy() -> ResponseReturnValue:
    """Being built."""
    abort(404)

