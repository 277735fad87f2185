"""A judgement in plain sentences, and as plain values for programs."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any, Final

from foundation import clock
from gatekeeping.mailgate.policy import Judgement

MOST_DATES: Final = 6
_BECAUSE: Final = {
    "number": "It names number {number}, which covers it.",
    "casework": "It is about one child or employee, so it needs no gate.",
    "reply": "It answers in a thread that a school began, so it needs no gate.",
    "automatic": "It is an automatic reply, so it needs no gate.",
    "bounce": "It reports what became of another message, so it needs no gate.",
    "calendar": "It answers an invitation, so it needs no gate.",
    "ours": "It is the portal's own mail.",
}


def says(judgement: Judgement) -> str:
    """Return why a message is judged as it is, in a sentence or two with the counts."""
    sentences = [_reach(judgement)]
    good = next((one.number for one in judgement.numbers if not one.fault), "")
    because = _BECAUSE.get(judgement.why.value)
    if because:
        sentences.append(because.format(number=good))
    elif judgement.why.value != "one_school":
        sentences.append(_sum(judgement))
    if not because:
        sentences += [_fault(one.number, one.fault) for one in judgement.numbers if one.fault]
    if judgement.reached.closed:
        closed = len(judgement.reached.closed)
        sentences.append(f"{_schools(closed, 'closed ')} {_was(closed)} not counted.")
    return " ".join(sentences)


def as_json(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as JSON: counts, URNs, times and numbers, nothing that was written.

    It is kept with a case, and the answer of ``portal mail judge``.
    """
    good = [one.number for one in judgement.numbers if not one.fault]
    return {
        "schools": len(judgement.schools),
        "verdict": judgement.verdict.value,
        "why": says(judgement),
        "counted": sorted(judgement.schools),
        "reason": judgement.why.value,
        "limit": judgement.limit,
        "days": judgement.days,
        "own": sorted(judgement.reached.urns),
        "closed": sorted(judgement.reached.closed),
        "others": judgement.reached.others,
        "joined": [
            {
                "trace": one.trace_id,
                "at": one.at.isoformat(),
                "schools": len(one.urns),
                "urns": sorted(one.urns),
                "same_sender": one.sender.casefold() == judgement.sender.address.casefold(),
            }
            for one in judgement.joined
        ],
        "number": good[0] if good else next((one.number for one in judgement.numbers), ""),
        "numbers": [{"number": one.number, "fault": one.fault} for one in judgement.numbers],
        "team": judgement.sender.team,
    }


def _reach(judgement: Judgement) -> str:
    own = len(judgement.reached.urns)
    return f"It goes to {_schools(own) if own else 'no school'}."


def _sum(judgement: Judgement) -> str:
    """Say what counts together, and whether that needs the gate."""
    counted, limit = len(judgement.schools), judgement.limit
    own = len(judgement.reached.urns)
    alone = f"Mail to more than {limit} needs the gate."
    if not judgement.joined:
        return alone if counted > limit else f"Mail to {limit} or fewer needs no gate."
    number = len(judgement.joined)
    earlier = (
        f"{number} earlier message{'' if number == 1 else 's'} of the last {judgement.days} days"
    )
    same = f"{'says' if number == 1 else 'say'} nearly the same"
    dates = _dates({clock.local_date(one.at) for one in judgement.joined})
    if own > limit:
        more = f"; together that makes {counted}" if counted > own else ", to schools among these"
        return f"{alone} {earlier} {same} ({dates}){more}."
    needs = f"more than {limit} need the gate" if counted > limit else "that needs no gate"
    return f"With {earlier} that {same} ({dates}) that makes {counted}; {needs}."


def _dates(days: Collection[date]) -> str:
    """Write days in order, each month once: 3 and 7 November."""
    ordered = sorted(days)
    if len(ordered) > MOST_DATES:
        return f"{_day(ordered[0])} to {_day(ordered[-1])}"
    months = Counter((each.year, each.month) for each in ordered)
    told = []
    for each in ordered:
        months[each.year, each.month] -= 1
        told.append(str(each.day) if months[each.year, each.month] else _day(each))
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _day(each: date) -> str:
    return f"{each.day} {each:%B}"


def _fault(number: str, fault: str) -> str:
    return f"It names number {number}, which does not cover it. {fault}"


def _schools(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}school{'' if count == 1 else 's'}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
