"""Putting misspelt words right, where one word that is known is near and no other."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from gatekeeping.closeness import is_one_slip
from gatekeeping.thesaurus.naming import is_known_word, words_of, words_of_tokens

_SHORTEST = 5
"""Shorter words are too near to too many others."""


class Spelling:
    """Some words as they are written."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words in, as ``written.tokens_of`` returns them."""
        self._known = set(words)
        self._stems = {stem for word in self._known for stem in words_of_tokens([word])}
        self._by_length: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(word) >= _SHORTEST:
                self._by_length[word[0], len(word)].append(word)
        self.mended = lru_cache(maxsize=16384)(self._mended)

    def _mended(self, word: str) -> str:
        """Return the known word one letter (or one swap) away; the word itself if there is none."""
        if len(word) < _SHORTEST or not word.isalpha():
            return word
        if word in self._known or is_known_word(word) or self._stems.issuperset(words_of(word)):
            return word
        near = [
            other
            for length in (len(word), len(word) + 1, len(word) - 1)
            for other in self._by_length.get((word[0], length), ())
            if is_one_slip(word, other)
        ]
        return near[0] if near else word
