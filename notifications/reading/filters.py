"""What a person narrows their inbox to: read from an address, written into one, kept under a name.

Whatever an address says, it means something: what is not understood is left out.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self, TypeVar

from foundation import clock
from notifications.models import Attention

Word = TypeVar("Word", bound=enum.StrEnum)
LARGEST_KEY = 2**63 - 1
LONGEST_SENDER = 300


class Show(enum.StrEnum):
    """Which part of an inbox."""

    WAITING = "waiting"  # everything to do that is not put away
    UNREAD = "unread"
    SNOOZED = "snoozed"
    DONE = "done"


class Due(enum.StrEnum):
    """By when something is due."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    NONE = "none"


class Period(enum.StrEnum):
    """How long ago something came at most."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


DAYS = {Period.WEEK: 7, Period.MONTH: 31, Period.YEAR: 365}


@dataclass(frozen=True)
class Chosen:
    """A part of the inbox and what narrows it; empty values narrow nothing."""

    show: Show = Show.WAITING
    attention: Attention | None = None
    category_id: int | None = None
    sender: str = ""
    files: bool = False
    due: Due | None = None
    period: Period | None = None

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """Read the values of an address, or of a saved view."""
        return cls(
            show=_one_of(Show, args) or Show.WAITING,
            attention=_one_of(Attention, args),
            category_id=key_in(args.get("category", "")),
            sender=str(args.get("sender", "")).replace("\0", "").strip()[:LONGEST_SENDER],
            files=args.get("files", "") == "yes",
            due=_one_of(Due, args),
            period=_one_of(Period, args),
        )

    @property
    def values(self) -> dict[str, Any]:
        """Return what an address needs to say the same: only what is chosen."""
        given = {
            "show": "" if self.show is Show.WAITING else self.show.value,
            "attention": self.attention.value if self.attention else "",
            "category": str(self.category_id or ""),
            "sender": self.sender,
            "files": "yes" if self.files else "",
            "due": self.due.value if self.due else "",
            "period": self.period.value if self.period else "",
        }
        return {name: value for name, value in given.items() if value}

    @property
    def narrowed(self) -> bool:
        """Tell whether anything narrows the part that is shown."""
        return self != type(self)(show=self.show)

    def showing(self, show: Show) -> Self:
        """Return the same filters on another part of the inbox."""
        return replace(self, show=show)

    def since(self, today: date) -> datetime | None:
        """Return the moment from which on items count, when a period is chosen."""
        if self.period is None:
            return None
        first = today - timedelta(days=DAYS[self.period])
        return datetime.combine(first, time(), tzinfo=clock.LOCAL)


def key_in(text: str) -> int | None:
    """Return the id that a text holds, None when it can be none of a row."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST_KEY)):
        return None
    return int(text) if 0 < int(text) <= LARGEST_KEY else None


def _one_of(words: type[Word], args: Mapping[str, str]) -> Word | None:
    """Return the word that an address gives under the lower-case name of its kind."""
    asked = args.get(words.__name__.lower(), "")
    return words(asked) if asked in set(words) else None
