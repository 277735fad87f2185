"""K60: the estimate of minutes is missing, or cannot be right."""

import re
from collections.abc import Iterator
from typing import Any

from gatekeeping.burden import minutes_at_a_school
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.family import FEWEST
from gatekeeping.findings import Context, Finding
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.models import Kind, Severity
from gatekeeping.reading.asks import asks
from gatekeeping.thesaurus.naming import stems

RULE = "K60"
VERSION = 1
TITLE = "Estimate of minutes"

_COUNTED = frozenset(stems("number total list rate percentage average turnover balance"))
_NUMBERED = re.compile(
    r"^[ \t]*(?:\(?\d{1,3}[.)]|\(?[a-z][.)]|Q(?:uestion)?[ \t]?\d{1,3}\W?)[ \t]+"
    r"\S[^\n]{0,300}(?:\?|:|_|…|\.{4})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Compare the minutes of a data request with its questions and with others of its kind."""
    if document.kind is not Kind.DATA_REQUEST:
        return []
    minutes = minutes_at_a_school(document, context.protocol)
    asked = questions(document)
    detail: dict[str, Any] = {"minutes": float(minutes), "questions": asked}
    if not minutes:
        says = (
            "No minutes are given, so nobody can weigh what this asks of schools. Enter for each "
            "role how long it takes to read, gather, complete, check and send."
        )
        return [_finding(says, {**detail, "why": ["missing"]})]
    reasons = dict(_reasons(document, context, asked, float(minutes)))
    if not reasons:
        return []
    if "family" in reasons:
        detail |= {
            "family": context.family.size,
            "family_median": float(context.family.median_minutes),
        }
    says = (
        f"The estimate looks wrong because {'; and because '.join(reasons.values())}. Could you "
        "try it at one school, and correct the minutes or say why they are right?"
    )
    return [_finding(says, {**detail, "why": list(reasons)})]


def questions(document: SubmissionDocument) -> int:
    """Return how many things are asked: its items, or the questions that its text asks if more."""
    in_text = [ask for ask in asks(document.body) if ask.kind == "question"]
    numbered = len(_NUMBERED.findall(document.body)) if in_text else 0
    return max(len(document.items), len(in_text), numbered)


def _reasons(
    document: SubmissionDocument, context: Context, asked: int, minutes: float
) -> Iterator[tuple[str, str]]:
    least = context.protocol.least_minutes_a_question
    if minutes < least * asked:
        each = f"less than {_minutes(least)} each"
        yield "too_short", f"{_minutes(minutes)} for {asked:,} questions is {each}"
    gathered = sum(effort.people * effort.minutes.gather for effort in document.effort)
    if not gathered and any(
        _is_looked_up(document, place, context.catalogue) for place in range(len(document.items))
    ):
        yield "no_gathering", "the answers must be looked up, but no time is given to gather them"
    family = context.family
    if family.size >= FEWEST and minutes > context.protocol.family_times * family.median_minutes:
        usual = _minutes(float(family.median_minutes))
        others = f"{family.size:,} requests of this kind in the past year"
        yield "family", f"it is {_minutes(minutes)} at a school, where {others} took {usual}"


def _is_looked_up(document: SubmissionDocument, place: int, catalogue: Catalogue) -> bool:
    """Tell whether an item is a fact that somebody must find in a system or count."""
    item = document.items[place]
    words = frozenset(stems(item.name))
    return item.in_mis or bool(words & _COUNTED) or bool(catalogue.meant_by(item.name))


def _minutes(number: float) -> str:
    return f"{number:,.0f} minute{'' if number == 1 else 's'}"


def _finding(says: str, detail: dict[str, Any]) -> Finding:
    return Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, (), detail)
