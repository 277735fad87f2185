"""The one place that reads the clock. Rules never do: they are told the time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/London")
AHEAD = timedelta(days=1)
"""No list of work waits, and no worker's claim lasts, longer than this. What is due later was
written while the clock ran ahead, and has been due ever since it was put back."""


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """Return the calendar day in England at that moment."""
    return moment.astimezone(LOCAL).date()


def local_time(moment: datetime) -> datetime:
    """Return the moment as a clock in England shows it."""
    return moment.astimezone(LOCAL)
