"""Taking a message out of the stream of DATA: bytes in, the message's own bytes out.

A line ends with CR LF and nothing else, and the message with CR LF . CR LF and nothing else. A
bare CR or LF is what "SMTP smuggling" is made of: two servers that see different ends in it. Such a
message is read to its true end, so that nothing of it is taken for a command, and then refused.
"""

from dataclasses import dataclass, field
from typing import Final

END: Final = b"\r\n.\r\n"
UNDECIDED: Final = len(END) - 1
"""How many bytes may be the beginning of the end."""


@dataclass
class Receiving:
    """The state between two pieces of the stream. It holds a few bytes, whatever comes."""

    ended: bool = False
    has_bare_ends: bool = False
    rest: bytes = b""
    """What followed the end: commands sent ahead."""
    _seen: bytes = field(default=b"\r\n", repr=False)  # the last two bytes before what is undecided
    _waiting: bytes = field(default=b"", repr=False)

    def feed(self, piece: bytes) -> bytes:
        """Take the next bytes of the stream; return those of the message that are certain now.

        Dots that the sender doubled are single again. Not to be called once it has ended.
        """
        data = self._seen + self._waiting + piece
        end = data.find(END)
        if end >= 0:
            self.ended = True
            cut = end + 2
            self.rest, self._waiting = data[end + len(END) :], b""
        else:
            cut = max(2, len(data) - UNDECIDED)
            self._waiting = data[cut:]
        self.has_bare_ends = self.has_bare_ends or _has_bare_ends(data, cut)
        self._seen = data[cut - 2 : cut]
        return data[:cut].replace(b"\r\n.", b"\r\n")[2:]


def _has_bare_ends(data: bytes, cut: int) -> bool:
    # The first two bytes were looked at before, but for a CR whose LF comes now.
    pairs = data.count(b"\r\n", 1, cut)
    return data.count(b"\n", 2, cut) != pairs or data.count(b"\r", 1, cut - 1) != pairs


def dotted(pieces: bytes, before: bytes) -> bytes:
    """Return bytes with the dots at the beginning of lines doubled.

    ``before`` are the two bytes that came before them; CR LF at the very beginning.
    """
    return (before + pieces).replace(b"\r\n.", b"\r\n..")[2:]
