"""Changes of schools as the page shows them: who is concerned, before and after, what it moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory.models import School
from directory.models_updates import ChangeKind, ChangeState, SchoolChange
from directory.updates.listing import schools_by_urn
from directory.updates.wording import CLOSES, differences
from portal.updates.impact import Impact, impact_of

Difference = tuple[str, str, str]
NOTABLE = ("Name", "Type", "Phase", "Trust", "Town", "Opened")
"""What is shown of a school that is new: the rest comes with it."""


@dataclass(frozen=True)
class Part:
    """One school of a change. ``role``: closes, goes on, or the school itself when empty."""

    urn: int
    name: str
    role: str
    is_here: bool
    is_new: bool
    differences: Sequence[Difference]
    impact: Impact | None


@dataclass(frozen=True)
class Line:
    """One change as a row of the page."""

    change: SchoolChange
    parts: Sequence[Part]

    @property
    def title(self) -> str:
        """Return the names of the schools: those that end, then the one that goes on."""
        ends = [part.name for part in self.parts if part.role == "closes"]
        others = [part.name for part in self.parts if part.role != "closes"]
        listed = " and ".join([", ".join(ends[:-1]), ends[-1]]) if len(ends) > 1 else "".join(ends)
        return " → ".join(filter(None, [listed, *others]))

    @property
    def closes_on(self) -> date | None:
        """Return the day on which a school ends by it, when it is known."""
        day = self.change.after.get(str(self.change.urn), {}).get("closed_on")
        return self.change.due_on or (date.fromisoformat(day) if day else None)

    @property
    def can_choose(self) -> bool:
        """Tell whether it can be ticked: it waits, and is not for somebody to say who it is."""
        return self.change.state is ChangeState.WAITING and self.change.kind is not ChangeKind.HEAD


def lines_of(session: Session, authority_id: int, changes: Sequence[SchoolChange]) -> list[Line]:
    """Return the rows of a page: five statements, however many changes there are."""
    urns = {int(urn) for change in changes for urn in change.after}
    urns |= {change.successor_urn for change in changes if change.successor_urn}
    urns |= {urn for change in changes for urn in change.gone}
    schools = schools_by_urn(session, authority_id, sorted(urns))
    ending = {
        schools[urn].id
        for change in changes
        if change.state in (ChangeState.WAITING, ChangeState.CHOSEN)
        for urn in _ends(change)
        if urn in schools
    }
    impacts = impact_of(session, authority_id, sorted(ending))
    return [Line(change, _parts(change, schools, impacts)) for change in changes]


def _ends(change: SchoolChange) -> list[int]:
    """Return the URNs of the schools that end by a change, or are to end."""
    if change.kind is ChangeKind.CLOSING:
        return [change.urn]
    return list(change.gone) if change.kind in CLOSES else []


def _parts(
    change: SchoolChange, schools: Mapping[int, School], impacts: Mapping[int, Impact]
) -> list[Part]:
    order = list(change.gone)
    if change.successor_urn is not None:
        order.append(change.successor_urn)
    order += [int(urn) for urn in change.after if int(urn) not in order]
    return [_part(change, urn, schools.get(urn), impacts) for urn in order]


def _part(
    change: SchoolChange, urn: int, school: School | None, impacts: Mapping[int, Impact]
) -> Part:
    after = change.after.get(str(urn), {})
    before = change.before.get(str(urn))
    is_new = before is None and str(urn) in change.before
    shown = differences(before, after)
    if is_new:
        shown = [each for each in shown if each[0] in NOTABLE]
    alone = change.name if len(change.after) == 1 else f"URN {urn}"
    name = after.get("name") or (school.name if school else alone)
    if change.kind is ChangeKind.RENAMING and before:
        name = str(before.get("name") or name)
    role = ""
    if urn in change.gone:
        role = "closes"
    elif urn == change.successor_urn:
        role = "goes on"
    impact = impacts.get(school.id) if school else None
    return Part(urn, name, role, school is not None, is_new, shown, impact)
