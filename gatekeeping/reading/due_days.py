"""The days that a letter names: until when it wants its answer, and on which day it is sent."""

import re
from datetime import date, timedelta
from typing import Final

from gatekeeping.reading.plain import plain

_MONTHS: Final = (
    ("jan", "ion"),
    ("feb", "chwe"),
    ("mar", "maw"),
    ("apr", "ebr"),
    ("may", "mai"),
    ("jun", "meh"),
    ("jul", "gor"),
    ("aug", "aws"),
    ("sep", "med"),
    ("oct", "hyd"),
    ("nov", "tach"),
    ("dec", "rhag"),
)
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai"
    r"|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr)\b\.?"
)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|satur|sat|sun)(?:day)?\b\.?"
_DATE: Final = re.compile(
    rf"(?:{_WEEKDAY},?\s+)?(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    rf"(?P<month>{_MONTH})(?:,?\s+(?P<year>\d{{4}})\b)?"
    rf"|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year2>\d{{4}})\b)?"
    r"|\b(?P<day3>\d{1,2})[/.-](?P<month3>\d{1,2})[/.-](?P<year3>\d{4}|\d{2})\b"
    r"|\b(?P<year4>\d{4})-(?P<month4>\d{2})-(?P<day4>\d{2})\b"
    rf"|(?:next\s+|this\s+|coming\s+)?\b(?P<weekday>{_WEEKDAY})",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"\b(?:by|before|until|till|erbyn|(?:no|not)\s+later\s+than|due(?:\s+(?:back|in|date|on|by))?"
    r"|deadline(?:\s+(?:for\s+[\w\s]{1,30}?))?(?:\s+is)?|closing\s+date(?:\s+is)?|closes(?:\s+on)?)"
    r"\s*:?\s+(?:(?:the\s+)?(?:end\s+of|close\s+(?:of\s+(?:play|business)\s+)?on|noon\s+on"
    r"|midday\s+on|12\s+noon\s+on|\d{1,2}(?:[.:]\d\d)?\s*(?:am|pm)\s+(?:on\s+)?)\s*)?(?:on\s+)?$",
    re.IGNORECASE,
)
_OURS: Final = re.compile(
    r"\b(?:results?|outcomes?|findings|we\s+(?:will|shall|aim|hope|plan))\b[^.;!?\n]*$",
    re.IGNORECASE,
)
"""A day by which we do something, not the reader."""
_FAR: Final = timedelta(days=3 * 366)
"""A day so far ahead is a slip."""
_LOOKED_BACK: Final = 70
_OPENING_LINES: Final = 6
_LONG_PAST: Final = timedelta(days=150)
"""A day without its year that is past for longer is one of next year."""
CENTURY: Final = 100


def due_day(text: str, today: date) -> date | None:
    """Return the first day, from ``today`` on, by which a text wants its answer, else None.

    "by 4 December", "no later than Friday 11 December 2026", "Closing date: 11/12/2026", "by
    Friday": a day without its year is the next such day.
    """
    shown = plain(text)
    for match in _DATE.finditer(shown):
        before = shown[max(0, match.start() - _LOOKED_BACK) : match.start()]
        if _BY.search(before) and not _OURS.search(before):
            found = _day_of(match, today)
            if found is not None and today <= found <= today + _FAR:
                return found
    return None


def letter_day(text: str, today: date) -> date | None:
    """Return the day that stands alone on one of the first lines, where it lies after ``today``."""
    for line in plain(text).strip().splitlines()[:_OPENING_LINES]:
        words = re.sub(r"^\s*(?:date|dated)\s*:", "", line, flags=re.IGNORECASE).strip()
        match = _DATE.fullmatch(words)
        if match and not match["weekday"]:
            found = _day_of(match, today)
            return found if found and today < found <= today + _FAR else None
    return None


def day_named(text: str, today: date) -> date | None:
    """Return the first day that a text names with day and month, as from ``today``, else None."""
    for match in _DATE.finditer(plain(text)):
        if not match["weekday"]:
            return _day_of(match, today)
    return None


def _day_of(match: re.Match[str], today: date) -> date | None:
    if match["weekday"]:
        wanted = _WEEKDAYS.index(match["weekday"][:3].casefold())
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    day = match["day"] or match["day2"] or match["day3"] or match["day4"]
    name = match["month"] or match["month2"]
    month = _month(name) if name else int(match["month3"] or match["month4"])
    year = match["year"] or match["year2"] or match["year3"] or match["year4"]
    try:
        if year:
            return date(int(year) if int(year) >= CENTURY else 2000 + int(year), month, int(day))
        found = date(today.year, month, int(day))
        return found.replace(year=today.year + 1) if found < today - _LONG_PAST else found
    except ValueError:
        return None  # a day that no calendar has


def _month(name: str) -> int:
    said = name.casefold()
    return next(
        place for place, beginnings in enumerate(_MONTHS, start=1) if said.startswith(beginnings)
    )
