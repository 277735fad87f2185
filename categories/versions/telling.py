"""What a new list changes, in sentences: the same for a page, a command and a test."""

from collections.abc import Iterator
from dataclasses import dataclass

from categories.catalogue import Entry
from categories.models_versions import ChangeKind
from categories.versions.comparing import Comparison
from categories.versions.following import listed

WORDS = {"description": "description", "typical_owner": "typical owner", "keywords": "keywords"}


@dataclass(frozen=True)
class Told:
    """One thing that changes, as a row of a page: what, to what, and what it does to owners."""

    kind: ChangeKind
    old: tuple[str, ...]
    """Slugs in use now."""
    new: tuple[str, ...]
    """Slugs of the new list."""
    text: str
    owners: str = ""


def told(found: Comparison) -> list[Told]:
    """Return what changes, what touches owners first; each split and merger once."""
    rows = [*_splits(found), *_mergers(found), *_replaced(found), *_ended(found), *_new(found)]
    return rows + list(_words(found))


def sentences(found: Comparison) -> list[str]:
    """Return what changes, a sentence each."""
    return [f"{row.text} {row.owners}".strip() for row in told(found)]


def _splits(found: Comparison) -> Iterator[Told]:
    for slug, entry in found.before.items():
        targets = found.targets(slug)
        if len(targets) < 2:  # noqa: PLR2004
            continue
        others = [found.after[new].heading for new in targets if new != slug]
        text = f"“{entry.heading}” is split into {listed(found.after[t].heading for t in targets)}."
        if slug in targets:
            text = f"A part of “{entry.heading}” becomes {listed(others)}."
        yield Told(
            ChangeKind.SPLIT,
            (slug,),
            tuple(targets),
            text,
            "Whoever owns it, shares it or is its deputy has each of them.",
        )


def _mergers(found: Comparison) -> Iterator[Told]:
    for slug, entry in found.after.items():
        sources = found.sources(slug)
        if len(sources) < 2:  # noqa: PLR2004
            continue
        olds = [found.before[old].heading for old in sources]
        text = f"{listed(olds)} become one: “{entry.heading}”."
        if slug in sources:
            text = f"“{entry.heading}” takes in {listed(olds[1:])}."
        yield Told(
            ChangeKind.MERGED,
            tuple(sources),
            (slug,),
            text,
            f"The owner of “{olds[0]}” owns it; owners of the others get it as well.",
        )


def _replaced(found: Comparison) -> Iterator[Told]:
    for step in found.of(ChangeKind.RENAMED):
        if step.old is None or step.new is None:
            continue
        was, now = found.before[step.old], found.after[step.new]
        text = f"“{was.heading}” is called “{now.heading}”."
        if was.heading == now.heading:
            text = f"“{was.heading}” has the short name {step.new} instead of {step.old}."
        yield Told(ChangeKind.RENAMED, (step.old,), (step.new,), text, "Owners stay.")


def _ended(found: Comparison) -> Iterator[Told]:
    for step in found.of(ChangeKind.RETIRED):
        heading = found.before[step.old or ""].heading
        yield Told(
            ChangeKind.RETIRED,
            (step.old or "",),
            (),
            f"“{heading}” ends and nothing takes its place.",
            "Its owners are kept as history.",
        )


def _new(found: Comparison) -> Iterator[Told]:
    for step in found.of(ChangeKind.NEW):
        yield Told(
            ChangeKind.NEW,
            (),
            (step.new or "",),
            f"“{found.after[step.new or ''].heading}” is new.",
            "Nobody is set: heads are asked to name somebody.",
        )


def _words(found: Comparison) -> Iterator[Told]:
    for step in found.of(ChangeKind.REGROUPED, ChangeKind.RENUMBERED, ChangeKind.REWORDED):
        was, now = found.before[step.old or ""], found.after[step.new or ""]
        yield Told(step.kind, (was.slug,), (now.slug,), _worded(step.kind, was, now))


def _worded(kind: ChangeKind, was: Entry, now: Entry) -> str:
    if kind is ChangeKind.RENUMBERED:
        return f"“{now.heading}” has the number {now.number} instead of {was.number}."
    if kind is ChangeKind.REGROUPED and was.group == now.group:
        return f"The group of “{now.heading}” is called “{now.group_heading}”."
    if kind is ChangeKind.REGROUPED:
        return f"“{now.heading}” moves from “{was.group_heading}” to “{now.group_heading}”."
    changed = [words for name, words in WORDS.items() if getattr(was, name) != getattr(now, name)]
    if was.falls_to != now.falls_to:
        changed.append("roles to which it goes where nobody is set")
    return f"“{now.heading}” has another {', '.join(changed)}."
