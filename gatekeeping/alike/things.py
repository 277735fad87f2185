"""The things that a document asks, each with its concepts, its form and whom it is about."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gatekeeping.alike.measures import measures_of
from gatekeeping.alike.populations import Population, population_of
from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument
from gatekeeping.lexicon import Lexicon
from gatekeeping.naming import LIGHT, stems
from gatekeeping.reading.plain import sentences
from gatekeeping.requested import Requested, requested

MOST_THINGS = 32
"""Of a form with more items the first are enough to know it again."""
LONGEST_SAID = 90
MOST_READ = 20_000
_IN_PASSING = 0.6
"""What an ask of the text weighs beside items."""
_MOST_CONCEPTS = 5
_MOST_STEMS = 14
_ADMIN = re.compile(
    r"\b(?:name of (?:the )?(?:school|person completing)|school name|urn|dfe number|completed by|signature"
    r"|your (?:name|role|job title|position)|date completed|any (?:other )?comments|further information"
    r"|queries|questions about this|deadline|closing date)\b",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"\b(?:repl(?:y|ies)|respond|responses?|return(?:ed|s)?|complete|fill in|submit(?:ted)?|get in touch|contact"
    r"|e-?mail|deadline|attached|enclosed|form|spreadsheet|survey|questionnaire|answers?|thank|portal|link"
    r"|let (?:us|me) know|reminder|by \d|by (?:mon|tues|wednes|thurs|fri)day|headteacher|dear)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Thing:
    """One thing asked. ``weight`` is 1 for an item, less for what stands beside items."""

    said: str
    concepts: Mapping[str, float]
    stems: frozenset[str]
    measures: frozenset[str]
    about: Population
    weight: float = 1.0
    code: str = ""


def things_asked(
    document: SubmissionDocument, attached: Sequence[AttachedText], lexicon: Lexicon
) -> list[Thing]:
    """Return what a document asks: items, prose, attachments; its title where it asks nothing."""
    around = population_of(f"{document.title}. {document.purpose[:600]}")
    found: dict[frozenset[str] | str, Thing] = {}
    for asked in requested(_short(document)):
        for thing in _read(asked, document, lexicon):
            key = thing.stems or thing.said
            if key not in found and len(found) < MOST_THINGS:
                found[key] = replace(thing, about=thing.about.within(around))
    for one in attached:
        extra = SubmissionDocument(body=one.text[:MOST_READ])
        for asked in requested(extra):
            for thing in _read(asked, extra, lexicon):
                key = thing.stems or thing.said
                if key not in found and len(found) < MOST_THINGS:
                    found[key] = replace(thing, about=thing.about.within(around))
    if not found:
        found = {thing.stems: thing for thing in _mentioned(document, lexicon)}
    return list(found.values())


def thing_of(
    text: str, lexicon: Lexicon, *, about: str = "", weight: float = 1.0, code: str = ""
) -> Thing:
    """Return the thing that a phrase asks; ``about`` is what surrounds it."""
    meant = lexicon.meant_by(text, about=about)[:_MOST_CONCEPTS]
    return Thing(
        " ".join(text.split())[:LONGEST_SAID],
        {one.key: one.score for one in meant},
        frozenset(stems(text)[:_MOST_STEMS]),
        measures_of(text),
        population_of(text),
        weight,
        code.strip().casefold(),
    )


def _short(document: SubmissionDocument) -> SubmissionDocument:
    return (
        document
        if len(document.body) <= MOST_READ
        else document.model_copy(update={"body": document.body[:MOST_READ]})
    )


def _read(asked: Requested, document: SubmissionDocument, lexicon: Lexicon) -> Iterator[Thing]:
    is_item = asked.span.field.startswith("items.")
    if _ADMIN.search(asked.words) and len(asked.words) < 80:  # noqa: PLR2004 - a line
        return
    if is_item:
        name = asked.wordings[0].whole if asked.wordings else asked.words
        thing = thing_of(asked.words[:300], lexicon, about=document.title, code=asked.code)
        named = thing_of(name, lexicon, about=document.title, code=asked.code)
        concepts = {**thing.concepts, **named.concepts}
        yield replace(
            named,
            concepts=concepts,
            measures=named.measures or thing.measures,
            about=named.about.within(thing.about),
            said=name.strip()[:LONGEST_SAID],
        )
        return
    weight = _IN_PASSING if document.items else 1.0
    wording = asked.wordings[0]
    measures, people = measures_of(asked.words), population_of(asked.words)
    pieces = wording.pieces or (wording.whole,)
    for piece in pieces:
        thing = thing_of(piece, lexicon, about=wording.whole, weight=weight)
        if not thing.concepts and (
            len(thing.stems - LIGHT) < 2 or _REPLY.search(asked.words)  # noqa: PLR2004 - one word is none
        ):
            continue
        yield replace(thing, measures=thing.measures or measures, about=thing.about.within(people))


def _mentioned(document: SubmissionDocument, lexicon: Lexicon) -> Iterator[Thing]:
    """Yield what title and text are about, where nothing in them reads as an ask."""
    yield thing_of(document.title or document.body[:200], lexicon)
    for sentence in sentences(document.body[:4_000])[:12]:
        thing = thing_of(sentence.text[:300], lexicon, about=document.title, weight=0.4)
        if thing.concepts:
            yield thing
