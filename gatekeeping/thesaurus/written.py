"""The words of a text as they are written: in lower case, with what is written short in full."""

import re
import unicodedata
from collections.abc import Sequence

_UPPER_CASE_ONLY = (
    (re.compile(r"\bSEND\b"), "sen", ("SEND",)),
    (re.compile(r"\bNOR\b"), "number on roll", ("NOR",)),
    (re.compile(r"\bTAs?\b"), "teaching assistant", ("TA",)),
    (re.compile(r"\bDTs?\b(?= (?:for|name|of))"), "designated teacher", ("DT",)),
    (re.compile(r"\bPA\b"), "persistent absence", ("PA",)),
    (re.compile(r"\bPP\b"), "pupil premium", ("PP",)),
    (re.compile(r"\bAP\b"), "alternative provision", ("AP",)),
    (re.compile(r"\bRE\b"), "religious education", ("RE",)),
    (re.compile(r"\bS(?:ATS|ATs)\b"), "sats", ("SAT",)),
    (re.compile(r"\bGB\b(?! ?\d)"), "governing body", ("GB",)),
    (re.compile(r"\bH ?& ?S\b"), "health and safety", ("&",)),
)
"""Short forms that are other words in lower case ("please send", "neither ... nor").

Each with signs of which a text has one wherever it is found: to look for those is far quicker.
"""

_WRITTEN = (
    (re.compile(r"[’`´]"), "'", ("’", "`", "´")),
    (re.compile(r"%"), " rate ", ("%",)),
    (re.compile(r"\bf ?/ ?t\b"), " full time ", ("/",)),
    (re.compile(r"\bp ?/ ?t\b"), " part time ", ("/",)),
    (re.compile(r"\bm ?[/:] ?f\b"), " gender ", ("/", ":")),
    (re.compile(r"\bw ?/ ?l\b"), " waiting list ", ("/",)),
    (re.compile(r"\bc ?/ ?f\b"), " carried forward ", ("/",)),
    (re.compile(r"\b[yn] ?/ ?[yn]\b|\bw/[ce]\b|\bn/a\b"), " ", ("/",)),
    (
        re.compile(r"\b(?:yrs?|y|years?|year groups?|nc year) ?(\d{1,2})\b"),
        r" year\1 ",
        ("y",),
    ),
    (re.compile(r"\bn ?[12]\b"), " nursery ", ("n1", "n 1", "n2", "n 2")),
    (
        re.compile(
            r"\b(?:no|without|lacks?|lacking|lack of) (?:any |an |access to |the )*"
            r"(?:internet|broadband|wi-?fi|connection|data)\b"
        ),
        " offline ",
        ("internet", "broadband", "wifi", "wi-fi", "connection", "data"),
    ),
)
TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
"""A word, with what follows its apostrophe."""
_SIGNS = re.compile(r"[^\x00-\x7f]")
_PARTING = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "'\n")}


def tokens_of(text: str) -> list[str]:
    """Return the words of a text as they are written, in lower case, with short forms in full."""
    return TOKEN.findall(_in_full(text, is_shouted=_has_capitals_for_show(text)))


def _tokens_of_lines(text: str) -> list[list[str]]:
    """Return the words of each line as ``TOKEN`` finds them, in a fraction of the time."""
    if not text.isascii():
        text = _SIGNS.sub(_parting, text)
        if not text.isascii():
            return [TOKEN.findall(line) for line in text.split("\n")]
    lines = text.translate(_PARTING).split("\n")
    return [TOKEN.findall(line) if "'" in line else line.split() for line in lines]


def _parting(sign: re.Match[str]) -> str:
    return sign[0] if sign[0].isalnum() else " "


def tokens_of_each(names: Sequence[str]) -> list[list[str]]:
    """Return what ``tokens_of`` returns for each of many names of one line, in a fraction of it."""
    alone = [_has_capitals_for_show(name) or "\n" in name for name in names]
    together = "\n".join("" if one else name for name, one in zip(names, alone, strict=True))
    lines = _tokens_of_lines(_in_full(together, is_shouted=False))
    return [
        tokens_of(name) if one else tokens
        for name, tokens, one in zip(names, lines, alone, strict=True)
    ]


def _has_capitals_for_show(text: str) -> bool:
    """Tell whether the capitals of a text tell nothing: it has no other letters."""
    return text.isupper() and len(text.split()) > 1


def _in_full(text: str, *, is_shouted: bool) -> str:
    if not is_shouted:
        text = _put(_UPPER_CASE_ONLY, text)
    return _put(_WRITTEN, unicodedata.normalize("NFKC", text).casefold())


def _put(table: Sequence[tuple[re.Pattern[str], str, tuple[str, ...]]], text: str) -> str:
    for found, put, signs in table:
        if any(sign in text for sign in signs):
            text = found.sub(put, text)
    return text
