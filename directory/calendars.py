"""Which calendars the schools of an audience keep, and which days are busy for them.

A school's own term dates replace its trust's, and a trust's replace the authority's, for the
school years in which there are any.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import Audience, school_ids
from directory.kinds import phases_of
from directory.models import School
from directory.models_calendar import BusyDate, TermDates
from directory.school_days import Calendar, Term, calendar_of, later, years_between

BEFORE, BEYOND = 120, 250
"""How many days before and after the days asked about a calendar reaches."""
MOST_BUSY = 200

Place = tuple[int | None, int | None]
"""A school's id or a trust's id; with neither, the authority."""
Years = dict[str, list[Term]]
AUTHORITY: Place = (None, None)


@dataclass(frozen=True)
class Share:
    """One calendar and how many of the asked schools keep it."""

    calendar: Calendar
    schools: int


@dataclass(frozen=True)
class Apart:
    """Which of the asked schools keep which calendar.

    ``own`` and ``trust`` are columns over ``School`` that tell it: group by both, then ask.
    """

    own: sa.Label[int]
    trust: sa.Label[int | None]
    places: Mapping["Place", "Years"]

    def calendar(self, own: int | None, trust: int | None) -> Calendar:
        """Return the calendar of the schools that have these values."""
        return _calendar(self.places, own, trust)

    def keeps(self, own: int | None, trust: int | None) -> sa.ColumnElement[bool]:
        """Return the condition on ``School`` that it is one of those."""
        return sa.and_(self.own.is_not_distinct_from(own), self.trust.is_not_distinct_from(trust))


@dataclass(frozen=True)
class Kept:
    """The distinct calendars of an audience, the commonest first, and the phases of its schools.

    Without any school it is the authority's calendar, kept by 0 schools.
    """

    shares: tuple[Share, ...] = ()
    phases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Busy:
    """Something that keeps schools busy from one day to another; no phases are all schools."""

    starts_on: date
    ends_on: date
    what: str
    phases: tuple[str, ...]
    approximate: bool


def calendars_for(
    session: Session, authority_id: int, audience: Audience, start: date, end: date
) -> tuple[Share, ...]:
    """Return the distinct calendars among the asked schools, the commonest first: two statements.

    Each reaches from 120 days before ``start`` to 250 days after ``end`` as far as term dates are
    known. Schools with the same days share one, whoever entered them.
    """
    return kept_by(session, authority_id, audience, start, end).shares


def kept_by(
    session: Session, authority_id: int, audience: Audience, start: date, end: date
) -> Kept:
    """Return the calendars as ``calendars_for``, and the phases of the asked schools."""
    wanted = years_between(later(start, -BEFORE), later(end, BEYOND))
    chosen = school_ids(authority_id, audience)
    places = _terms(session, authority_id, chosen, wanted)
    groups = _groups(session, chosen, places)
    counts: Counter[Calendar] = Counter()
    for own, trust, _, schools in groups:
        counts[_calendar(places, own, trust)] += schools
    if not counts:
        counts[_calendar(places, None, None)] = 0
    # Those that share a count stand in an order of their own, so that every reader sees one.
    ranked = sorted(counts.items(), key=lambda item: (-item[1], sorted(item[0].open)))
    phases = frozenset(phase for _, _, code, _ in groups for phase in phases_of(code))
    return Kept(tuple(Share(calendar, schools) for calendar, schools in ranked), phases)


def kept_apart(
    session: Session,
    authority_id: int,
    chosen: sa.Select[tuple[int]],
    start: date,
    end: date,
) -> Apart:
    """Return what tells the calendars of the chosen schools apart: one statement."""
    places = _terms(session, authority_id, chosen, years_between(start, end))
    return Apart(*_telling(places), places)


def calendar_of_place(session: Session, authority_id: int, place: Place, year: str) -> Calendar:
    """Return what one place keeps in a school year; for a school also its trust's dates count."""
    school_id, trust_id = place
    if school_id is not None and trust_id is None:
        trust_id = session.scalar(
            sa.select(School.trust_id).where(
                School.authority_id == authority_id, School.id == school_id
            )
        )
    found = _read(session, authority_id, [year], school_id=school_id, trust_id=trust_id)
    return _calendar(found, school_id, trust_id)


