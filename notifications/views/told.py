"""What was done to items a moment ago, said on the next list or item, with a button to undo it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import session as cookie

from notifications.reading.marking import MOST_AT_ONCE

KEY: Final = "inbox_told"
DONE: Final = "done"
SNOOZED: Final = "snoozed"
PROBLEM: Final = "problem"


@dataclass(frozen=True)
class Told:
    """A sentence, and what undoes it: which items, and what was done to them."""

    words: str
    what: str = ""
    ids: Sequence[int] = ()
    field: str = ""
    """Of a problem: the field that it is about."""


def complain(words: str, field: str = "") -> None:
    """Say once on the next page why nothing was done, and beside which field."""
    cookie[KEY] = [words, PROBLEM, [], field]


def tell(words: str, what: str = "", ids: Sequence[int] = ()) -> None:
    """Say something once on the next page of the inbox."""
    cookie[KEY] = [words, what, list(ids)[:MOST_AT_ONCE]]


def told() -> Told | None:
    """Return what is to be said, once."""
    kept = cookie.pop(KEY, None)
    return Told(*kept) if kept else None
