"""K50: a data request leaves schools too few school days to answer."""

from datetime import date

from directory.school_days import Calendar
from foundation.dates import day
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.due_dates import earliest_due, good_due
from gatekeeping.findings import Context, Finding, whole
from gatekeeping.models import Kind, Severity, Track

RULE = "K50"
VERSION = 1
TITLE = "Short notice"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Count the school days after the send date up to and including the due date."""
    send_on, due_on, shares = document.send_on, document.due_on, context.days.shares
    if document.kind is not Kind.DATA_REQUEST or send_on is None or due_on is None:
        return []
    needed = needed_days(context)
    counts = _counts(document, context)
    if not needed or not shares or min(counts) >= needed:
        return []
    short = {count: schools for count, schools in counts.items() if count < needed}
    earliest = earliest_due(shares, send_on, needed)
    better = earliest and good_due(
        shares, earliest, send_on=send_on, needed=needed, protocol=context.protocol
    )
    unknown = _unknown(context, send_on, due_on)
    says = [_how_many(short, needed, send_on, due_on), _ask(earliest, better, needed, send_on)]
    if unknown:
        says.append(
            f"Term dates are not known here from {day(unknown)} on; working days are counted."
        )
    detail = {
        "school_days": min(short),
        "needed": needed,
        "schools": sum(short.values()),
        "earliest_due": earliest.isoformat() if earliest else None,
        "suggested_due": better.isoformat() if better else None,
        "by_school_days": [
            {"school_days": count, "schools": schools} for count, schools in sorted(short.items())
        ],
        "unknown_from": unknown.isoformat() if unknown else None,
    }
    evidence = (whole("due_on", str(due_on)), whole("send_on", str(send_on)))
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, " ".join(says), evidence, detail)]


def needed_days(context: Context) -> int:
    """Return how many school days schools are due on this track; none in an emergency."""
    if context.track is Track.EMERGENCY:
        return 0
    protocol = context.protocol
    return protocol.notice_days_light if context.track is Track.LIGHT else protocol.notice_days


def _counts(document: SubmissionDocument, context: Context) -> dict[int, int]:
    """Return for each number of school days how many of the asked schools have so many."""
    counts: dict[int, int] = {}
    if document.send_on is None or document.due_on is None:
        return counts
    for share in context.days.shares:
        found = share.calendar.school_days_after(document.send_on, document.due_on)
        counts[found] = counts.get(found, 0) + share.schools
    return counts


def _unknown(context: Context, send_on: date, due_on: date) -> date | None:
    calendars: list[Calendar] = [share.calendar for share in context.days.shares]
    days = [calendar.unknown_from(send_on, due_on) for calendar in calendars]
    return min((day for day in days if day is not None), default=None)


def _how_many(short: dict[int, int], needed: int, send_on: date, due_on: date) -> str:
    fewest, schools = min(short), sum(short.values())
    between = f"after {day(send_on)}, up to and including {day(due_on)}"
    if due_on <= send_on:
        return f"The due date, {day(due_on)}, is not after the send date, {day(send_on)}."
    days = _days(fewest) if len(short) == 1 else f"{fewest} to {_days(max(short))}"
    whom = f" for {schools:,} school{'' if schools == 1 else 's'}" if schools else ""
    return f"This leaves {days}{whom} ({between}). Schools need {needed} to answer well."


def _ask(earliest: date | None, better: date | None, needed: int, send_on: date) -> str:
    if earliest is None:
        return "Could it be due later?"
    ask = (
        f"Sent on {day(send_on)}, the earliest due date with {needed} school days is "
        f"{day(earliest)}. Could it be due then, or be sent earlier? "
    )
    if better and better != earliest:
        ask += f"{day(better)} is better still: less of the time is then a holiday. "
    return ask + "If somebody else sets the date, please say who."


def _days(count: int) -> str:
    return "no school day" if not count else f"{count} school day{'' if count == 1 else 's'}"
