"""The words around an item: when it is due, and why a person got it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from categories.routing.reasons import Reason

SOON = 7


@dataclass(frozen=True)
class Due:
    """How long there is still: words, and how pressing (a chip's kind, or empty)."""

    words: str
    kind: str
    on: date


@lru_cache(maxsize=2000)
def due(due_on: date | None, today: date) -> Due | None:
    """Say how many days are left, or how late it is; None when nothing is due."""
    if due_on is None:
        return None
    days = (due_on - today).days
    if days < 0:
        return Due(f"Overdue by {_days(-days)}", "block", due_on)
    if days == 0:
        return Due("Due today", "challenge", due_on)
    if days == 1:
        return Due("Due tomorrow", "warn", due_on)
    return Due(f"Due in {days} days", "warn" if days <= SOON else "", due_on)


def why_short(reason: Reason) -> str:
    """Say in a few words why an item reached its reader, for a row of a list."""
    return SHORT[reason]


SHORT = {
    Reason.OWNER: "you own this category",
    Reason.COVER: "you are covering this category",
    Reason.SHARES: "you share this category",
    Reason.ALSO: "you get this category as well as its owner",
    Reason.DEPUTY: "you are the deputy, and the owner cannot receive it",
    Reason.TRUST: "your trust named you for this category",
    Reason.ROLE: "nobody is set, so it comes to you in your role",
    Reason.GROUP: "nobody is set, and you get this group of categories",
    Reason.HEAD: "nobody is set, so it comes to the headteacher",
    Reason.OFFICE: "sent to the school’s own mailbox",
}


def why(reason: Reason, heading: str | None, name: str | None = None) -> str:
    """Say in a sentence why an item reached whom it reached: ``name``, or the reader for None."""
    area = f"“{heading}”" if heading else "this"
    if reason is Reason.OWNER:
        return f"{name} owns {area} at this school." if name else f"You own {area} at this school."
    if reason is Reason.COVER:
        who = f"{name} was" if name else "You were"
        return f"{who} covering {area} on the day it was sent."
    if reason is Reason.HEAD:
        return f"Nobody was set for {area} at this school, so it came to the headteacher."
    return "Nobody was set for it and no headteacher was known, so it went to the school’s mailbox."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
