"""Two submissions side by side, field by field, with what stands on one side only marked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from foundation.dates import day
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


@dataclass(frozen=True)
class Row:
    """One field of both; ``same`` when nothing differs but spaces and capitals."""

    name: str
    left: Markup
    right: Markup
    same: bool


def aligned(left: SubmissionDocument, right: SubmissionDocument) -> list[Row]:
    """Return the fields that either has, in the order of the form; items last, pair by pair."""
    pairs = [(name, read(left), read(right)) for name, read in FIELDS.items()]
    pairs += _items(left.items, right.items)
    return [_row(name, one, other) for name, one, other in pairs if one or other]


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
    return Row(name, *differing(left, right), same=False)


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


def _marked(text: str) -> Markup:
    if not text.strip():
        return escape(text)
    inner = text.strip()
    start = text.index(inner)
    return (
        escape(text[:start])
        + Markup('<mark class="portal-differs">{}</mark>').format(inner)
        + escape(text[start + len(inner) :])
    )


def _items(left: Sequence[Item], right: Sequence[Item]) -> list[tuple[str, str, str]]:
    """Pair items by code, else by name; what has no partner stands alone."""
    free = list(range(len(right)))
    found: list[tuple[str, str, str]] = []
    for place, item in enumerate(left, 1):
        partner = next((each for each in free if _alike(item, right[each])), None)
        if partner is not None:
            free.remove(partner)
        other = _item(right[partner]) if partner is not None else ""
        found.append((f"Item {place}", _item(item), other))
    return found + [(f"Item {place + 1} of the other", "", _item(right[place])) for place in free]


def _alike(one: Item, other: Item) -> bool:
    if one.code and one.code == other.code:
        return True
    return bool(_plain(one.name)) and _plain(one.name) == _plain(other.name)


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
