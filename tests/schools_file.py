"""Small made-up files in the layout of GIAS, for tests of updates."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from directory.models import School
from directory.models_updates import SchoolChange, SchoolsUpdate
from directory.updates.choosing import Chosen
from directory.updates.staging import Put, compare_waiting, put_up
from foundation.db import Database
from foundation.files import FileStore
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON

DEFAULTS = {
    "URN": "",
    "LA (code)": "888",
    "LA (name)": "Lancashire",
    "EstablishmentName": "",
    "TypeOfEstablishment (code)": "01",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentStatus (code)": "1",
    "OpenDate": "",
    "CloseDate": "",
    "PhaseOfEducation (code)": "2",
    "PhaseOfEducation (name)": "Primary",
    "NumberOfPupils": "",
    "Trusts (code)": "",
    "Trusts (name)": "",
    "Town": "",
    "HeadTitle (name)": "",
    "HeadFirstName": "",
    "HeadLastName": "",
}
SHORT = {
    "urn": "URN",
    "la": "LA (code)",
    "name": "EstablishmentName",
    "type": "TypeOfEstablishment (code)",
    "type_name": "TypeOfEstablishment (name)",
    "status": "EstablishmentStatus (code)",
    "opened": "OpenDate",
    "closed": "CloseDate",
    "pupils": "NumberOfPupils",
    "trust": "Trusts (code)",
    "trust_name": "Trusts (name)",
    "town": "Town",
    "title": "HeadTitle (name)",
    "first": "HeadFirstName",
    "last": "HeadLastName",
}
ACADEMY = {"type": "34", "type_name": "Academy converter"}
CLOSED = {"status": "2", "closed": "31-08-2026"}


def row(urn: int, name: str, **cells: object) -> dict[str, str]:
    """Return a row; cells are named as in ``SHORT``."""
    given = {"urn": urn, "name": name, **cells}
    return {**DEFAULTS, **{SHORT[key]: str(value) for key, value in given.items()}}


def write(
    place: Path,
    rows: Iterable[dict[str, str]],
    *,
    encoding: str = "cp1252",
    without: Sequence[str] = (),
) -> Path:
    """Write the rows as GIAS does."""
    columns = [column for column in DEFAULTS if column not in without]
    with place.open("w", encoding=encoding, newline="") as target:
        writer = csv.DictWriter(target, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return place


def write_links(place: Path, *pairs: tuple[int, int]) -> Path:
    """Write that each first school is followed by the second."""
    lines = ["URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"]
    lines += [f"{urn},{after},Ysgol Maes–Glas,Successor,01-09-2026" for urn, after in pairs]
    place.write_text("\r\n".join(lines), encoding="cp1252")
    return place


def put_up_and_compare(
    database: Database,
    folder: Path,
    rows: Iterable[dict[str, str]],
    *pairs: tuple[int, int],
    authority_id: int,
    at: datetime,
    apply_details: bool = False,
) -> SchoolsUpdate:
    """Put up a file (and its links) and let a worker compare it; return the update."""
    store = FileStore(folder / "files")

    def keep(place: Path) -> Put:
        with place.open("rb") as stream:
            return Put(place.name, store.put(stream, most=1_000_000).sha256)

    links = keep(write_links(folder / "links.csv", *pairs)) if pairs else None
    file = keep(write(folder / "schools.csv", rows))
    with database.transaction(authority=authority_id) as session:
        update = put_up(
            session, authority_id, file, links=links, apply_details=apply_details, by=None, at=at
        )
    compare_waiting(database, store, at=at)
    with database.session(authority=authority_id, writes=False) as session:
        return session.get_one(SchoolsUpdate, update.id)


LATER = NOON + timedelta(days=400)


def every(update):
    return Chosen(update.id, None)


def as_row(school, **cells):
    return row(school.urn, school.name, **{"town": school.town, **cells})


def changes(session):
    return list(
        session.scalars(sa.select(SchoolChange).order_by(SchoolChange.turn, SchoolChange.id))
    )


def school_of(session, urn):
    return session.scalars(sa.select(School).where(School.urn == urn)).one()


def events(session):
    return [
        (each.name, each.payload)
        for each in session.scalars(sa.select(OutboxEvent).order_by(OutboxEvent.id))
    ]
