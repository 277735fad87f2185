"""The words by which letters are told apart: ``data/mail_words.csv``."""

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from foundation.words import lowered

_CAPITALS: Final = re.compile(r"(?<!\\)[A-Z]+")


class Words:
    """Words that are looked for: whole words, in any case."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Look for these patterns, which hold no groups. None may run long."""
        either = _CAPITALS.sub(lambda found: found[0].lower(), "|".join(patterns))
        self._alone = re.compile(rf"(?<!\w)(?:{either})(?!\w)")
        # A sign first, so that only beginnings of words are looked at: half the time.
        self._after_sign = re.compile(rf"[^0-9A-Za-z_](?<!\w)({either})(?!\w)")

    def are_in(self, text: str) -> bool:
        """Tell whether one of them stands in a text."""
        return bool(self._after_sign.search(f" {lowered(text)}"))

    def found_in(self, text: str) -> set[str]:
        """Return those that stand in a text, in small letters."""
        return {found[1] for found in self._after_sign.finditer(f" {lowered(text)}")}

    def left_out(self, text: str) -> str:
        """Return a text in small letters, with a space in the place of each."""
        return self._alone.sub(" ", lowered(text))


@cache
def words(table: str) -> Words:
    """Return the words of a table."""
    place = files("gatekeeping").joinpath("data", "mail_words.csv")
    with place.open(encoding="utf-8") as stream:
        return Words(row["pattern"] for row in csv.DictReader(stream) if row["table"] == table)
