"""Term dates: whose they are, what makes them right, entering, changing and removing them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.keepers import Keeper
from directory.models_calendar import TermDates
from directory.school_days import AUGUST, year_label
from foundation import audit
from foundation.dates import day
from foundation.errors import Refusal

MOST_TERM = 40
MOST_TERMS_A_YEAR = 12
MOST_DAYS_OFF = 60
FIRST_YEAR, LAST_YEAR = 2000, 2098
_YEAR = re.compile(r"(20\d\d)\s?[/–-]\s?(?:20)?(\d\d)")


class TermError(Refusal):
    """Term dates that cannot be right; ``field`` names which."""


@dataclass(frozen=True)
class Term:
    """One term as it is entered."""

    school_year: str
    term: str
    starts_on: date
    ends_on: date
    days_off: tuple[date, ...] = ()

    def check(self) -> None:
        """Raise TermError, naming the field, when this cannot be a term."""
        if not 1 <= len(self.term) <= MOST_TERM:
            message = f"Name the term, in at most {MOST_TERM} characters, such as Autumn 1."
            raise TermError(message, field="term")
        first = int(self.school_year[:4])
        if not date(first, AUGUST, 1) <= self.starts_on <= date(first + 1, AUGUST, 31):
            message = f"{day(self.starts_on)} is not in the school year {self.school_year}."
            raise TermError(message, field="starts_on")
        if not self.starts_on <= self.ends_on <= date(first + 1, AUGUST, 31):
            message = (
                f"The last day must be between {day(self.starts_on)} and 31 August {first + 1}."
            )
            raise TermError(message, field="ends_on")
        for off in self.days_off:
            if not self.starts_on <= off <= self.ends_on:
                raise TermError(f"{day(off)} is not in this term.", field="days_off")
        if len(self.days_off) > MOST_DAYS_OFF:
            raise TermError(f"A term has at most {MOST_DAYS_OFF} days off.", field="days_off")


def read_year(text: str) -> str:
    """Return a school year written in a usual way (2026/27, 2026-2027) as 2026/27.

    Raises TermError when it is none.
    """
    found = _YEAR.fullmatch(text.strip())
    first = int(found[1]) if found else 0
    if not found or int(found[2]) != (first + 1) % 100 or not FIRST_YEAR <= first <= LAST_YEAR:
        shown = text.strip()[:20]
        message = f"“{shown}” is not a school year (write it like 2026/27)"
        raise TermError(message, field="school_year")
    return year_label(first)


def terms_of(
    session: Session, authority_id: int, keeper: Keeper, years: Sequence[str] = ()
) -> list[TermDates]:
    """Return the terms that a keeper entered itself, in order; with none named, of all years."""
    query = sa.select(TermDates).where(*of_keeper(authority_id, keeper))
    if years:
        query = query.where(TermDates.school_year.in_(years))
    most = MOST_TERMS_A_YEAR * (len(years) or LAST_YEAR - FIRST_YEAR)
    return list(
        session.scalars(query.order_by(TermDates.starts_on, TermDates.id).limit(most)).all()
    )


def of_keeper(authority_id: int, keeper: Keeper) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions by which a row of ``term_dates`` is this keeper's."""
    return (
        TermDates.authority_id == authority_id,
        TermDates.school_id == keeper.school_id
        if keeper.school_id is not None
        else TermDates.school_id.is_(None),
        TermDates.trust_id == keeper.trust_id
        if keeper.trust_id is not None
        else TermDates.trust_id.is_(None),
    )


def put_term(
    session: Session,
    authority_id: int,
    keeper: Keeper,
    term: Term,
    *,
    instead_of: TermDates | None = None,
    by: int | None,
    at: datetime,
) -> TermDates:
    """Enter a term, or change the one given as ``instead_of``; the same again changes nothing.

    Raises TermError when it cannot be right, or overlaps or repeats another of this keeper.
    """
    term.check()
    others = [row for row in terms_of(session, authority_id, keeper) if row is not instead_of]
    if instead_of is None:
        same = next((row for row in others if as_entered(row) == term), None)
        if same is not None:
            return same
    refuse_clash(others, term)
    row = instead_of or TermDates(
        authority_id=authority_id, school_id=keeper.school_id, trust_id=keeper.trust_id
    )
    write(row, term)
    session.add(row)
    session.flush()
    _record(session, row, "changed" if instead_of else "added", by=by, at=at)
    return row


def remove_term(session: Session, row: TermDates, *, by: int | None, at: datetime) -> None:
    """Remove a term. A school or trust without any in a year keeps the dates above it again."""
    _record(session, row, "removed", by=by, at=at)
    session.delete(row)
    session.flush()


def refuse_clash(others: Sequence[TermDates | Term], term: Term) -> None:
    """Raise TermError when a term overlaps another one, or has the name of one in its year."""
    for row in others:
        if row.school_year == term.school_year and plain_name(row.term) == plain_name(term.term):
            message = f"{term.school_year} has {row.term} already. Change that one."
            raise TermError(message, field="term")
        if row.starts_on <= term.ends_on and term.starts_on <= row.ends_on:
            dates = f"{day(row.starts_on)} to {day(row.ends_on)}"
            raise TermError(f"These dates overlap {row.term} ({dates}).", field="starts_on")
    if sum(row.school_year == term.school_year for row in others) >= MOST_TERMS_A_YEAR:
        message = f"A school year has at most {MOST_TERMS_A_YEAR} terms and half terms."
        raise TermError(message, field="term")


def write(row: TermDates, term: Term) -> None:
    """Give a row what was entered."""
    row.school_year, row.term = term.school_year, term.term
    row.starts_on, row.ends_on = term.starts_on, term.ends_on
    row.days_off = [off.isoformat() for off in sorted(set(term.days_off))]


def plain_name(name: str) -> str:
    """Return the name of a term so that two ways of writing it are the same."""
    return " ".join(name.split()).casefold()


def as_entered(row: TermDates) -> Term:
    """Return what a row says, to compare it with what is entered."""
    return Term(
        row.school_year,
        row.term,
        row.starts_on,
        row.ends_on,
        tuple(date.fromisoformat(off) for off in row.days_off),
    )


def _record(session: Session, row: TermDates, what: str, *, by: int | None, at: datetime) -> None:
    subject, subject_id = Keeper("", row.school_id, row.trust_id).subject
    audit.record(
        session,
        authority_id=row.authority_id,
        action=f"term_dates.{what}",
        subject=subject,
        subject_id=subject_id or row.authority_id,
        by=by,
        at=at,
        detail={"term_dates": row.id, "school_year": row.school_year},
    )
