"""Importing who owns which category. An owner is replaced, never deleted."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.rows import REQUIRED, Reader, Wish
from categories.catalogue import current_categories
from categories.models import Cover, Owner
from directory.models import Membership, Role
from directory.roster import (
    Details,
    Known,
    Place,
    Places,
    current_places,
    people_by_email,
    schools_by_urn,
    write_people,
)
from foundation import audit
from foundation.bulk import batches, insert_all, update_all
from foundation.progress import ImportReport, Progress, silent
from foundation.spreadsheets import read_rows

NOBODY = (None, None)
ROLES_IN_ORDER = (Role.STAFF, Role.HEAD, Role.GOVERNOR)
"""Whose job title is meant when a person has several places at one school."""


def import_owners(
    session: Session,
    authority_id: int,
    path: Path,
    *,
    at: datetime,
    by: int | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Make the people in the file the owners of their categories; the same again changes nothing.

    Columns as ``categories.bulk.rows.COLUMNS``. People who are new are added, with a place as
    staff at the school. An empty cell leaves what is known, and a row without a cover leaves a
    cover alone. A cover must be somebody who has a place at the school, or who gets one by another
    row. Adds one audit entry.

    Raises BrokenFileError when the file cannot be read at all.
    """
    sheet = read_rows(path, required=REQUIRED)
    report = ImportReport()
    reader = Reader(
        report, schools_by_urn(session, authority_id), _categories(session, authority_id)
    )
    wishes, done = [], 0
    for rows in batches(sheet.rows):
        wishes += [wish for row in rows if (wish := reader.read(row))]
        progress((rows[-1].position - done) // 2)
        done = rows[-1].position
    _Import(session, authority_id, report, at).take(wishes)
    progress(sheet.size - done // 2)
    audit.record(
        session,
        authority_id=authority_id,
        action="owners.imported",
        subject="authority",
        subject_id=authority_id,
        by=by,
        at=at,
        detail={name: getattr(report, name) for name in ("added", "changed", "unchanged")},
    )
    return report


def _categories(session: Session, authority_id: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for category in current_categories(session, authority_id):
        for name in (category.slug, str(category.number), " ".join(category.heading.split())):
            found.setdefault(name.casefold(), category.id)
    return found


@dataclass
class _Import:
    """Writes all rows of a file, a bounded number of statements for every thousand."""

    session: Session
    authority_id: int
    report: ImportReport
    at: datetime
    changed: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)

    def take(self, wishes: list[Wish]) -> None:
        """Write people, then places, then owners, then covers; count each row once."""
        known = people_by_email(self.session, self.authority_id, _addresses(wishes))
        named = known.keys() | {wish.email for wish in wishes if wish.name}
        wishes = [wish for wish in wishes if self._is_complete(wish, named)]
        ids = self._write_people(wishes, known)
        places = current_places(self.session, self.authority_id, ids.values())
        self._write_places(wishes, ids, places)
        wishes = [wish for wish in wishes if self._may_cover(wish, ids, places)]
        owners = self._owners(wishes)
        self._write_owners(wishes, ids, owners)
        self._write_covers([wish for wish in wishes if wish.cover], ids)
        for wish in wishes:
            if (wish.school_id, wish.category_id) not in owners:
                self.report.added += 1
            elif wish.line in self.changed:
                self.report.changed += 1
            else:
                self.report.unchanged += 1
        self.report.rejected.sort(key=lambda bad: bad.line)

    def _is_complete(self, wish: Wish, named: AbstractSet[str]) -> bool:
        if wish.email in named:
            return True
        self.report.reject(wish.line, "name", "a person who is new needs a name")
        return False

    def _write_people(self, wishes: list[Wish], known: dict[str, Known]) -> dict[str, int]:
        wanted: dict[str, Details] = {}
        for wish in wishes:
            details = Details(wish.name, wish.telephone)
            wanted[wish.email] = wanted.get(wish.email, details).filled_from(details)
        self.changed |= {
            wish.line
            for wish in wishes
            if wish.email in known and known[wish.email].differs(wanted[wish.email])
        }
        return write_people(self.session, self.authority_id, known, wanted, at=self.at)

    def _write_places(self, wishes: list[Wish], ids: dict[str, int], places: Places) -> None:
        """Give everybody a place at the school; the first job title in the file counts."""
        fresh: dict[tuple[int, int], Wish] = {}
        titles: dict[int, str] = {}
        for wish in wishes:
            key = (ids[wish.email], wish.school_id)
            if key not in places:
                fresh.setdefault(key, wish)
                self.changed.add(wish.line)
                continue
            place = _place(places[key])
            title = titles.setdefault(place.id, wish.job_title or place.job_title)
            if title != place.job_title:
                self.changed.add(wish.line)
        stored = {place.id: place for found in places.values() for place in found}
        changes = [
            {"id": place_id, "job_title": title}
            for place_id, title in titles.items()
            if title != stored[place_id].job_title
        ]
        for rows in batches(changes):
            update_all(self.session, Membership, rows)
        for some in batches(fresh.items()):
            insert_all(
                self.session,
                Membership,
                [
                    {
                        "authority_id": self.authority_id,
                        "person_id": person_id,
                        "school_id": school_id,
                        "role": Role.STAFF,
                        "job_title": wish.job_title,
                        "started_at": self.at,
                    }
                    for (person_id, school_id), wish in some
                ],
            )
        for key in fresh:
            places[key] = []

    def _may_cover(self, wish: Wish, ids: dict[str, int], places: Places) -> bool:
        cover = wish.cover
        if cover is None or (ids.get(cover.email), wish.school_id) in places:
            return True
        self.report.reject(
            wish.line,
            "cover_email",
            "this person has no place at the school; add them first (portal people import)",
        )
        return False

    def _owners(self, wishes: list[Wish]) -> dict[tuple[int, int], tuple[int, int]]:
        """Return the id of the current owner's row and their person id, by school and category."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for schools in batches(sorted({wish.school_id for wish in wishes}), size=200):
            rows = self.session.execute(
                sa.select(Owner.id, Owner.school_id, Owner.category_id, Owner.person_id).where(
                    Owner.authority_id == self.authority_id,
                    Owner.school_id.in_(schools),
                    Owner.ended_at.is_(None),
                )
            )
            found |= {(row.school_id, row.category_id): (row.id, row.person_id) for row in rows}
        return found

    def _write_owners(
        self,
        wishes: list[Wish],
        ids: dict[str, int],
        owners: dict[tuple[int, int], tuple[int, int]],
    ) -> None:
        ended, fresh = [], []
        for wish in wishes:
            owner_id, person_id = owners.get((wish.school_id, wish.category_id), NOBODY)
            if person_id == ids[wish.email]:
                continue
            if owner_id is not None:
                self.changed.add(wish.line)
                ended.append({"id": owner_id, "ended_at": self.at})
            fresh.append(
                {
                    "authority_id": self.authority_id,
                    "school_id": wish.school_id,
                    "category_id": wish.category_id,
                    "person_id": ids[wish.email],
                    "assigned_at": self.at,
                }
            )
        for rows in batches(ended):
            update_all(self.session, Owner, rows)
        for rows in batches(fresh):
            insert_all(self.session, Owner, rows)

    def _write_covers(self, wishes: list[Wish], ids: dict[str, int]) -> None:
        """Set the covers; those whose days overlap with a new one are called off."""
        ended, fresh = [], []
        for some in batches(wishes):
            stored = self._covers(some)
            for wish in some:
                cover = wish.cover
                if cover is None:
                    continue
                same = (ids[cover.email], cover.starts_on, cover.ends_on)
                others = stored.get((wish.school_id, wish.category_id), [])
                if any((o.person_id, o.starts_on, o.ends_on) == same for o in others):
                    continue
                self.changed.add(wish.line)
                ended += [
                    {"id": other.id, "ended_at": self.at}
                    for other in others
                    if other.starts_on <= cover.ends_on and other.ends_on >= cover.starts_on
                ]
                fresh.append(
                    {
                        "authority_id": self.authority_id,
                        "school_id": wish.school_id,
                        "category_id": wish.category_id,
                        "person_id": ids[cover.email],
                        "starts_on": cover.starts_on,
                        "ends_on": cover.ends_on,
                        "created_at": self.at,
                    }
                )
        for rows in batches(ended):
            update_all(self.session, Cover, rows)
        for rows in batches(fresh):
            insert_all(self.session, Cover, rows)

    def _covers(self, wishes: list[Wish]) -> dict[tuple[int, int], list[Cover]]:
        found: dict[tuple[int, int], list[Cover]] = {}
        for cover in self.session.scalars(
            sa.select(Cover)
            .where(
                Cover.authority_id == self.authority_id,
                Cover.school_id.in_({wish.school_id for wish in wishes}),
                Cover.ended_at.is_(None),
            )
            .order_by(Cover.id)
        ):
            found.setdefault((cover.school_id, cover.category_id), []).append(cover)
        return found


def _addresses(wishes: list[Wish]) -> set[str]:
    return {wish.email for wish in wishes} | {wish.cover.email for wish in wishes if wish.cover}


def _place(places: list[Place]) -> Place:
    return min(places, key=lambda place: ROLES_IN_ORDER.index(place.role))
