"""What became of two submissions that were joined, in sentences for pages, letters and mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatekeeping.models import Joining, JoiningKind

MOST_NAMED = 50
MINUTES = 60


@dataclass(frozen=True)
class Became:
    """One item of the child, and what became of it."""

    name: str
    words: str


def items_of(joining: Joining, number: str) -> list[Became]:
    """Return what became of each item of the child; ``number`` is the parent's."""
    return [
        Became(str(item["name"]), _became(joining.kind, item, number))
        for item in joining.brought.get("items", ())
    ]


def in_lines(joining: Joining, number: str) -> list[str]:
    """Return the same as lines of a letter, with schools and saving."""
    items = items_of(joining, number)
    lines = [f"“{item.name}”: {item.words}" for item in items[:MOST_NAMED]]
    if len(items) > MOST_NAMED:
        lines.append(f"And {len(items) - MOST_NAMED} more, which the portal shows.")
    if not items:
        lines.append(
            f"Its text is part of No. {number}."
            if joining.kind is JoiningKind.UNITED
            else f"The answers to No. {number} serve it."
        )
    return [*lines, schools_of(joining), saved(joining)]


def added(joining: Joining) -> list[str]:
    """Return for the parent's officer what the child brought."""
    if joining.kind is JoiningKind.REUSED:
        return ["Nothing is added to yours, which schools have. Its answers serve both."]
    items = joining.brought.get("items", ())
    fresh = [item for item in items if item["take"] == "as_well"]
    once = [item for item in items if item["take"] == "same"]
    lines = [f"Asked as well: “{item['name']}”{_only(item['of'])}." for item in fresh[:MOST_NAMED]]
    if len(fresh) > MOST_NAMED:
        lines.append(f"And {len(fresh) - MOST_NAMED} more, which the portal shows.")
    if once:
        lines.append(f"Asked once for both: {_names([item['same_as'] for item in once])}.")
    if not items:
        lines.append("The text of the other is added to yours.")
    files = joining.brought.get("files", ())
    if files:
        lines.append(f"Its files go with yours: {_names([file['name'] for file in files])}.")
    return [*lines, schools_of(joining), saved(joining)]


def schools_of(joining: Joining) -> str:
    """Return how many schools are asked together, and how many would have been asked twice."""
    figures = joining.figures
    both, whole = figures.get("both", 0), figures.get("schools", 0)
    parent, child = figures["parent"]["schools"], figures["child"]["schools"]
    return (
        f"Schools: {parent:,} and {child:,}, of which {both:,} would have been asked twice; "
        f"{whole:,} together."
    )


def saved(joining: Joining) -> str:
    """Return what is saved, in hours and pounds, at the answers expected."""
    words = saving_in_words(joining.saving_minutes, joining.saving_pence)
    return f"{words} {joining.saving_why}".strip()


def saving_in_words(minutes: int, pence: int) -> str:
    """Return what is saved a year, as one sentence: “It spares schools 12.5 hours a year ...”."""
    if minutes == 0 and pence == 0:
        return "It spares schools no time."
    if minutes < 0 or pence < 0:
        return (
            f"It takes schools {hours(-minutes)} hours a year more than the two by themselves, "
            f"worth {pounds(-pence)}."
        )
    return f"It spares schools {hours(minutes)} hours a year, worth {pounds(pence)}."


def hours(minutes: int) -> str:
    """Return minutes as hours with one digit behind the point."""
    return f"{'−' if minutes < 0 else ''}{abs(minutes) / MINUTES:,.1f}"


def pounds(pence: int) -> str:
    """Return pence as pounds; below zero with the sign before."""
    return f"{'−' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"


def _became(kind: JoiningKind, item: Mapping[str, Any], number: str) -> str:
    if kind is JoiningKind.REUSED:
        if item["take"] == "same":
            return f"answered by “{item['same_as']}” of No. {number}."
        return "not asked there. If you still need it, ask for it alone in a new submission."
    if item["take"] == "same":
        return f"asked once for both, as “{item['same_as']}” of No. {number}."
    if item["take"] == "as_well":
        return f"asked with No. {number}{_only(item['of'])}."
    return "left out: schools are not asked for it."


def _only(of: str) -> str:
    if not of:
        return ""
    return f", only of: {of.removeprefix('Schools that are: ')}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
