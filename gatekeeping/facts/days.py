"""What the checks of dates know: calendars, busy days, the load of the week (K50 to K52)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.calendars import Busy, Share, busy_between, kept_by
from gatekeeping.asked import Asked
from gatekeeping.facts.load import WeekLoad, week_load

EARLIEST, LATEST = date(1950, 1, 1), date(2200, 1, 1)
"""Beyond these a date is a slip of the pen, and bank holidays are not known."""
LONGEST = 3_660
"""Days between two dates that are still counted."""


@dataclass(frozen=True)
class Days:
    """The calendars that the asked schools keep, and how busy the due date is.

    ``shares`` is empty when the document has no dates that can be counted. ``phases`` are those of
    the asked schools, ``busy`` is what falls on the due date, for whatever phases.
    """

    shares: tuple[Share, ...] = ()
    phases: frozenset[str] = frozenset()
    busy: tuple[Busy, ...] = ()
    load: WeekLoad | None = None


NO_DAYS = Days()


def facts(session: Session, asked: Asked) -> Days:
    """Read what the checks of dates need, in at most five statements; none without dates."""
    document, authority_id = asked.document, asked.authority_id
    given = [day for day in (document.send_on, document.due_on) if day is not None]
    if not given or not all(EARLIEST <= day <= LATEST for day in given):
        return NO_DAYS
    start, end = min(given), max(given)
    if (end - start).days > LONGEST:
        return NO_DAYS
    kept = kept_by(session, authority_id, asked.audience, start, end)
    busy = (
        busy_between(session, authority_id, document.due_on, document.due_on)
        if document.due_on
        else ()
    )
    load = week_load(
        session, authority_id, document, besides=asked.submission_id, protocol=asked.protocol
    )
    return Days(kept.shares, asked_phases(asked.audience, kept.phases), busy, load)


def asked_phases(audience: Audience, of_schools: frozenset[str]) -> frozenset[str]:
    """Return the phases that are asked: those the audience names, else those of its schools.

    An all-through school that is asked as a primary school is not asked as a secondary one. Where
    no school is found yet, what is named counts.
    """
    named = frozenset(audience.phases)
    if not named or audience.all or audience.urns:
        return of_schools
    return of_schools & named or named