def busy_between(session: Session, authority_id: int, start: date, end: date) -> tuple[Busy, ...]:
    """Return what keeps schools busy on any day from ``start`` to ``end``: one statement."""
    rows = session.execute(
        sa.select(
            BusyDate.starts_on,
            BusyDate.ends_on,
            BusyDate.what,
            BusyDate.phases,
            BusyDate.approximate,
        )
        .where(
            BusyDate.authority_id == authority_id,
            BusyDate.starts_on <= end,
            BusyDate.ends_on >= start,
        )
        .order_by(BusyDate.starts_on, BusyDate.what, BusyDate.id)
        .limit(MOST_BUSY)
    )
    return tuple(
        Busy(row.starts_on, row.ends_on, row.what, tuple(row.phases), row.approximate)
        for row in rows
    )


def _terms(
    session: Session,
    authority_id: int,
    chosen: sa.Select[tuple[int]],
    years: Sequence[str],
) -> dict[Place, Years]:
    """Return the term dates of the authority, its trusts, and those of the chosen schools."""
    return _in_places(
        session.execute(
            _select(authority_id, years).where(
                sa.or_(TermDates.school_id.is_(None), TermDates.school_id.in_(chosen))
            )
        ).all()
    )


def _read(
    session: Session,
    authority_id: int,
    years: Sequence[str],
    *,
    school_id: int | None,
    trust_id: int | None,
) -> dict[Place, Years]:
    ours = [sa.and_(TermDates.school_id.is_(None), TermDates.trust_id.is_(None))]
    if school_id is not None:
        ours.append(TermDates.school_id == school_id)
    if trust_id is not None:
        ours.append(TermDates.trust_id == trust_id)
    return _in_places(session.execute(_select(authority_id, years).where(sa.or_(*ours))).all())


TermRow = sa.Row[tuple[int | None, int | None, str, date, date, list[str]]]


def _select(
    authority_id: int, years: Sequence[str]
) -> sa.Select[tuple[int | None, int | None, str, date, date, list[str]]]:
    table = TermDates
    return (
        sa.select(
            table.school_id,
            table.trust_id,
            table.school_year,
            table.starts_on,
            table.ends_on,
            table.days_off,
        )
        .where(table.authority_id == authority_id, table.school_year.in_(years))
        .order_by(table.starts_on, table.id)
    )


def _in_places(rows: Iterable[TermRow]) -> dict[Place, Years]:
    places: dict[Place, Years] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        off = tuple(sorted(date.fromisoformat(day) for day in row.days_off))
        places[row.school_id, row.trust_id][row.school_year].append(
            Term(row.school_year, row.starts_on, row.ends_on, off)
        )
    return places


def _groups(
    session: Session, chosen: sa.Select[tuple[int]], places: Iterable[Place]
) -> list[tuple[int | None, int | None, str, int]]:
    """Count the chosen schools by whose calendar they keep and by their phase."""
    own, trust = _telling(places)
    grouped = (
        sa.select(own, trust, School.phase_code, sa.func.count())
        .where(School.id.in_(chosen))
        .group_by(sa.text("1"), sa.text("2"), School.phase_code)
        .order_by(sa.text("1"), sa.text("2"), School.phase_code)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(grouped)]


def _telling(places: Iterable[Place]) -> tuple[sa.Label[int], sa.Label[int | None]]:
    """Return the school and the trust whose own term dates a school keeps, as columns."""
    named = list(places)
    schools = sorted(school for school, _ in named if school is not None)
    trusts = sorted(trust for _, trust in named if trust is not None)
    return (
        sa.case((School.id.in_(schools), School.id)).label("own"),
        sa.case((School.trust_id.in_(trusts), School.trust_id)).label("trust"),
    )


def _calendar(places: Mapping[Place, Years], school: int | None, trust: int | None) -> Calendar:
    years = dict(places.get(AUTHORITY, {}))
    if trust is not None:
        years |= places.get((None, trust), {})
    if school is not None:
        years |= places.get((school, None), {})
    return calendar_of(tuple(term for terms in years.values() for term in terms))
