"""What a document means, as far as it can be compared: what, of whom, for when."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from gatekeeping.alike.aspects import aspects_of
from gatekeeping.alike.copying import sketch_of
from gatekeeping.alike.courtesy import is_courtesy
from gatekeeping.alike.populations import Population
from gatekeeping.alike.purposes import purposes_of
from gatekeeping.alike.things import Source, Thing, sources_of, thing_of, things_asked
from gatekeeping.alike.time_words import Time
from gatekeeping.alike.times import time_of
from gatekeeping.alike.topics import Topics, Vector, shipped
from gatekeeping.alike.who import Who, who_of
from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument
from gatekeeping.reading.plain import sentences
from gatekeeping.thesaurus.naming import stems

_TOLD_ELSEWHERE = re.compile(r"school|(?:19|20)\d\d|2\d")
"""Words that say of whom and for when something is asked: that is compared by itself."""
ALGORITHM = 8
"""Goes up when the same document would mean something else: stored meanings are made anew then."""
MOST_WORDS = 60
MOST_ITEMS = 100
_REASON = re.compile(
    r"\b(?:so that|because|in order to|to help us|as we|we (?:will|would|are|plan|want|use|need)"
    r"|this (?:will|helps)|will be used|used to|for the purpose)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""Why something is asked tells less about what is."""
MOST_CONCEPTS = 24


