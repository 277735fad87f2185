"""Finding a better date: what the checks of dates propose, worked out from school calendars."""

from collections.abc import Callable, Sequence
from datetime import date

from directory.calendars import Share
from directory.school_days import Calendar, later
from gatekeeping.protocol import Protocol

Suits = Callable[[Calendar, date], bool]
SEARCHED = 200
"""Days ahead in which a better date is looked for; the longest closure is six weeks."""


def earliest_due(shares: Sequence[Share], send_on: date, needed: int) -> date | None:
    """Return the first date that leaves every asked school ``needed`` school days; None if none."""
    days = [share.calendar.add_school_days(send_on, needed) for share in shares]
    return max((day for day in days if day is not None), default=None) if all(days) else None


def next_open_day(shares: Sequence[Share], day: date) -> date | None:
    """Return the day itself or the first later one on which all asked schools are open.

    Where no such day is near, the first on which those with the commonest calendar are.
    """
    return _first(shares, day, lambda calendar, other: calendar.is_school_day(other))


def good_due(
    shares: Sequence[Share],
    start: date,
    *,
    send_on: date | None,
    needed: int,
    protocol: Protocol,
) -> date | None:
    """Return the first date from ``start`` on to which no check of dates objects.

    All asked schools are open then, no long closure has just ended, and after ``send_on`` (when it
    is given) lie at least ``needed`` school days and no more other days than school days. Where no
    such day is near, the first that suits those with the commonest calendar.
    """

    def suits(calendar: Calendar, day: date) -> bool:
        if not calendar.is_school_day(day) or just_reopened(calendar, day, protocol):
            return False
        if send_on is None or day <= send_on:
            return True
        count = calendar.school_days_after(send_on, day)
        return count >= needed and not mostly_closed(count, (day - send_on).days)

    return _first(shares, start, suits)


def just_reopened(calendar: Calendar, day: date, protocol: Protocol) -> bool:
    """Tell whether the day is one of the first school days after a long closure."""
    closure = calendar.closure_before(day, days=protocol.first_days, length=protocol.closure_days)
    return closure is not None


def mostly_closed(school_days: int, days: int) -> bool:
    """Tell whether more than half of so many calendar days are no school days."""
    return 2 * (days - school_days) > days


def _first(shares: Sequence[Share], start: date, suits: Suits) -> date | None:
    for group in (shares, shares[:1]):
        for number in range(SEARCHED):
            day = later(start, number)
            if group and all(suits(share.calendar, day) for share in group):
                return day
    return None
