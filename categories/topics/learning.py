"""What an authority's own decisions say about categories. Plain values; no database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from categories.topics.gist import Gist, Word, gist
from categories.topics.vocabulary import common

LONGEST_LESSON = 160
"""Stems and pairs that are kept of one text: what it is about stands early."""
SHORTEST = 3
FEW = 3.0
"""So many texts are needed before a stem is half believed."""
WEIGHT = 7.0
"""What a stem is worth that stands in texts of one category alone, as often as one likes."""
EXPECTED = 0.25
"""A stem that tells nothing still stands in texts of this one category by so much chance."""


@dataclass(frozen=True)
class Learned:
    """What an authority's own decisions say.

    ``stems``: in how many approved texts of each category a stem stands. ``texts``: how many
    approved texts each category has. A text of several categories is shared among them.
    """

    stems: Mapping[str, Mapping[str, float]]
    texts: Mapping[str, float]


NOTHING_LEARNED = Learned({}, {})


def lesson(text: str) -> tuple[str, ...]:
    """Return what may mean something in an approved text: stems and pairs of neighbours, each once.

    Bounded, whatever the text.
    """
    return tuple(islice(_told(gist(text)), LONGEST_LESSON))


def _told(read: Gist) -> dict[str, tuple[Word, Word]]:
    """Return each stem or pair of neighbours with its first and last word, in their order."""
    found: dict[str, tuple[Word, Word]] = {}
    for sentence in read.sentences:
        before: Word | None = None
        for word in sentence:
            if len(word.stem) < SHORTEST or word.stem.isdigit():
                before = None
                continue
            is_common = (word.stem,) in common()
            if not is_common:
                found.setdefault(word.stem, (word, word))
            if before and not (is_common and (before.stem,) in common()):
                found.setdefault(f"{before.stem} {word.stem}", (before, word))
            before = word
    return found


def learned_from(lessons: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Learned:
    """Count lessons: the categories and the stems of each."""
    stems: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    texts: dict[str, float] = defaultdict(float)
    for slugs, said in lessons:
        for slug in slugs:
            texts[slug] += 1 / len(slugs)
            for stem in said:
                stems[stem][slug] += 1 / len(slugs)
    return Learned({stem: dict(counts) for stem, counts in stems.items()}, dict(texts))


def heard(learned: Learned, read: Gist, slugs: frozenset[str]) -> Iterator[tuple[str, str, float]]:
    """Yield category, word of the text, and what the word is worth for it."""
    total = sum(learned.texts.values())
    for told, (word, last) in _told(read).items():
        counts = learned.stems.get(told)
        if not counts:
            continue
        seen = sum(counts.values())
        for slug, count in counts.items():
            usual = (learned.texts[slug] + 1) / (total + len(slugs))
            surplus = count / seen - max(EXPECTED, usual)
            if slug in slugs and surplus > 0:
                shown = " ".join(read.text[word.start : last.end].split()).casefold()
                yield slug, shown, WEIGHT * surplus * count / (count + FEW)
