"""The e-mails that the sink caught. These pages exist only in the embedded mode."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from directory.access import anyone
from foundation.web import settings
from portal.mailsink.caught import read_page

bp = Blueprint("mailsink", __name__)

MOST_PAGES = 1000


@bp.get("/caught-mail")
@anyone()
def caught() -> ResponseReturnValue:
    """Show what would have been sent, so that the links of a demonstration can be followed."""
    to = request.args.get("to", "")[:254]
    number = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    page = read_page(settings().sink, to=to, page=number, own=settings().address)
    return render_template("mailsink/caught.html", page=page, number=number, to=to)
