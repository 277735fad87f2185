"""A message taken apart while it is read: bounded in time and memory, whatever the bytes are.

The parts are found line by line, as RFC 2046 parts them. The bodies of attachments are passed over
in large pieces and only counted, so that a message of 50 MB costs what one of 50 KB does. What a
header means is left to the standard library (``mime_values``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from gatekeeping.mailgate.words.mime_values import ContentType, content_type

MOST_PARTS: Final = 200
DEEPEST: Final = 10
HEADER_BYTES: Final = 32 * 1024
"""So much of all headers of one name together is kept: none can push out another."""
TEXT_BYTES: Final = 512 * 1024
"""So much of one text is kept, still encoded; of all together four times as much."""
PIECE: Final = 64 * 1024
MOST_LINES: Final = 200_000
"""Lines of headers, and lines that may part parts; whoever writes more wants to keep us busy."""
KEPT: Final = frozenset(
    b"subject from sender to cc date message-id in-reply-to references reply-to return-path"
    b" auto-submitted precedence list-id x-autoreply x-autorespond x-auto-response-suppress"
    b" x-autoresponse x-failed-recipients"
    b" content-type content-transfer-encoding content-disposition content-class"
    b" portal-number x-portal-number portal-mail register-number x-register-number"
    b" gate-number x-gate-number thread-topic".split()
)
"""The headers that anybody here asks for; of the others nothing is kept."""


@dataclass
class Part:
    """A message, one of its parts, or a message within it."""

    depth: int = 0
    is_message: bool = False
    headers: dict[bytes, list[bytearray]] = field(default_factory=dict)
    kind: ContentType = field(default_factory=ContentType)
    children: list["Part"] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    """The start of its body, still encoded; of a multipart what stands before its parts."""
    size: int = 0
    """How many bytes its body has as it was sent."""

    @property
    def length(self) -> int:
        """Return about how many bytes its body has once it is decoded."""
        return self.size * 3 // 4 if self.kind.encoding == "base64" else self.size


Wanted = Callable[[Part], int]
"""How many bytes of a part's body are to be kept."""


def texts(part: Part) -> int:
    """Keep what is read as text, and messages that stand encoded in a message."""
    is_read = part.kind.main in {"text", "multipart"} or part.kind.name == "application/ics"
    return TEXT_BYTES if is_read or part.kind.is_message else 0


def take_apart(source: BinaryIO) -> tuple[Part, list[str]]:
    """Read a message to its end; return it, and what was wrong with it or cut off."""
    taking = _Taking(_Reader(source), texts, 4 * TEXT_BYTES)
    for _ in taking.parts_in_order():
        pass
    return taking.root, taking.notes


def parts_in_order(source: BinaryIO, wanted: Wanted) -> Iterator[Part]:
    """Give out each part as soon as its body is whole; it is for the caller to let go of it.

    So much of each body is kept as ``wanted`` says, and nothing of a body that was given out.
    """
    return _Taking(_Reader(source), wanted, None).parts_in_order()


