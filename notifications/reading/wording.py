"""The words around an item: when it is due, and why a person got it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from categories.routing.reasons import Reason
from foundation.dates import day

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
    Reason.FORWARDED: "a colleague passed it on to you",
    Reason.ESCALATED: "you are the deputy, and nobody acted on it in time",
    Reason.OFFICE: "sent to the school’s own mailbox",
}


BESIDE_WORDS = {
    Reason.OWNER: "owner",
    Reason.COVER: "standing in",
    Reason.SHARES: "shares it",
    Reason.ALSO: "gets it as well",
    Reason.DEPUTY: "deputy",
    Reason.TRUST: "named by the trust",
    Reason.ROLE: "in their role",
    Reason.GROUP: "for the whole group",
    Reason.HEAD: "headteacher",
    Reason.FORWARDED: "passed on",
    Reason.ESCALATED: "deputy",
    Reason.OFFICE: "",
}
"""As what a colleague has the same item, in a word or two."""


STATES = {"unread": "unread", "read": "read", "done": "done", "closed": "closed"}
"""How far somebody is with an item."""


@dataclass(frozen=True)
class Held:
    """Since when somebody has held what an item came for, until when (a cover), in which role."""

    since: date | None = None
    until: date | None = None
    role: str = ""
    giver: str = ""
    """Who passed it on, on the day ``since``; what they wrote is in the item's history."""


NOTHING = Held()


def why(
    reason: Reason,
    heading: str | None,
    name: str | None = None,
    held: Held = NOTHING,
    place: str = "school",
) -> str:
    """Say in a sentence why an item reached whom it reached: ``name``, or the reader for None.

    ``place`` is what its readers call where they work: a school, or a setting.
    """
    if heading is None and reason not in {Reason.OFFICE, Reason.FORWARDED}:
        return "It names no category, so it came to the headteacher."
    words = {
        "who": name or "You",
        "whom": name or "you",
        "are": "is" if name else "are",
        "were": "was" if name else "were",
        "s": "s" if name else "",
        "area": f"“{heading}”" if heading else "it",
        "since": f", since {day(held.since)}" if held.since else "",
        "days": _between(held),
        "place": place,
        "giver": held.giver or "A colleague",
        "on": f" on {day(held.since)}" if held.since else "",
        "role": f"as {held.role}" if held.role else "in their role" if name else "in your role",
    }
    return WHY[reason].format_map(words)


WHY = {
    Reason.OWNER: "{who} own{s} {area} at this {place}{since}.",
    Reason.COVER: "{who} {were} covering {area} {days}.",
    Reason.SHARES: "{who} share{s} {area} at this {place}{since}.",
    Reason.ALSO: "{who} get{s} {area} as well as its owner{since}.",
    Reason.DEPUTY: "{who} {are} the deputy for {area} at this {place}{since}, and its owner could "
    "not receive it.",
    Reason.TRUST: "Nobody was set for {area} at this {place}, and its trust named {whom}{since}.",
    Reason.ROLE: "Nobody was set for {area} at this {place}, so it came to {whom} {role}.",
    Reason.GROUP: "Nobody was set for {area}, and the {place} named {whom} for the whole group "
    "that it belongs to{since}.",
    Reason.HEAD: "Nobody was set for {area} at this {place}, so it came to the headteacher.",
    Reason.FORWARDED: "{giver} passed it on to {whom}{on}.",
    Reason.ESCALATED: "{who} {are} the deputy for {area} at this {place}{since}, and its owner did "
    "not act on it in time.",
    Reason.OFFICE: "Nobody was set for {area} and no headteacher was known, so it went to the "
    "{place}’s mailbox.",
}


def _between(held: Held) -> str:
    if held.since is None or held.until is None:
        return "on the day it was sent"
    if held.since == held.until:
        return f"on {day(held.since)}"
    return f"from {day(held.since)} to {day(held.until)}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
