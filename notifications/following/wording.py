"""How long something took, in words."""

from datetime import timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def lasted(time: timedelta | None) -> str:
    """Write how long something took, in its largest two parts: 2 days 3 hours; nothing for None."""
    if time is None:
        return ""
    if time < HOUR:
        return _count(max(int(time.total_seconds() // 60), 1), "minute")
    if time < DAY:
        return _count(time // HOUR, "hour")
    days, rest = divmod(time, DAY)
    hours = rest // HOUR
    return _count(days, "day") + (f" {_count(hours, 'hour')}" if hours and days < 7 else "")  # noqa: PLR2004 - a week is long enough


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
