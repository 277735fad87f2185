"""Looking at a school year: terms, busy dates, months; and who has dates of its own."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs
from directory.busy_dates import busy_dates
from directory.calendars import Busy, Place, calendar_of_place
from directory.keepers import (
    AUTHORITY,
    Keeper,
    above,
    keeper_of_trust,
    keeper_of_urn,
    own_dates,
    trusts_of,
)
from directory.kinds import PHASE_NAMES
from directory.models import Role
from directory.models_calendar import TermDates
from directory.school_days import Calendar, school_year_of, year_label
from directory.term_dates import FIRST_YEAR, LAST_YEAR, read_year, terms_of
from directory.views import bp
from directory.year_view import TermLine, first_and_last, months_of, school_days_between
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session

READERS = (
    Role.HEAD,
    Role.OFFICER,
    Role.GATEKEEPER,
    Role.LEGAL,
    Role.GOVERNANCE,
    Role.EXECUTIVE,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.TRUST,
)
PAGE = 50
MOST_DIGITS = 9


@bp.get("/calendar")
@needs(*READERS)
def year() -> ResponseReturnValue:
    """Show a school year of the authority, or of the school or trust named in the address."""
    session, authority_id = db_session(), hat().authority_id
    keeper, label = keeper_asked(session), year_asked()
    kept_of, rows = _kept(session, keeper, label)
    place: Place = (keeper.school_id, keeper.trust_id)
    calendar = calendar_of_place(session, authority_id, place, label)
    first, last = first_and_last(label)
    busy = busy_dates(session, authority_id, start=first, end=last)
    marks = [
        Busy(row.starts_on, row.ends_on, row.what, tuple(row.phases), row.approximate)
        for row in busy
    ]
    return render_template(
        "directory/calendar/year.html",
        keeper=keeper,
        address=address(keeper),
        is_own=kept_of == keeper,
        kept_of=kept_of,
        year=label,
        years=_around(label),
        terms=[_line(row, calendar) for row in rows],
        total=len(calendar.open),
        months=months_of(label, calendar, marks),
        known=bool(calendar.known),
        busy=busy,
        phase_names=PHASE_NAMES,
        may_change=hat().role is Role.ADMINISTRATOR,
    )


@bp.get("/calendar/own")
@needs(*READERS)
def own() -> ResponseReturnValue:
    """List the trusts and schools with term dates of their own, and find any other school."""
    session, authority_id = db_session(), hat().authority_id
    problem = ""
    if "urn" in request.args:
        try:
            keeper_asked(session)
        except NotFoundError as fault:
            problem = str(fault)
        else:
            return redirect(year_page(None, {"urn": request.args["urn"].strip()}))
    text = request.args.get("page", "")
    page = min(max(int(text), 1), 1000) if text.isdecimal() and len(text) <= MOST_DIGITS else 1
    found = own_dates(session, authority_id, page=page, size=PAGE)
    may_change = hat().role is Role.ADMINISTRATOR
    return render_template(
        "directory/calendar/own.html",
        places=found[:PAGE],
        problem=problem,
        page=page,
        has_more=len(found) > PAGE,
        trusts=trusts_of(session, authority_id) if may_change else [],
        may_change=may_change,
    )


def keeper_asked(session: Session) -> Keeper:
    """Return whose dates the address asks for; a headteacher's own school when it says nothing.

    Raises NotFoundError for a school or trust that the authority does not have.
    """
    urn, trust = request.args.get("urn", "").strip(), request.args.get("trust", "").strip()
    if "urn" in request.args:
        if not urn.isdecimal() or len(urn) > MOST_DIGITS:
            raise NotFoundError("A URN is a number of six digits, such as 119100.")
        return keeper_of_urn(session, hat().authority_id, int(urn))
    if trust:
        return keeper_of_trust(session, hat().authority_id, trust)
    school = hat().school
    if school is not None and "all" not in request.args:
        return Keeper(school.name, school_id=school.id)
    return AUTHORITY


def year_asked() -> str:
    """Return the school year that the address asks for; this one when it makes no sense."""
    try:
        return read_year(request.args.get("year", ""))
    except Refusal:
        return school_year_of(clock.local_date(clock.now()))


def address(keeper: Keeper) -> dict[str, str]:
    """Return what in an address leads to the same keeper again."""
    words = {name: request.args[name] for name in ("urn", "trust", "all") if request.args.get(name)}
    return words if keeper != AUTHORITY or "all" in words else {}


def year_page(label: str | None, words: dict[str, str]) -> str:
    """Return the address of a school year (none: this one) of the keeper that the words name."""
    values: dict[str, Any] = {"year": label, **words}
    return url_for("calendar.year", **values)


def _kept(session: Session, keeper: Keeper, label: str) -> tuple[Keeper, list[TermDates]]:
    """Return whose dates a keeper keeps in a school year, and the terms."""
    authority_id = hat().authority_id
    if own := terms_of(session, authority_id, keeper, [label]):
        return keeper, own
    for other in above(session, keeper) if keeper != AUTHORITY else ():
        if rows := terms_of(session, authority_id, other, [label]):
            return other, rows
    return AUTHORITY, []


def _around(label: str) -> list[str]:
    first = int(label[:4])
    return [
        year_label(other)
        for other in range(first - 1, first + 2)
        if FIRST_YEAR <= other <= LAST_YEAR
    ]


def _line(row: TermDates, calendar: Calendar) -> TermLine:
    return TermLine(
        row.id,
        row.term,
        row.starts_on,
        row.ends_on,
        tuple(date.fromisoformat(off) for off in row.days_off),
        school_days_between(calendar, row.starts_on, row.ends_on),
    )
