"""Weeks as bulletins count them: from Monday to Sunday on England's clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from directory.school_days import Calendar
from foundation import clock
from foundation.dates import day

MAILED_AT = time(6, 0)
WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Week:
    """A week, named by its Monday."""

    monday: date

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + WEEK - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins."""
        return _local(self.monday, time())

    @property
    def ends_at(self) -> datetime:
        """The moment at which the next week begins."""
        return self.next.starts_at

    @property
    def previous(self) -> "Week":
        """The week before."""
        return Week(self.monday - WEEK)

    @property
    def next(self) -> "Week":
        """The week after."""
        return Week(self.monday + WEEK)

    def is_over(self, at: datetime) -> bool:
        """Tell whether all of it has passed."""
        return at >= self.ends_at

    def mailed_at(self, calendar: Calendar) -> datetime:
        """Return when its bulletin goes out: six in the morning of the first school day after it.

        In a holiday that is the day on which school begins again.
        """
        first = calendar.next_school_day(self.next.monday) or self.next.monday
        return _local(first, MAILED_AT)

    def __str__(self) -> str:
        """Say it in words: 16 to 22 November 2026."""
        first, last = self.monday, self.sunday
        if first.year != last.year:
            return f"{day(first)} to {day(last)}"
        begins = str(first.day) if first.month == last.month else f"{first.day} {first:%B}"
        return f"{begins} to {day(last)}"


def week_of(on: date) -> Week:
    """Return the week that holds a day."""
    return Week(on - timedelta(days=on.weekday()))


def week_at(at: datetime) -> Week:
    """Return the week that holds a moment, on England's clock."""
    return week_of(clock.local_date(at))


def _local(on: date, at: time) -> datetime:
    return datetime.combine(on, at, tzinfo=clock.LOCAL)
