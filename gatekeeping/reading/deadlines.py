"""Finding days by which an answer is wanted."""

import re

from gatekeeping.reading.plain import plain

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin"
    r"|gorffennaf"
    r"|awst|medi|hydref|tachwedd|rhagfyr)"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|satur|sun)(?:day)?"
_DATE = (
    rf"(?:(?:{_WEEKDAY},?\s+)?(?:the\s+)?\d{{1,2}}(?:st|nd|rd"
    rf"|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+\d{{2,4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}})"
)
_DEADLINE = re.compile(
    rf"\b{_DATE}"
    rf"|\b(?:by|before|until|till|on|no\s+later\s+than|not\s+later\s+than|due|deadline"
    rf"|erbyn)\b[^.\n]{{0,30}}"
    rf"\b(?:{_WEEKDAY}|tomorrow|today|noon|midday|midnight|the\s+end\s+of\s+(?:the\s+|this\s+"
    rf"|next\s+)?(?:\w+\s+)?"
    r"(?:day|week|month|term|half[-\s]term|year)|half[-\s]term|close\s+of\s+(?:play|business)"
    r"|next\s+week"
    r"|\d{1,2}(?:[.:]\d\d)?\s*(?:am|pm))\b"
    r"|\bwithin\s+(?:\w+\s+)?(?:\d+|one|two|three|five|ten|fourteen|a)\s+(?:\w+\s+)?(?:hours?"
    r"|days?|weeks?|month)\b"
    rf"|\b(?:every|each)\s+(?:{_WEEKDAY}|day|week|month|term)\b",
    re.IGNORECASE,
)


def deadlines(text: str) -> list[tuple[int, int]]:
    """Return the places of a text that name a day, or a time by which something is wanted."""
    return [match.span() for match in _DEADLINE.finditer(plain(text))]
