"""K51: sent or due when schools are closed or have just come back, or mostly over a holiday."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from directory.school_days import Calendar, Closure
from foundation.dates import day
from gatekeeping.checks.k50_notice import needed_days
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.due_dates import good_due, mostly_closed, next_open_day
from gatekeeping.findings import Context, Finding, whole
from gatekeeping.models import Kind, Severity, Track

RULE = "K51"
VERSION = 1
TITLE = "Holiday"


@dataclass(frozen=True)
class _Fault:
    """One thing wrong with a date: a word for programs, the field, the schools, what it says."""

    part: str
    field: str
    schools: int
    says: str
    closure: Closure | None = None


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Say which date falls badly, and propose the nearest good one. Emergencies do not wait."""
    if context.track is Track.EMERGENCY or not context.days.shares:
        return []
    faults = [*_of_sending(document, context), *_of_due(document, context)]
    if not faults:
        return []
    send_on, due_on = _proposals(document, context, faults)
    says = [fault.says for fault in faults]
    if send_on:
        says.append(f"Could it be sent on {day(send_on)}?")
    if due_on:
        says.append(f"Could it be due on {day(due_on)}?")
    closure = next((fault.closure for fault in faults if fault.closure), None)
    detail = {
        "parts": [fault.part for fault in faults],
        "schools": max(fault.schools for fault in faults),
        "suggested_send": send_on.isoformat() if send_on else None,
        "suggested_due": due_on.isoformat() if due_on else None,
        "closure": [closure.first.isoformat(), closure.last.isoformat()] if closure else None,
    }
    evidence = tuple(
        whole(name, str(getattr(document, name)))
        for name in sorted({fault.field for fault in faults})
    )
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, " ".join(says), evidence, detail)]


def _of_sending(document: SubmissionDocument, context: Context) -> Iterator[_Fault]:
    send_on = document.send_on
    if send_on is None:
        return
    closed = _schools(context, lambda calendar: not calendar.is_school_day(send_on))
    if closed is not None:
        says = f"The send date, {_named(send_on)}, is not a school day{_at(closed, context)}."
        yield _Fault("send_closed", "send_on", closed, says)


def _of_due(document: SubmissionDocument, context: Context) -> Iterator[_Fault]:
    due_on = document.due_on
    if due_on is None:
        return
    closed = _schools(context, lambda calendar: not calendar.is_school_day(due_on))
    if closed is not None:
        says = f"The due date, {_named(due_on)}, is not a school day{_at(closed, context)}."
        yield _Fault("due_closed", "due_on", closed, says)
    yield from _just_back(due_on, context)
    yield from _over_a_holiday(document, context)


def _just_back(due_on: date, context: Context) -> Iterator[_Fault]:
    protocol = context.protocol

    def closure_of(calendar: Calendar) -> Closure | None:
        return calendar.closure_before(
            due_on, days=protocol.first_days, length=protocol.closure_days
        )

    back = _schools(context, lambda calendar: closure_of(calendar) is not None)
    if back is None:
        return
    closure = next(found for share in context.days.shares if (found := closure_of(share.calendar)))
    says = (
        f"The due date, {_named(due_on)}, is one of the first {protocol.first_days} school days "
        f"after schools were closed from {day(closure.first)} to {day(closure.last)}"
        f"{_at(back, context)}."
    )
    yield _Fault("just_reopened", "due_on", back, says, closure)


def _over_a_holiday(document: SubmissionDocument, context: Context) -> Iterator[_Fault]:
    send_on, due_on = document.send_on, document.due_on
    if send_on is None or due_on is None or due_on <= send_on:
        return
    days = (due_on - send_on).days
    counts = [share.calendar.school_days_after(send_on, due_on) for share in context.days.shares]
    schools = _schools(
        context,
        lambda calendar: mostly_closed(calendar.school_days_after(send_on, due_on), days),
    )
    if schools is None:
        return
    says = (
        f"Of the {days} days from {day(send_on)} to {day(due_on)} only {min(counts)} "
        f"{'is a school day' if min(counts) == 1 else 'are school days'}{_at(schools, context)}."
    )
    yield _Fault("mostly_closed", "due_on", schools, says)


def _proposals(
    document: SubmissionDocument, context: Context, faults: list[_Fault]
) -> tuple[date | None, date | None]:
    """Return the nearest good send date and due date, each only where it would be another."""
    shares, protocol = context.days.shares, context.protocol
    send_on = document.send_on and next_open_day(shares, document.send_on)
    due_on = None
    if document.due_on and (
        any(fault.field == "due_on" for fault in faults) or (send_on or date.min) >= document.due_on
    ):
        asks = document.kind is Kind.DATA_REQUEST
        due_on = good_due(
            shares,
            document.due_on,
            send_on=send_on,
            needed=needed_days(context) if asks else 1,
            protocol=protocol,
        )
    return (
        send_on if send_on != document.send_on else None,
        due_on if due_on != document.due_on else None,
    )


def _schools(context: Context, holds: Callable[[Calendar], bool]) -> int | None:
    """Return at how many of the asked schools it holds; None at none."""
    found = [share.schools for share in context.days.shares if holds(share.calendar)]
    return sum(found) if found else None


def _at(schools: int, context: Context) -> str:
    """Say at how many schools, unless at all of them."""
    total = sum(share.schools for share in context.days.shares)
    if schools == total:
        return ""
    return f" at {schools:,} of the {total:,} schools"


def _named(value: date) -> str:
    return f"{value:%A} {day(value)}"
