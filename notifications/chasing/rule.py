"""When a notice's readers are reminded and their deputy and head told. Plain values alone.

Never on a day without school, and at most as often as the notice allows. What is due is chased
around its due date, the most useful moment first when only few reminders are allowed; what only
asks to be acknowledged, after it was sent; an emergency every four working hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from typing import Final

from directory.school_days import FURTHEST, Calendar, later
from foundation import clock
from notifications.models import Attention, Notice
from notifications.models_reaching import ChaseStep

AT: Final = time(8)
"""By the clock in England: early enough to be seen before lessons."""
BEFORE_OR_AFTER: Final = (-1, 1, -5, 5)
"""School days from the due date, the most useful first; then every fifth day after."""
EVERY: Final = 5
REST: Final = 2
"""School days that a reader has before anybody reminds them."""
MOST: Final = 12
OPENS: Final = 8
CLOSES: Final = 16
"""Between which hours an emergency is chased."""
URGENT_HOURS: Final = 4
DEPUTY_HOURS: Final = 8
HEAD_HOURS: Final = 12


@dataclass(frozen=True)
class Asked:
    """What of a notice decides when it is chased."""

    attention: Attention
    acknowledge: bool
    sent_at: datetime
    due_on: date | None = None
    reminders: int = 0
    deputy_after: int | None = None
    head_after: int | None = None

    @property
    def is_chased(self) -> bool:
        """Tell whether anything is asked of its readers; information is never chased."""
        return self.attention is not Attention.INFORMATION or self.acknowledge

    @property
    def is_read_enough(self) -> bool:
        """Tell whether whoever opened it has done all that is asked."""
        return self.attention is Attention.URGENT and self.due_on is None and not self.acknowledge


@dataclass(frozen=True)
class Step:
    """One moment at which somebody is told, and which of its kind it is, from 1."""

    at: datetime
    step: ChaseStep
    number: int

    @property
    def on(self) -> date:
        """Return its day."""
        return clock.local_date(self.at)


def asked_of(notice: Notice) -> Asked:
    """Return what of a notice decides."""
    return Asked(
        notice.attention,
        notice.acknowledge,
        notice.sent_at,
        notice.due_on,
        notice.reminders,
        notice.deputy_after,
        notice.head_after,
    )


def steps(asked: Asked, calendar: Calendar) -> list[Step]:
    """Return every moment at which somebody would be told, in order, for schools of a calendar."""
    if not asked.is_chased:
        return []
    most = max(0, min(asked.reminders, MOST))
    if asked.attention is Attention.URGENT:
        return _urgent(asked, calendar, most)
    reminders = sorted(islice(_days(asked, calendar), most))
    found = [Step(_morning(day), ChaseStep.READER, n) for n, day in enumerate(reminders, start=1)]
    if asked.due_on is not None:
        found += _escalations(asked, asked.due_on, calendar)
    return sorted(found, key=lambda step: step.at)


def _days(asked: Asked, calendar: Calendar) -> Iterator[date]:
    """Yield the days for reminders, the most useful first."""
    sent_on = clock.local_date(asked.sent_at)
    if asked.due_on is None:
        for number in count(1):
            if (day := calendar.add_school_days(sent_on, number * EVERY)) is None:
                return
            yield day
    earliest = calendar.add_school_days(sent_on, REST)
    last = BEFORE_OR_AFTER[-1]
    for days in (*BEFORE_OR_AFTER, *range(last + EVERY, last + EVERY * MOST, EVERY)):
        day = school_days_from(calendar, asked.due_on or sent_on, days)
        if day is not None and earliest is not None and day >= earliest:
            yield day


def _escalations(asked: Asked, due_on: date, calendar: Calendar) -> Iterator[Step]:
    base = max(due_on, clock.local_date(asked.sent_at))
    for step, days in (
        (ChaseStep.DEPUTY, asked.deputy_after),
        (ChaseStep.HEAD, asked.head_after),
    ):
        day = calendar.add_school_days(base, max(days, 1)) if days is not None else None
        if day is not None:
            yield Step(_morning(day), step, 1)


def _urgent(asked: Asked, calendar: Calendar, most: int) -> list[Step]:
    found = [
        Step(after_working_hours(asked.sent_at, URGENT_HOURS * n, calendar), ChaseStep.READER, n)
        for n in range(1, most + 1)
    ]
    for step, days, hours in (
        (ChaseStep.DEPUTY, asked.deputy_after, DEPUTY_HOURS),
        (ChaseStep.HEAD, asked.head_after, HEAD_HOURS),
    ):
        if days is not None:
            found.append(Step(after_working_hours(asked.sent_at, hours, calendar), step, 1))
    return sorted(found, key=lambda step: step.at)


def school_days_from(calendar: Calendar, day: date, days: int) -> date | None:
    """Return the school day so many school days after a day, or before it for a negative number."""
    if days >= 0:
        return calendar.add_school_days(day, days)
    left = -days
    for back in range(1, FURTHEST):
        earlier = later(day, -back)
        left -= calendar.is_school_day(earlier)
        if not left:
            return earlier
    return None


def after_working_hours(start: datetime, hours: int, calendar: Calendar) -> datetime:
    """Return the moment so many working hours later: on school days from 8 to 16 o'clock."""
    left, moment = timedelta(hours=hours), clock.local_time(start)
    for _ in range(FURTHEST):
        whole = moment.replace(minute=0, second=0, microsecond=0)
        opens, closes = whole.replace(hour=OPENS), whole.replace(hour=CLOSES)
        if calendar.is_school_day(moment.date()) and moment < closes:
            moment = max(moment, opens)
            if moment + left <= closes:
                return (moment + left).astimezone(UTC)
            left -= closes - moment
        moment = datetime.combine(later(moment.date(), 1), time(OPENS), tzinfo=clock.LOCAL)
    return moment.astimezone(UTC)


def _morning(day: date) -> datetime:
    return datetime.combine(day, AT, tzinfo=clock.LOCAL).astimezone(UTC)
