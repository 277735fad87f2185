"""Days and moments as people in England write them, and days as files write them."""

import re
from datetime import date, datetime, time

from foundation import clock

NOON = 12
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def day(value: date | datetime | None) -> str:
    """Write a day: 14 December 2026; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.local_date(value)
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime | None) -> str:
    """Write a moment on England's clock: 14 December 2026 at 3:05pm; nothing for None."""
    if value is None:
        return ""
    local = clock.local_time(value)
    return f"{day(local)} at {hour(local.time())}"


def hour(value: time) -> str:
    """Write a time of day: 3:05pm."""
    return f"{value.hour % NOON or NOON}:{value:%M}{'am' if value.hour < NOON else 'pm'}"


def day_in(cell: str) -> date | None:
    """Return the day that a file's cell holds, such as 01/09/2018 or 2018-09-01T00:00; or None."""
    bare = cell.strip().replace("T", " ").split(" ")[0]
    day_first, year_first = _DAY_FIRST.fullmatch(bare), _YEAR_FIRST.fullmatch(bare)
    try:
        if day_first:
            return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
        if year_first:
            return date(int(year_first[1]), int(year_first[2]), int(year_first[3]))
    except ValueError:
        pass  # a day that no calendar has, such as 31-02-2018
    return None
