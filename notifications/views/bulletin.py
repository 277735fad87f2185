"""The week's bulletin as a page: this week so far, and the weeks before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs
from directory.models import RECIPIENTS, ROLE_NAMES, Role
from foundation import clock
from foundation.errors import NotFoundError
from foundation.web import db_session, file_store
from notifications.bulletin.composing import contents, counts
from notifications.bulletin.pieces import EVERYBODY, Narrowed
from notifications.bulletin.printing import ask_for, printout_of
from notifications.bulletin.week import Week, week_at, week_of
from notifications.forms import DoneForm
from notifications.reading import inbox as lists
from notifications.reading.everything import people_of_school
from notifications.reading.inbox import Reader
from notifications.views import bp
from notifications.views.files import outward
from notifications.views.opening import BULLETIN, item_suffix
from notifications.views.told import told

LISTED = 12
"""How many earlier weeks are listed beside a bulletin."""
FIRST = date(2000, 1, 3)
DAY_LENGTH = 10
MOST_DIGITS = 18
OTHER_ROLES = tuple(role for role in RECIPIENTS if role is not Role.HEAD)


@dataclass(frozen=True)
class Earlier:
    """An earlier week and how many items its bulletin has for this reader."""

    week: Week
    items: int


@bp.get("/bulletin")
@needs(*RECIPIENTS)
def bulletin() -> ResponseReturnValue:
    """Show the bulletin of this week, so far."""
    return _page(week_at(clock.now()), clock.now())


@bp.get("/bulletin/<week>")
@needs(*RECIPIENTS)
def bulletin_week(week: str) -> ResponseReturnValue:
    """Show the bulletin of a week named by its Monday; any other day leads there."""
    at = clock.now()
    asked = week_named(week)
    if asked >= week_at(at):
        who = request.args.get("who")
        return redirect(url_for("notifications.bulletin", who=who or None))
    if asked.monday.isoformat() != week:
        return redirect(url_for("notifications.bulletin_week", week=asked.monday))
    return _page(asked, at)


@bp.post("/bulletin/<week>/print")
@needs(*RECIPIENTS)
def print_bulletin(week: str) -> ResponseReturnValue:
    """Have a week that is over printed as the person sees it."""
    session, asked = db_session(), _over(week)
    ask_for(session, hat(), asked, at=clock.now())
    session.commit()
    return redirect(url_for("notifications.bulletin_print", week=asked.monday))


@bp.get("/bulletin/<week>/print")
@needs(*RECIPIENTS)
def bulletin_print(week: str) -> ResponseReturnValue:
    """Show how far the printing is."""
    asked = _over(week)
    printout = printout_of(db_session(), hat(), asked)
    return render_template(
        "notifications/bulletin/print.html",
        week=asked,
        state=printout.state.value if printout else "",
        bytes=printout.size if printout else 0,
        token=DoneForm(),
    )


@bp.get("/bulletin/<week>/bulletin.pdf")
@needs(*RECIPIENTS)
def bulletin_file(week: str) -> ResponseReturnValue:
    """Hand over the PDF of a week: only what shows exactly what the person may see now."""
    asked = _over(week)
    printout = printout_of(db_session(), hat(), asked)
    if printout is None or printout.sha256 is None:
        return redirect(url_for("notifications.bulletin_print", week=asked.monday))
    place = file_store().path(printout.sha256)
    if not place.is_file():
        raise NotFoundError
    answer = send_file(
        place,
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"bulletin-{asked.monday}.pdf",
        etag=printout.sha256,
    )
    return outward(answer)


def _over(text: str) -> Week:
    """Return the week in an address; NotFoundError when it is not over: it may change by itself."""
    asked = week_named(text)
    if asked >= week_at(clock.now()):
        raise NotFoundError
    return asked


def week_named(text: str) -> Week:
    """Return the week that holds the day in an address; NotFoundError when it names none."""
    try:
        on = date.fromisoformat(text) if len(text) == DAY_LENGTH else FIRST
    except ValueError:
        on = FIRST
    if not FIRST < on < date(2100, 1, 1):
        raise NotFoundError
    return week_of(on)


def _page(week: Week, at: datetime) -> ResponseReturnValue:
    session, reader = db_session(), lists.reader_of(hat())
    now = week_at(at)
    who = request.args.get("who", "") if reader.is_head else ""
    narrowed = _narrowed(who, reader)
    earlier = _earlier(session, reader, now)
    return render_template(
        "notifications/bulletin/page.html",
        contents=contents(session, reader, week, today=clock.local_date(at), narrowed=narrowed),
        week=week,
        suffix=item_suffix({"list": BULLETIN, "week": week.monday} | ({"who": who} if who else {})),
        told=told(),
        is_over=week < now,
        earlier=earlier,
        newest=now,
        token=DoneForm(),
        who=who if narrowed != EVERYBODY else "",
        roles=[(role.value, ROLE_NAMES[role]) for role in OTHER_ROLES],
        people=people_of_school(session, reader) if reader.is_head else (),
    )


def _narrowed(who: str, reader: Reader) -> Narrowed:
    """Return to whose items the address narrows a head's bulletin; to nothing if it is nonsense."""
    if who == "me":
        return Narrowed(person_id=reader.person_id)
    if who in {role.value for role in OTHER_ROLES}:
        return Narrowed(role=Role(who))
    if who.isascii() and who.isdigit() and len(who) <= MOST_DIGITS:
        return Narrowed(person_id=int(who))
    return EVERYBODY


def _earlier(session: Session, reader: Reader, now: Week) -> Sequence[Earlier]:
    weeks = []
    week = now
    for _ in range(LISTED):
        week = week.previous
        weeks.append(week)
    found = counts(session, reader, weeks)
    return [Earlier(each, found[each]) for each in weeks]
