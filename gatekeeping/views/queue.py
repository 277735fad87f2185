"""The queue: what waits for a decision, and side by side with what was asked before."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.web import db_session
from gatekeeping.models import Track
from gatekeeping.paging import Pages, page_asked
from gatekeeping.queue import PAGE, SHOWN, list_queue
from gatekeeping.views import bp


@bp.get("/queue")
@needs(Role.GATEKEEPER)
def queue() -> ResponseReturnValue:
    """Show what waits, oldest first."""
    show = request.args.get("show", "waiting")
    show = show if show in SHOWN else "waiting"
    track = request.args.get("track", "")
    rule = request.args.get("rule", "")[:4]
    page = page_asked(request.args)
    found = list_queue(
        db_session(),
        hat().authority_id,
        by=signed_in_person().id,
        at=clock.now(),
        show=show,
        track=Track(track) if track in set(Track) else None,
        rule=rule,
        page=page,
    )
    chosen = {"show": show, "track": track, "rule": rule}
    return render_template(
        "gatekeeping/queue.html",
        queue=found,
        chosen=chosen,
        tracks=list(Track),
        pages=Pages.of(found.total, page, PAGE, "gatekeeping.queue", chosen),
    )
