"""K71: a data protection impact assessment is needed, and none is named.

It stops the release, not the review; in an emergency it becomes an item of the after-review.
"""

import re

from gatekeeping.attached.sources import Mark, evidence, in_attachments, sources
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.asked_people import declares_people, people_asked, special_asked
from gatekeeping.findings import Context, Finding, Span, whole
from gatekeeping.models import Severity, Track
from gatekeeping.reading.special import matching, new_technology

RULE = "K71"
VERSION = 1
TITLE = "Impact assessment"

_NO_REFERENCE = re.compile(
    r"\W*(?:none|no|nil|n/?a|not?\s+(?:yet|done|needed|required|applicable|known|started|dpia\w*|completed?)\b.*|tbc"
    r"|tba|to\s+(?:follow|be\s+\w+|do)\b.*|pending\b.*|awaiting\b.*|in\s+progress|unknown|yes|todo|draft|[-–—.?x]+)?\W*",
    re.IGNORECASE,
)
_REASONS = {
    "special": "special categories such as health, ethnicity or safeguarding",
    "children_at_scale": "data about many children",
    "matching": "matching with other data",
    "new_technology": "new technology",
}


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Ask for the assessment or its screening; a guess from the words is put as a question."""
    if not _NO_REFERENCE.fullmatch(document.dpia):
        return []
    reasons: dict[str, list[Mark]] = {}
    more: list[Span] = []
    if document.personal_data in ("special", "children_at_scale"):
        reasons[document.personal_data] = []
        more.append(whole("personal_data", document.personal_data))
    for reason, marks in _read(document, context).items():
        if marks:
            reasons.setdefault(reason, []).extend(marks)
    if not reasons:
        return []
    return [_finding(document, context, reasons, more)]


def _read(document: SubmissionDocument, context: Context) -> dict[str, list[Mark]]:
    """Return for each reason the places that speak for it."""
    people = [person for person in people_asked(document, context) if person.one_by_one]
    special = [one.mark for one in special_asked(document, context)]
    many = context.schools > context.protocol.most_schools_without_gate
    read = {
        "special": special,
        "children_at_scale": [person.mark for person in people if many and person.pupils],
    }
    about_people = bool(people or special) or declares_people(document)
    texts = sources(document, context, "title", "purpose", "body")
    read["matching"] = [Mark(one, *at) for one in texts for at in matching(one.text)]
    if about_people:
        read["new_technology"] = [
            Mark(one, *at) for one in texts for at in new_technology(one.text)
        ]
    else:
        read["matching"] = []
    return read


def _finding(
    document: SubmissionDocument,
    context: Context,
    reasons: dict[str, list[Mark]],
    more: list[Span],
) -> Finding:
    declared = declares_people(document)
    named = " and ".join(_REASONS[reason] for reason in _REASONS if reason in reasons)
    opening = f"This asks for {named}." if declared else f"Does this ask for {named}?"
    ending = (
        "In an emergency the message goes first: this will be asked in the after-review."
        if context.track is Track.EMERGENCY
        else "It can be reviewed meanwhile, but not released without the verdict of information "
        "governance."
    )
    says = (
        f"{opening} Then an impact assessment (DPIA), or a screening that says none is needed, "
        f"must come first. Which is it? Give its reference; if there is none, "
        f"ask the data protection officer now. {ending}"
    )
    marks = [mark for found in reasons.values() for mark in found]
    detail = {
        "reasons": [reason for reason in _REASONS if reason in reasons],
        "declared": declared,
        "stops": "release",
        "attachments": in_attachments(marks),
    }
    severity = Severity.BLOCK if declared else Severity.CHALLENGE
    if context.track is Track.EMERGENCY:
        severity = Severity.CHALLENGE
        detail |= {"stops": "", "after_review": True}
    return Finding(RULE, VERSION, severity, TITLE, says, evidence(marks, *more), detail)