class _Reader:
    """Lines of a stream, none longer than a piece; and leaps to where a boundary may stand."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._held = b""
        self._at = 0
        self.is_start = True
        """Whether what comes next begins a line."""
        self._was_start = True
        self._lines = 0

    @property
    def is_cut(self) -> bool:
        """Tell whether so many lines were read that the rest counts as not there."""
        return self._lines > MOST_LINES

    def line(self) -> bytes:
        """Return the next line or piece of a long one; nothing at the end."""
        self._lines += 1
        if self.is_cut:
            return b""
        end = self._held.find(b"\n", self._at)
        while end < 0 and len(self._held) - self._at < PIECE and self._fill():
            end = self._held.find(b"\n", self._at)
        stop = end + 1 if end >= 0 else min(len(self._held), self._at + PIECE)
        found = self._held[self._at : stop]
        self._at = stop
        self._was_start, self.is_start = self.is_start, found.endswith(b"\n")
        return found

    @property
    def began(self) -> bool:
        """Tell whether what ``line`` returned last stood at the start of a line."""
        return self._was_start

    def run(self) -> bytes:
        """Return a piece of what comes before the next line that begins with two dashes.

        Nothing where such a line begins, and at the end.
        """
        if self.is_cut:
            return b""
        while len(self._held) - self._at < PIECE and self._fill():
            pass
        if self.is_start and self._held.startswith(b"--", self._at):
            return b""
        found = self._held.find(b"\n--", self._at)
        # The last two bytes may be the beginning of what is looked for.
        stop = found + 1 if found >= 0 else max(self._at + 1, len(self._held) - 2)
        piece = self._held[self._at : stop]
        self._at += len(piece)
        self.is_start = piece.endswith(b"\n") or (self.is_start and not piece)
        return piece

    def _fill(self) -> bool:
        more = self._source.read(PIECE)
        if more:
            self._held = self._held[self._at :] + more
            self._at = 0
        return bool(more)


class _Taking:
    """One reading of a message."""

    def __init__(self, reader: _Reader, wanted: Wanted, most_bytes: int | None) -> None:
        self.reader = reader
        self.wanted = wanted
        self.left = most_bytes
        """How many bytes of bodies may still be kept; None when they are let go of."""
        self.notes: list[str] = []
        self.open: list[tuple[bytes, Part]] = []
        """The multiparts that are not closed yet, outermost first, with their boundaries."""
        self.root = Part(is_message=True)
        self.parts = 1
        self.current: Part | None = None
        self.ended: list[Part] = []
        self.again = b""
        """A line that was read already: it parts parts."""

    def parts_in_order(self) -> Iterator[Part]:
        self._begin(self.root)
        while self._step():
            while self.ended:
                yield self.ended.pop(0)
        if self.reader.is_cut:
            self._note("it has too many lines")
        self._end_current()
        yield from self.ended

    def _step(self) -> bool:
        """Read the next line of a body, and pass over what is not wanted; tell if there was one."""
        if self.again:
            line, self.again = self.again, b""
            return self._bounds(line)
        line = self.reader.run()
        if not line:
            line = self.reader.line()
            if self._bounds(line):
                return True
        if self.current is not None:
            self.current.size += len(line)
            self.current.body += line[: max(0, self._room())]
        return bool(line)

    def _room(self) -> int:
        """Return how many more bytes of this body are kept."""
        part = self.current
        if part is None:
            return 0
        most = self.wanted(part)
        return (most if self.left is None else min(self.left, most)) - len(part.body)

    def _bounds(self, line: bytes) -> bool:
        """Tell whether a line parts parts; go where it leads."""
        if not self.open or not line.startswith(b"--") or not self.reader.began:
            return False
        bare = line.rstrip()
        for place in range(len(self.open) - 1, -1, -1):
            boundary, holder = self.open[place]
            if not bare.startswith(boundary) or bare[len(boundary) :] not in {b"", b"--"}:
                continue
            self._end_current()
            is_last = len(bare) > len(boundary)
            del self.open[place if is_last else place + 1 :]
            if not is_last:
                self._begin_child(holder)
            return True
        return False

    def _end_current(self) -> None:
        if self.current is not None:
            if self.left is not None:
                self.left -= len(self.current.body)
            self.ended.append(self.current)
            self.current = None

    def _begin_child(self, holder: Part) -> None:
        if self.parts >= MOST_PARTS:
            self._note("it has too many parts")
            self.current = None
            return
        self.parts += 1
        child = Part(depth=holder.depth + 1)
        holder.children.append(child)
        self._begin(child)

    def _begin(self, part: Part) -> None:
        """Read the headers of a part, and go to where its body begins."""
        while True:
            self.current = part
            if not self._headers(part):
                return
            part.kind = content_type(part.headers)
            kind = part.kind
            if kind.main != "multipart" and not kind.is_message:
                return
            if part.depth >= DEEPEST:
                self._note("its parts are nested too deeply")
                part.kind = ContentType("application/octet-stream")
                return
            if kind.main == "multipart":
                if kind.boundary:
                    self.open.append((b"--" + kind.boundary, part))
                else:
                    self._note("a part names no boundary")
                return
            if kind.encoding in {"base64", "quoted-printable"}:
                return  # against the rules; it is decoded and read later
            part.children.append(Part(depth=part.depth + 1, is_message=True))
            part = part.children[-1]

    def _headers(self, part: Part) -> bool:
        """Read headers; tell whether a body follows. A line that is none begins the body."""
        kept: bytearray | None = None
        while line := self.reader.line():
            if not self.reader.began:
                _add(kept, line)
                continue
            if not line.strip(b"\r\n"):
                return True
            if self._ends(line):
                part.kind = content_type(part.headers)
                self.again = line
                return False
            if line[:1] in b" \t":
                _add(kept, line)
                continue
            name, colon, value = line.partition(b":")
            if not colon or not name.strip() or b" " in name.strip():
                if line.startswith((b"From ", b">From ")) and not part.headers:
                    continue  # a line that mailbox files put before a message
                self._note("a header has no colon")
                part.size += len(line)
                part.body += line
                return True
            kept = _new(part, name.strip().lower(), value)
        return True

    def _ends(self, line: bytes) -> bool:
        bare = line.rstrip()
        return line.startswith(b"--") and any(
            bare in {boundary, boundary + b"--"} for boundary, _ in self.open
        )

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def _new(part: Part, name: bytes, value: bytes) -> bytearray | None:
    """Begin a header if anybody asks for it and there is room for it."""
    if name not in KEPT:
        return None
    found = part.headers.setdefault(name, [])
    room = HEADER_BYTES - sum(map(len, found))
    if room <= 0:
        return None
    found.append(bytearray(value[:room]))
    return found[-1]


def _add(kept: bytearray | None, line: bytes) -> None:
    """Go on with a header in its next line."""
    if kept is not None and len(kept) + len(line) <= HEADER_BYTES:
        kept += line
