"""Days and moments as people in England write them."""

from datetime import date, datetime

from foundation import clock

NOON = 12


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
    hour = local.hour % NOON or NOON
    return f"{day(local)} at {hour}:{local:%M}{'am' if local.hour < NOON else 'pm'}"
