"""What a new list would change, from plain values: nothing is stored, nothing guessed silently."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from categories.catalogue import Entry
from categories.models_versions import ChangeKind
from categories.versions.proposed import Proposed

LIKE = 0.6
"""How like two headings must be for one to be named as what became of the other."""
IN_COMMON = 0.5


@dataclass(frozen=True)
class Step:
    """One thing that changes. ``old`` and ``new`` are slugs; ``place`` is the order of sources."""

    kind: ChangeKind
    old: str | None
    new: str | None
    place: int = 0


@dataclass(frozen=True)
class Guess:
    """A category that is gone may have become a new one, by their headings."""

    old: str
    new: str


@dataclass(frozen=True)
class Comparison:
    """Everything that a new list changes: steps in its order, then what ends."""

    before: dict[str, Entry]
    after: dict[str, Entry]
    steps: tuple[Step, ...]
    guesses: tuple[Guess, ...]

    def of(self, *kinds: ChangeKind) -> list[Step]:
        """Return the steps of these kinds."""
        return [step for step in self.steps if step.kind in kinds]

    @property
    def ended(self) -> list[str]:
        """Return the slugs that are in use now and not listed any more, whatever follows them."""
        return [slug for slug in self.before if slug not in self.after]

    def targets(self, old: str) -> list[str]:
        """Return the slugs to which a category in use goes, itself first where it stays."""
        found = [old] if old in self.after else []
        return found + [
            step.new
            for step in self.steps
            if step.old == old and step.new is not None and step.new != old
        ]

    def sources(self, new: str) -> list[str]:
        """Return the slugs from which a category comes, the first one counting first."""
        found = [new] if new in self.before else []
        return found + [
            step.old
            for step in self.steps
            if step.new == new and step.old is not None and step.old != new
        ]


def compare(before: Sequence[Entry], after: Sequence[Proposed]) -> Comparison:
    """Return what makes the list ``before`` into ``after``.

    A category that is in both comes from itself first, whatever else it takes in.
    """
    old = {entry.slug: entry for entry in before}
    new = {proposed.slug: proposed.entry for proposed in after}
    sources = {proposed.slug: _sources(proposed, old) for proposed in after}
    reach: dict[str, int] = {}
    for found in sources.values():
        for slug in found:
            reach[slug] = reach.get(slug, 0) + 1
    steps: list[Step] = []
    for slug, found in sources.items():
        if slug in old:
            steps += [Step(kind, slug, slug) for kind in _words(old[slug], new[slug])]
        if not found:
            steps.append(Step(ChangeKind.NEW, None, slug))
        if len(found) == 1 and found[0] == slug:
            continue
        for place, source in enumerate(found):
            kind = ChangeKind.MERGED if len(found) > 1 else ChangeKind.RENAMED
            if source != slug and reach[source] > 1:
                kind = ChangeKind.SPLIT
            steps.append(Step(kind, source, slug, place))
    gone = [slug for slug in old if slug not in reach]
    steps += [Step(ChangeKind.RETIRED, slug, None) for slug in gone]
    fresh = [slug for slug, found in sources.items() if not found]
    return Comparison(old, new, tuple(steps), tuple(_guesses(gone, fresh, old, new)))


def _sources(proposed: Proposed, old: dict[str, Entry]) -> list[str]:
    own = [proposed.slug] if proposed.slug in old else []
    return own + [slug for slug in proposed.sources if slug in old and slug != proposed.slug]


def _words(was: Entry, now: Entry) -> Iterable[ChangeKind]:
    if was.heading != now.heading:
        yield ChangeKind.RENAMED
    if was.number != now.number:
        yield ChangeKind.RENUMBERED
    if (was.group, was.group_heading) != (now.group, now.group_heading):
        yield ChangeKind.REGROUPED
    texts = [
        (entry.description, entry.typical_owner, entry.keywords, entry.falls_to)
        for entry in (was, now)
    ]
    if texts[0] != texts[1]:
        yield ChangeKind.REWORDED


def _guesses(
    gone: Sequence[str], fresh: Sequence[str], old: dict[str, Entry], new: dict[str, Entry]
) -> Iterable[Guess]:
    """Give for each category that is gone the new one whose heading is most like its own."""
    for slug in gone:
        scored = [(_likeness(old[slug].heading, new[other].heading), other) for other in fresh]
        best = max(scored, default=(0.0, ""))
        if best[0] >= LIKE:
            yield Guess(slug, best[1])


def _likeness(one: str, other: str) -> float:
    """Return from 0 to 1 how like two headings are, by their letters or by their words."""
    one, other = one.casefold(), other.casefold()
    words, others = set(one.split()), set(other.split())
    shared = len(words & others) / max(1, min(len(words), len(others)))
    letters = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return max(letters, LIKE if shared >= IN_COMMON and letters >= IN_COMMON else 0.0)
