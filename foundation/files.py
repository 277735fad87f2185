"""Files kept once by their content's hash, in a folder outside the web root."""

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from foundation.errors import Refusal

BLOCK = 1 << 20
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system calls a disk that takes no more."""
_HALF: Final = ".incoming-"


class TooLargeError(Refusal):
    """The file is over the limit."""


class NoRoomError(Refusal):
    """The disk takes no more."""

    sentence = (
        "The portal has no room for files at the moment. Nothing that was saved before is lost. "
        "Tell your administrator, and try again later."
    )


@dataclass(frozen=True)
class Stored:
    """A file in the store: the SHA-256 of its content and its size in bytes."""

    sha256: str
    size: int


class FileStore:
    """The folder of stored files. The same content is stored once, whoever sent it."""

    def __init__(self, root: Path) -> None:
        """Use ``root``; it is created when the first file arrives."""
        self._root = root

    def put(self, stream: BinaryIO, *, most: int) -> Stored:
        """Store what ``stream`` holds, in constant memory.

        Raises TooLargeError once more than ``most`` bytes have been read, and NoRoomError when
        the disk is full; nothing stays then. The file is complete on disk before its name appears.
        """
        with _no_room():
            return self._put(stream, most)

    def forget_halves(self, *, seconds: float = 86_400) -> int:
        """Delete what writers left that were killed so long ago; return how many."""
        gone = 0
        for place in self._root.glob(f"{_HALF}*"):
            if place.stat().st_mtime < time.time() - seconds:
                place.unlink(missing_ok=True)
                gone += 1
        return gone

    def _put(self, stream: BinaryIO, most: int) -> Stored:
        self._root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._root, prefix=_HALF)
        try:
            with os.fdopen(handle, "wb") as target:
                while block := stream.read(BLOCK):
                    size += len(block)
                    _refuse_over(size, most)
                    digest.update(block)
                    target.write(block)
                target.flush()
                os.fsync(target.fileno())
            sha256 = digest.hexdigest()
            place = self.path(sha256)
            place.parent.mkdir(exist_ok=True)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Stored(sha256, size)

    def path(self, sha256: str) -> Path:
        """Return where the content with this hash lies (whether or not it is there)."""
        if len(sha256) != 64 or not all(digit in "0123456789abcdef" for digit in sha256):  # noqa: PLR2004
            message = "not a SHA-256"
            raise ValueError(message)
        return self._root / sha256[:2] / sha256


def size_in_words(size: int) -> str:
    """Write how large a file is."""
    if size < 1000:  # noqa: PLR2004
        return f"{size} bytes"
    return f"{size / 1000:,.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"  # noqa: PLR2004


@contextmanager
def _no_room() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno not in NO_ROOM:
            raise
        raise NoRoomError from fault


def _refuse_over(size: int, most: int) -> None:
    if size > most:
        raise TooLargeError(f"The file must be smaller than {most // 1_000_000} MB.")
