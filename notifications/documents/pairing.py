"""Which file of a later edition stands in for which of the one before. Plain values alone."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final, Protocol, TypeVar

MARK: Final = re.compile(
    r"[\s._-]*(?:\(\s*\d{1,2}\s*\)|\bv(?:er(?:sion)?)?[\s._-]*\d{1,2}(?:\.\d{1,2})*"
    r"|\b(?:final|draft|updated|corrected|revised|copy|new))$"
)
"""What people put behind a name to say that it is another edition of the same file."""


class File(Protocol):
    """A file as it was sent."""

    @property
    def name(self) -> str:
        """Its name with its ending."""
        ...

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        ...


AnyFile = TypeVar("AnyFile", bound=File)


def pairs(before: Sequence[AnyFile], after: Sequence[AnyFile]) -> list[tuple[AnyFile, AnyFile]]:
    """Return each later file with the earlier one that it stands in for, in the later ones' order.

    The same content; else the same name whatever its letters; else the same but for marks of an
    edition (v2, final, (1)); else, where one of each is left, those two. No file stands twice.
    """
    left, found = list(before), dict[int, AnyFile]()
    for likeness in (_content, _name, _stem):
        for place, file in enumerate(after):
            if place in found:
                continue
            match = next((old for old in left if likeness(old) == likeness(file)), None)
            if match is not None:
                left.remove(match)
                found[place] = match
    rest = [place for place in range(len(after)) if place not in found]
    if len(rest) == len(left) == 1:
        found[rest[0]] = left[0]
    return [(found[place], file) for place, file in enumerate(after) if place in found]


def _content(file: File) -> str:
    return file.sha256


def _name(file: File) -> str:
    return " ".join(file.name.casefold().split())


def _stem(file: File) -> str:
    stem = PurePosixPath(_name(file).replace("_", " ")).stem
    bare = MARK.sub("", stem)
    while bare and bare != stem:
        stem, bare = bare, MARK.sub("", bare)
    return bare or stem
