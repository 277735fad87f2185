"""The rows of an entry of an earlier register: as it was, and as time has made it since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import count_schools
from directory.models import Person, Team
from foundation import clock
from foundation.progress import ImportReport
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, State, Track
from gatekeeping.past.entries import PastEntry
from gatekeeping.registry.masking import withheld_because

VALID = timedelta(days=30)
"""An answer may be late by so much before the number of a request without another end expires."""
NOTE = "Brought along from an earlier register."


@dataclass
class Loading:
    """What is known while a file is loaded."""

    authority_id: int
    la_code: str
    person_id: int
    at: datetime
    report: ImportReport = field(default_factory=ImportReport)
    seen: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)


def know_people(session: Session, loading: Loading, entries: Sequence[PastEntry]) -> None:
    """Read which authors and teams of these entries are known here."""
    own = loading.authority_id
    addresses = {entry.document.author.strip().lower() for entry in entries} - loading.people.keys()
    for email, person_id in session.execute(
        sa.select(Person.email, Person.id).where(
            Person.authority_id == own, Person.email.in_(addresses - {""})
        )
    ):
        loading.people[email] = person_id
    names = {entry.document.team.strip().lower() for entry in entries} - loading.teams.keys()
    for name, team_id in session.execute(
        sa.select(sa.func.lower(Team.name), Team.id)
        .where(Team.authority_id == own, sa.func.lower(Team.name).in_(names - {""}))
        .order_by(Team.id.desc())
    ):
        loading.teams[name] = team_id


def submission_row(session: Session, loading: Loading, entry: PastEntry) -> dict[str, Any]:
    """Return the columns of its submission."""
    document, today = entry.document, clock.local_date(loading.at)
    submitted_at = _moment(entry.sent_on or document.send_on or today, loading.at)
    state, expires_on = _aged(entry, today)
    return {
        "authority_id": loading.authority_id,
        "author_id": loading.people.get(document.author.strip().lower(), loading.person_id),
        "team_id": loading.teams.get(document.team.strip().lower()),
        "organisation_id": loading.authority_id,
        "kind": Kind(document.kind),
        "state": state,
        "track": Track.EMERGENCY if document.emergency else Track.STANDARD,
        "title": document.title,
        "document": document.as_json(),
        "send_on": document.send_on,
        "due_on": document.due_on,
        "number": entry.number,
        "version": entry.version,
        "schools": _schools(session, loading, document),
        "expires_on": expires_on,
        "created_at": submitted_at,
        "updated_at": submitted_at,
        "submitted_at": submitted_at,
        "withheld": withheld_because(document),
        "revision": 1,
    }


def _aged(entry: PastEntry, today: date) -> tuple[State, date | None]:
    """Return the state as time would have made it by now, and when its number ends."""
    document, state = entry.document, entry.state
    if state not in {State.LIVE, State.CLOSED}:
        return state, None
    if document.due_on is None:
        return state, None
    if document.due_on + VALID < today:
        return State.EXPIRED, document.due_on + VALID
    return (State.CLOSED if document.due_on < today else state), document.due_on + VALID


def _schools(session: Session, loading: Loading, document: SubmissionDocument) -> int:
    """Count the open schools, once for each audience that occurs."""
    audience = document.audience.as_audience()
    if audience.is_empty:
        return 0
    key = document.audience.model_dump_json()
    if key not in loading.counts:
        loading.counts[key] = count_schools(session, loading.authority_id, audience)
    return loading.counts[key]


def version_row(
    loading: Loading, entry: PastEntry, row: dict[str, Any], submission_id: int
) -> dict[str, Any]:
    """Return the columns of its one version; ``row`` is its submission's."""
    return {
        "authority_id": loading.authority_id,
        "submission_id": submission_id,
        "version": entry.version,
        "document": row["document"],
        "track": row["track"],
        "schools": row["schools"],
        "burden": {},
        "attachments": [],
        "submitted_by_id": row["author_id"],
        "submitted_at": row["submitted_at"],
        "law": {},
        "changes": [],
    }


def move_row(loading: Loading, row: dict[str, Any], submission_id: int) -> dict[str, Any]:
    """Return the columns of the move that its history begins with."""
    return {
        "authority_id": loading.authority_id,
        "submission_id": submission_id,
        "version": row["version"],
        "before": State.DRAFT,
        "after": row["state"],
        "by_id": None,
        "at": loading.at,
        "note": NOTE,
    }


def _moment(day: date, latest: datetime) -> datetime:
    """Return nine o'clock of that day, but never a moment to come."""
    local = datetime.combine(day, time(9), clock.LOCAL)
    return min(local.astimezone(UTC), latest)
