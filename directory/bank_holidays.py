"""The bank holidays of England. The only module that knows the ``holidays`` library."""

from datetime import date
from functools import cache


def is_bank_holiday(day: date) -> bool:
    """Tell whether the day is a bank holiday in England, or the day kept in its stead."""
    return day in bank_holidays(day.year)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of a year; beyond what the library knows, those it can work out."""
    import holidays  # slow to import; only what counts days needs it

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
