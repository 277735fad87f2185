"""A category as a new list proposes it, and where it comes from. Plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from categories.catalogue import Entry
from categories.models import Category


@dataclass(frozen=True)
class Proposed:
    """One category of a new list; ``sources`` are the slugs of those that it comes from."""

    entry: Entry
    sources: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Return the slug, by which it is known for good."""
        return self.entry.slug

    def as_json(self) -> dict[str, Any]:
        """Return it as a draft keeps it."""
        return {**asdict(self.entry), "from": list(self.sources)}


def from_json(stored: Mapping[str, Any]) -> Proposed:
    """Return what ``as_json`` was made from."""
    facts = {name: value for name, value in stored.items() if name != "from"}
    return Proposed(Entry(**facts), tuple(stored.get("from", ())))


def entry_of(category: Category) -> Entry:
    """Return a category as a list words it."""
    return Entry(
        number=category.number,
        slug=category.slug,
        heading=category.heading,
        group=category.group,
        group_heading=category.group_heading,
        description=category.description,
        typical_owner=category.typical_owner,
        keywords=list(category.keywords),
        falls_to=list(category.falls_to),
    )


def gone_to(after: Sequence[Proposed], old: str, new: Iterable[str]) -> list[Proposed]:
    """Return the list where ``old`` goes to the categories ``new`` (slugs) and to no others.

    Where it is listed itself it also stays; that need not be said.
    """
    wanted = set(new)
    changed = []
    for proposed in after:
        others = tuple(slug for slug in proposed.sources if slug != old)
        kept = old in proposed.sources and proposed.slug in wanted
        sources = proposed.sources if kept else others
        if proposed.slug in wanted and not kept and proposed.slug != old:
            sources = (*others, old)
        changed.append(Proposed(proposed.entry, sources))
    return changed
