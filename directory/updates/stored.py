"""The schools of an authority as they are stored, in the form in which files are compared."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import (
    Membership,
    Organisation,
    Person,
    PersonState,
    Role,
    School,
    SchoolStatus,
)
from directory.models_updates import LinkKind, SchoolLink
from directory.updates.reading import Link
from foundation.bulk import insert_missing

MOST = 20_000
"""Schools, open or closed, of one authority: far more than any has."""
OWN = frozenset({"id", "authority_id", "urn", "la_code", "trust_id", "email", "imported_at"})
"""Columns that no comparison speaks of. ``email`` is the portal's own: GIAS does not publish it."""
DAYS = ("opened_on", "closed_on", "changed_in_gias_on")

Values = dict[str, Any]


def schools(session: Session, authority_id: int) -> tuple[dict[int, Values], dict[int, int]]:
    """Return the values of every school by URN, and their ids by URN: one statement."""
    trust = Organisation
    rows = session.execute(
        sa.select(School.__table__, trust.code.label("trust_code"), trust.name.label("trust_name"))
        .select_from(School)
        .outerjoin(trust, trust.id == School.trust_id)
        .where(School.authority_id == authority_id)
        .order_by(School.urn)
        .limit(MOST)
    ).mappings()
    values, ids = {}, {}
    for row in rows:
        found = {name: row[name] for name in School.__table__.columns.keys() if name not in OWN}  # noqa: SIM118
        found["trust"] = [row["trust_code"], row["trust_name"]] if row["trust_id"] else None
        values[row["urn"]], ids[row["urn"]] = found, row["id"]
    return values, ids


def values_of(school: School) -> Values:
    """Return one school's values in the same form."""
    table = School.__table__
    found = {name: getattr(school, name) for name in table.columns.keys() if name not in OWN}  # noqa: SIM118
    trust = school.trust
    found["trust"] = [trust.code, trust.name] if trust else None
    return found


def heads(session: Session, authority_id: int) -> dict[int, str]:
    """Return the name of who is head in the portal, by their school's URN: one statement."""
    rows = session.execute(
        sa.select(School.urn, Person.name)
        .join(Membership, Membership.school_id == School.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            School.authority_id == authority_id,
            Membership.role == Role.HEAD,
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Membership.id)
        .limit(MOST)
    )
    return {row.urn: row.name for row in rows}


def keep_links(session: Session, authority_id: int, links: Iterable[Link]) -> None:
    """Store which schools followed which; what is known already stays."""
    rows = [
        {
            "authority_id": authority_id,
            "urn": link.urn,
            "link_urn": link.successor,
            "kind": LinkKind.SUCCESSOR,
            "established_on": link.established_on,
        }
        for link in links
    ]
    insert_missing(session, SchoolLink, rows)


def successors(session: Session, authority_id: int) -> dict[int, list[int]]:
    """Return the URNs that follow each school, as far as any file ever said: one statement."""
    rows = session.execute(
        sa.select(SchoolLink.urn, SchoolLink.link_urn)
        .where(SchoolLink.authority_id == authority_id, SchoolLink.kind == LinkKind.SUCCESSOR)
        .order_by(SchoolLink.urn, SchoolLink.link_urn)
        .limit(10 * MOST)
    )
    found: dict[int, list[int]] = {}
    for urn, link in rows:
        found.setdefault(urn, []).append(link)
    return found


def as_json(values: Mapping[str, Any] | None) -> Values | None:
    """Write values for keeping: days as in ISO 8601, statuses as their words."""
    if values is None:
        return None
    return {name: _plain(value) for name, value in values.items()}


def from_json(values: Mapping[str, Any]) -> Values:
    """Read kept values back."""
    found = dict(values)
    for name in DAYS:
        if found.get(name):
            found[name] = date.fromisoformat(found[name])
    if "status" in found:
        found["status"] = SchoolStatus(found["status"])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, SchoolStatus) else value
