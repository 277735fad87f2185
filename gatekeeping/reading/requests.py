"""Which sentences of a text that is known to ask do ask, and where in them what is asked begins.

``asks`` is careful, because it also judges letters that claim to ask nothing. Of a request it is
known that it asks; so here every question, command and wish counts. Background ("Last year 40
schools told us ...") is still none.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from gatekeeping.reading.asked_questions import is_put_to_us, question_begins
from gatekeeping.reading.asks import asking
from gatekeeping.reading.commands import commanded
from gatekeeping.reading.plain import MOST_KEPT, Sentence, is_row, sentences
from gatekeeping.reading.welsh import welsh_ask
from gatekeeping.reading.wishes import wished

MOST_SENTENCES = 2_000
_POLITE = re.compile(r"(?:can|could|would|will|may|might)\b", re.IGNORECASE)


@lru_cache(maxsize=MOST_KEPT)
def asked_sentences(text: str) -> Mapping[int, int]:
    """Return the asking sentences by their index in ``sentences``, with where the asked begins.

    Bounded: of a text of a thousand sentences the first two thousand are read.
    """
    pieces = sentences(text)[:MOST_SENTENCES]
    careful = asking(text)
    found: dict[int, int] = {}
    for place, piece in enumerate(pieces):
        start = _asked_from(pieces, place, piece)
        if start is not None:
            found[place] = start
        elif place in careful and not piece.is_question:
            found[place] = 0
    return MappingProxyType(found)


def _asked_from(pieces: tuple[Sentence, ...], place: int, piece: Sentence) -> int | None:
    if is_row(piece.text):
        return None
    if is_put_to_us(pieces, place):
        begins = question_begins(piece.text)
        polite = commanded(piece.text) if _POLITE.match(piece.text, begins) else None
        return begins if polite is None else polite
    if piece.is_question:
        return None
    for reading in (commanded, wished, welsh_ask):
        start = reading(piece.text)
        if start is not None:
            return start
    return None
