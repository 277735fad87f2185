"""A text made even for reading, with the way back: where each character stood in the original.

Full-width letters, odd dashes, no-break spaces and curly quotation marks become plain ones;
characters without width go. Nothing else changes, so what is found points into the person's text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_DASHES = "‐‑‒–—―−﹘﹣－"
_QUOTES = "‘’‚‛′`´＇"
_DOUBLE = "“”„‟″＂"
_NOTHING = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
_TABLE = {
    **{ord(char): "-" for char in _DASHES},
    **{ord(char): "'" for char in _QUOTES},
    **{ord(char): '"' for char in _DOUBLE},
    **{ord(char): "" for char in _NOTHING},
    **{ord(char): " " for char in "\t\n\r\x0b\x0c\x85\u2028\u2029"},
}


@dataclass(frozen=True)
class Plain:
    """The even text; ``place`` and ``end_place`` lead back to the original."""

    text: str
    places: Sequence[int]
    original: str

    def place(self, start: int) -> int:
        """Return where the character at ``start`` stood in the original."""
        return self.places[start]

    def end_place(self, end: int) -> int:
        """Return the original's end of a piece that ends before ``end``."""
        return self.places[end - 1] + 1 if end else 0


def plain(original: str) -> Plain:
    """Return the text made even; never raises."""
    if original.isascii():
        return Plain(_lines_as_spaces(original), range(len(original) + 1), original)
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(original):
        for one in _even(char):
            chars.append(one)
            places.append(place)
    places.append(len(original))
    return Plain("".join(chars), places, original)


def _lines_as_spaces(text: str) -> str:
    return text.translate(_TABLE)


def _even(char: str) -> str:
    if char.isascii():
        return _TABLE.get(ord(char), char)
    if ord(char) in _TABLE:
        return _TABLE[ord(char)]
    if char.isspace():
        return " "
    wide = unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uffef" else char
    return wide if len(wide) == 1 else char