@dataclass(frozen=True)
class Meaning:
    """A document as it is compared.

    ``concepts`` are a vector of length 1, ``words`` weigh up to 1; ``sketch`` tells by which hand
    it is written, ``aspects`` which sides of its subject it asks about. ``rhythm`` is how often a
    year it is asked.
    """

    title: str
    topic: Thing
    things: tuple[Thing, ...]
    who: Who
    time: Time | None
    sent: int | None
    purposes: frozenset[str]
    rhythm: int
    team: str
    author: str
    concepts: Mapping[str, float] = field(hash=False)
    words: Mapping[str, float] = field(hash=False)
    sketch: frozenset[int] = frozenset()
    aspects: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Return it as compact JSON values, for storing."""
        return {
            "v": ALGORITHM,
            "t": self.title,
            "q": [_thing_out(thing) for thing in (self.topic, *self.things)],
            "w": [
                sorted(self.who.phases),
                sorted(self.who.types),
                sorted(self.who.places),
                sorted(self.who.trusts),
                sorted(self.who.urns),
                int(self.who.everyone),
            ],
            "p": [self.time.first, self.time.last, self.time.told_by] if self.time else None,
            "s": self.sent,
            "u": sorted(self.purposes),
            "r": self.rhythm,
            "m": self.team,
            "a": self.author,
            "c": dict(self.concepts),
            "o": dict(self.words),
            "h": sorted(self.sketch),
            "x": sorted(self.aspects),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        topic, *things = (_thing_in(one) for one in stored["q"])
        phases, types, places, trusts, urns, everyone = stored["w"]
        time = stored["p"]
        return cls(
            stored["t"],
            topic,
            tuple(things),
            Who(
                frozenset(phases),
                frozenset(types),
                frozenset(places),
                frozenset(trusts),
                frozenset(urns),
                bool(everyone),
            ),
            Time(*time) if time else None,
            stored["s"],
            frozenset(stored["u"]),
            stored["r"],
            stored["m"],
            stored["a"],
            stored["c"],
            stored["o"],
            frozenset(stored["h"]),
            frozenset(stored["x"]),
        )

    @cached_property
    def measures(self) -> Mapping[str, float]:
        """Return the forms in which answers are wanted, as shares of all that tell theirs."""
        found: dict[str, float] = defaultdict(float)
        for thing in self.things:
            for form in thing.measures:
                found[form] += thing.weight / len(thing.measures)
        total = sum(found.values())
        return {form: weight / total for form, weight in found.items()} if total else {}

    @cached_property
    def asked_stems(self) -> frozenset[str]:
        """Return the stems of all things asked, but for schools and years, which others tell."""
        found = frozenset().union(*(thing.stems for thing in self.things))
        return frozenset(stem for stem in found if not _TOLD_ELSEWHERE.fullmatch(stem))

    @cached_property
    def pointing(self) -> Vector:
        """Return the concepts as the shipped topics lay them out."""
        return shipped().dense(self.concepts)

    @cached_property
    def words_length(self) -> float:
        """Return the length of the words as a vector."""
        return math.sqrt(sum(weight * weight for weight in self.words.values()))


def meaning_of(
    document: SubmissionDocument,
    *,
    attached: Sequence[AttachedText] = (),
    topics: Topics | None = None,
) -> Meaning:
    """Return what a document means; any document has a meaning, an empty one says nothing."""
    topics = topics or shipped()
    sources = sources_of(document, attached)
    things = tuple(things_asked(sources, topics))
    topic = thing_of(document.title[:300], topics)
    sent = document.send_on or document.due_on
    counted = _counted(_texts(sources))
    return Meaning(
        " ".join(document.title.split())[:120],
        topic,
        things,
        who_of(document),
        time_of(document, [asked.words for asked in sources[0].asked]),
        sent.toordinal() if sent else None,
        purposes_of(f"{document.purpose[:2_000]} {document.title}"),
        document.frequency.times_a_year,
        document.team.strip().casefold()[:80],
        document.author.strip().casefold()[:80],
        topics.of(counted, most=MOST_CONCEPTS),
        _words(counted, topics),
        sketch_of(text for text, _ in _texts(sources, reasons=True)),
        aspects_of(_asking(document, things)),
    )


def _asking(document: SubmissionDocument, things: Sequence[Thing]) -> Iterator[str]:
    """Yield the words by which a document asks, and its title."""
    yield document.title
    for item in document.items[:MOST_ITEMS]:
        yield f"{item.name}. {item.definition[:300]}"
    yield from (thing.said for thing in things)


def _texts(sources: Sequence[Source], *, reasons: bool = False) -> Iterator[tuple[str, float]]:
    """Yield the texts that count, each with its weight: asks more than what stands around them."""
    document = sources[0].document
    yield document.title, 1.3
    if not reasons:
        yield document.purpose[:2_000], 0.2
    for item in document.items[:MOST_ITEMS]:
        yield f"{item.name}. {item.definition[:300]}", 1.3
    for source in sources:
        for sentence in sentences(source.document.body):
            if is_courtesy(sentence.text):
                continue
            weight = 1.0 if source.asks(sentence.start, sentence.end) else 0.5
            whole = reasons or sentence.is_question
            yield sentence.text if whole else _REASON.sub("", sentence.text), weight


def _counted(texts: Iterable[tuple[str, float]]) -> Mapping[str, float]:
    """Return how often each stem is said, each text with its weight."""
    counted: dict[str, float] = defaultdict(float)
    for text, weight in texts:
        for stem in stems(text):
            counted[stem] += weight
    return counted


def _words(counted: Mapping[str, float], topics: Topics) -> Mapping[str, float]:
    """Weigh stems: seen often counts a little more, a common word less; the heaviest stay."""
    weighed = {
        stem: min(1.0, 0.55 * count**0.4 * topics.rarity(stem)) for stem, count in counted.items()
    }
    heaviest = sorted(weighed.items(), key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))
    return {stem: round(weight, 2) for stem, weight in heaviest[:MOST_WORDS] if weight >= 0.05}  # noqa: PLR2004 - says nothing


def _thing_out(thing: Thing) -> list[Any]:
    return [
        thing.said,
        {key: round(score, 2) for key, score in thing.concepts.items()},
        sorted(thing.stems),
        sorted(thing.measures),
        [sorted(part) for part in thing.about.parts],
        thing.weight,
        thing.code,
        *([thing.file] if thing.file else ()),
    ]


def _thing_in(stored: Sequence[Any]) -> Thing:
    said, concepts, found, measures, about, weight, code, *file = stored
    return Thing(
        said,
        concepts,
        frozenset(found),
        frozenset(measures),
        Population(*(frozenset(part) for part in about)),
        weight,
        code,
        *file,
    )
