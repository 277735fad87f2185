"""A person's own list at a school."""

from flask import (
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.starting.progress import count_open
from directory.access import hat, needs
from directory.models import RECIPIENTS
from foundation import clock
from foundation.web import db_session
from notifications.reading import inbox as lists
from notifications.reading.inbox import Show
from notifications.reading.wording import SHORT
from notifications.views import bp
from notifications.views.rows import page_links, page_number, rows


@bp.get("/inbox")
@needs(*RECIPIENTS)
def inbox() -> ResponseReturnValue:
    """Show what waits for this person at this school, unread first; or what is done."""
    session, reader = db_session(), lists.reader_of(hat())
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.WAITING
    page = lists.inbox_page(session, reader, show, page_number())
    return render_template(
        "notifications/inbox.html",
        show=show.value,
        counts=lists.counts(session, reader),
        rows=rows(page, clock.local_date(clock.now())),
        page=page,
        reasons=SHORT,
        links=page_links(page, show=show.value if show is not Show.WAITING else None),
        nobody_set=_nobody_set(session) if show is Show.WAITING else 0,
    )


def _nobody_set(session: Session) -> int:
    """Return how many categories have nobody, for whoever may choose somebody."""
    worn = hat()
    if not worn.manages_owners or worn.school_id is None:
        return 0
    return count_open(session, worn.authority_id, worn.school_id)
