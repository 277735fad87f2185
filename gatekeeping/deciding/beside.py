"""Two submissions side by side, field by field.

Where two texts are nearly the same, what stands on one side only is marked; where they are not,
the passages that both have.
"""

import re
import string
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from foundation.dates import day
from gatekeeping.alike.things import LONGEST_SAID
from gatekeeping.closeness import longest_common
from gatekeeping.documents import Item, SubmissionDocument
from gatekeeping.wording import (
    KINDS,
    ORIGINS,
    PERSONAL_DATA,
    REPLIES,
    SIGNATURES,
    audience_in_words,
    frequency_in_words,
)

WORDS: Final = re.compile(r"\s+|[\w’'-]+|[^\w\s]")
MOST_WORDS: Final = 8_000
"""Longer texts are compared line by line: marking single words would take too long."""


MOSTLY_SHARED: Final = 0.5
"""From this share of words in common on, what differs is marked; below it, what is shared."""
LEAST_LONG: Final = 15
"""Of fewer words only what differs is marked: what is shared meets the eye."""
LEAST_PASSAGE: Final = 4
"""Words: so many in a row, the same on both sides, are a passage."""


@dataclass(frozen=True)
class Row:
    """One field of both; ``same`` when nothing differs but spaces and capitals.

    ``shares`` tells that the marks are on passages that both have, and not on what differs.
    """

    name: str
    left: Markup
    right: Markup
    same: bool
    shares: bool = False


def aligned(
    left: SubmissionDocument,
    right: SubmissionDocument,
    *,
    only: Collection[str] | None = None,
    pairs: Collection[tuple[str, str]] = (),
) -> list[Row]:
    """Return the fields that either has, in the order of the form; items last, pair by pair.

    ``only`` are names of ``FIELDS`` to which it is narrowed; ``pairs`` are names of items, ours
    and theirs, that ask the same in other words.
    """
    found = [
        (name, read(left), read(right))
        for name, read in FIELDS.items()
        if only is None or name in only
    ]
    found += _items(left.items, right.items, frozenset(pairs))
    return [_row(name, one, other) for name, one, other in found if one or other]


def _row(name: str, left: str, right: str) -> Row:
    if _plain(left) == _plain(right):
        return Row(name, escape(left), escape(right), same=True)
    if not left or not right:
        return Row(
            name,
            _marked(left) if left else Markup(),
            _marked(right) if right else Markup(),
            same=False,
        )
    is_long = min(len(left.split()), len(right.split())) >= LEAST_LONG
    if is_long and _share(left, right) < MOSTLY_SHARED:
        one, other = sharing(left, right)
        return Row(name, one, other, same=False, shares="<mark" in one)
    return Row(name, *differing(left, right), same=False)


def _share(left: str, right: str) -> float:
    """Return how much of the shorter text's words, as they follow each other, both have."""
    ours, theirs = (_pairs_of_words(text) for text in (left, right))
    least = min(len(ours), len(theirs))
    return len(ours & theirs) / least if least else 0.0


def _pairs_of_words(text: str) -> set[tuple[str, str]]:
    words = _plain(text).split()
    return set(pairwise(words)) if len(words) > 1 else {(words[0], "")} if words else set()


def sharing(left: str, right: str) -> tuple[Markup, Markup]:
    """Return both texts with the passages marked that both have, of several words each."""
    pieces, others = WORDS.findall(left), WORDS.findall(right)
    if len(pieces) + len(others) > MOST_WORDS:
        return escape(left), escape(right)
    mine: list[Markup] = []
    theirs: list[Markup] = []
    steps = longest_common([_plain(one) for one in pieces], [_plain(one) for one in others])
    for tag, start, end, there, until in steps:
        words = sum(1 for one in pieces[start:end] if one.strip())
        is_passage = tag == "equal" and words >= LEAST_PASSAGE
        for out, text in (
            (mine, "".join(pieces[start:end])),
            (theirs, "".join(others[there:until])),
        ):
            out.append(_marked(text, "portal-shares") if is_passage else escape(text))
    return Markup().join(mine), Markup().join(theirs)


