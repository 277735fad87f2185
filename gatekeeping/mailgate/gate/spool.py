"""Where a message lies while it comes in: small ones in memory, the rest in a file without a name.

However large a message is, it costs 256 KiB of memory. The file is gone with the process.
"""

import errno
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import BinaryIO, Final, Self

from gatekeeping.mailgate.policy import Sent

IN_MEMORY: Final = 256 * 1024  # bytes
PIECE: Final = 64 * 1024


class Spool:
    """The bytes of one message. Close it at the end; using it as a context does."""

    def __init__(self, folder: Path | None = None) -> None:
        """Begin empty. What does not fit in memory goes to ``folder``, else to the system's own."""
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115 - closed below
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Add bytes at the end. Raises OSError when there is no room; it is of no use then."""
        self._file.seek(self.size)
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of everything so far, in hexadecimal."""
        return self._hash.hexdigest()

    def open(self) -> BinaryIO:
        """Return it as a file to read from its beginning; one thread may read at a time.

        Closing what is returned leaves the spool as it is. Reading raises OSError where bytes are
        gone: half a message is never taken for the whole.
        """
        return io.BufferedReader(_Reading(self._file, self.size), PIECE)

    def pieces(self) -> Iterator[bytes]:
        """Return the bytes in order, 64 KiB at a time. Raises OSError where some are gone."""
        with self.open() as source:
            while piece := source.read(PIECE):
                yield piece

    def close(self) -> None:
        """Give memory and file back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


class _Reading(io.RawIOBase):
    """A view of the spool with a place of its own."""

    def __init__(self, file: "SpooledTemporaryFile[bytes]", size: int) -> None:
        super().__init__()
        self._file = file
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._place)
        wanted = min(len(buffer), self._size - self._place)
        content = self._file.read(wanted)
        if wanted and not content:
            raise OSError(errno.EIO, "the file is shorter than what was written to it")
        buffer[: len(content)] = content
        self._place += len(content)
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = min(max(0, base + offset), self._size)
        return self._place

    def tell(self) -> int:
        return self._place


def token_of(sent: Sent, sha256: str) -> str:
    """Return what stands for this message to these recipients: 64 hexadecimal digits.

    The same message brought again, in whichever order its recipients are named, has the same.
    Capitals count: what differs by them alone may be two mailboxes, and neither may miss it.
    """
    words = "\n".join([sent.typed_sender, *sorted(set(sent.typed_recipients)), sha256])
    return hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()
