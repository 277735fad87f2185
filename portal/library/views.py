"""Searching."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from directory.access import anyone

bp = Blueprint("library", __name__)


@bp.route("/search", methods=["GET", "POST"])
@anyone()
def search() -> ResponseReturnValue:
    """Being built."""
    abort(404)

