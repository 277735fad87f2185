"""Envelopes of single messages, told between the processes of one gateway.

Each process remembers who wrote to which school within the hour (``runs``). Where several share a
port each sees only its part of what a sender writes, so each tells the others: a line in a file for
the hour, which every process reads on from where it was. The files hold a sender's address and
a school's URN, are for the gateway's user alone, and go after two hours.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

HOUR: Final = 3600
MOST_READ: Final = 4_000_000  # bytes at a time


@dataclass(frozen=True)
class Told:
    """A message to one school that another process passed."""

    sender: str
    urns: tuple[int, ...]
    at: datetime


@dataclass
class Telling:
    """The files, as one process sees them."""

    folder: Path
    _read: dict[str, int] = field(default_factory=dict)  # how far each file was read
    _own: str = field(default_factory=lambda: str(os.getpid()))

    def tell(self, sender: str, urns: Iterable[int], at: datetime) -> None:
        """Tell the others. What cannot be written is not told."""
        line = json.dumps([self._own, at.isoformat(), sender, sorted(urns)]).encode() + b"\n"
        place = self.folder / str(int(at.timestamp()) // HOUR)
        with suppress(OSError):
            # Short and appended in one go, so that lines of several processes do not mix.
            handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line)
            finally:
                os.close(handle)

    def told(self, at: datetime) -> Iterator[Told]:
        """Yield what others told since the last time; old files are removed."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        oldest = int(at.timestamp()) // HOUR - 1
        for place in sorted(self.folder.iterdir()):
            if not place.name.isdecimal() or int(place.name) < oldest:
                place.unlink(missing_ok=True)
                self._read.pop(place.name, None)
            else:
                yield from self._lines(place)

    def _lines(self, place: Path) -> Iterator[Told]:
        start = self._read.get(place.name, 0)
        with place.open("rb") as source:
            source.seek(start)
            content = source.read(MOST_READ)
        whole = content[: content.rfind(b"\n") + 1]
        self._read[place.name] = start + len(whole)
        for line in whole.splitlines():
            with suppress(ValueError, TypeError):
                who, at, sender, urns = json.loads(line)
                if who != self._own:
                    yield Told(str(sender), tuple(urns), datetime.fromisoformat(at))
