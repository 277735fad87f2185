"""Private addresses: a page to make and end them, and what is fetched under them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from directory.access import anyone, hat, needs, signed_in_person
from directory.key_dates import KeyDate
from directory.models import RECIPIENTS, ROLE_NAMES
from foundation import clock
from foundation.errors import Refusal
from foundation.web import database, db_session, settings, work_for
from notifications.feeds import addresses, atom
from notifications.feeds.addresses import Found
from notifications.feeds.calendar_file import calendar_file
from notifications.feeds.due import due_item, due_items, school_dates
from notifications.forms import DoneForm
from notifications.models_reading import FeedKind
from notifications.reading import inbox as lists
from notifications.views import bp

ICS = "text/calendar; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"


class OtherPlaceError(Refusal):
    """The page was opened for another of the person's places."""

    sentence = (
        "You act for another place now than when you opened the page. Go back, reload it and look "
        "for which place it makes an address."
    )


@bp.get("/my/feeds")
@needs(*RECIPIENTS)
def feeds() -> ResponseReturnValue:
    """Show a person's private addresses, and how to use one."""
    return _page()


@bp.post("/my/feeds/<any(atom, calendar):kind>")
@needs(*RECIPIENTS)
def make_feed(kind: str) -> ResponseReturnValue:
    """Make a private address for the place in which the person acts; show it this once.

    The page names the place: in another window they may have switched to another since.
    """
    if request.form.get("place") != str(hat().id):
        raise OtherPlaceError
    session = db_session()
    token = addresses.make(session, hat(), FeedKind(kind), by=signed_in_person().id, at=clock.now())
    session.commit()
    return _page(made=FeedKind(kind), token=token)


@bp.post("/my/feeds/<int:address_id>/end")
@needs(*RECIPIENTS)
def end_feed(address_id: int) -> ResponseReturnValue:
    """End one of the person's own addresses."""
    session = db_session()
    kind = addresses.end(session, address_id, by=signed_in_person(), at=clock.now())
    session.commit()
    what = "calendar" if kind is FeedKind.CALENDAR else "news feed"
    flash(f"The address of your {what} has ended. Nothing can be fetched with it any more.")
    return redirect(url_for("notifications.feeds"))


def _page(made: FeedKind | None = None, token: str = "") -> ResponseReturnValue:
    person, worn = signed_in_person(), hat()
    listed = addresses.addresses_of(db_session(), person.authority_id, person.id)
    here = {row.kind: row for row in listed if row.membership_id == worn.id}
    address = ""
    if made is FeedKind.CALENDAR:
        address = f"{settings().address}/calendar/{token}.ics"
    elif made is FeedKind.ATOM:
        address = f"{settings().address}/feeds/{token}.atom"
    return render_template(
        "notifications/feeds/page.html",
        addresses=listed,
        calendar=here.get(FeedKind.CALENDAR),
        feed=here.get(FeedKind.ATOM),
        elsewhere=[row for row in listed if row.membership_id != worn.id],
        made=made.value if made else "",
        address=address,
        webcal=address.replace("https://", "webcal://").replace("http://", "webcal://"),
        roles=ROLE_NAMES,
        token=DoneForm(),
    )


@bp.get("/feeds/<token>.atom")
@anyone()
def atom_feed(token: str) -> ResponseReturnValue:
    """Give a feed reader the newest items of whoever made this address."""
    found = _found(token, FeedKind.ATOM)
    entries = atom.entries(db_session(), found.reader)
    began = found.made_at
    content = atom.feed(
        entries,
        address=settings().address,
        own=f"feed/{found.address_id}",
        title=f"{found.school}: items from the portal",
        began=began,
    )
    return _answer(content, ATOM, atom.updated(entries, began))


@bp.get("/calendar/<token>.ics")
@anyone()
def calendar_feed(token: str) -> ResponseReturnValue:
    """Give a calendar the due dates of whoever made this address, and the school's own dates."""
    found, at = _found(token, FeedKind.CALENDAR), clock.now()
    session, today = db_session(), clock.local_date(at)
    items = due_items(session, found.reader, at=at, today=today)
    dates: Sequence[KeyDate] = ()
    if request.args.get("school-dates") != "no":
        dates = school_dates(session, found.reader, today=today)
    name = f"{found.school}: due dates"
    content = calendar_file(items, dates, address=settings().address, name=name, is_feed=True)
    changed = max((item.changed_at for item in items), default=found.made_at)
    return _answer(content, ICS, changed)


@bp.get("/inbox/<int:delivery_id>/due.ics")
@needs(*RECIPIENTS)
def due_date(delivery_id: int) -> ResponseReturnValue:
    """Hand over the due date of one item as a file that any calendar opens."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = lists.open_item(session, reader, delivery_id)
    item = due_item(session, reader, delivery)
    if item is None:
        abort(404)
    content = calendar_file([item], (), address=settings().address, name=item.title, is_feed=False)
    answer = Response(content, content_type=ICS)
    answer.headers["Content-Disposition"] = f'attachment; filename="due-{item.due_on}.ics"'
    return answer


def _found(token: str, kind: FeedKind) -> Found:
    """Return to what the address leads, and note the day; 404 when it leads nowhere (any more)."""
    found = addresses.find(db_session(), token, kind)
    if found is None:
        abort(404)
    work_for(found.reader.authority_id)
    at = clock.now()
    if addresses.is_first_today(found, at):
        try:
            with database().hurried(authority=found.reader.authority_id) as session:
                addresses.note_use(session, found, at=at)
        except OperationalError:
            pass  # somebody else is writing: whoever waits for a feed need not wait for that
    return found


def _answer(content: bytes, kind: str, changed: datetime) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.last_modified = changed
    answer.set_etag(hashlib.sha256(content).hexdigest())
    if request.if_none_match:
        # Only by the tag: what somebody may not see any more leaves no later date behind.
        answer.make_conditional(request)
    return answer
