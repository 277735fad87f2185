"""The e-mails that the sink caught."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from directory.access import anyone

bp = Blueprint("mailsink", __name__)


@bp.route("/caught-mail", methods=["GET", "POST"])
@anyone()
def caught() -> ResponseReturnValue:
    """Being built."""
    abort(404)

