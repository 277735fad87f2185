"""How much mail went round the gate: by team and month, for those who watch it and teams' heads."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs
from directory.models import AuthorityProfile, Role
from foundation import clock
from foundation.charts import line_chart
from foundation.spreadsheets import Cell, write_csv
from foundation.web import db_session, nonce
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.cases.counting import (
    COUNTED,
    MOST_CASES,
    ByTeam,
    Led,
    by_team,
    cases_of,
    led_by,
    looked_at,
)
from gatekeeping.mailgate.cases.moves import state_name
from gatekeeping.views import bp

WATCHERS = (Role.GATEKEEPER, Role.EXECUTIVE, Role.AUDITOR, Role.ADMINISTRATOR)


@bp.get("/bypass/teams")
@needs(Role.OFFICER, *WATCHERS)
def bypass_teams() -> ResponseReturnValue:
    """Show the counts of all teams, or to a head those of the teams that report to them."""
    session, worn, at = db_session(), hat(), clock.now()
    led = _led(session)
    if led is not None and not led:
        return render_template("gatekeeping/bypass/no_teams.html")
    found = by_team(session, worn.authority_id, at=at, teams=led)
    repeats = protocol_of(session, worn.authority_id).bypass_repeats
    return render_template(
        "gatekeeping/bypass/teams.html",
        found=found,
        columns=COUNTED,
        led=led,
        chart=_chart(session, found),
        cases=cases_of(session, worn.authority_id, led, at=at, repeats=repeats) if led else [],
        most=MOST_CASES,
        repeats=repeats,
        state_name=state_name,
        local_date=clock.local_date,
        looked=looked_at(session, worn.authority_id, at=at) if led is None else None,
    )


@bp.get("/bypass/teams.csv")
@needs(Role.OFFICER, *WATCHERS)
def bypass_teams_file() -> ResponseReturnValue:
    """Hand out the same counts as a file."""
    session, worn = db_session(), hat()
    found = by_team(session, worn.authority_id, at=clock.now(), teams=_led(session))
    rows: list[list[Cell]] = [
        [f"{first:%Y-%m}", team, *(counts[name] for name in COUNTED)]
        for first, team, counts in found.rows
    ]
    response = Response(write_csv(("Month", "Team", *COUNTED.values()), rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="mail-round-the-gate.csv")
    return response


def _led(session: Session) -> Led | None:
    """Return the teams to which an officer is narrowed; None for those who see all."""
    worn = hat()
    if worn.role is not Role.OFFICER:
        return None
    return led_by(session, worn.authority_id, worn.person_id)


def _chart(session: Session, found: ByTeam) -> str:
    profile = session.get_one(AuthorityProfile, hat().authority_id)
    gateway = [counts["held"] + counts["seen"] for _, counts in found.months]
    reported = [counts["reported"] for _, counts in found.months]
    return line_chart(
        "Mail that went round the gate, by month",
        [f"{first:%b}" for first, _ in found.months],
        [("Held or seen", gateway), ("Reported", reported)],
        most=max([*gateway, *reported], default=0),
        colour=profile.colour,
        nonce=nonce(),
        names_last=False,
    )
