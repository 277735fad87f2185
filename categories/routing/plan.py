"""Looking at a routing before anything is sent: its summary, its schools, what each gets and why.

Every function is one statement, whatever the number of schools.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from categories.routing.reasons import NOBODY_SET, SHORT, Reason
from categories.routing.route import receiving
from categories.routing.sources import PLACES
from directory.mailboxes import mailbox_at
from directory.models import ROLE_NAMES, Membership, Person, Role, School

MOST = 50_000
PAGE = 50
BATCH = 2_000


@dataclass(frozen=True)
class Asked:
    """What is asked of routing: whose, at which schools, for which categories, on which day."""

    authority_id: int
    schools: sa.Select[tuple[int]]
    category_ids: Sequence[int]
    on: date


@dataclass(frozen=True)
class Stop:
    """One line of a routing plan, fit to print."""

    urn: int
    school: str
    district: str
    category: str | None
    heading: str | None
    reason: Reason
    beside: bool
    """It goes to them as well: somebody else at the school answers for the category."""
    person_id: int | None
    name: str | None
    job_title: str
    """What they do at the school, else their role there in words; empty for the mailbox."""
    email: str
    """Where mail goes: the mailbox behind the person, their own address, or the school's."""

    @property
    def is_gap(self) -> bool:
        """Tell whether the school named nobody who can receive it."""
        return self.reason in NOBODY_SET


@dataclass(frozen=True)
class Summary:
    """How many schools it reaches in which way.

    Each school counts once in ``first``, by the recipient that is furthest down the order: a
    school counts as “to the owner” when all of its categories lead to owners or covers.
    ``further`` are more people at the same schools who answer for another of the categories,
    ``beside`` those who get it beside somebody who answers. All together are the deliveries.
    """

    first: Mapping[Reason, int]
    further: int
    beside: int

    @property
    def schools(self) -> int:
        """Return how many schools it reaches."""
        return sum(self.first.values())

    @property
    def gaps(self) -> int:
        """Return at how many schools nobody is set for one of its categories."""
        return sum(self.first.get(reason, 0) for reason in NOBODY_SET)

    @property
    def lines(self) -> list[tuple[Reason, int]]:
        """Return the reasons that occur with their schools, most first."""
        return sorted(self.first.items(), key=lambda each: (-each[1], PLACES.index(each[0])))

    @property
    def words(self) -> str:
        """Say it in a line: “612 to the owner, 31 to the head because nobody is set”."""
        return ", ".join(f"{count:,} {SHORT[reason]}" for reason, count in self.lines)

    @property
    def more_words(self) -> str:
        """Say in a sentence who gets it besides; empty when nobody does."""
        said = []
        if self.further:
            verb = "gets" if self.further == 1 else "get"
            more = "1 more person" if self.further == 1 else f"{self.further:,} more people"
            said.append(f"{more} {verb} it for another of its categories")
        if self.beside:
            verb = "gets" if self.beside == 1 else "get"
            who = "1 colleague" if self.beside == 1 else f"{self.beside:,} colleagues"
            said.append(f"{who} {verb} it as well")
        return f"{', and '.join(said)}." if said else ""


@dataclass(frozen=True)
class Choice:
    """Which lines are looked at. ``reason`` is a reason's word, or ``gaps``; empty: all."""

    reason: str = ""
    district: str = ""
    search: str = ""


GAPS = "gaps"


def summary(session: Session, asked: Asked) -> Summary:
    """Count schools by how it reaches them."""
    found = _receiving(asked)
    answers = found.c.beside == 0
    by_school = (
        sa.select(
            sa.func.max(sa.case((answers, found.c.place), else_=0)).label("place"),
            sa.func.sum(sa.case((answers, 1), else_=0)).label("answering"),
            sa.func.sum(found.c.beside).label("beside"),
        )
        .group_by(found.c.school_id)
        .subquery("by_school")
    )
    rows = session.execute(
        sa.select(
            by_school.c.place,
            sa.func.count().label("schools"),
            sa.func.sum(by_school.c.answering).label("answering"),
            sa.func.sum(by_school.c.beside).label("beside"),
        )
        .group_by(by_school.c.place)
        .order_by(by_school.c.place)
    ).all()
    first = {PLACES[row.place]: row.schools for row in rows}
    return Summary(
        first,
        sum(int(row.answering) for row in rows) - sum(first.values()),
        sum(int(row.beside) for row in rows),
    )


