"""What two documents both ask: each thing in the words of either side, and where it stands."""

import re
from dataclasses import dataclass

from gatekeeping.alike.matching import matched
from gatekeeping.alike.meaning import Meaning

_WORD = re.compile(r"\w+")
_ANSWERING = re.compile(
    r"\W*(?:please\s+)?(?:reply|respond|answer|return|send|complete|fill|submit|upload|e-?mail)"
    r"\s+(?:back\s+|in\s+)?(?:through|by|to|via|using|it|this|them|us"
    r"|the (?:attached|form|survey))\b",
    re.IGNORECASE,
)
"""How to answer is no thing that both ask."""
_ENDS = " .,;:"
MOST_SHARED = 30


@dataclass(frozen=True)
class Shared:
    """One thing that both ask, as each says it; the files are attachments that ask it, or empty."""

    ours: str
    theirs: str
    our_file: str = ""
    their_file: str = ""

    @property
    def in_other_words(self) -> bool:
        """Tell whether the two say it in different words; their order and marks do not count."""
        return set(_WORD.findall(self.ours.casefold())) != set(
            _WORD.findall(self.theirs.casefold())
        )


def shared_things(ours: Meaning, theirs: Meaning) -> tuple[Shared, ...]:
    """Return what both ask, in the order of the first, each thing of either once."""
    found = matched(ours.things, theirs.things, ours.topic.stems & theirs.topic.stems)
    best: dict[int, int] = {}
    taken: set[int] = set()
    for row, column, _ in found.pairs:  # the likest come first
        if row in best or column in taken or _ANSWERING.match(ours.things[row].said):
            continue
        if len(best) < MOST_SHARED:
            best[row] = column
            taken.add(column)
    things = ((ours.things[row], theirs.things[best[row]]) for row in sorted(best))
    return tuple(
        Shared(one.said.rstrip(_ENDS), other.said.rstrip(_ENDS), one.file, other.file)
        for one, other in things
    )


def pairs_of(shared: tuple[Shared, ...]) -> list[list[str]]:
    """Return what both ask as a finding's detail keeps it: ours, theirs, and whose files ask it."""
    return [[one.ours, one.theirs, one.our_file, one.their_file] for one in shared]
