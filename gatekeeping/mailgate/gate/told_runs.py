"""Envelopes of single messages, told between the processes of one gateway.

Each process remembers who wrote to which school within the hour (``runs``). Where several share a
port each sees only its part of what a sender writes, so each tells the others: a line in a file for
five minutes, which every process reads on from where it was. No address and no URN is written: the
files hold keyed hashes of them, which tell that two are the same and nothing else. They are for the
gateway's user alone and go when what they hold is an hour old.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

FROM: Final = 300  # seconds for which a file is written
KEPT: Final = 3600  # seconds
MOST_READ: Final = 4_000_000  # bytes at a time


@dataclass(frozen=True)
class Told:
    """A message to one school that a process passed, in keyed hashes."""

    sender: str
    schools: tuple[str, ...]
    at: datetime


def hashed(key: bytes, sender: str, urns: Iterable[int], at: datetime) -> Told:
    """Return what may be told of a message; a school's hash differs from sender to sender."""
    own = hashlib.blake2b(b"single messages" + key, digest_size=32).digest()

    def of(words: str) -> str:
        return hashlib.blake2b(words.encode(), digest_size=12, key=own).hexdigest()

    return Told(of(sender), tuple(of(f"{sender}\n{urn}") for urn in sorted(urns)), at)


def forget_told(folder: Path) -> None:
    """Remove what was told, where no other process listens any more."""
    for place in folder.iterdir() if folder.is_dir() else ():
        place.unlink(missing_ok=True)


@dataclass
class Telling:
    """The files, as one process sees them."""

    folder: Path
    _read: dict[str, int] = field(default_factory=dict)  # how far each file was read
    _own: str = field(default_factory=lambda: str(os.getpid()))

    def tell(self, told: Told) -> None:
        """Tell the others. What cannot be written is not told."""
        line = json.dumps([self._own, told.at.isoformat(), told.sender, told.schools]) + "\n"
        place = self.folder / str(int(told.at.timestamp()) // FROM * FROM)
        with suppress(OSError):
            # Short and appended in one go, so that lines of several processes do not mix.
            handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line.encode())
            finally:
                os.close(handle)

    def told(self, at: datetime) -> Iterator[Told]:
        """Yield what others told since the last time; files of an hour ago are removed."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = int(at.timestamp())
        for place in sorted(self.folder.iterdir()):
            # What lies ahead was written before a clock was put back.
            if not place.name.isdecimal() or abs(now - int(place.name)) >= KEPT:
                place.unlink(missing_ok=True)
                self._read.pop(place.name, None)
            else:
                yield from self._lines(place)

    def _lines(self, place: Path) -> Iterator[Told]:
        start = self._read.get(place.name, 0)
        try:
            with place.open("rb") as source:
                source.seek(start)
                content = source.read(MOST_READ)
        except FileNotFoundError:  # another process was quicker to remove it
            return
        whole = content[: content.rfind(b"\n") + 1]
        self._read[place.name] = start + len(whole)
        for line in whole.splitlines():
            with suppress(ValueError, TypeError):
                who, at, sender, schools = json.loads(line)
                if who != self._own:
                    yield Told(str(sender), tuple(schools), datetime.fromisoformat(at))
