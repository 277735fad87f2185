"""The words of the page that follows what was sent: states, reasons, figures, how fast."""

from dataclasses import dataclass
from datetime import timedelta

from categories.routing.reasons import Reason
from notifications.following.figures import Figures
from notifications.following.times import Compared
from notifications.following.wording import lasted
from notifications.models import DeliveryState

REASONS = {
    Reason.OWNER: "Registered owner",
    Reason.COVER: "Stands in for the owner",
    Reason.SHARES: "Shares the job with the owner",
    Reason.ALSO: "Gets it as well as the owner",
    Reason.DEPUTY: "Deputy: the owner cannot receive it",
    Reason.ESCALATED: "Deputy or head: the owner did not act in time",
    Reason.TRUST: "Named by the trust",
    Reason.ROLE: "Clerk, governor or early years provider: nobody is set",
    Reason.GROUP: "For the whole group: nobody is set",
    Reason.HEAD: "Headteacher: nobody is set",
    Reason.FORWARDED: "Passed on by a colleague",
    Reason.OFFICE: "School’s own mailbox: nobody is set",
}
STATES = {
    DeliveryState.UNREAD: "Not opened",
    DeliveryState.READ: "Opened",
    DeliveryState.DONE: "Done",
    DeliveryState.CLOSED: "Closed",
}
SHOW_WORDS = {
    "unread": "Not opened by anybody there",
    "read": "Opened",
    "acknowledged": "Acknowledged",
    "done": "Done",
    "closed": "Closed before it was opened",
    "bounced": "E-mail came back",
    "nobody": "Nobody set",
    "forwarded": "Passed on",
}
ABOUT_AS_LONG = 0.1
"""Times that differ by less than this part of the longer one are as good as the same."""


@dataclass(frozen=True)
class Row:
    """A figure: its words, how many schools, and which of them the list below can show."""

    words: str
    schools: int
    show: str = ""
    is_part: bool = False
    """Whether the line above counts these schools already."""


def rows_of(totals: Figures, *, acknowledge: bool) -> list[Row]:
    """Return how far it has come: what was opened, what was not and what is closed add up."""
    parts = [Row("Acknowledged", totals.acknowledged, "acknowledged", is_part=True)]
    closed = [Row("Closed before it was opened", totals.closed, "closed")]
    return [
        Row("Delivered", totals.schools),
        Row("Opened", totals.read, "read"),
        *(parts if acknowledge else []),
        Row("Done", totals.done, "done", is_part=True),
        Row("Not opened", totals.unread, "unread"),
        *(closed if totals.closed else []),
    ]


def apart_of(totals: Figures) -> list[Row]:
    """Return what is counted besides, of the same schools."""
    seldom = (
        Row("E-mail came back", totals.bounced, "bounced"),
        Row("Passed on", totals.forwarded, "forwarded"),
    )
    return [
        Row("Nobody set", totals.nobody_set, "nobody"),
        *(row for row in seldom if row.schools),
    ]


def in_short(totals: Figures) -> str:
    """Return in a sentence or two how far it has come."""
    if not totals.schools:
        return "It has reached no school yet."
    have = "has" if totals.schools == 1 else "have"
    said = f"{totals.read:,} of {_schools(totals.schools)} {have} opened it on the portal"
    if totals.done:
        said += f"; {totals.done:,} of them {'is' if totals.done == 1 else 'are'} done with it"
    if totals.unread:
        said += f". At {_schools(totals.unread)} nobody has opened it yet"
    if totals.closed:
        said += f". At {_schools(totals.closed)} nobody need open it any more"
    return f"{said}."


def how_fast(half: timedelta | None, earlier: Compared) -> str:
    """Return how soon half of the schools had opened it, beside the authority’s earlier items."""
    before = earlier.half
    if half is None:
        then = f" Of earlier items half of the schools had after {lasted(before)}."
        return "Fewer than half of the schools have opened it so far." + (then if before else "")
    said = f"Half of the schools had opened it after {lasted(half)}"
    if before is None:
        return f"{said}."
    if abs(half - before) <= ABOUT_AS_LONG * max(half, before):
        return f"{said}: about as soon as earlier items ({lasted(before)})."
    than = "sooner" if half < before else "later"
    return f"{said}: {than} than earlier items ({lasted(before)})."


def _schools(number: int) -> str:
    return f"{number:,} {'school' if number == 1 else 'schools'}"
