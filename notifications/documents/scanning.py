"""Asking a virus scanner: ClamAV's daemon, by its own protocol. The only door to it."""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PORT: Final = 3310
SECONDS: Final = 60.0
SECONDS_TO_CONNECT: Final = 5.0
_BLOCK: Final = 1 << 18
_MOST_ANSWERED: Final = 4_096
_LONGEST_NAME: Final = 100


class ScannerAwayError(Exception):
    """The scanner does not answer; the text is for people."""


class NoVerdictError(ScannerAwayError):
    """The scanner answers, but says nothing of this file."""


@dataclass(frozen=True)
class Scanner:
    """Where the scanner listens: ``tcp://host:port`` or ``unix:///path``."""

    url: str

    def look_at(self, path: Path) -> str:
        """Return the name of what is in the file, nothing when it is clean.

        Sends the file over (INSTREAM, clamd(8)), so the scanner may be on another machine. Raises
        ScannerAwayError, NoVerdictError among them, and OSError when the file cannot be read.
        """
        with path.open("rb") as content:
            try:
                with self._connected() as connection:
                    connection.settimeout(SECONDS)
                    connection.sendall(b"zINSTREAM\0")
                    while block := content.read(_BLOCK):
                        connection.sendall(struct.pack(">I", len(block)) + block)
                    connection.sendall(struct.pack(">I", 0))
                    answer = _answer(connection)
            except OSError as fault:
                raise ScannerAwayError("The virus scanner does not answer.") from fault
        return _verdict(answer)

    def answers(self) -> bool:
        """Tell whether the scanner is there (PING)."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zPING\0")
                return _answer(connection) == "PONG"
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.url)
        if parts.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(SECONDS_TO_CONNECT)
            try:
                connection.connect(parts.path)
            except OSError:
                connection.close()
                raise
            return connection
        place = (parts.hostname or "127.0.0.1", parts.port or PORT)
        return socket.create_connection(place, timeout=SECONDS_TO_CONNECT)


def _answer(connection: socket.socket) -> str:
    answer = b""
    while len(answer) < _MOST_ANSWERED and b"\0" not in answer:
        piece = connection.recv(_MOST_ANSWERED)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].decode(errors="replace").strip()


def _verdict(answer: str) -> str:
    said = answer.partition(": ")[2]
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:_LONGEST_NAME] or "something"
    if "size limit" in answer:
        raise NoVerdictError("The virus scanner takes no files of this size.")
    raise NoVerdictError("The virus scanner gave no verdict.")
