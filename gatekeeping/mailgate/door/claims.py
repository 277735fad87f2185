"""The journal's folders: one for each process of the gateway, locked while it lives."""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

LOCK: Final = "lock"
LEFT: Final = "left"
"""The folder of what living processes gave up, or could not answer any more."""


class Claims:
    """The folders. The kernel gives a lock back when its process dies, however that dies."""

    def __init__(self, folder: Path) -> None:
        """Make this process's own."""
        self._folder = folder
        self._dead: set[Path] = set()
        self.left = folder / LEFT
        self.left.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.own = folder / f"{os.getpid()}-{secrets.token_hex(6)}"
        self._lock = self._lay_claim()

    def folders(self) -> list[Path]:
        """Return all, this process's own first, where most of what is asked for is."""
        with os.scandir(self._folder) as listed:
            names = {each.name for each in listed if each.name == LEFT or each.name[:1].isdigit()}
        others = sorted(names - {self.own.name})
        return [self.own, *(self._folder / name for name in others)]

    def left_behind(self) -> Iterator[Path]:
        """Yield those of processes that have died."""
        for folder in self.folders():
            if not self.is_live(folder):
                yield folder

    def is_live(self, folder: Path) -> bool:
        """Tell whether the process of this folder lives."""
        if folder == self.own:
            return True
        if folder == self.left or folder in self._dead:
            return False
        try:
            lock = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            # Shared, so that two who look at once do not take each other for the owner.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        self._dead.add(folder)
        return False

    def remove(self, folder: Path) -> None:
        """Remove the empty folder of a process that has died."""
        with suppress(OSError):
            (folder / LOCK).unlink(missing_ok=True)
            folder.rmdir()
            self._dead.discard(folder)

    def close(self) -> None:
        """Give the lock back: what is under way counts as left behind."""
        os.close(self._lock)

    def _lay_claim(self) -> int:
        # Under a name that nobody looks at until it is locked: an unlocked one would look dead.
        aside = self._folder / f".{self.own.name}"
        aside.mkdir(mode=0o700)
        lock = os.open(aside / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        aside.replace(self.own)
        return lock


def names_in(folder: Path) -> list[str]:
    """Return the names of what lies in a folder; none where another process has removed it."""
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone, a message asks for them thrice
    except FileNotFoundError:
        return []


def read_lines(place: Path) -> dict[str, list[str]]:
    """Return the lines of a file by their first word; none of a file that has gone."""
    try:
        lines = read_small(place).splitlines()
    except FileNotFoundError:
        return {}
    return {words[0]: words[1:] for words in map(str.split, lines) if words}


def read_small(place: Path) -> str:
    """Return what a small file says. Raises OSError."""
    with open(place, "rb", buffering=0) as file:  # noqa: PTH123 - half the time of Path's own
        return file.read().decode("ascii", "replace")


def write_small(place: Path, text: str) -> None:
    """Make a small file, or write it anew. Raises OSError."""
    content = text.encode("ascii")
    with open(place, "wb", buffering=0) as file:  # noqa: PTH123 - half the time of Path's own
        if file.write(content) != len(content):
            raise OSError(errno.ENOSPC, "there is no room for a whole line")


def append_line(place: Path, line: str) -> None:
    """Add a line to a file that is there."""
    # Not made anew: it may have been dealt with in this moment.
    with suppress(FileNotFoundError):
        handle = os.open(place, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, f"{line}\n".encode("ascii"))
        finally:
            os.close(handle)


def rename(place: Path, target: Path) -> bool:
    """Rename a file; False when it has gone."""
    with suppress(FileNotFoundError):
        place.replace(target)
        return True
    return False
