"""The catalogue of an authority's held data as one frozen value, and the one that is shipped."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from gatekeeping.holdings.items import HeldItem, Holding
from gatekeeping.holdings.matching import Matcher
from gatekeeping.thesaurus.concepts import every


@dataclass(frozen=True)
class Catalogue:
    """What an authority holds, in the catalogue's order. Checks and pages read nothing else."""

    holdings: tuple[Holding, ...]
    items: tuple[HeldItem, ...]

    def meant_by(self, text: str, *, about: str = "", vague_from: int = 1) -> list[HeldItem]:
        """Return the held items that these words ask for, the surest first.

        The words are one thing, or a few; ``Matcher.meant_by`` says what counts.
        """
        return self._matcher.meant_by(text, about=about, vague_from=vague_from)

    def of_concept(self, key: str) -> list[HeldItem]:
        """Return the items that have a concept of the thesaurus; none where nobody holds it."""
        concept = every().get(key)
        if concept is None or not concept.held:
            return []
        found = [one for one in self.items if f"{one.holding.key}/{one.name}" == concept.held]
        return found or self.meant_by(concept.label)

    def holding(self, key: str) -> Holding | None:
        """Return the data set with this key, if there is one."""
        return next((one for one in self.holdings if one.key == key), None)

    def items_of(self, key: str) -> tuple[HeldItem, ...]:
        """Return the things in one data set."""
        return tuple(item for item in self.items if item.holding.key == key)

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the content: the same content has the same one anywhere."""
        return hashlib.sha256(repr((self.holdings, self.items)).encode()).hexdigest()

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.items)


@cache
def shipped() -> Catalogue:
    """Return the catalogue that the portal ships, for who has none of their own yet."""
    rows = shipped_rows()
    holdings = dict.fromkeys(row["holding"] for row in rows)
    made = {row["holding"]: _holding(row) for row in reversed(rows)}
    items = tuple(_item(made[row["holding"]], row) for row in rows)
    return Catalogue(tuple(made[key] for key in holdings), items)


def shipped_rows() -> list[dict[str, str]]:
    """Return the lines of the shipped list by the names of its columns."""
    with files("gatekeeping").joinpath("data", "holdings.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _holding(row: dict[str, str]) -> Holding:
    return Holding(
        row["holding"],
        row["title"],
        row["owner_team"],
        row["refreshed"],
        row["grain"],
        row["covers"],
    )


def _item(holding: Holding, row: dict[str, str]) -> HeldItem:
    called = tuple(name.strip() for name in row["also_called"].split(";") if name.strip())
    return HeldItem(holding, row["item"], called, row["personal"] == "yes")
