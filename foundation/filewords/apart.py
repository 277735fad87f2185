"""Judging and reading a stranger's file in a process of its own, with little memory and time.

``python -m foundation.filewords.apart WHAT SECONDS NAME ...`` reads the file from its input and
writes what it found, a line of JSON for each thing, so that what was found until it was stopped
is kept. It is given none of the portal's secrets and may write nothing.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from foundation.filewords.collecting import (
    BROKEN,
    CUT,
    ENTITIES,
    LARGEST,
    LOCKED,
    MOST_CHARACTERS,
    NO_WORDS,
    TOO_LARGE,
    UNPACKS,
    Collected,
    Heading,
    Words,
)
from foundation.filewords.dangers import Danger, Looked, danger, look_at
from foundation.filewords.kinds import KINDS, Kind
from foundation.filewords.pictures import size_of
from foundation.filewords.words import office, read_with, reader_for

MEMORY: Final = 1_500_000_000
MOST_SAID: Final = 8_000_000
"""Bytes that the process may write: what a stranger made of it fills no disk and no memory."""
MOST_LOOKED: Final = 100_000_000
MOST_NAMES: Final = 20
MOST_INSIDE: Final = 200
SECONDS: Final = 20.0
_MODULE: Final = "foundation.filewords.apart"
_KEPT: Final = ("PATH", "LANG", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
"""What of the environment the process is given; beside what measures tests."""


@dataclass(frozen=True)
class Judged:
    """What was found out about a file; ``is_whole`` is false when it was stopped before its end."""

    kind: Kind
    words: Words
    dangers: tuple[Danger, ...] = field(default=())
    is_whole: bool = True

    @property
    def refused(self) -> str:
        """Return why nobody may fetch it; nothing when it may be fetched."""
        return next((one.words for one in self.dangers if one.refuses), "")


def judge(path: Path, names: Sequence[str] = (), *, seconds: float = SECONDS) -> Judged:
    """Judge the file at ``path``, known by ``names``, and read its words. Raises OSError alone."""
    with path.open("rb") as stream:
        said, fault = _run(["judge", str(seconds), *names[:MOST_NAMES]], stream, seconds)
    kind = KINDS["unknown"]
    dangers = []
    for line in said:
        if "kind" in line:
            kind = KINDS.get(line["kind"], kind)
        if "danger" in line:
            dangers.append(Danger(*line["danger"]))
    return Judged(kind, _words(said, fault), tuple(dangers), is_whole=not fault)


def words_apart(content: bytes, *, seconds: float) -> Words:
    """Return the words of a PDF that is at hand already."""
    with TemporaryFile() as stream:
        stream.write(content)
        stream.seek(0)
        said, fault = _run(["words", str(seconds)], stream, seconds)
    return _words(said, fault)


def _run(
    arguments: Sequence[str], stream: IO[bytes], seconds: float
) -> tuple[list[dict[str, Any]], str]:
    """Run the program on a file; return the lines it wrote, and why it did not come to its end."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith("COVERAGE_")
    }
    fault = BROKEN
    with TemporaryFile() as target:
        command = [sys.executable, "-B", "-m", _MODULE, *arguments]
        try:
            subprocess.run(  # noqa: S603 - a module of ours; names are arguments to it alone
                command,
                stdin=stream,
                stdout=target,
                stderr=subprocess.DEVNULL,
                timeout=max(0.1, seconds),
                check=False,
                env=kept,
            )
        except subprocess.TimeoutExpired:
            fault = CUT
        target.seek(0)
        lines = list(_lines(target.read(MOST_SAID)))
    return lines, "" if any("end" in line for line in lines) else fault


def _lines(written: bytes) -> Iterator[dict[str, Any]]:
    for line in written.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue  # it was stopped in the middle of a line
        if isinstance(found, dict):
            yield found


