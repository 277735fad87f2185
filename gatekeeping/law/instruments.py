"""The table of known instruments: titles, numbers, short names, whether they are in force, where.

It is read from ``gatekeeping/data/legislation/instruments.csv`` once. A title in it without a
number is known, but never resolves to an identifier.
"""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gatekeeping.law.identifiers import SECONDARY, Identity

DATA = Path(__file__).parent.parent / "data" / "legislation"
KINDS = {
    "act": "Act",
    "measure": "Act",
    "regulations": "Regulations",
    "regulation": "Regulations",
    "order": "Order",
    "rules": "Rules",
}
DIVISIONS = {"Act": "section", "Regulations": "regulation", "Order": "article", "Rules": "rule"}


@lru_cache(maxsize=1)
def _word_lists() -> dict[str, frozenset[str]]:
    with (DATA / "words.toml").open("rb") as stream:
        return {name: frozenset(text.split()) for name, text in tomllib.load(stream).items()}


def word_list(name: str) -> frozenset[str]:
    """Return one of the lists of ``words.toml``."""
    return _word_lists()[name]


@dataclass(frozen=True)
class Instrument:
    """One Act, statutory instrument or other law that the portal knows.

    ``status`` is "in force", "repealed", "revoked" or "not in force yet"; ``extent`` is E, W, EW,
    UK, S or NI; ``year`` is the year of the title.
    """

    title: str
    identity: Identity | None
    year: int
    short: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    status: str = "in force"
    replaced_by: str = ""
    extent: str = "UK"

    @property
    def form(self) -> str:
        """Return "Act", "Regulations", "Order" or "Rules"."""
        return form_of(self.title, self.identity.type if self.identity else "")

    @property
    def base(self) -> str:
        """Return the title without its year, made even for comparing."""
        return title_key(self.title).rsplit(" ", 1)[0]


def form_of(title: str, kind: str = "") -> str:
    """Return what a title calls its instrument; it decides what ``r`` and ``art`` mean."""
    if kind == "eur":
        return "Order"  # its provisions are articles
    for word in reversed(title_key(title).split()):
        if word in KINDS:
            return KINDS[word]
    return "Regulations" if kind in SECONDARY else "Act"


_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|&")
_SAME = {"&": "and", "regs": "regulations", "reg": "regulations", "etc": "", "the": ""}


def words_of(text: str) -> list[str]:
    """Return the words by which titles are compared: no case, brackets, ampersands, dashes."""
    found = (_SAME.get(word, word) for word in _WORD.findall(text.casefold().replace("’", "'")))
    return [word.replace("'", "") for word in found if word]


def title_key(title: str) -> str:
    """Return a title made even: two writings of one title have the same key."""
    return " ".join(words_of(title))


@dataclass
class Node:
    """A step of a tree of titles, read backwards from their last word."""

    steps: dict[str, "Node"]
    found: list[Instrument]


@dataclass(frozen=True)
class Table:
    """Every instrument with the ways to find it."""

    rows: tuple[Instrument, ...]
    by_key: Mapping[str, Instrument]
    by_base: Mapping[str, Sequence[Instrument]]
    by_identity: Mapping[tuple[str, int | str, int], Instrument]
    by_short: Mapping[str, Sequence[Instrument]]
    full: Node
    yearless: Node


@lru_cache(maxsize=1)
def table() -> Table:
    """Return the table; it is read at the first use."""
    rows = tuple(_rows())
    by_key: dict[str, Instrument] = {}
    by_base: dict[str, list[Instrument]] = {}
    by_short: dict[str, list[Instrument]] = {}
    full, yearless = Node({}, []), Node({}, [])
    for row in rows:
        for title in (row.title, *row.aliases):
            key = title_key(title)
            by_key[key] = row
            _grow(full, key, row)
            base = key.rsplit(" ", 1)[0] if key[-4:].isdigit() else key
            if row not in by_base.setdefault(base, []):
                by_base[base].append(row)
            _grow(yearless, base, row)
        for short in row.short:
            by_short.setdefault(short_key(short), []).append(row)
    identities = {
        (row.identity.type, row.identity.year, row.identity.number): row
        for row in rows
        if row.identity
    }
    return Table(rows, by_key, by_base, identities, by_short, full, yearless)


def short_key(short: str) -> str:
    """Return a short name made even: "C&FA 2014" is "C&FA2014", "CA04" stays."""
    return re.sub(r"[\s.'-]+", "", short).upper()


def known(identity: Identity) -> Instrument | None:
    """Return what the table holds of an instrument, None when it does not know it."""
    return table().by_identity.get((identity.type, identity.year, identity.number))


def titled(title: str) -> Instrument | None:
    """Return the instrument of exactly this title (brackets, case and the like do not matter)."""
    return table().by_key.get(title_key(title))


def _grow(root: Node, key: str, row: Instrument) -> None:
    node = root
    for word in reversed(key.split()):
        node = node.steps.setdefault(word, Node({}, []))
    if row not in node.found:
        node.found.append(row)


def _rows() -> Iterator[Instrument]:
    with (DATA / "instruments.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            year = row["year"]
            identity = None
            if row["number"]:
                part = int(year) if year.isdigit() else year
                identity = Identity(row["type"], part, int(row["number"]))
            last = row["title"].rsplit(" ", 1)[-1]
            yield Instrument(
                title=row["title"],
                identity=identity,
                year=int(last) if last.isdigit() else int(year),
                short=tuple(filter(None, row["short"].split(";"))),
                aliases=tuple(filter(None, row["aliases"].split(";"))),
                status=row["status"],
                replaced_by=row["replaced_by"],
                extent=row["extent"],
            )
