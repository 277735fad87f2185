"""A data set that is held, and the things in it: plain values."""

import re
from dataclasses import dataclass
from datetime import date

_OWN_SYSTEMS = ("census", "from school systems")
_ONE_EACH = frozenset({"pupil", "child", "family", "member of staff", "governor", "person"})
_NO_KEY = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Holding:
    """One data set: its key, title, owner, and in words when it is refreshed and what it covers.

    ``types`` are the kinds of schools that it covers (``directory.kinds.TYPES``) where somebody
    said so; else the words of ``covers`` tell. ``as_at`` is the day of which the owner says that
    it was last refreshed, None where the owner says nothing and its rhythm must do.
    """

    key: str
    title: str
    owner: str
    refreshed: str
    grain: str
    covers: str
    types: tuple[str, ...] = ()
    as_at: date | None = None

    @property
    def is_from_schools(self) -> bool:
        """Tell whether a census or the schools' own systems feed it (K12); else K11 speaks."""
        return any(words in f"{self.title} {self.refreshed}".casefold() for words in _OWN_SYSTEMS)

    @property
    def tells_each(self) -> bool:
        """Tell whether it knows single people, so that every count can be made from it."""
        return self.grain in _ONE_EACH


@dataclass(frozen=True)
class HeldItem:
    """One thing in a data set, with the other names by which people ask for it.

    ``code`` is its code in a national collection, if it has one there.
    """

    holding: Holding
    name: str
    called: tuple[str, ...] = ()
    personal: bool = False
    code: str = ""

    @property
    def key(self) -> str:
        """Return what names it in the whole catalogue: "school-census/number-on-roll"."""
        return f"{self.holding.key}/{_NO_KEY.sub('-', self.name.casefold()).strip('-')}"