def _words(said: Iterable[dict[str, Any]], fault: str) -> Words:
    pieces: list[str] = []
    headings: list[Heading] = []
    note, pages = fault, None
    for line in said:
        pieces.append(line.get("text", ""))
        headings += [Heading(*one) for one in line.get("headings", ())]
        note, pages = line.get("note") or note, line.get("pages") or pages
    text = "".join(pieces)[:MOST_CHARACTERS].rstrip()
    return Words(text, note, tuple(headings), pages)


# From here on: what runs in the process itself.


def main(what: str, seconds: float, names: Sequence[str]) -> int:
    """Read the file from the standard input and write what is found."""
    _bind(seconds)
    content = sys.stdin.buffer.read(MOST_LOOKED)
    if what == "words":
        _say_words(_read_pdf(content, seconds))
        return _say(end=True)
    looked = look_at(content, names)
    _say(kind=looked.kind.name)
    for one in looked.dangers:
        _say_danger(one)
    if len(content) == MOST_LOOKED:
        _say_danger(danger("large"))
    if any(one.refuses for one in looked.dangers):
        return _say(end=True)
    _say_words(_read(content, looked, seconds))
    return _say(end=True)


def _bind(seconds: float) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, int(seconds) + 2),
        (resource.RLIMIT_FSIZE, MOST_SAID),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _read(content: bytes, looked: Looked, seconds: float) -> Words:
    if len(content) > LARGEST:
        return Words("", TOO_LARGE)
    kind = looked.kind
    if kind.name == "pdf":
        return _read_pdf(content, seconds, judged=True)
    if kind.family == "picture":
        return Words("", _of_picture(content))
    if kind.name == "zip":
        inside = [" ".join(name.split()) for name in looked.inside[:MOST_INSIDE]]
        return Words("\n".join(inside), "It is an archive: only the names in it were read.")
    reader = _READERS.get(kind.name) or _READERS.get(kind.family)
    if reader is None:
        return Words("", _WITHOUT.get(kind.name, NO_WORDS))
    words = read_with(reader, content, seconds=seconds - 1)
    if words.note in {ENTITIES, UNPACKS}:
        _say_danger(danger("entities" if words.note == ENTITIES else "bomb"))
    return words


def _of_picture(content: bytes) -> str:
    size = size_of(content)
    shape = f", {size[0]:,} by {size[1]:,} points" if size else ""
    return f"It is a picture{shape}. Words in it cannot be searched or read aloud."


def _read_pdf(content: bytes, seconds: float, *, judged: bool = False) -> Words:
    from foundation.filewords import pdf  # pypdf: slow to load, and wanted for PDF alone

    def read(content: bytes, collected: Collected) -> None:
        reader = pdf.opened(content)
        if judged:
            for code in sorted(pdf.acts(reader)):
                _say_danger(danger(code))
        _say(pages=len(reader.pages))
        collected.told = _say_piece
        pdf.read_pages(reader, collected)

    words = read_with(read, content, seconds=seconds - 1 if judged else seconds)
    if judged and words.note == LOCKED:
        _say_danger(danger("locked"))
    return replace(words, text="")  # its pages were written one by one


_OFFICE: Final = ("docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "odt", "ods", "odp")
_READERS: Final[dict[str, Callable[[bytes, Collected], None]]] = {
    **dict.fromkeys(_OFFICE, office),
    **{name: reader_for(name) for name in ("csv", "eml", "rtf", "text")},
}
_OLD: Final = "It is in an old format that cannot be read here. Ask the sender for a newer one."
_WITHOUT: Final = {
    "locked": LOCKED,
    "empty": "The file is empty.",
    "unknown": BROKEN,
    **dict.fromkeys(("doc", "xls", "ppt", "msg"), _OLD),
}


def _say(**found: object) -> int:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    return 0


def _say_danger(one: Danger) -> None:
    _say(danger=[one.code, one.words, one.refuses])


def _say_piece(text: str) -> None:
    _say(text=text)


def _say_words(words: Words) -> None:
    headings = [[one.at, one.level, one.words] for one in words.headings]
    _say(text=words.text, note=words.note, pages=words.pages, headings=headings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), sys.argv[3:]))
