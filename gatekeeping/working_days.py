"""Counting working days in England: Monday to Friday, without bank holidays."""

from datetime import date, timedelta
from functools import cache

SATURDAY = 5
MOST_DAYS = 3_660


def working_days(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``."""
    days = min((end - start).days, MOST_DAYS)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


def is_working_day(day: date) -> bool:
    """Tell whether offices work on that day."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    import holidays  # slow to import; only lists with an age need it

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
