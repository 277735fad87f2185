"""Counting working days in England: Monday to Friday, without bank holidays."""

from datetime import date, datetime, time, timedelta

from directory.bank_holidays import is_bank_holiday
from foundation import clock

SATURDAY = 5
MOST_DAYS = 3_660
OPENS, CLOSES = 9, 17
"""Hours on England's clock between which offices work."""


def working_days(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``."""
    days = min((end - start).days, MOST_DAYS)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


def is_working_day(day: date) -> bool:
    """Tell whether offices work on that day."""
    return day.weekday() < SATURDAY and not is_bank_holiday(day)


def add_working_days(start: date, count: int) -> date:
    """Return the ``count``-th working day after ``start``; with 0, ``start`` itself.

    From a weekend or bank holiday it counts as from the working day before.
    """
    day = start
    for _ in range(count):
        day = _next_working_day(day)
    return day


def working_moment(
    start: datetime, hours: float, *, opens: int = OPENS, closes: int = CLOSES
) -> datetime:
    """Return the moment when so many working hours have passed since ``start``.

    Only hours between ``opens`` and ``closes`` on England's clock on working days count. What ends
    with a working day ends at its close, not at the next one's opening. With 0 hours it is
    ``start``, or the next opening when nobody works then.
    """
    left = timedelta(hours=hours)
    here = clock.local_time(start)
    day, begin = here.date(), here
    while True:
        opening, closing = _at(day, opens), _at(day, closes)
        if is_working_day(day) and begin < closing:
            begin = max(begin, opening)
            if begin + left <= closing:
                return (begin + left).astimezone(start.tzinfo)
            left -= closing - begin
        day = _next_working_day(day)
        begin = _at(day, opens)


def _next_working_day(day: date) -> date:
    while True:
        day += timedelta(days=1)
        if is_working_day(day):
            return day


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.LOCAL)
