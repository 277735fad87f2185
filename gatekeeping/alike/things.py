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
_LESS_SURE = 0.85
"""What stays of a concept's score that only what surrounds a thing leads to."""
_SURE = 0.5
_ASKED_FORMS = frozenset({"count", "share", "names", "money", "amount", "date", "yes", "contact"})
_A_LINE = 80
_MOST_SENTENCES = 80
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
    texts = [
        document,
        *(SubmissionDocument(body=one.text, title=document.title) for one in attached),
    ]
    for text in texts:
        for thing in _of_text(_short(text), lexicon):
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


def _of_text(document: SubmissionDocument, lexicon: Lexicon) -> Iterator[Thing]:
    places = []
    for asked in requested(document):
        if _ADMIN.search(asked.words) and len(asked.words) < _A_LINE:
            continue
        if asked.span.field == "body":
            places.append((asked.span.start, asked.span.end))
            yield from _asked_in_prose(asked, document, lexicon)
        else:
            yield _item(asked, document, lexicon)
    weight = _IN_PASSING if document.items or places else 0.8
    for sentence in sentences(document.body)[:_MOST_SENTENCES]:
        inside = any(start < sentence.end and sentence.start < end for start, end in places)
        if inside or not measures_of(sentence.text) & _ASKED_FORMS or _REPLY.search(sentence.text):
            continue
        thing = thing_of(sentence.text[:300], lexicon, about=document.title, weight=weight * 0.8)
        if thing.concepts and max(thing.concepts.values()) >= _SURE:
            yield thing


def _item(asked: Requested, document: SubmissionDocument, lexicon: Lexicon) -> Thing:
    """Read an item: by its name; a bare name ("Total") by what stands around it."""
    name = asked.wordings[0].whole if asked.wordings else asked.words
    named = thing_of(name, lexicon, about=document.title, code=asked.code)
    defined = thing_of(asked.words[:300], lexicon, about=document.title)
    concepts = dict(named.concepts)
    for key, score in defined.concepts.items():
        concepts[key] = max(concepts.get(key, 0.0), _LESS_SURE * score)
    found = replace(
        named,
        said=" ".join(name.split())[:LONGEST_SAID],
        concepts=concepts,
        measures=named.measures or defined.measures,
        about=named.about.within(defined.about),
    )
    if max(concepts.values(), default=0.0) >= _SURE or len(named.stems - LIGHT) > 2:  # noqa: PLR2004 - says enough
        return found
    around = thing_of(f"{document.title[:150]}: {name}", lexicon)
    for key, score in around.concepts.items():
        concepts[key] = max(concepts.get(key, 0.0), _LESS_SURE * score)
    return replace(found, concepts=concepts, stems=found.stems | (around.stems - found.stems))


def _asked_in_prose(
    asked: Requested, document: SubmissionDocument, lexicon: Lexicon
) -> Iterator[Thing]:
    weight = _IN_PASSING if document.items else 1.0
    wording = asked.wordings[0]
    measures, people = measures_of(asked.words), population_of(asked.words)
    for piece in wording.pieces or (wording.whole,):
        thing = thing_of(piece, lexicon, about=wording.whole, weight=weight)
        says_little = len(thing.stems - LIGHT) < 2 or _REPLY.search(asked.words)  # noqa: PLR2004 - one word is none
        if says_little and max(thing.concepts.values(), default=0.0) < _SURE:
            continue
        yield replace(thing, measures=thing.measures or measures, about=thing.about.within(people))


def _mentioned(document: SubmissionDocument, lexicon: Lexicon) -> Iterator[Thing]:
    """Yield what title and text are about, where nothing in them reads as an ask."""
    yield thing_of(document.title or document.body[:200], lexicon)
    for sentence in sentences(document.body[:4_000])[:12]:
        thing = thing_of(sentence.text[:300], lexicon, about=document.title, weight=0.4)
        if thing.concepts:
            yield thing
