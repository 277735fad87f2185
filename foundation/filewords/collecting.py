"""Text as it is taken out of a file, piece by piece, with its headings, up to the limits."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

LARGEST: Final = 30_000_000
MOST_UNPACKED: Final = 100_000_000
MOST_CHARACTERS: Final = 200_000
MOST_PAGES: Final = 200
MOST_PARTS: Final = 60
MOST_HEADINGS: Final = 500
LONGEST_HEADING: Final = 200

TOO_LARGE: Final = "The file is too large to read its words."
UNPACKS: Final = "The file unpacks to more than we read."
LOCKED: Final = "The file is locked with a password, so its words could not be read."
BROKEN: Final = "The file could not be read."
CUT: Final = "Only the beginning of the file was read."
NO_WORDS: Final = "The file holds no words that a program can read; it may be a picture of a page."
ENTITIES: Final = "The file defines its own signs, as no true document does."


@dataclass(frozen=True)
class Heading:
    """A heading: where its words begin in the text, how deep it is from 1, and its words.

    ``words`` is empty when the heading's words stand in the text itself; the name of a sheet does
    not.
    """

    at: int
    level: int
    words: str = ""


@dataclass(frozen=True)
class Words:
    """The words of a file, and a sentence for people when there are none or not all.

    A form feed stands between pages, slides and sheets, a tab between the cells of a row.
    """

    text: str
    note: str = ""
    headings: tuple[Heading, ...] = ()
    pages: int | None = None


class EnoughError(Exception):
    """A limit is reached: the note says which."""


class Collected:
    """Pieces of text up to the limits."""

    def __init__(self, seconds: float) -> None:
        """Take what comes within the next ``seconds``."""
        self.pieces: list[str] = []
        self.headings: list[Heading] = []
        self.size = 0
        self.pages: int | None = None
        self.told: Callable[[str], None] | None = None
        """Told each piece at once, for whoever may be stopped before the end."""
        self.until = monotonic() + seconds

    def add(self, piece: str) -> None:
        """Keep a piece; raises EnoughError when it is the last that fits."""
        piece = piece.replace("\x00", "").encode(errors="replace").decode()
        piece = piece[: MOST_CHARACTERS - self.size]
        self.pieces.append(piece)
        self.size += len(piece)
        if self.told is not None:
            self.told(piece)
        if self.size >= MOST_CHARACTERS or monotonic() > self.until:
            raise EnoughError(CUT)

    def mark(self, at: int, level: int, words: str = "") -> None:
        """Note a heading that begins at ``at``."""
        if len(self.headings) < MOST_HEADINGS:
            self.headings.append(Heading(at, min(max(level, 1), 6), words[:LONGEST_HEADING]))

    def check_time(self) -> None:
        """Raise EnoughError when the time is up."""
        if monotonic() > self.until:
            raise EnoughError(CUT)

    def words(self, note: str) -> Words:
        """Return everything that was kept."""
        text = "".join(self.pieces).rstrip()
        headings = tuple(one for one in self.headings if one.words or one.at < len(text))
        return Words(text, note or ("" if text else NO_WORDS), headings, self.pages)
