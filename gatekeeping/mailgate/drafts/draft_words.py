"""What is said to the author of a draft that was made of held mail."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from foundation.dates import day
from gatekeeping.mailgate.drafts.naming_asks import Ask
from gatekeeping.models.mailgate import BypassCase, CaseKind

MOST_NAMED: Final = 5
LONGEST_NAME: Final = 90
SHORTLY: Final = 1_200
"""Characters of a message that a browser carries from one page to the next in a cookie."""


def asks_in_words(asks: Sequence[Ask]) -> list[str]:
    """Say what was found that a letter asks, and in which of its files."""
    if not asks:
        return []
    number = len(asks)
    what = "1 thing" if number == 1 else f"{number} things"
    named = "; ".join(f"“{_cut(ask.name)}”" for ask in asks[:MOST_NAMED])
    more = f"; and {number - MOST_NAMED} more" if number > MOST_NAMED else ""
    files = Counter(ask.file for ask in asks if ask.file)
    inside = "".join(f" {count} of them in {name}." for name, count in files.most_common(3))
    they = "It stands" if number == 1 else "They stand"
    listed = f"{they} under “What you ask for”: check that."
    return [f"Your mail asks schools for {what}: {named}{more}.{inside} {listed}"]


def remarks(case: BypassCase, *, is_forwarded: bool, cites_law: bool) -> list[str]:
    """Say what else its author should know."""
    said = []
    if is_forwarded:
        said.append(
            "The letter that you forwarded is part of the text. Take out what is not meant."
        )
    joined = (case.detail or {}).get("joined") or []
    if joined:
        number = "1 earlier message" if len(joined) == 1 else f"{len(joined)} earlier messages"
        said.append(
            f"Your mail was counted together with {number} ({_joined_in_words(joined)}). This "
            "draft is for the schools of this mail alone."
        )
    if cites_law:
        said.append("It names a law. What it says of it stands under “Legal claim”: check it.")
    if case.kind is not CaseKind.HELD:
        said.append("Its files were not kept. Add them again.")
    return said


def _joined_in_words(joined: Iterable[dict[str, Any]]) -> str:
    parts = []
    for one in list(joined)[:MOST_NAMED]:
        when = day(datetime.fromisoformat(str(one["at"]))) if one.get("at") else ""
        schools = one.get("schools", 0)
        parts.append(f"{when}: {schools} school{'' if schools == 1 else 's'}")
    return "; ".join(parts)


def shortly(sentences: Sequence[str]) -> list[str]:
    """Return the sentences that a page may show once: the last may be left out."""
    shown: list[str] = []
    left = SHORTLY
    for sentence in sentences:
        left -= len(sentence)
        if left < 0:
            return [*shown, "Look through the draft for the rest."]
        shown.append(sentence)
    return shown


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME].rsplit(' ', 1)[0]} …"
