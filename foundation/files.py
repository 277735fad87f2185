"""Files kept once by their content's hash, in a folder outside the web root."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from foundation.errors import Refusal

BLOCK = 1 << 20


class TooLargeError(Refusal):
    """The file is over the limit."""


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

        Raises TooLargeError once more than ``most`` bytes have been read; nothing stays then.
        The file is complete on disk before its name appears.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._root, prefix=".incoming-")
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


def _refuse_over(size: int, most: int) -> None:
    if size > most:
        raise TooLargeError(f"The file must be smaller than {most // 1_000_000} MB.")
