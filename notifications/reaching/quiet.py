"""When mail may leave: quiet hours, and the moments at which digests are due. Plain values alone.

All times are those of clocks in England. A time that the change to summer time leaves out is as
much later as clocks went forward; of an hour that comes twice the first counts, unless it is over.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from foundation import clock
from notifications.models_reaching import Rhythm

SATURDAY: Final = 5
DAY: Final = timedelta(days=1)
LONGEST_QUIET: Final = timedelta(days=4)
"""No quiet time lasts longer: a night, a weekend, and the morning after it."""
LONGEST_WAIT: Final = timedelta(days=7) + LONGEST_QUIET
"""No digest is due later than this."""


@dataclass(frozen=True)
class Choice:
    """How a person wants to be reached; as it stands here it is what counts without a choice."""

    rhythm: Rhythm = Rhythm.EACH
    digest_at: time = time(7, 30)
    digest_on: int = 0
    quiet_from: time | None = None
    quiet_to: time | None = None
    quiet_weekend: bool = False
    bulletin: bool = True

    @property
    def has_digest(self) -> bool:
        """Tell whether new items wait for a digest."""
        return self.rhythm is not Rhythm.EACH


def send_after(choice: Choice, at: datetime) -> datetime:
    """Return when mail that is not urgent may leave: ``at`` itself, or the end of quiet time."""
    moment = at
    while True:
        end = _end_of_quiet(choice, clock.local_time(moment))
        if end is None:
            return moment
        # Of an hour that comes twice the second is meant once the first is over.
        first, second = _moment(end), _moment(end.replace(fold=1))
        moment = first if first > moment else second


def is_quiet(choice: Choice, moment: time) -> bool:
    """Tell whether a time of day lies in the quiet hours."""
    start, end = choice.quiet_from, choice.quiet_to
    if start is None or end is None:
        return False
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def next_digest(choice: Choice, at: datetime) -> datetime:
    """Return when the next digest after ``at`` is due; outside quiet time.

    The choice must be of a rhythm that has digests.
    """
    today = clock.local_date(at)
    for days in range(9):
        on = today + days * DAY
        if choice.rhythm is Rhythm.WEEKLY and on.weekday() != choice.digest_on:
            continue
        due = _moment(datetime.combine(on, choice.digest_at))
        if due > at:
            return send_after(choice, due)
    raise AssertionError


def _end_of_quiet(choice: Choice, local: datetime) -> datetime | None:
    """Return when quiet time ends that holds at this moment, by the clock; None outside of it."""
    on = local.date()
    if choice.quiet_weekend and on.weekday() >= SATURDAY:
        return _midnight(on + (7 - on.weekday()) * DAY)
    if choice.quiet_to is None or not is_quiet(choice, local.time()):
        return None
    ends_on = on if local.time() < choice.quiet_to else on + DAY
    return datetime.combine(ends_on, choice.quiet_to)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time())


def _moment(local: datetime) -> datetime:
    return local.replace(tzinfo=clock.LOCAL).astimezone(UTC)
