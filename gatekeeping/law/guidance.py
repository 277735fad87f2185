"""Things people cite that are not law: guidance, codes, frameworks, contracts, Bills, letters."""

import re
import tomllib
from dataclasses import dataclass
from typing import Final

from gatekeeping.law.instruments import DATA


@dataclass(frozen=True)
class Paper:
    """A document that is no Act and no instrument. ``binding`` says how far it binds anybody."""

    kind: str
    title: str
    binding: str = ""
    loose: bool = False
    """Words that cite only where something is claimed: "best practice", "a letter from"."""


def _shipped() -> list[tuple[str, Paper]]:
    with (DATA / "papers.toml").open("rb") as stream:
        rows = tomllib.load(stream)["paper"]
    return [
        (row["words"], Paper(row["kind"], row["title"], row["binding"], row.get("loose", False)))
        for row in rows
    ]


PAPERS: Final = _shipped()
_ALL = re.compile(
    r"(?<![A-Za-z])(?:"
    + "|".join(f"(?P<p{place}>{words})" for place, (words, _) in enumerate(PAPERS))
    + r")(?![A-Za-z])(?:,?\s{0,2}\(?(?P<year>20\d\d)\)?(?!/?\d))?",
    re.IGNORECASE,
)
_BILL = re.compile(
    r"(?<![\w'’-])(?:[A-Z][\w'’-]{0,40}(?:\s?\([A-Z][\w'’ -]{1,40}\))?,?\s"
    r"(?:(?:and|of|for|in|to|the|&)\s){0,2}){1,8}Bill\b(?:\s(?P<year>20\d\d))?"
)
_NO_BILL = re.compile(
    r"\b(?:Electricity|Energy|Gas|Water|Phone|Utility|Heating|Tax|Fuel|Food|Wages?|Pay|Invoice|Dear|Mr|Cllr|Uncle"
    r"|From|To|By|Regards|Thanks|Hello|Hi|Dr|Sir)\s(?:and\s)?Bill\b"
)


@dataclass(frozen=True)
class PaperFound:
    """A paper at its place in the text."""

    start: int
    end: int
    paper: Paper
    year: int | None


def papers(text: str) -> list[PaperFound]:
    """Return every paper that the (even) text names, in order."""
    found = [
        PaperFound(match.start(), match.end(), PAPERS[_which(match)][1], _year(match["year"]))
        for match in _ALL.finditer(text)
    ]
    for match in _BILL.finditer(text):
        if not _NO_BILL.search(match.group()):
            title = _tidy(match.group())
            start = match.start() + max(0, match.group().find(title[:3]))
            paper = Paper("bill", title, "a Bill is not law until it is passed and in force")
            found.append(PaperFound(start, match.end(), paper, _year(match["year"])))
    return sorted(found, key=lambda one: (one.start, -one.end))


def _which(match: re.Match[str]) -> int:
    return next(place for place in range(len(PAPERS)) if match.group(f"p{place}") is not None)


def _year(raw: str | None) -> int | None:
    return int(raw) if raw else None


def _tidy(title: str) -> str:
    words = title.split()
    while words and words[0] in {
        "The",
        "A",
        "Under",
        "See",
        "In",
        "By",
        "Our",
        "This",
        "Clause",
        "Part",
    }:
        words = words[1:]
    return " ".join(words)
