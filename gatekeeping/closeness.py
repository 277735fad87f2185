"""How close texts are to each other: the only door to RapidFuzz."""

from collections.abc import Hashable, Iterator, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel, LCSseq, Levenshtein

Step = tuple[str, int, int, int, int]
"""What becomes of a stretch (equal, replace, insert, delete): from, to, and the same there."""


def letters_alike(one: str, other: str, *, at_least: float = 0.0) -> float:
    """Return how alike two texts are letter by letter, to 1; below ``at_least`` it may say 0."""
    return float(fuzz.ratio(one, other, score_cutoff=at_least * 100)) / 100


def pieces_alike(
    one: Sequence[Hashable], other: Sequence[Hashable], *, at_least: float = 0.0
) -> float:
    """Return how alike two sequences of words are, to 1; below ``at_least`` it may say 0."""
    return float(Indel.normalized_similarity(one, other, score_cutoff=at_least))


def words_shared(one: str, other: str) -> float:
    """Return how alike the words of two texts are, to 100; extra words do not count."""
    return float(fuzz.token_set_ratio(one, other))


def nearest_in_words(text: str, others: Sequence[str], *, most: int) -> list[tuple[int, float]]:
    """Return the places of the texts with the likest words in any order, with scores to 100."""
    found = process.extract(text, others, scorer=fuzz.token_sort_ratio, limit=most)
    return [(place, float(score)) for _, score, place in found]


def fewest_steps(one: Sequence[Hashable], other: Sequence[Hashable]) -> Iterator[Step]:
    """Yield the fewest steps that make one sequence the other; a piece may be replaced."""
    for step in Levenshtein.opcodes(one, other):
        yield step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end


def longest_common(one: Sequence[Hashable], other: Sequence[Hashable]) -> Iterator[Step]:
    """Yield the steps that keep the longest common part of two sequences."""
    for step in LCSseq.opcodes(one, other):
        yield step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end


def is_one_slip(one: str, other: str) -> bool:
    """Tell whether one letter, or one swap of neighbours, parts two words at most."""
    return int(OSA.distance(one, other, score_cutoff=1)) <= 1


def nearest_in_letters(word: str, others: Sequence[str], *, slips: int) -> str:
    """Return the word that the fewest slips part from this one, the first of equals; "" for none.

    A slip is a letter too many, too few or wrong, or two that changed places.
    """
    found = process.extractOne(word, others, scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found else ""
