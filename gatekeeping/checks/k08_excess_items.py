"""K08: the duty is real, but more is asked than its provision lists."""

from dataclasses import replace

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span
from gatekeeping.law.duties import item_lists
from gatekeeping.law.trial import SpokenOf, challenge, on_trial
from gatekeeping.law.words import ON_SCHOOL
from gatekeeping.models import Kind

RULE = "K08"
VERSION = 1
TITLE = "More than the duty lists"
NOTHING = "none"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find items that no provision cited as a duty lists, and duties that ask for no return."""
    real = [one for one in on_trial(document, context) if one.opinion.verdict in ON_SCHOOL]
    lists = {one.opinion.duty.items if one.opinion.duty else "" for one in real}
    if not real or "" in lists:
        return []
    if lists == {NOTHING}:
        return _no_return(document, real[0], context)
    return _outside(document, real, sorted(lists), context)


def _no_return(document: SubmissionDocument, one: SpokenOf, context: Context) -> list[Finding]:
    if document.kind is not Kind.DATA_REQUEST and not document.items:
        return []
    says = (
        f"{one.name} is a real duty, but it asks for no return. "
        f"{_without_refrain(one.opinion.says)}Please show the "
        "provision that makes schools send you this. If there is none, send it as voluntary."
    )
    places = list(range(1, len(document.items) + 1))
    return [challenge((RULE, VERSION, TITLE), says, one, context, items=places)]


def _outside(
    document: SubmissionDocument, real: list[SpokenOf], lists: list[str], context: Context
) -> list[Finding]:
    patterns = [item_lists()[name] for name in lists]
    outside = [
        (place, item.name)
        for place, item in enumerate(document.items)
        if item.name.strip()
        and not any(pattern.search(f"{item.name} {item.definition}") for pattern in patterns)
    ]
    if not outside:
        return []
    one = real[0]
    numbers = [place + 1 for place, _ in outside]
    listed = ", ".join(str(number) for number in numbers)
    many = len(outside) > 1
    says = (
        f"{one.name} is a real duty, but item{'s' if many else ''} {listed} "
        f"{'are' if many else 'is'} not among what it lists, as far as the register knows. Please "
        f"leave {'them' if many else 'it'} out, name the provision for "
        f"{'them' if many else 'it'}, or mark {'them' if many else 'it'} as voluntary."
    )
    evidence = tuple(
        Span(f"items.{place}.name", 0, len(name), name) for place, name in outside[:20]
    )
    found = challenge((RULE, VERSION, TITLE), says, one, context, items=numbers)
    return [replace(found, evidence=(*evidence, *found.evidence))]


def _without_refrain(says: str) -> str:
    """Return what a duty is for, without the sentence that the finding says itself."""
    sentences = [one for one in says.split(". ") if "asks for no return" not in one]
    return f"{'. '.join(sentences).rstrip('.')}. " if sentences else ""
