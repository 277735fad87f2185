"""Instruments by their short names: "EA 1996", "ASCLA 2009", "C&FA 2014", "CA2004", "SSFA"."""

import re
from functools import lru_cache

from gatekeeping.law.instruments import Instrument, short_key, table, word_list
from gatekeeping.law.mention import Mention, of_row

_UNKNOWN_SHORT = re.compile(
    r"(?<![A-Za-z\d&])(?P<short>[A-Z][A-Z&()]{1,9})\s?(?P<year>(?:19|20)\d\d)(?![\d/-])"
)
_NO_SHORT = word_list("no_short")
_YEAR_AT_END = re.compile(r"\s?(?:(?:19|20)\d\d|\d\d)$")


@lru_cache(maxsize=1)
def _short_pattern() -> tuple[re.Pattern[str], dict[str, list[Instrument]]]:
    names: dict[str, list[Instrument]] = {}
    for row in table().rows:
        for short in row.short:
            letters = _YEAR_AT_END.sub("", short)
            if row not in names.setdefault(short_key(letters), []):
                names[short_key(letters)].append(row)
    spelled = {_YEAR_AT_END.sub("", short) for row in table().rows for short in row.short}
    words = "|".join(_spelling(word) for word in sorted(spelled, key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![A-Za-z\d&])(?P<short>{words})"
        r"(?:\s{0,2}\(?(?P<year>(?:19|20)\d\d)\)?|\s?'?(?P<two>\d\d))?(?![A-Za-z\d])"
    )
    return pattern, names


def _spelling(short: str) -> str:
    """Return a pattern for a short name: spaces and a closing "Act" may be there or not."""
    parts = re.split(r"\s+|-", short)
    if len(parts) == 1:
        form = r"(?:\s?(?:Act|Regulations|Regs))?"
        return re.escape(short).replace("\\&", r"\s?(?:&|and)\s?") + form
    spelled = (re.escape(part).replace("\\&", r"\s?&\s?") for part in parts)
    return r"\s?".join(spelled).replace("Regulations", "(?:Regulations|Regs)")


def shorts(text: str) -> list[Mention]:
    """Return the mentions by known short names."""
    pattern, names = _short_pattern()
    found = []
    for match in pattern.finditer(text):
        mention = _short(match, names)
        if mention is not None:
            found.append(mention)
    return found


def _short(match: re.Match[str], names: dict[str, list[Instrument]]) -> Mention | None:
    spellings = _spellings(match["short"])
    rows = next((names[one] for one in spellings if one in names), [])
    start, end = match.span()
    if match.group().endswith(")") and "(" not in match.group():
        end -= 1
    if match["year"] is None and match["two"] is None:
        bare = [row for row in rows if _has_bare_name(row, spellings)]
        return of_row(start, end, bare[0]) if len(bare) == 1 else None
    year = int(match["year"]) if match["year"] else _century(int(match["two"]))
    fitting = [
        row for row in rows if row.year == year or (row.identity and row.identity.year == year)
    ]
    if len(fitting) == 1:
        return of_row(start, end, fitting[0])
    if match["two"]:
        return None
    nearest_row = min(rows, key=lambda row: abs(row.year - year), default=None)
    return Mention(start, end, match.group(), year, "Act", near=nearest_row, score=80.0, weak=True)


def _spellings(short: str) -> list[str]:
    """Return the keys that a short name may stand under: "COSHH Regs", "C and FA Act"."""
    key = short_key(short)
    plainly = re.sub(r"(?:ACT|REGULATIONS|REGS)$", "", key)
    in_full = re.sub(r"REGS$", "REGULATIONS", key)
    return [key, plainly, in_full, key.replace("AND", "&"), plainly.replace("AND", "&")]


def _has_bare_name(row: Instrument, spellings: list[str]) -> bool:
    return any(
        not any(char.isdigit() for char in short) and short_key(short) in spellings
        for short in row.short
    )


def _century(two: int) -> int:
    return 1900 + two if two >= 40 else 2000 + two  # noqa: PLR2004 - no school law of 2040 yet


def unknown_shorts(text: str) -> list[Mention]:
    """Return capitals before a year: an Act only when a provision stands beside them."""
    return [
        Mention(*match.span(), match.group(), int(match["year"]), "Act", weak=True)
        for match in _UNKNOWN_SHORT.finditer(text)
        if match["short"] not in _NO_SHORT
    ]
