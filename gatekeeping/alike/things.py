"""The things that a document asks, each with its concepts, its form and whom it is about."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gatekeeping.alike.courtesy import is_courtesy
from gatekeeping.alike.measures import measures_of
from gatekeeping.alike.populations import Population, population_of
from gatekeeping.alike.topics import Topics
from gatekeeping.alike.vocabulary import mass_of
from gatekeeping.asked import AttachedText
from gatekeeping.attached.attached_asks import asked_in
from gatekeeping.documents import SubmissionDocument
from gatekeeping.reading.plain import sentences
from gatekeeping.requested import Requested, requested
from gatekeeping.thesaurus.naming import stems

MOST_THINGS = 24
"""Of a form with more items the first are enough to know it again."""
LONGEST_SAID = 90
MOST_READ = 20_000
MOST_ATTACHED = 5
_LONGEST_READ = 400
_A_LINE = 80
_MOST_SENTENCES = 80
_MOST_CONCEPTS = 8
_MOST_STEMS = 16
_IN_PASSING = 0.5
"""What an ask of the text weighs beside items."""
_ENOUGH = 1.0
"""So much must the words of a thing tell; what tells less weighs less."""
_FEW_FORMS = 2
_LEAST = 0.1
"""What a thing weighs of whose words the thesaurus knows none."""
_ASKED_FORMS = frozenset({"count", "share", "names", "money", "amount", "date", "yes", "contact"})
_ADMIN = re.compile(
    r"\b(?:name of (?:the )?(?:school|person completing)|school name|urn|dfe number|completed by"
    r"|signature|your (?:name|role|job title|position)|date completed|any (?:other )?comments"
    r"|further information|queries|questions about this|deadline|closing date)\b",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"\b(?:repl(?:y|ies)|respond|responses?|get in touch|deadline|enclosed|survey|questionnaire"
    r"|answers?|thank|portal|reminder|by \d|by (?:mon|tues|wednes|thurs|fri)day)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Thing:
    """One thing asked. ``weight`` is 1 for an item that says what it is, less for others.

    ``concepts`` are a vector of length 1, or empty.
    """

    said: str
    concepts: Mapping[str, float]
    stems: frozenset[str]
    measures: frozenset[str]
    about: Population
    weight: float = 1.0
    code: str = ""
    file: str = ""
    """The attachment that asks it; empty where the document itself does."""

    @cached_property
    def mass(self) -> float:
        """Return how much its stems tell, together."""
        return mass_of(self.stems)


@dataclass(frozen=True)
class Source:
    """A text that asks: the document itself or an attachment, with what it asks."""

    document: SubmissionDocument
    asked: tuple[Requested, ...]
    file: str = ""

    def asks(self, start: int, end: int) -> bool:
        """Tell whether a stretch of the text is part of what it asks."""
        return any(
            asked.span.field == "body" and asked.span.start < end and start < asked.span.end
            for asked in self.asked
        )


def sources_of(
    document: SubmissionDocument, attached: Sequence[AttachedText]
) -> tuple[Source, ...]:
    """Return the texts of a document, itself first; of a long one the beginning."""
    own = document
    if len(document.body) > MOST_READ:
        own = document.model_copy(update={"body": document.body[:MOST_READ]})
    others = (
        Source(
            SubmissionDocument(body=one.text[:MOST_READ], title=document.title),
            asked_in(replace(one, text=one.text[:MOST_READ])),
            one.name[:LONGEST_SAID],
        )
        for one in attached[:MOST_ATTACHED]
    )
    return (Source(own, tuple(requested(own))), *others)


def things_asked(sources: Sequence[Source], topics: Topics) -> list[Thing]:
    """Return what texts ask: items, prose, attachments; their title where they ask nothing."""
    document = sources[0].document
    around = population_of(f"{document.title}. {document.purpose[:600]}").of_people
    found: dict[frozenset[str] | str, Thing] = {}
    for source in sources:
        for thing in _of_text(source, topics):
            key = thing.stems or thing.said
            if key not in found and len(found) < MOST_THINGS:
                found[key] = replace(thing, about=thing.about.within(around), file=source.file)
    if not found:
        found = {thing.stems: thing for thing in _mentioned(document, topics)}
    return _with_forms(list(found.values()), sources[0])


def _with_forms(things: list[Thing], source: Source) -> list[Thing]:
    """Let items that do not tell in which form they want an answer take it from the text."""
    told = {
        forms
        for asked in source.asked
        if asked.span.field == "body" and (forms := measures_of(asked.words))
    }
    if len(told) != 1 or not source.document.items:
        return things
    (forms,) = told
    if len(forms) > _FEW_FORMS:
        return things
    return [one if one.measures else replace(one, measures=forms) for one in things]


def thing_of(
    text: str, topics: Topics, *, beside: str = "", weight: float = 1.0, code: str = ""
) -> Thing:
    """Return the thing that a phrase asks; ``beside`` is what explains it, and counts less."""
    said = stems(text[:_LONGEST_READ])
    words: dict[str, float] = dict(Counter(said[:_MOST_STEMS]))
    for stem in stems(beside[:_LONGEST_READ])[:_MOST_STEMS]:
        words[stem] = words.get(stem, _IN_PASSING)
    told = max(_LEAST if words else 0.0, min(1.0, topics.told_by(words) / _ENOUGH))
    return Thing(
        " ".join(text.split())[:LONGEST_SAID],
        topics.of(words, most=_MOST_CONCEPTS),
        frozenset(said[:_MOST_STEMS]),
        measures_of(text) or measures_of(beside[:_LONGEST_READ]),
        population_of(text).within(population_of(beside[:_LONGEST_READ])),
        round(weight * told, 3),
        code.strip().casefold(),
    )


def _of_text(source: Source, topics: Topics) -> Iterator[Thing]:
    document = source.document
    for asked in source.asked:
        if _ADMIN.search(asked.words) and len(asked.words) < _A_LINE:
            continue
        if asked.span.field == "body":
            if is_courtesy(asked.words):
                continue
            yield from _asked_in_prose(asked, topics, weight=_weight(document))
        else:
            yield _item(asked, document, topics)
    if document.items or source.asked:
        return
    for sentence in sentences(document.body)[:_MOST_SENTENCES]:
        if (
            measures_of(sentence.text) & _ASKED_FORMS
            and not _REPLY.search(sentence.text)
            and not source.asks(sentence.start, sentence.end)
        ):
            yield thing_of(sentence.text, topics, weight=0.6 * _weight(document))


def _weight(document: SubmissionDocument) -> float:
    return _IN_PASSING if document.items else 1.0


def _item(asked: Requested, document: SubmissionDocument, topics: Topics) -> Thing:
    """Read an item: by its name; a bare name ("Total") by what stands around it."""
    name = asked.wordings[0].whole if asked.wordings else asked.words
    found = thing_of(name, topics, beside=asked.words.partition("\n")[2], code=asked.code)
    if found.weight >= 1:
        return found
    around = thing_of(name, topics, beside=document.title, code=asked.code)
    return replace(found, concepts=around.concepts, weight=max(_IN_PASSING, found.weight))


def _asked_in_prose(asked: Requested, topics: Topics, *, weight: float) -> Iterator[Thing]:
    wording = asked.wordings[0]
    measures, people = measures_of(asked.words), population_of(asked.words)
    for piece in wording.pieces or (wording.whole,):
        thing = thing_of(piece, topics, weight=weight)
        if thing.weight >= 0.3 * weight or len(thing.stems) > 3:  # noqa: PLR2004 - says something
            yield replace(
                thing, measures=thing.measures or measures, about=thing.about.within(people)
            )


def _mentioned(document: SubmissionDocument, topics: Topics) -> Iterator[Thing]:
    """Yield what title and text are about, where nothing in them reads as an ask."""
    yield thing_of(document.title or document.body[:200], topics)
    for sentence in sentences(document.body[:4_000])[:12]:
        yield thing_of(sentence.text, topics, weight=0.4)
