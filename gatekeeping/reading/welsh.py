"""The commonest Welsh words of asking and of what is held, put into English to be recognised."""

import csv
import re
from functools import cache
from importlib.resources import files

_ASKING = re.compile(
    r"\b(?:faint|sawl|beth|pwy|pa|pryd|ble|pam|sut|a\s+oes|a\s+yw|a\s+ydych|ydych\s+chi|oes\s+gennych"
    r"|rhowch|nodwch|anfonwch|rhestrwch|cwblhewch|llenwch|dywedwch|cadarnhewch|dychwelwch"
    r"|atebwch|disgrifiwch|darparwch|cofnodwch|enwch|ticiwch|atodwch|uwchlwythwch"
    r"|hoffem\s+(?:gael|wybod)|(?:rydym|mae)\s+angen|a\s+fyddech\s+(?:cystal|gystal|yn))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FEWEST = 2


def welsh_ask(text: str) -> int | None:
    """Return where a Welsh sentence begins to ask, or None if it does not or is not Welsh."""
    found = _ASKING.search(text)
    return found.start() if found and is_welsh_phrase(text) else None


def is_welsh_phrase(text: str) -> bool:
    """Tell whether some words are Welsh: two that no English text has, at least."""
    words = {word.casefold() for word in _WORD.findall(text[:2_000])}
    return len(words & _telling()) >= _FEWEST


def in_english(text: str) -> str:
    """Return Welsh words with the known terms put into English; other texts as they are."""
    if not is_welsh_phrase(text):
        return text
    english, pattern = _terms()
    return pattern.sub(lambda found: f" {english[_plain(found.group())]} ", text)


def _plain(words: str) -> str:
    return " ".join(words.casefold().replace("’", "'").split())


@cache
def _terms() -> tuple[dict[str, str], re.Pattern[str]]:
    with files("gatekeeping").joinpath("data", "welsh_terms.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    english = {_plain(said): row["english"] for row in rows for said in row["welsh"].split(";")}
    longest_first = sorted(english, key=lambda said: (-len(said), said))
    listed = "|".join(re.escape(said).replace(r"\ ", r"\s+") for said in longest_first)
    return english, re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)


@cache
def _telling() -> frozenset[str]:
    words = {word for said in _terms()[0] for word in said.split()}
    return frozenset(words | set(_COMMON.split())) - frozenset(_ALSO_ENGLISH.split())


_COMMON = """
yn yr mae ac ar gan gyda sydd wedi ysgol ysgolion eich ein bod fod oes dros erbyn gwelwch dda
byddwn gwybodaeth rydym ydych rhaid fesul nifer faint sawl beth pwy rhowch nodwch anfonwch
rhestrwch cwblhewch llenwch dywedwch hoffem angen annwyl bennaeth chi ym yng
"""
_ALSO_ENGLISH = (
    "a i o y ar am as at but do dim for go had is it no or pan plan staff bus post pa map data"
)
