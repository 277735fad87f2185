"""Who owns what at a school."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from directory.access import anyone

bp = Blueprint("categories", __name__)


@bp.route("/school/owners", methods=["GET", "POST"])
@anyone()
def owners() -> ResponseReturnValue:
    """Being built."""
    abort(404)

