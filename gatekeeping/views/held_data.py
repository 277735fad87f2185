"""The catalogue of held data: browsing and searching it, and one data set."""

from collections.abc import Iterable

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.kinds import TYPE_NAMES
from directory.models import Role
from foundation import audit, clock
from foundation.errors import NotFoundError
from foundation.web import db_session
from gatekeeping.holdings.access import STATE_NAMES as ACCESS_NAMES
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.holdings.freshness import freshness
from gatekeeping.holdings.listing import as_csv
from gatekeeping.holdings.reading import catalogue_of
from gatekeeping.holdings.requests import recent_of
from gatekeeping.holdings.searching import Choice, owners, search, subjects
from gatekeeping.holdings.sets import changes_of, coverage_of, find_set, retired_sets
from gatekeeping.models import DataSet
from gatekeeping.views import bp

OFFICE = (
    Role.OFFICER,
    Role.GATEKEEPER,
    Role.LEGAL,
    Role.GOVERNANCE,
    Role.EXECUTIVE,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
READERS = (*OFFICE, Role.HEAD)
"""Heads too: much of it is data about their schools."""
LONGEST_SEARCH = 200
FIELD_NAMES = {
    "title": "Title",
    "owner": "Owner",
    "refreshed": "How often it is refreshed",
    "grain": "What one row is about",
    "covers": "Which schools it covers",
    "types": "Kinds of schools",
    "as_at": "Last refreshed on",
    "team_id": "Team that is asked for access",
    "contact_id": "Person who is asked for access",
    "in use": "In use",
    "name": "Name",
    "called": "Other names",
    "personal": "Personal data",
    "code": "Code",
}


@bp.get("/data-held")
@needs(*READERS)
def held_data() -> ResponseReturnValue:
    """Show what is held already, narrowed by any name people use, owner, subject and schools."""
    session, authority_id = db_session(), hat().authority_id
    catalogue = catalogue_of(session, authority_id)
    choice = _choice(catalogue)
    is_administrator = hat().role is Role.ADMINISTRATOR
    return render_template(
        "gatekeeping/held/list.html",
        found=search(catalogue, choice, clock.local_date(clock.now())),
        choice=choice,
        narrowed=choice != Choice(),
        owners=owners(catalogue),
        subjects=subjects(catalogue),
        types=TYPE_NAMES,
        total=len(catalogue.holdings),
        retired=retired_sets(session, authority_id) if is_administrator else (),
        may_change=is_administrator,
        is_office=hat().role in OFFICE,
    )


@bp.get("/data-held.csv")
@needs(*OFFICE, writes=True)
def held_data_file() -> ResponseReturnValue:
    """Give the catalogue as a CSV file, with the columns in which it can be read again."""
    session, authority_id = db_session(), hat().authority_id
    catalogue = catalogue_of(session, authority_id)
    audit.record(
        session,
        authority_id=authority_id,
        action="holdings.exported",
        subject="held_catalogue",
        by=hat().person_id,
        at=clock.now(),
        detail={"data_sets": len(catalogue.holdings), "items": len(catalogue.items)},
    )
    session.commit()
    response = Response(as_csv(catalogue), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="held-data.csv")
    return response


@bp.get("/data-held/<held>")
@needs(*READERS)
def held_set(held: str) -> ResponseReturnValue:
    """Show one data set: its items, its owner, how fresh it is, whom it covers, who asked."""
    session, authority_id = db_session(), hat().authority_id
    catalogue = catalogue_of(session, authority_id)
    row = find_set(session, authority_id, held)
    holding = catalogue.holding(held)
    if holding is None:
        return _retired(row)
    is_office = hat().role in OFFICE
    return render_template(
        "gatekeeping/held/show.html",
        holding=holding,
        items=catalogue.items_of(held),
        row=row,
        fresh=freshness(holding, clock.local_date(clock.now())),
        coverage=coverage_of(session, authority_id, holding),
        asked=recent_of(session, row) if row and is_office else (),
        changes=changes_of(session, row) if row and is_office else (),
        field_names=FIELD_NAMES,
        access_names=ACCESS_NAMES,
        is_office=is_office,
        may_ask=hat().role is Role.OFFICER,
        may_change=hat().role is Role.ADMINISTRATOR,
    )


def _retired(row: DataSet | None) -> str:
    """Show a data set that is out of use, and to administrators the way back."""
    if row is None or hat().role not in OFFICE:
        raise NotFoundError
    return render_template(
        "gatekeeping/held/retired.html",
        row=row,
        changes=changes_of(db_session(), row),
        field_names=FIELD_NAMES,
        may_change=hat().role is Role.ADMINISTRATOR,
    )


def _choice(catalogue: Catalogue) -> Choice:
    """Return what is looked for; what is no choice narrows nothing."""
    return Choice(
        q=request.args.get("q", "").strip()[:LONGEST_SEARCH],
        owner=_one_of("owner", owners(catalogue)),
        about=_one_of("about", subjects(catalogue)),
        covers=_one_of("covers", TYPE_NAMES),
        personal=_one_of("personal", ("yes", "no")),
        census=_one_of("census", ("yes", "no")),
    )


def _one_of(name: str, allowed: Iterable[str]) -> str:
    value = request.args.get(name, "")
    return value if value in set(allowed) else ""
