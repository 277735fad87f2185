"""How much is asked of one school in one week, by everything that is live or planned."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import Audience, names_school, school_ids
from directory.models import School
from directory.school_days import later
from gatekeeping.burden import minutes_at_a_school, round_half_up
from gatekeeping.documents import AudienceWords, SubmissionDocument
from gatekeeping.models import IS_NEWEST, State, Submission, SubmissionVersion
from gatekeeping.moves import CURRENT, WAITING
from gatekeeping.protocol import Protocol

LOADING = WAITING | CURRENT - {State.CLOSED} | {State.APPROVED_COND}
"""Schools are asked it now, or will be if the gate lets it through."""
MOST_ITEMS = 300
MOST_URNS = 25_000
"""What one statement can hold. Beyond it the smaller items of a week are not counted."""
DAYS_A_WEEK = 5
SUNDAY = 6


@dataclass(frozen=True)
class Asked:
    """One submission that asks something of schools in the week. ``minutes`` are of one school.

    The title stays with its writers until it is approved.
    """

    submission_id: int
    number: str
    title: str
    minutes: int


@dataclass(frozen=True)
class WeekLoad:
    """The school of an audience that is asked most in a week, from Monday to Sunday.

    ``minutes`` are all that is asked of it, ``own_minutes`` of them by the document itself, the
    rest by ``submissions``, the longest first. ``schools_over`` counts the asked schools over the
    cap. ``complete`` is False when more is due in the week than was counted.
    """

    monday: date
    sunday: date
    minutes: int
    own_minutes: int
    urn: int = 0
    school: str = ""
    schools_over: int = 0
    submissions: tuple[Asked, ...] = ()
    complete: bool = True


@dataclass(frozen=True)
class _Item:
    asked: Asked
    seconds: int
    audience: AudienceWords


def week_load(
    session: Session,
    authority_id: int,
    document: SubmissionDocument,
    *,
    besides: int | None = None,
    protocol: Protocol,
) -> WeekLoad | None:
    """Return the load in the week of the document's due date, itself included: two statements.

    Only one is sent when even all together stay within the cap, or nothing else is due. None
    without a due date. ``besides`` is the submission that the document belongs to; one that has
    the number under which the document is sent is not counted either.
    """
    if document.due_on is None:
        return None
    monday, sunday = week_of(document.due_on)
    own, cap = _seconds(document, protocol), protocol.crunch_minutes * 60
    items, complete = _within_one_statement(
        list(_due(session, authority_id, document, besides=besides, protocol=protocol))
    )
    if not items or own + sum(item.seconds for item in items) <= cap:
        return WeekLoad(monday, sunday, _minutes(own), _minutes(own), complete=complete)
    groups: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        groups[json.dumps(item.audience.model_dump(), sort_keys=True)].append(item)
    audience = document.audience.as_audience()
    worst = _worst(session, authority_id, audience, list(groups.values()), own=own, cap=cap)
    if worst is None:
        return WeekLoad(monday, sunday, _minutes(own), _minutes(own), complete=complete)
    of_worst = [
        item
        for number, group in enumerate(groups.values())
        if worst[f"part_{number}"]
        for item in group
    ]
    return WeekLoad(
        monday=monday,
        sunday=sunday,
        minutes=_minutes(worst["total"]),
        own_minutes=_minutes(own),
        urn=worst["urn"],
        school=worst["name"],
        schools_over=int(worst["over"]),
        submissions=tuple(item.asked for item in sorted(of_worst, key=_longest_first)),
        complete=complete,
    )


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday of the ISO week that holds the day."""
    monday = later(day, -day.weekday())
    return monday, later(monday, SUNDAY)


def _due(
    session: Session,
    authority_id: int,
    document: SubmissionDocument,
    *,
    besides: int | None,
    protocol: Protocol,
) -> Iterator[_Item]:
    """Yield what else is due in the week, from the newest frozen versions."""
    monday, sunday = week_of(document.due_on or date.max)
    rows = session.execute(
        sa.select(
            Submission.id,
            Submission.number,
            Submission.title,
            Submission.state,
            SubmissionVersion.document,
        )
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(
            Submission.authority_id == authority_id,
            Submission.due_on.between(monday, sunday),
            Submission.state.in_(sorted(LOADING)),
            Submission.id != (besides or 0),
            sa.or_(Submission.number.is_(None), Submission.number != _bare_number(document.number)),
        )
        .order_by(Submission.due_on, Submission.id)
        .limit(MOST_ITEMS + 1)
    )
    for row in rows:
        frozen = _loading_parts(row.document)
        seconds = _seconds(frozen, protocol)
        if seconds:
            title = row.title if row.state in CURRENT else ""
            asked = Asked(row.id, row.number or "", title, _minutes(seconds))
            yield _Item(asked, seconds, frozen.audience)


def _loading_parts(stored: dict[str, Any]) -> SubmissionDocument:
    """Read of a stored document only what tells its minutes and schools: a week may hold many."""
    names = ("kind", "body", "categories", "effort", "audience", "frequency")
    return SubmissionDocument.read({name: stored[name] for name in names if name in stored})


def _within_one_statement(items: list[_Item]) -> tuple[list[_Item], bool]:
    """Return the longest items as far as one statement can hold them, and whether that is all."""
    kept, urns = [], 0
    for item in sorted(items, key=_longest_first)[:MOST_ITEMS]:
        urns += len(item.audience.urns)
        if urns > MOST_URNS:
            break
        kept.append(item)
    return kept, len(kept) == len(items)


def _worst(
    session: Session,
    authority_id: int,
    audience: Audience,
    groups: Sequence[Sequence[_Item]],
    *,
    own: int,
    cap: int,
) -> sa.RowMapping | None:
    """Return the asked school with most seconds: each group's part, the total, how many are over.

    Groups are of one audience each. The lowest URN counts where several schools are asked the same.
    """
    parts = [
        sa.case(
            (
                names_school(authority_id, group[0].audience.as_audience()),
                sa.literal(sum(item.seconds for item in group), sa.Integer),
            ),
            else_=0,
        ).label(f"part_{number}")
        for number, group in enumerate(groups)
    ]
    each = (
        sa.select(School.urn, School.name, *parts)
        .where(School.id.in_(school_ids(authority_id, audience)))
        .offset(0)  # or PostgreSQL works out every part again wherever the total is used
        .subquery()
    )
    added = sum((each.c[part.name] for part in parts), start=sa.literal(own, sa.Integer))
    totals = sa.select(each, added.label("total")).offset(0).subquery()
    over = sa.func.sum(sa.case((totals.c.total > cap, 1), else_=0)).over().label("over")
    return (
        session.execute(
            sa.select(totals, over).order_by(totals.c.total.desc(), totals.c.urn).limit(1)
        )
        .mappings()
        .first()
    )


def _seconds(document: SubmissionDocument, protocol: Protocol) -> int:
    """Return the seconds that a document asks of one school in a week."""
    frequency = document.frequency
    rounds = {"week": frequency.times, "day": frequency.times * DAYS_A_WEEK}.get(frequency.per, 1)
    return round_half_up(minutes_at_a_school(document, protocol) * 60) * rounds


def _minutes(seconds: int) -> int:
    return round(timedelta(seconds=seconds) / timedelta(minutes=1))


def _longest_first(item: _Item) -> tuple[int, int]:
    return (-item.seconds, item.asked.submission_id)


def _bare_number(number: str) -> str:
    """Return a register number without its version: ``888-2627-D-00417-X v2``."""
    return number.strip().split(" ")[0]
