"""The folders of an index in files: one in use, one being made beside it, one writer at a time.

The file ``current`` names the folder in use, ``next`` the one that is being made. A finished one
takes the other's place by a change of the name, so that searching goes on meanwhile.
"""

import contextlib
import fcntl
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from foundation import clock
from portal.library.engine import IndexAwayError
from portal.library.words import FORMAT

SUSPECTED: Final = timedelta(minutes=10)
"""How old an index must be before a failed search has it built anew: a new one that fails too
would otherwise be rebuilt for ever."""


class Generations:
    """The folders under one root; nothing is made before something is written."""

    def __init__(self, root: Path) -> None:
        """Use the folders under ``root``."""
        self.root = root

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the right to write; False when another process holds it.

        The system lets go of it when the holder dies.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as handle:
            yield _locked(handle.fileno())  # closing the file lets go

    def named(self, pointer: str) -> Path:
        """Return the folder that is called so. Raises IndexAwayError."""
        try:
            name = (self.root / pointer).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise IndexAwayError from fault
        if not re.fullmatch(rf"{FORMAT}-\d+-\w+", name):
            raise IndexAwayError
        return self.root / name

    def fresh(self) -> Path:
        """Make a folder for a new generation; it has no name yet."""
        begun = int(clock.now().timestamp())
        return Path(tempfile.mkdtemp(prefix=f"{FORMAT}-{begun}-", dir=self.root))

    def name(self, pointer: str, folder: Path) -> None:
        """Let a folder be called so from now on."""
        written = self.root / f"{pointer}.new"
        written.write_text(folder.name)
        written.replace(self.root / pointer)

    def swap(self) -> None:
        """Let the finished generation take the place of the present one, and remove the others."""
        folder = self.named("next")
        self.name("current", folder)
        self.give_up()
        for old in self.root.iterdir():
            if old.is_dir() and old != folder:
                shutil.rmtree(old, ignore_errors=True)

    def give_up(self) -> None:
        """Forget the generation that is being made."""
        (self.root / "next").unlink(missing_ok=True)

    def suspect(self) -> None:
        """Say that a search failed: unless it is quite new, the next worker builds it anew."""
        with contextlib.suppress(IndexAwayError):
            begun = int(self.named("current").name.split("-")[1])
            if clock.now().timestamp() - begun > SUSPECTED.total_seconds():
                (self.root / "current").unlink(missing_ok=True)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
