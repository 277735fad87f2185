"""The register: open to everybody, with what the public may not see masked."""

from collections.abc import Iterator

from flask import Response, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import anyone, hat
from directory.authorities import authority_for_host
from directory.models import ORGANISATION_ROLES, Role
from foundation import clock
from foundation.errors import NotFoundError
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import Cell, csv_lines
from foundation.web import db_session
from gatekeeping.models import Kind, State
from gatekeeping.moves import STATE_NAMES
from gatekeeping.registry.register import (
    PAGE,
    STATUS_NAMES,
    Search,
    Status,
    every_entry,
    find_entry,
    list_register,
    teams,
)
from gatekeeping.registry.register_entries import Entry
from gatekeeping.views import bp
from gatekeeping.views.deciding import AUTHORITY
from gatekeeping.wording import KINDS

INSIDERS = ORGANISATION_ROLES - {Role.OFFICER}
"""They see every number, those that wait too, and everything as it was written."""
STATES = {
    **STATE_NAMES,
    State.CHALLENGED: "Question asked",
    State.RETURNED: "Returned to the officer",
}
COLUMNS = (
    "Number",
    "Version",
    "Title",
    "Owner",
    "Kind",
    "State",
    "Track",
    "Schools",
    "Hours a year",
    "Cost to schools in pounds",
    "Minutes a year at each school",
    "What the law says",
    "Decision",
    "Decided on",
    "Reasons",
    "Conditions",
    "Submitted on",
    "Valid to",
)
SHORT_KINDS = {Kind.COMMUNICATION: "Information", Kind.DATA_REQUEST: "Request"}


@bp.get("/register", endpoint="register")
@anyone()
def register_list() -> ResponseReturnValue:
    """Search everything that has a number."""
    session, authority_id = opened()
    search, chosen = _search()
    page = page_asked(request.args)
    found = list_register(session, authority_id, search, page=page)
    return render_template(
        "gatekeeping/register.html",
        listed=found,
        chosen=chosen,
        teams=teams(session, authority_id),
        statuses=[one for one in Status if not (search.open_only and one is Status.WAITING)],
        status_names=STATUS_NAMES,
        state_names=STATES,
        kinds=KINDS,
        short_kinds=SHORT_KINDS,
        years=_years(),
        is_inside=not search.open_only,
        opens=g.get("portal_hat") is not None and hat().role in AUTHORITY,
        pages=Pages.of(found.total, page, PAGE, "gatekeeping.register", chosen),
    )


@bp.get("/register.csv")
@anyone()
def register_file() -> ResponseReturnValue:
    """Hand out everything that matches as a file, written while it is read."""
    opened()  # an unknown authority is not found here, and not in the middle of the file
    search, _ = _search()
    lines = csv_lines(COLUMNS, _streamed(search))
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="register.csv")
    return response


def _streamed(search: Search) -> Iterator[list[Cell]]:
    """Read the rows with a session of the stream's own: the request's ends before it begins."""
    session, authority_id = opened()
    yield from _rows(every_entry(session, authority_id, search))


@bp.get("/register/<number>")
@anyone()
def entry(number: str) -> ResponseReturnValue:
    """Show one number with its decisions, reasons and figures."""
    session, authority_id = opened()
    found = find_entry(session, authority_id, number, open_only=_is_outside())
    if found is None:
        raise NotFoundError
    return render_template(
        "gatekeeping/entry.html",
        entry=found[0],
        decisions=found[1],
        state_names=STATES,
        kinds=SHORT_KINDS,
        is_inside=not _is_outside(),
    )


def opened() -> tuple[Session, int]:
    """Return the session and the authority whose register this is, signed in or not."""
    session = db_session()
    if g.get("portal_hat") is not None:
        return session, hat().authority_id
    profile = authority_for_host(session, request.host.split(":")[0])
    if profile is None:
        raise NotFoundError
    return session, profile.authority_id


def _is_outside() -> bool:
    return g.get("portal_hat") is None or hat().role not in INSIDERS


def _search() -> tuple[Search, dict[str, str]]:
    values = {
        name: request.args.get(name, "").strip()[:200] for name in ("q", "status", "kind", "year")
    }
    team = request.args.get("team", "")
    values["team"] = team if team.isdecimal() and len(team) < 10 else ""  # noqa: PLR2004
    values["year"] = values["year"] if values["year"] in {str(year) for year in _years()} else ""
    search = Search(
        query=values["q"],
        status=Status(values["status"]) if values["status"] in set(Status) else None,
        team_id=int(values["team"]) if values["team"] else None,
        kind=Kind(values["kind"]) if values["kind"] in set(Kind) else None,
        year=int(values["year"]) if values["year"] else None,
        open_only=_is_outside(),
    )
    return search, values


def _years() -> list[int]:
    """Return the school years that may be chosen, this one first, by the year they begin in."""
    today = clock.local_date(clock.now())
    begun = today.year if today.month >= 9 else today.year - 1  # noqa: PLR2004 - September
    return list(range(begun, begun - 6, -1))


def _rows(entries: Iterator[Entry]) -> Iterator[list[Cell]]:
    for one in entries:
        said = one.decision
        yield [
            one.number,
            one.version,
            one.title,
            one.owner,
            SHORT_KINDS[one.kind],
            STATES[one.state],
            one.track,
            one.schools,
            round(one.hours, 2),
            one.gross_pence / 100,
            one.minutes_per_school,
            one.law,
            said.words if said else "",
            said.on.isoformat() if said else "",
            said.reason if said else "",
            "; ".join(said.conditions) if said else "",
            one.submitted_on.isoformat() if one.submitted_on else "",
            one.expires_on.isoformat() if one.expires_on else "",
        ]
