"""How alike two titles are: what is found so is only suggested."""

from functools import lru_cache

from gatekeeping.closeness import nearest_in_words, words_shared
from gatekeeping.law.instruments import Instrument, table, title_key

NEAR = 80.0
"""From this score (of 100) on, a title is near enough to be suggested."""

_ALL_WORDS = 97.0
_SHORTENED = 70.0


def nearest(title: str, year: int | None) -> tuple[Instrument, float] | None:
    """Return the known instrument whose title is most like this one, with a score of 100."""
    return _nearest(title_key(title), year)


def likeness(one: str, other: str) -> float:
    """Return how alike the words of two titles are, to 100; extra words do not count."""
    return words_shared(title_key(one), title_key(other))


@lru_cache(maxsize=4096)
def _nearest(key: str, year: int | None) -> tuple[Instrument, float] | None:
    rows = table().rows
    best: tuple[Instrument, float] | None = None
    for place, score in nearest_in_words(key, _keys(), most=6):
        row = rows[place]
        # Of titles alike in words the one of the nearest year comes first.
        ranked = score - min(6.0, abs(row.year - year) / 4) if year else score
        if score >= NEAR and (best is None or ranked > best[1]):
            best = (row, round(ranked, 1))
    return best or _in_short(key, year)


def _in_short(key: str, year: int | None) -> tuple[Instrument, float] | None:
    """Return the only instrument of the year whose title has all these words, and more."""
    alike = [
        row
        for row in table().rows
        if row.year == year and words_shared(key, title_key(row.title)) >= _ALL_WORDS
    ]
    return (alike[0], _SHORTENED) if len(alike) == 1 else None


@lru_cache(maxsize=1)
def _keys() -> list[str]:
    return [title_key(row.title) for row in table().rows]
