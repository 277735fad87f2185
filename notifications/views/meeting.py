"""What governors and their clerk read before a meeting: lists to print."""

from collections.abc import Sequence
from itertools import groupby

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from foundation import clock
from foundation.web import db_session
from notifications.reading import agenda
from notifications.reading.agenda import Line
from notifications.reading.inbox import reader_of
from notifications.views import bp
from notifications.views.ticked import ticked
from notifications.views.told import told


@bp.get("/inbox/meeting")
@needs(*agenda.GOVERNING)
def meeting() -> ResponseReturnValue:
    """Show what is ticked for the next meeting, and the information to read, by category."""
    session, reader = db_session(), reader_of(hat())
    today = clock.local_date(clock.now())
    on_agenda = agenda.lines(session, reader)
    return render_template(
        "notifications/inbox/meeting.html",
        agenda=_by_category(on_agenda),
        ticked={line.id for line in on_agenda},
        to_read=_by_category(agenda.to_read(session, reader, today=today)),
        today=today,
        most=agenda.MOST,
        told=told(),
    )


@bp.post("/inbox/meeting")
@needs(*agenda.GOVERNING)
def change_meeting() -> ResponseReturnValue:
    """Take the ticked items from the list for the next meeting."""
    session = db_session()
    agenda.untick(session, reader_of(hat()), ticked())
    session.commit()
    return redirect(url_for("notifications.meeting"))


def _by_category(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Return lines, which are in the order of categories, under their headings."""
    grouped = groupby(lines, key=lambda line: line.heading or "No category")
    return [(str(heading), list(some)) for heading, some in grouped]
