"""Reading the words of a period ("autumn term 2026", "2025/26") for the day on which it ends."""

import re
from datetime import date

from gatekeeping.holdings.refreshed import MONTHS

_TERM_ENDS = {"autumn": (12, 31), "spring": (4, 15), "summer": (7, 31)}
_YEARS = re.compile(r"\b(20\d\d)\s?(?:[-/–—]|to)\s?(20\d\d|\d\d)\b")
_TERM = re.compile(r"\b(autumn|spring|summer)(?:\s+term)?(?:,|\s+of)?\s+(20\d\d)\b")
_DATE = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+)?({'|'.join(MONTHS)})\s+(20\d\d)\b")
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_YEAR = re.compile(r"\b20\d\d\b")


def period_end(words: str) -> date | None:
    """Return the last day that a period names; None when it names none."""
    plain = words.casefold()
    found = [
        *(_day(int(y), int(m), int(d)) for y, m, d in _ISO.findall(plain)),
        *(_day(int(y), *_TERM_ENDS[term]) for term, y in _TERM.findall(plain)),
        *(
            _day(int(y), MONTHS.index(month) + 1, int(d) if d else 28)
            for d, month, y in _DATE.findall(plain)
        ),
    ]
    if not found:
        found = [_years_end(first, second, plain) for first, second in _YEARS.findall(plain)]
    if not found:
        found = [date(int(y), 12, 31) for y in _YEAR.findall(plain)]
    return max((day for day in found if day is not None), default=None)


def _years_end(first: str, second: str, plain: str) -> date | None:
    """A school year ends in August, a financial one in March; "2026-03" is no pair of years."""
    end = int(second) if len(second) == 4 else int(first[:2] + second)  # noqa: PLR2004 - 2027 or 27
    if end <= int(first):
        return None
    return date(end, 3, 31) if "financ" in plain or "fiscal" in plain else date(end, 8, 31)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
