"""The public look-up of numbers: no sign-in, an answer at a glance, never a person's name."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from directory.access import anyone
from foundation import clock
from foundation.web import db_session
from gatekeeping.registry.standings import look_up
from gatekeeping.views import bp


@bp.get("/verify")
@bp.get("/verify/<path:text>")
@anyone()
def verify(text: str = "") -> ResponseReturnValue:
    """Ask for a number, or say whether the one given is current."""
    text = text or request.args.get("number", "")
    if not text.strip():
        return render_template("gatekeeping/verify.html", answer=None, typed="")
    outside = g.get("portal_hat") is None  # schools that sign in are told what they were sent
    on = clock.local_date(clock.now())
    answer = look_up(db_session(), text, on=on, open_only=outside)
    return render_template("gatekeeping/verify.html", answer=answer, typed=answer.number)
