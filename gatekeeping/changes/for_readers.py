"""What a later version asks otherwise than the one that schools have, in sentences for schools.

Only what notices do not hold themselves: title, text, date and files are compared there.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from foundation.dates import day
from gatekeeping.changes.weighing import counted, short
from gatekeeping.documents import Item, SubmissionDocument

MOST_NAMED: Final = 3
REPLY: Final = {
    "none": "No answer is wanted any more.",
    "portal": "Answer on the portal now.",
    "email": "Answer by e-mail now.",
    "post": "Answer by post now.",
}
SIGNATURE: Final = {
    "none": "It need not be signed any more.",
    "login": "It is signed by signing in now.",
    "ink": "It must be signed in ink now.",
    "deed": "It must be signed as a deed now.",
}


def asked_otherwise(before: SubmissionDocument, after: SubmissionDocument) -> list[str]:
    """Return what is asked more, no longer or in another way; nothing when all that is the same."""
    return [*_items(before.items, after.items), *_how(before, after)]


def _items(before: Sequence[Item], after: Sequence[Item]) -> Iterator[str]:
    old, new = ({item.name: item for item in items} for items in (before, after))
    added = [name for name in new if name not in old]
    gone = [name for name in old if name not in new]
    otherwise = [
        name for name in new if name in old and new[name].definition != old[name].definition
    ]
    for words, names in (
        ("Asked as well", added),
        ("Not asked any more", gone),
        ("Explained otherwise", otherwise),
    ):
        if names:
            yield f"{words}: {_listed(names)}."


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{short(name)}”" for name in names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    return ", ".join(quoted) + (f" and {counted(more, 'more item')}" if more > 0 else "")


def _how(before: SubmissionDocument, after: SubmissionDocument) -> Iterator[str]:
    if before.reply_by != after.reply_by:
        yield REPLY[after.reply_by]
    if before.signature != after.signature:
        yield SIGNATURE[after.signature]
    if before.voluntary != after.voluntary:
        yield "You may choose whether to answer." if after.voluntary else "You must answer now."
    if before.as_at != after.as_at and after.as_at is not None:
        yield f"It asks how things were on {day(after.as_at)}."
