"""Invented people: names from two small lists, and addresses made from them."""

import re
import tomllib
import unicodedata
from pathlib import Path
from random import Random

DATA = Path(__file__).parent / "data" / "names.toml"
LISTS = tomllib.loads(DATA.read_text(encoding="utf-8"))
FIRST, LAST = LISTS["first"].split(), LISTS["last"].split()
SMALL_WORDS = frozenset({"the", "of", "and", "a", "in"})
LONGEST_LABEL = 50


class Names:
    """Gives out names; the same random numbers give the same names."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._taken: set[str] = set()

    def person(self, domain: str) -> tuple[str, str]:
        """Return a name and an address in the domain that nobody has yet."""
        while True:
            name = f"{self._random.choice(FIRST)} {self._random.choice(LAST)}"
            email = address(name, domain)
            if email not in self._taken:
                self._taken.add(email)
                return name, email

    def address_for(self, name: str, domain: str) -> str:
        """Return an address for somebody whose name is given."""
        email = address(name, domain)
        self._taken.add(email)
        return email


class Domains:
    """Gives every school a domain of its own, made from its name."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, school: str, urn: int) -> str:
        """Return the domain; schools of the same name are told apart by their URN."""
        words = [word for word in letters(school).split() if word not in SMALL_WORDS]
        label = "-".join(words)[:LONGEST_LABEL].strip("-")
        if label in self._taken:
            label = f"{label}-{urn}"
        self._taken.add(label)
        return f"{label}.lancs.example"


def address(name: str, domain: str) -> str:
    """Return first.last@domain, without accents and marks."""
    return ".".join(letters(name).split()) + "@" + domain


def letters(text: str) -> str:
    """Return the text in small plain letters, everything else as spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", ascii_only).strip()
