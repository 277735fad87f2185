"""K52: due on a busy day, or more asked of one school in a week than it can bear."""

from datetime import date, timedelta

from directory.calendars import Busy
from directory.kinds import PHASE_NAMES
from foundation.dates import day
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.due_dates import good_due
from gatekeeping.facts.load import WeekLoad
from gatekeeping.findings import Context, Finding, whole
from gatekeeping.models import Severity

RULE = "K52"
VERSION = 1
TITLE = "Busy week"
MOST_NAMED = 5


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Name what schools are busy with on the due date, and what else is due in that week."""
    if document.due_on is None:
        return []
    busy = [what for what in context.days.busy if _concerns(what, context.days.phases)]
    load, cap = context.days.load, context.protocol.crunch_minutes
    heavy = load if load is not None and load.minutes > cap else None
    if not busy and heavy is None:
        return []
    says = [_of_busy(what, context.days.phases) for what in busy]
    if heavy:
        says.append(_of_load(heavy, cap))
    after = _after(document, busy, context)
    says.append(_ask(heavy, after))
    detail = {
        "busy": [
            {
                "what": what.what,
                "from": what.starts_on.isoformat(),
                "to": what.ends_on.isoformat(),
                "phases": list(what.phases),
                "approximate": what.approximate,
            }
            for what in busy
        ],
        "suggested_due": after.isoformat() if after else None,
        "cap_minutes": cap,
        **(_figures(heavy, context.schools) if heavy else {}),
    }
    evidence = (whole("due_on", str(document.due_on)),)
    return [Finding(RULE, VERSION, Severity.WARN, TITLE, " ".join(says), evidence, detail)]


def _concerns(busy: Busy, phases: frozenset[str]) -> bool:
    return not busy.phases or bool(phases.intersection(busy.phases))


def _of_busy(busy: Busy, phases: frozenset[str]) -> str:
    names = [PHASE_NAMES[phase].lower() for phase in busy.phases if phase in phases]
    whom = f" ({' and '.join(names)} schools)" if names else ""
    about = " The exact dates are not certain yet." if busy.approximate else ""
    if busy.starts_on == busy.ends_on:
        return f"The due date is the day of: {busy.what}{whom}.{about}"
    dates = f"{day(busy.starts_on)} to {day(busy.ends_on)}"
    return f"The due date falls into: {busy.what}, {dates}{whom}.{about}"


def _of_load(load: WeekLoad, cap: int) -> str:
    week = f"In the week of {day(load.monday)}"
    limit = f"{_hours(cap)} is the most that a week should hold"
    if not load.submissions:
        return f"{week} this alone asks {_hours(load.minutes)} of a school; {limit}."
    many = f" Of the asked schools {load.schools_over:,} are over it." * (load.schools_over > 1)
    named = [
        f"{asked.number}{f', “{asked.title}”' if asked.title else ''} ({asked.minutes} minutes)"
        for asked in load.submissions[:MOST_NAMED]
    ]
    more = len(load.submissions) - MOST_NAMED
    listed = "; ".join(named) + (f"; and {more} more" if more > 0 else "")
    least = "" if load.complete else "at least "
    return (
        f"{week} {least}{_hours(load.minutes)} are asked of {load.school} (URN {load.urn}), "
        f"{_hours(load.own_minutes)} of them by this; {limit}.{many} Also due then: {listed}."
    )


def _after(document: SubmissionDocument, busy: list[Busy], context: Context) -> date | None:
    """Return the first good due date after what schools are busy with."""
    if not busy:
        return None
    start = max(what.ends_on for what in busy) + timedelta(days=1)
    return good_due(
        context.days.shares, start, send_on=document.send_on, needed=1, protocol=context.protocol
    )


def _ask(heavy: WeekLoad | None, after: date | None) -> str:
    if heavy is None:
        example = f", for example {day(after)}" if after else ""
        return f"Could it be due on another day{example}?"
    if heavy.submissions:
        return "Could it be due in another week?"
    return "Could it ask for less, or be spread over several weeks?"


def _figures(load: WeekLoad, asked: int) -> dict[str, object]:
    return {
        "monday": load.monday.isoformat(),
        "minutes": load.minutes,
        "own_minutes": load.own_minutes,
        "urn": load.urn or None,
        "schools": load.schools_over if load.submissions else asked,
        "submissions": [
            {"id": asked.submission_id, "number": asked.number, "minutes": asked.minutes}
            for asked in load.submissions
        ],
        "complete": load.complete,
    }


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    words = [f"{hours:,} hour{'' if hours == 1 else 's'}"] if hours else []
    if rest or not words:
        words.append(f"{rest} minute{'' if rest == 1 else 's'}")
    return " ".join(words)
