"""The days of a cover: from the first to the last, and which of them may be."""

from dataclasses import dataclass
from datetime import date, timedelta

from foundation.errors import Refusal

MOST_DAYS = 731
"""Two years: whoever is away for longer has left the category."""
DAY = timedelta(days=1)


class CoverDatesError(Refusal):
    """The days of a cover are not in order."""

    sentence = "The last day of the cover must be the same as or after the first day."


class CoverOverError(Refusal):
    """The last day of a cover has passed."""

    sentence = "The last day of the cover must be today or later."


class CoverLongError(Refusal):
    """The days of a cover are too many to be meant."""

    sentence = "Cover can last two years at most. After that, choose somebody else as the owner."


@dataclass(frozen=True)
class Days:
    """From the first day to the last, both included."""

    first: date
    last: date

    def check(self, today: date) -> None:
        """Raise a refusal that names the field unless a cover may have these days."""
        if self.last < self.first:
            raise CoverDatesError(field="ends_on")
        if self.last < today:
            raise CoverOverError(field="ends_on")
        if (self.last - self.first).days > MOST_DAYS:
            raise CoverLongError(field="ends_on")

    def left_of(self, other: "Days", today: date) -> "list[Days]":
        """Return what is left of the other's days without these, from today on."""
        before = Days(max(other.first, today), self.first - DAY)
        after = Days(max(self.last + DAY, today), other.last)
        return [days for days in (before, after) if days.first <= days.last]