def plan(
    session: Session,
    authority_id: int,
    schools: sa.Select[tuple[int]],
    category_ids: Sequence[int],
    *,
    on: date,
    gaps_first: bool = False,
    most: int = MOST,
) -> list[Stop]:
    """Return who would receive it, school by school in the order of their names."""
    asked = Asked(authority_id, schools, category_ids, on)
    return list(every_stop(session, asked, Choice(), gaps_first=gaps_first, most=most))


def every_stop(
    session: Session,
    asked: Asked,
    choice: Choice,
    *,
    gaps_first: bool = False,
    most: int = MOST,
) -> Iterator[Stop]:
    """Yield every line of a choice, for an export; read as it goes."""
    rows = session.execute(
        _lines(asked, choice, gaps_first=gaps_first).limit(most),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        yield _stop(row)


def list_stops(
    session: Session, asked: Asked, choice: Choice, *, page: int = 1
) -> tuple[list[Stop], int]:
    """Return one page of lines, gaps first, and how many there are in all.

    A page beyond the last one is empty, and its total nought.
    """
    query = _lines(asked, choice, gaps_first=True).add_columns(sa.func.count().over().label("all"))
    rows = session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    return [_stop(row) for row in rows], rows[0].all if rows else 0


def _receiving(asked: Asked) -> sa.Subquery:
    return receiving(asked.authority_id, asked.schools, asked.category_ids, on=asked.on)


def _lines(asked: Asked, choice: Choice, *, gaps_first: bool) -> sa.Select[Any]:
    found = _receiving(asked)
    query = (
        sa.select(
            School.urn,
            School.name.label("school"),
            School.district,
            School.email.label("office"),
            Category.slug,
            Category.heading,
            found.c.reason,
            found.c.beside,
            found.c.person_id,
            Person.name,
            sa.func.coalesce(mailbox_at(found.c.person_id, School.id), Person.email).label("email"),
            _job(found).label("job"),
        )
        .select_from(found)
        .join(School, School.id == found.c.school_id)
        .outerjoin(Person, Person.id == found.c.person_id)
        .outerjoin(Category, Category.id == found.c.category_id)
    )
    is_gap = found.c.reason.in_([reason.value for reason in NOBODY_SET])
    if gaps_first:
        query = query.order_by(sa.case((is_gap, 0), else_=1))
    query = query.order_by(School.name, School.urn, found.c.beside, Category.number, found.c.place)
    if choice.reason:
        query = query.where(is_gap if choice.reason == GAPS else found.c.reason == choice.reason)
    if choice.district:
        query = query.where(School.district == choice.district)
    if choice.search:
        query = query.where(_named_like(choice.search))
    return query.order_by(found.c.person_id)


def _named_like(words: str) -> sa.ColumnElement[bool]:
    """The words in a school's name, or its URN."""
    by_name = School.name.icontains(words.strip(), autoescape=True)
    number = words.strip()
    is_urn = number.isascii() and number.isdecimal() and len(number) < 10  # noqa: PLR2004
    return sa.or_(by_name, School.urn == int(number)) if is_urn else by_name


def _job(found: sa.Subquery) -> sa.ScalarSelect[str]:
    """What a person is at the school: their job's title, else their role; of two places one."""
    role = sa.type_coerce(Membership.role, sa.String)
    return (
        sa.select(sa.case((Membership.job_title != "", Membership.job_title), else_=role))
        .where(
            Membership.person_id == found.c.person_id,
            Membership.school_id == found.c.school_id,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
        .limit(1)
        .correlate(found)
        .scalar_subquery()
    )


def _stop(row: sa.Row[Any]) -> Stop:
    return Stop(
        urn=row.urn,
        school=row.school,
        district=row.district,
        category=row.slug,
        heading=row.heading,
        reason=Reason(row.reason),
        beside=bool(row.beside),
        person_id=row.person_id,
        name=row.name,
        job_title=ROLE_WORDS.get(row.job, row.job) if row.job else "",
        email=row.email or row.office,
    )


ROLE_WORDS = {role.value: ROLE_NAMES[role] for role in Role}
