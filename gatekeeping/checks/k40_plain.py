"""K40: hard to read: long sentences, jargon, unexplained short forms, no ask, no due date."""

import re

from gatekeeping.attached.sources import Mark, Source, evidence
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.models import Kind, Severity
from gatekeeping.reading.asks import asks, is_welsh
from gatekeeping.reading.deadlines import deadlines
from gatekeeping.reading.words import jargon, long_sentences, short_forms

RULE = "K40"
VERSION = 1
TITLE = "Plain English"

MOST_NAMED = 5

_ASKS_AT_ALL = re.compile(
    r"\b(?:please|kindly)\s+(?!note\b|contact\b|see\b|read\b|find\b|be\s+aware|call\b|ring\b)\w+",
    re.IGNORECASE,
)
"""A request may also ask to accept, to choose or to check: any of these is a line that asks."""


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Point at what slows a reader down, with what could be said instead."""
    texts = [Source(name, getattr(document, name)) for name in ("title", "body")]
    everything = "\n".join([source.text for source in texts] + [document.purpose])
    long = [
        (Mark(source, *place), words)
        for source in texts
        for place, words in long_sentences(source.text, context.protocol.longest_sentence)
    ]
    office = [(Mark(one, *at), instead) for one in texts for at, instead in jargon(one.text)]
    if len({_plain(mark) for mark, _ in office}) < context.protocol.least_jargon:
        office = []
    short = [Mark(one, *at) for one in texts for at in short_forms(one.text, everything)]
    no_ask, no_due = _lacks_ask(document), _lacks_due_date(document)
    says = [
        _on_long(long, context.protocol.longest_sentence),
        _on_jargon(office),
        _on_short(short),
        no_ask and "What are schools to do? Say it in one line near the top: “Please ... by ...”.",
        no_due and "By when? Give a due date, so that schools can plan.",
    ]
    if not any(says):
        return []
    marks = [mark for mark, _ in [*long, *office]] + short
    detail = {
        "long_sentences": [words for _, words in long][:MOST_NAMED],
        "jargon": sorted({_plain(mark) for mark, _ in office}),
        "short_forms": sorted({mark.text for mark in short}),
        "no_ask": no_ask,
        "no_due_date": no_due,
    }
    sentence = " ".join(part for part in says if part)
    return [Finding(RULE, VERSION, Severity.WARN, TITLE, sentence, evidence(marks), detail)]


def _lacks_ask(document: SubmissionDocument) -> bool:
    """Tell whether a request has a text that nowhere says what to do."""
    if document.kind is not Kind.DATA_REQUEST or not document.body.strip():
        return False
    return not (
        asks(document.body)
        or asks(document.title)
        or _ASKS_AT_ALL.search(document.body)
        or is_welsh(document.body)
    )


def _lacks_due_date(document: SubmissionDocument) -> bool:
    if document.kind is not Kind.DATA_REQUEST or document.due_on is not None:
        return False
    return not deadlines(document.body) and not deadlines(document.title)


def _on_long(long: list[tuple[Mark, int]], most: int) -> str:
    if not long:
        return ""
    longest = max(words for _, words in long)
    if len(long) == 1:
        return f"One sentence has {longest} words. Could it be two? Up to {most} words read easily."
    return (
        f"{len(long)} sentences have more than {most} words, the longest {longest}. Could they be "
        "cut in two?"
    )


def _on_jargon(office: list[tuple[Mark, str]]) -> str:
    named = dict.fromkeys((_plain(mark), instead) for mark, instead in office)
    advice = [
        f"for “{said}” say “{instead}”" if instead else f"leave out “{said}”"
        for said, instead in list(named)[:MOST_NAMED]
    ]
    return f"Plainer words: {', '.join(advice)}." if advice else ""


def _on_short(short: list[Mark]) -> str:
    named = [f"“{mark.text}”" for mark in short][:MOST_NAMED]
    if not named:
        return ""
    means = "does" if len(named) == 1 else "do"
    return f"What {means} {', '.join(named)} stand for? Write it out once."


def _plain(mark: Mark) -> str:
    return " ".join(mark.text.casefold().split())
