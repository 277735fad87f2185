"""To whom officers report: set from a file, and the list of those of whom it is not known."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Membership, Person, PersonState, Role
from directory.people_rows import email_in
from foundation.bulk import update_all
from foundation.progress import ImportReport
from foundation.spreadsheets import BadCellError, Row

COLUMN = "manager_email"


def is_about_an_officer(row: Row) -> bool:
    """Tell whether a row of a file of people is about an officer, not about a school."""
    return row.cells.get("role", "").strip().casefold() == Role.OFFICER.value


def set_managers(
    session: Session, authority_id: int, rows: Iterable[Row], report: ImportReport
) -> None:
    """Set the line managers that these rows name; count each row, reject what cannot be used.

    ``email`` and ``manager_email`` are officers who are known already; an empty ``manager_email``
    leaves what is known. Two statements, whatever the number of rows of a batch.
    """
    wanted = [pair for row in rows if (pair := _read(row, report))]
    addresses = {address for _, *pair in wanted for address in pair}
    officers = _officers(session, authority_id, addresses)
    changes = []
    for line, email, manager in wanted:
        if not manager:
            report.unchanged += 1
            continue
        places, leader = officers.get(email, []), officers.get(manager)
        if not places or not leader:
            column = COLUMN if places else "email"
            who = manager if places else email
            report.reject(line, column, f"{who} is no officer of this authority")
            continue
        person_id = leader[0].person_id
        moved = [place.id for place in places if place.manager_id != person_id]
        changes += [{"id": place_id, "manager_id": person_id} for place_id in moved]
        report.changed += bool(moved)
        report.unchanged += not moved
    update_all(session, Membership, changes)


def without_manager(
    session: Session, authority_id: int, *, page: int, size: int
) -> tuple[Sequence[Membership], int]:
    """Return a page of the officers of whom no manager is known, by name, and how many they are."""
    conditions = (
        Membership.authority_id == authority_id,
        Membership.role == Role.OFFICER,
        Membership.ended_at.is_(None),
        Membership.manager_id.is_(None),
        Person.state == PersonState.ACTIVE,
    )
    query = sa.select(Membership).join(Membership.person).where(*conditions)
    total = session.scalar(
        sa.select(sa.func.count())
        .select_from(Membership)
        .join(Membership.person)
        .where(*conditions)
    )
    found = session.scalars(
        query.options(joinedload(Membership.person), joinedload(Membership.team))
        .order_by(Person.name, Membership.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return found.all(), total or 0


def _read(row: Row, report: ImportReport) -> tuple[int, str, str] | None:
    if row.problem:
        report.reject(row.line, None, row.problem)
        return None
    try:
        email = email_in(row.cells, "email")
        manager = email_in(row.cells, COLUMN) if row.cells.get(COLUMN, "").strip() else ""
    except BadCellError as fault:
        report.reject(row.line, fault.column, str(fault))
        return None
    if email == manager:
        report.reject(row.line, COLUMN, "nobody is their own manager")
        return None
    return row.line, email, manager


def _officers(
    session: Session, authority_id: int, addresses: set[str]
) -> dict[str, list[sa.Row[tuple[str, int, int, int | None]]]]:
    rows = session.execute(
        sa.select(Person.email, Membership.id, Membership.person_id, Membership.manager_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.authority_id == authority_id,
            Person.email.in_(sorted(addresses - {""})),
            Membership.role == Role.OFFICER,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
    )
    found: dict[str, list[sa.Row[tuple[str, int, int, int | None]]]] = {}
    for row in rows:
        found.setdefault(row.email, []).append(row)
    return found
