"""All categories of a school at a glance: who else has a part, and whom each reaches today."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Owner, Part
from categories.routing.reasons import Reason
from categories.routing.route import of_each_category
from categories.routing.sources import PLACES
from directory.models import Person, School
from directory.receiving import can_receive

MOST = 5000
WORDS = {Part.SHARES: "Shared by", Part.ALSO: "Also to", Part.DEPUTY: "Deputy:"}
"""What somebody beside the lead is, before their names; in the order in which it is shown."""
WHY = {
    Reason.SHARES: "who shares it",
    Reason.DEPUTY: "the deputy",
    Reason.TRUST: "named by your trust. You may name your own",
    Reason.ROLE: "in their role at the school",
    Reason.GROUP: "named for the whole group",
    Reason.HEAD: "the headteacher",
}
"""Why it reaches somebody who does not lead it, after the name."""


class Today(NamedTuple):
    """Whom a category leads to today; nobody: to the school's own mailbox."""

    person_id: int | None
    name: str | None
    reason: Reason

    @property
    def why(self) -> str:
        """Return why, in a few words; empty when it is the lead or a cover."""
        return WHY.get(self.reason, "")


def people_beside(
    session: Session, authority_id: int, school_id: int
) -> dict[int, list[tuple[str, Part]]]:
    """Return who has a part beside the lead, by category and name: one statement.

    Whoever cannot receive there any more is left out.
    """
    rows = session.execute(
        sa.select(Owner.category_id, Person.name, Owner.part)
        .join(Person, Person.id == Owner.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.ended_at.is_(None),
            Owner.part != Part.LEAD,
            can_receive(Person, school_id),
        )
        .order_by(Owner.category_id, Person.name, Owner.id)
        .limit(MOST)
    )
    found: dict[int, list[tuple[str, Part]]] = {}
    for category_id, name, part in rows:
        found.setdefault(category_id, []).append((name, part))
    return found


def beside(session: Session, authority_id: int, school_id: int) -> dict[int, list[str]]:
    """Return ``people_beside`` in words: “Shared by Ann and Bob”."""
    names: dict[int, dict[Part, list[str]]] = {}
    for category_id, people in people_beside(session, authority_id, school_id).items():
        for name, part in people:
            names.setdefault(category_id, {}).setdefault(part, []).append(name)
    return {
        category_id: [
            f"{words} {_joined(parts[part])}" for part, words in WORDS.items() if part in parts
        ]
        for category_id, parts in names.items()
    }


def today_of_each(
    session: Session,
    authority_id: int,
    school_id: int,
    category_ids: Collection[int],
    *,
    on: date,
) -> dict[int, Today]:
    """Return whom each category leads to that day, as routing would: one statement."""
    if not category_ids:
        return {}
    school = sa.select(School.id).where(School.authority_id == authority_id, School.id == school_id)
    found = of_each_category(authority_id, school, sorted(category_ids), on=on)
    rows = session.execute(
        sa.select(found.c.category_id, found.c.place, found.c.person_id, Person.name)
        .select_from(found)
        .outerjoin(Person, Person.id == found.c.person_id)
        .where(found.c.beside == 0)
        .order_by(found.c.category_id)
        .limit(MOST)
    )
    return {row.category_id: Today(row.person_id, row.name, PLACES[row.place]) for row in rows}


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
