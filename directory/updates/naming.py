"""Whether two ways of writing a headteacher's name are likely to mean one person."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from directory.gias_codes import plain

TITLES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "dame"),
        *("rev", "reverend", "revd", "fr", "father", "sr", "sister", "canon", "lady", "lord"),
    }
)

SHORTENED = 3
"""Letters that a shortened first name has at least: “Jo” may be short for too many."""


def full_name(values: Mapping[str, Any]) -> str:
    """Return the head's name as GIAS gives it, with the title; empty when it gives none."""
    parts = (values.get(f"head_{name}") or "" for name in ("title", "first_name", "last_name"))
    return " ".join(part for part in parts if part)


def is_same(one: str, other: str) -> bool:
    """Tell whether two names differ in nothing but title, case, accents and marks.

    A surname alone says too little: there the title must be the same too.
    """
    words = _words(one)
    return words == _words(other) and (len(words) != 1 or plain(one) == plain(other))


def may_be_same(one: str, other: str) -> bool:
    """Tell whether two names may well mean one person: a guess, for somebody to confirm.

    “Mrs J Smith” may be “Jane Smith”, “Ann Lee-Jones” may be “Ann Jones”; “Jane Smith” is not
    “Karen Smith”, and a name without a first name fits none that has one.
    """
    first, second = _words(one), _words(other)
    if len(first) < 2 or len(second) < 2:  # noqa: PLR2004 - a first name and a surname
        return False
    if first == second:
        return True
    if not _fit(first[0], second[0]):
        return False
    return first[-1] == second[-1] or bool(set(first[1:]) & set(second[1:]))


def _fit(one: str, other: str) -> bool:
    """Tell whether two first names may be one: equal, an initial, or short for the other (Tim)."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) in (1, len(long)) or len(short) >= SHORTENED)


def _words(name: str) -> list[str]:
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)
    )
    whole = plain(bare.replace("’", "").replace("'", ""))
    return [word for word in whole.split() if word not in TITLES]
