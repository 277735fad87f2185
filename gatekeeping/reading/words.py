"""Reading how plain a text is: long sentences, jargon, short forms that nobody explains."""

import csv
import re
from functools import cache
from pathlib import Path

from gatekeeping.reading.plain import is_row, plain, sentences

DATA = Path(__file__).parent.parent / "data"
LOUD = 0.6
"""A line with at least this share of capitals is shouted: its words are no short forms."""
MOST_INITIALS = 6
SHORTEST = 3

_SHORT = re.compile(r"(?<![\w@./#&-])[A-Z](?:[A-Z&]|\.(?=[A-Z]\.?)){1,4}[A-Z]s?(?![\w@/]|\.\w|-\d)")
_LETTERS = re.compile(r"[^\W\d_]")
_CODE = re.compile(
    r"https?://\S+|www\.\S+|\b[\w.+-]{1,64}@[\w.-]{1,253}|\b[A-Z]{1,2}\d[\dA-Z]?\s*\d[A-Z]{2}\b"
)
_LAW = re.compile(r"\s*(?:19|20)\d\d\b")
_EXPLAINS = re.compile(
    r"\s*(?:\([^)]{4,120}\)|(?:,\s*)?(?:which\s+)?(?:stands?\s+for|means?\b|is\s+short\s+for"
    r"|is\s+the\s+short)"
    r"|\s*[-:=]\s*[A-Z][a-z]+\s+\w+)",
)

Place = tuple[int, int]


def long_sentences(text: str, most: int) -> list[tuple[Place, int]]:
    """Return each sentence of more than ``most`` words with its count; rows of tables are none."""
    found = []
    for piece in sentences(text):
        if piece.end - piece.start > most * 2 and not is_row(piece.text):
            words = piece.words
            if words > most:
                found.append(((piece.start, piece.end), words))
    return found


def jargon(text: str) -> list[tuple[Place, str]]:
    """Return words of the office with what one could say instead ("" when leaving it out is best).

    Names of Acts and the like use such words rightly; they are few.
    """
    instead, pattern = _jargon()
    return [
        (match.span(), instead[" ".join(match.group().casefold().split())])
        for match in pattern.finditer(plain(text))
    ]


def short_forms(text: str, explained_in: str = "") -> list[Place]:
    """Return short forms of three letters or more that are explained nowhere, each once.

    A short form is explained where it or its long form stands in brackets beside the other, in
    this text or in ``explained_in``. What every school knows needs no explanation.
    """
    shown = plain(text)
    everything = f"{shown}\n{plain(explained_in)}"
    quiet = _CODE.sub(lambda match: " " * len(match.group()), shown)
    found: dict[str, Place] = {}
    for start, line in _lines(quiet):
        if len(line) < SHORTEST or _is_loud(line):
            continue
        for match in _SHORT.finditer(line):
            form = match.group().rstrip("s").replace(".", "")
            if form in found or form.upper() in _known()[0] or _LAW.match(line, match.end()):
                continue
            if not _explained(form, match.group(), everything) and not _loud_around(line, match):
                found[form] = (start + match.start(), start + match.end())
    return list(found.values())


def _lines(text: str) -> list[tuple[int, str]]:
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((start, line))
        start += len(line) + 1
    return lines


def _is_loud(line: str) -> bool:
    letters = _LETTERS.findall(line)
    loud = sum(1 for letter in letters if letter.isupper())
    return loud >= LOUD * max(1, len(letters))


def _loud_around(line: str, match: re.Match[str]) -> bool:
    """Tell whether the word stands beside others in capitals: emphasis, not a short form."""
    before = re.search(r"\b([A-Z]{2,})\s+$", line[: match.start()])
    after = re.match(r"\s+([A-Z]{2,})\b", line[match.end() :])
    return any(other is not None and other.group(1) in _known()[1] for other in (before, after))


def _explained(form: str, written: str, text: str) -> bool:
    if len(re.findall(rf"\b{re.escape(form.lower())}s?\b", text)) > 0:
        return True  # also written small: a word, in capitals for emphasis
    for place in re.finditer(rf"(?<![\w]){re.escape(written)}s?(?!\w)", text):
        before, after = text[max(0, place.start() - 120) : place.start()], text[place.end() :]
        if before.rstrip().endswith(("(", '("', "('")) and _initials_fit(form, before):
            return True
        if _EXPLAINS.match(after[:160]):
            return True
    return False


def _initials_fit(form: str, before: str) -> bool:
    """Tell whether the words before the bracket begin with the letters, or are capital words."""
    words = re.findall(r"[A-Za-z][\w']*", before)[-2 * MOST_INITIALS :]
    initials = "".join(word[0].upper() for word in words)
    letters = form.replace("&", "")
    place = 0
    for letter in initials:
        if place < len(letters) and letter == letters[place]:
            place += 1
    return place >= len(letters) - 1


@cache
def _jargon() -> tuple[dict[str, str], re.Pattern[str]]:
    with (DATA / "plain_words.csv").open(encoding="utf-8", newline="") as stream:
        instead = {row["said"]: row["instead"] or "" for row in csv.DictReader(stream)}
    longest_first = sorted(instead, key=lambda said: (-len(said), said))
    words = "|".join(re.escape(said).replace(r"\ ", r"\s+") for said in longest_first)
    return instead, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Return what needs no explanation, and of this what is no short form but a word."""
    text = (DATA / "known_short_forms.txt").read_text(encoding="utf-8")
    words = text.partition("# Words\n")[2]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(" ".join(lines).split()), frozenset(words.split())