def differing(left: str, right: str) -> tuple[Markup, Markup]:
    """Return both texts with every word marked that has no counterpart in the other."""
    pieces, others = WORDS.findall(left), WORDS.findall(right)
    if len(pieces) + len(others) > MOST_WORDS:
        pieces, others = left.splitlines(keepends=True), right.splitlines(keepends=True)
    if len(pieces) + len(others) > MOST_WORDS:
        return escape(left), escape(right)
    mine: list[Markup] = []
    theirs: list[Markup] = []
    steps = longest_common([_plain(one) for one in pieces], [_plain(one) for one in others])
    for tag, start, end, there, until in steps:
        for out, text in (
            (mine, "".join(pieces[start:end])),
            (theirs, "".join(others[there:until])),
        ):
            out.append(escape(text) if tag == "equal" else _marked(text))
    return Markup().join(mine), Markup().join(theirs)


def _marked(text: str, kind: str = "portal-differs") -> Markup:
    inner = text.strip() if kind == "portal-differs" else text.strip(f"{string.whitespace},.;:")
    if not inner:
        return escape(text)
    start = text.index(inner)
    return (
        escape(text[:start])
        + Markup('<mark class="{}">{}</mark>').format(kind, inner)
        + escape(text[start + len(inner) :])
    )


def _items(
    left: Sequence[Item], right: Sequence[Item], pairs: frozenset[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """Pair items by code, by name, else by what they mean; what has no partner stands alone."""
    free = list(range(len(right)))
    found: list[tuple[str, str, str]] = []
    for place, item in enumerate(left, 1):
        partner = next((each for each in free if _alike(item, right[each])), None)
        if partner is None:
            partner = next((each for each in free if _paired(item, right[each], pairs)), None)
        if partner is not None:
            free.remove(partner)
        other = _item(right[partner]) if partner is not None else ""
        found.append((f"Item {place}", _item(item), other))
    return found + [(f"Item {place + 1} of the other", "", _item(right[place])) for place in free]


def _alike(one: Item, other: Item) -> bool:
    if one.code and one.code == other.code:
        return True
    return bool(_plain(one.name)) and _plain(one.name) == _plain(other.name)


def _paired(one: Item, other: Item, pairs: frozenset[tuple[str, str]]) -> bool:
    """Tell whether the two were found to mean the same; long names were cut."""
    ours, theirs = (
        " ".join(item.name.split())[:LONGEST_SAID].rstrip(" .,;:") for item in (one, other)
    )
    return (ours, theirs) in pairs


def _item(item: Item) -> str:
    return ". ".join(part for part in (item.name, item.definition) if part)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()) or text[:1]


def _voluntary(document: SubmissionDocument) -> str:
    if document.kind.value != "data_request":
        return ""
    return "Voluntary" if document.voluntary else "Not marked as voluntary"


FIELDS: Final[Mapping[str, Callable[[SubmissionDocument], str]]] = {
    "Title": lambda document: document.title,
    "Kind": lambda document: KINDS[document.kind.value],
    "Why it is needed": lambda document: document.purpose,
    "Who decides with it": lambda document: document.decision_maker,
    "Where it comes from": lambda document: ORIGINS[document.origin],
    "Legal claim": lambda document: document.legal_claim,
    "Text": lambda document: document.body,
    "Which schools": lambda document: (
        document.audience_text or audience_in_words(document.audience)
    ),
    "Time it is about": lambda document: document.period,
    "How often": lambda document: frequency_in_words(document.frequency),
    "To be sent": lambda document: day(document.send_on),
    "Answers due": lambda document: day(document.due_on),
    "As at": lambda document: day(document.as_at),
    "How schools answer": lambda document: REPLIES[document.reply_by],
    "Signature": lambda document: SIGNATURES[document.signature],
    "Personal data": lambda document: PERSONAL_DATA[document.personal_data],
    "Voluntary": _voluntary,
    "How schools see the outcome": lambda document: document.results_back,
    "What last year’s answers changed": lambda document: document.used_before,
}
"""What is compared, in the words of the form."""
