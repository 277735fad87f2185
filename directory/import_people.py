"""Importing the people at schools. Nobody is ever removed; a new head replaces the one before."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import HeadChanged, PersonLeft
from directory.models import RECIPIENTS, Membership, Role, School
from directory.people_rows import OFFICE, Entry, Reader
from directory.reporting_lines import is_about_an_officer, set_managers
from directory.roster import (
    Details,
    Place,
    Places,
    current_places,
    people_by_email,
    schools_by_urn,
    write_people,
)
from foundation import audit
from foundation.bulk import batches, insert_all, update_all
from foundation.outbox import publish
from foundation.progress import ImportReport, Progress, silent
from foundation.spreadsheets import read_rows

REQUIRED = ("urn", "email", "name")


def import_people(
    session: Session,
    authority_id: int,
    path: Path,
    *,
    at: datetime,
    by: int | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Add people and their places at schools, found again by e-mail address.

    Columns: ``urn``, ``email``, ``name`` and, where the file has them, ``role`` (``head``,
    ``staff``, ``governor``, ``clerk``, ``early_years``, or ``office`` for the school's own
    mailbox; empty is staff),
    ``job_title``, ``telephone`` and ``office_email``. An empty cell leaves what is known. A row of
    role ``officer`` needs no URN: it says to whom an officer who is known reports, in the column
    ``manager_email``. The same file again changes nothing. Adds one audit entry.

    Raises BrokenFileError when the file cannot be read at all.
    """
    sheet = read_rows(path, required=REQUIRED)
    report = ImportReport()
    reader = Reader(report, schools_by_urn(session, authority_id))
    done = 0
    for rows in batches(sheet.rows):
        officers = [row for row in rows if is_about_an_officer(row)]
        schools = [row for row in rows if not is_about_an_officer(row)]
        entries = [entry for row in schools if (entry := reader.read(row))]
        _Batch(session, authority_id, report, at).take(entries)
        if officers:
            set_managers(session, authority_id, officers, report)
        progress(rows[-1].position - done)
        done = rows[-1].position
    progress(sheet.size - done)
    audit.record(
        session,
        authority_id=authority_id,
        action="people.imported",
        subject="authority",
        subject_id=authority_id,
        by=by,
        at=at,
        detail={name: getattr(report, name) for name in ("added", "changed", "unchanged")},
    )
    return report


@dataclass
class _Batch:
    """Writes one batch of rows in a handful of statements."""

    session: Session
    authority_id: int
    report: ImportReport
    at: datetime
    added: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)

    def take(self, entries: list[Entry]) -> None:
        """Write the rows and count each as added, changed or unchanged."""
        people = [entry for entry in entries if entry.role != OFFICE]
        known = people_by_email(self.session, self.authority_id, {e.email for e in people})
        named = known.keys() | {entry.email for entry in people if entry.name}
        people = [entry for entry in people if self._is_complete(entry, named)]
        wanted: dict[str, Details] = {}
        for entry in people:
            details = Details(entry.name, entry.telephone)
            wanted[entry.email] = wanted.get(entry.email, details).filled_from(details)
        for entry in people:
            if entry.email not in known:
                self.added.add(entry.line)
            elif known[entry.email].differs(wanted[entry.email]):
                self.changed.add(entry.line)
        ids = write_people(self.session, self.authority_id, known, wanted, at=self.at)
        self._write_places(people, ids)
        self._write_mailboxes(entries)
        for entry in [*people, *(entry for entry in entries if entry.role == OFFICE)]:
            if entry.line in self.added:
                self.report.added += 1
            elif entry.line in self.changed:
                self.report.changed += 1
            else:
                self.report.unchanged += 1

    def _is_complete(self, entry: Entry, named: AbstractSet[str]) -> bool:
        if entry.email in named:
            return True
        self.report.reject(entry.line, "name", "a person who is new needs a name")
        return False

    def _write_places(self, entries: list[Entry], ids: dict[str, int]) -> None:
        places = current_places(self.session, self.authority_id, {ids[e.email] for e in entries})
        fresh, retitled = [], []
        written: set[tuple[int, int, str]] = set()
        for entry in entries:
            person_id = ids[entry.email]
            key = (person_id, entry.school_id, entry.role)
            if key in written:
                continue  # two addresses of one person, whose entries were merged
            written.add(key)
            place = _place_in_role(places, person_id, entry)
            if place is None:
                self.added.add(entry.line)
                fresh.append(
                    {
                        "authority_id": self.authority_id,
                        "person_id": person_id,
                        "school_id": entry.school_id,
                        "role": Role(entry.role),
                        "job_title": entry.job_title,
                        "started_at": self.at,
                    }
                )
            elif entry.job_title not in ("", place.job_title):
                self.changed.add(entry.line)
                retitled.append({"id": place.id, "job_title": entry.job_title})
        heads = {e.school_id: ids[e.email] for e in entries if e.role == Role.HEAD}
        replaced = self._end_other_heads(heads)
        insert_all(self.session, Membership, fresh)
        update_all(self.session, Membership, retitled)
        self._tell_of_heads(heads, replaced)

    def _end_other_heads(self, heads: dict[int, int]) -> list[tuple[int, int]]:
        """End the heads before; return the school's and the person's id of each."""
        if not heads:
            return []
        rows = self.session.execute(
            sa.select(Membership.id, Membership.school_id, Membership.person_id)
            .where(
                Membership.authority_id == self.authority_id,
                Membership.school_id.in_(sorted(heads)),
                Membership.role == Role.HEAD,
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.id)
        )
        others = [row for row in rows if row.person_id != heads[row.school_id or 0]]
        update_all(
            self.session, Membership, [{"id": row.id, "ended_at": self.at} for row in others]
        )
        return [(row.school_id or 0, row.person_id) for row in others]

    def _tell_of_heads(self, heads: dict[int, int], replaced: list[tuple[int, int]]) -> None:
        """Let what lay with the heads before follow; those still at the school keep their own."""
        places = current_places(self.session, self.authority_id, {who for _, who in replaced})
        for school_id, former_id in replaced:
            new_id = heads[school_id]
            changed = HeadChanged(self.authority_id, school_id, new_id)
            publish(self.session, changed, at=self.at)
            if all(p.role not in RECIPIENTS for p in places.get((former_id, school_id), ())):
                left = PersonLeft(self.authority_id, school_id, former_id, to_id=new_id)
                publish(self.session, left, at=self.at)

    def _write_mailboxes(self, entries: Iterable[Entry]) -> None:
        wanted = {entry.school_id: entry for entry in entries if entry.office_email}
        if not wanted:
            return
        rows = self.session.execute(
            sa.select(School.id, School.email).where(
                School.authority_id == self.authority_id, School.id.in_(sorted(wanted))
            )
        )
        changes = []
        for row in rows:
            entry = wanted[row.id]
            if row.email != entry.office_email:
                self.changed.add(entry.line)
                changes.append({"id": row.id, "email": entry.office_email})
        update_all(self.session, School, changes)


def _place_in_role(places: Places, person_id: int, entry: Entry) -> Place | None:
    for place in places.get((person_id, entry.school_id), ()):
        if place.role == entry.role:
            return place
    return None
