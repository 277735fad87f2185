"""What differs between two editions of what was sent, in words for those who read the first.

Plain values in, sentences out. It is told as a person would tell it, a few sentences at most: who
wants every word opens both.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from foundation.dates import day
from foundation.files import size_in_words
from foundation.markdown import to_plain

MOST_TOLD: Final = 4
"""Sentences that are quoted; further ones are counted."""
MOST_LINES: Final = 12
"""Lines that a notice keeps of what changed, the newest first."""
LONGEST: Final = 180
MOST_COMPARED: Final = 250_000
"""Pairs of sentences that are compared in their order; larger texts only as heaps of sentences."""
ALIKE: Final = 0.5
SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Edition:
    """What its readers see of a notice, files apart."""

    title: str
    body: str
    due_on: date | None


@dataclass(frozen=True)
class Content:
    """What is known of a file: its words, when they were read, its pages and its size in bytes."""

    size: int
    text: str | None = None
    pages: int | None = None
    is_sheet: bool = False


def changes(before: Edition, after: Edition) -> list[str]:
    """Return what differs, the most pressing first; nothing when readers see the same."""
    found = due_change(before.due_on, after.due_on)
    if _flat(before.title) != _flat(after.title):
        found.append(f"The title is now “{short(after.title)}”.")
    if before.body != after.body:
        found += text_changes(to_plain(before.body), to_plain(after.body))
    return found


def due_change(before: date | None, after: date | None) -> list[str]:
    """Say that it is due on another day; nothing when it is not."""
    if before == after:
        return []
    if after is None:
        return ["No day is set any more by which it is due."]
    if before is None:
        return [f"It is now due on {day(after)}."]
    if after < before:
        return [f"It is due earlier: on {day(after)}, not on {day(before)}."]
    return [f"You have longer: it is due on {day(after)}, not on {day(before)}."]


def text_changes(before: str, after: str) -> list[str]:
    """Say which sentences were added, taken out or put otherwise; nothing when none."""
    old, new = _sentences(before), _sentences(after)
    if len(old) * len(new) > MOST_COMPARED:
        told = list(_as_heaps(old, new))
    else:
        told = list(_in_order(old, new))
    more = len(told) - MOST_TOLD
    if more > 0:
        rest = "1 more sentence is" if more == 1 else f"{more:,} more sentences are"
        told = [*told[:MOST_TOLD], f"{rest} different."]
    return told


def content_changes(before: Content, after: Content) -> str:
    """Say what is different in a file: its words, its rows, or at least its length."""
    if before.text and after.text:
        if after.is_sheet and before.is_sheet:
            return _rows(before.text, after.text)
        told = text_changes(before.text, after.text)
        return " ".join(told) or "Its words are the same; something else in it changed."
    if before.pages and after.pages and before.pages != after.pages:
        return f"It has {after.pages:,} pages, before {before.pages:,}."
    if before.size != after.size:
        return f"It is {size_in_words(after.size)} large, before {size_in_words(before.size)}."
    return "Something in it changed."


def short(text: str) -> str:
    """Return a text short enough to be quoted, on one line."""
    flat = _flat(text)
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1].rstrip()}…"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _sentences(text: str) -> list[str]:
    found = (_flat(part) for part in SENTENCE.split(text))
    return [sentence for sentence in found if any(sign.isalnum() for sign in sentence)]


def _in_order(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, there, until in matcher.get_opcodes():
        if tag == "equal":
            continue
        gone, come = list(old[start:end]), list(new[there:until])
        yield from _reworded(gone, come)
        yield from (f"Taken out: “{short(sentence)}”" for sentence in gone)
        yield from (f"Added: “{short(sentence)}”" for sentence in come)


def _reworded(gone: list[str], come: list[str]) -> Iterator[str]:
    """Tell of sentences that were put otherwise, and take them out of both lists."""
    for sentence in list(gone[:20]):
        like = next((other for other in come[:20] if _is_alike(sentence, other)), None)
        if like is not None:
            gone.remove(sentence)
            come.remove(like)
            yield f"It now says “{short(like)}” where it said “{short(sentence)}”"


def _is_alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    return matcher.ratio() >= ALIKE


def _as_heaps(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    yield from (f"Added: “{short(sentence)}”" for sentence in come.elements())
    yield from (f"Taken out: “{short(sentence)}”" for sentence in gone.elements())


def _rows(before: str, after: str) -> str:
    old = Counter(_flat(row) for row in before.splitlines() if row.strip())
    new = Counter(_flat(row) for row in after.splitlines() if row.strip())
    come, gone = (new - old).total(), (old - new).total()
    told = [
        f"{count:,} {'row' if count == 1 else 'rows'} {words}"
        for count, words in ((come, "added or changed"), (gone, "taken out or changed"))
        if count
    ]
    return f"{', '.join(told)}." if told else "Its rows are the same; something else in it changed."
