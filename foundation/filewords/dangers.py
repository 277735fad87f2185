"""What is dangerous about a file, in words for whoever is about to open it."""

import io
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from foundation.filenames import ending_of, is_disguised
from foundation.filewords.kinds import CLAIMED, KINDS, Kind, guessed, kind_of
from foundation.filewords.zips import ZipLook, look_into


@dataclass(frozen=True)
class Danger:
    """One danger: its code, its words, and whether nobody may fetch the file because of it."""

    code: str
    words: str
    refuses: bool = False


_WORDS: Final = {
    "macros": (
        "It contains macros. Do not enable them unless you expected this file and know who made it."
    ),
    "template": "It loads a template from another computer when it is opened. Do not allow that.",
    "fetches": (
        "It takes pictures or data from somewhere else when it is opened. Do not allow "
        "that unless you expected it."
    ),
    "embedded": (
        "It has other files or controls inside it. Do not open those unless you expected them."
    ),
    "commands": "It tries to run a command when it is opened. Answer No when you are asked.",
    "script": (
        "It contains a script, which most forms do not need. If the program that shows it"
        " warns you, do not allow it."
    ),
    "launch": "It tries to start another program. Do not allow that.",
    "files": "It has other files inside it. Do not open those unless you expected them.",
    "media": "It plays sound, film or drawings that move.",
    "locked": "It is locked with a password, so nobody could look inside it for dangers.",
    "nested": "It has archives inside it, which nobody looked into.",
    "archive": "It is an archive: look at each file in it before you open one.",
    "page": "It is a web page or a drawing that can hold scripts. Open it only if you expected it.",
    "old": "It is in an old format that can hide macros. Do not enable them.",
    "name": "Its name has hidden signs in it that make its ending look like another one.",
    "unread": (
        "It could not be looked through, because that failed several times. Open it only "
        "if you expected it."
    ),
    "large": "It is so large that only its beginning was looked at.",
}
_REFUSED: Final = {
    "bomb": "It unpacks to far more than any document, which stops computers from working.",
    "entities": "It is built to exhaust whatever reads it.",
    "outside": "It would write its parts outside the folder that it is unpacked into.",
    "programs": "It is an archive with programs inside it.",
    "program": "It is a program or a script, not a document.",
    "hidden_page": "Its name says that it is something else, but it is a web page.",
    "two": "It is two kinds of file at once, which is how programs are hidden.",
    "unknown": "Its name says that it is a document, but nobody can tell what it is.",
}
_IMAGE_PAGE: Final = re.compile(rb"<(?:script|html|\?php|!doctype html|iframe)\b", re.IGNORECASE)
_EDGE: Final = 8_192
_END: Final = b"PK\x05\x06"
_LONGEST_END: Final = 65_557
_AFTER_PDF: Final = re.compile(rb"^\s*(?:<(?:!doctype|html|script)|MZ)", re.IGNORECASE)


def danger(code: str) -> Danger:
    """Return the danger with this code; KeyError when there is none."""
    if code in _REFUSED:
        return Danger(code, _REFUSED[code], refuses=True)
    return Danger(code, _WORDS[code])


@dataclass(frozen=True)
class Looked:
    """What a look at a file gave: its kind, its dangers, the names in it when it is an archive."""

    kind: Kind
    dangers: tuple[Danger, ...]
    inside: tuple[str, ...] = ()


def look_at(content: bytes, names: Collection[str] = ()) -> Looked:
    """Judge a file by its content and the names that it goes by. Nothing in it is unpacked or run.

    What only a reader of PDF can tell is not among the dangers.
    """
    look = _zip_look(content)
    kind = kind_of(content, names, look)
    codes = set(look.dangers) if look else set()
    codes |= _of_kind(kind) | _of_content(content, kind)
    found = [danger(code) for code in sorted(codes)]
    found += [one for name in names if (one := name_danger(kind, name))]
    return Looked(kind, tuple(dict.fromkeys(found)), look.names if look else ())


def name_danger(kind: Kind, name: str) -> Danger | None:
    """Return what is wrong with a name for a file of this kind: its ending, or hidden signs."""
    if is_disguised(name):
        return danger("name")
    ending = ending_of(name)
    if ending in kind.endings or not ending:
        return None
    if kind.family == "web":
        return danger("hidden_page")
    if ending not in CLAIMED or kind.family == "program" or kind.name == "empty":
        return None
    if kind.name == "unknown":
        return danger("unknown")
    claimed = next(one for one in KINDS.values() if ending in one.endings)
    says = f"Its name ends in .{ending} ({claimed.said}), but what is in it is: {kind.said}."
    return Danger("false_name", says)


def _zip_look(content: bytes) -> ZipLook | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        return look_into(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return ZipLook("zip")


def _of_kind(kind: Kind) -> set[str]:
    by_family = {"program": "program", "web": "page", "archive": "archive"}
    by_name = {"locked": "locked", "doc": "old", "xls": "old", "ppt": "old"}
    return {by_family.get(kind.family, ""), by_name.get(kind.name, "")} - {""}


def _of_content(content: bytes, kind: Kind) -> set[str]:
    """Return whether the file is a second kind of file as well."""
    if kind.family == "picture":
        edges = content[:_EDGE] + content[-_EDGE:]
        if _IMAGE_PAGE.search(edges) or _ends_as_zip(content):
            return {"two"}
    if kind.name == "pdf" and (_begins_otherwise(content) or _ends_as_zip(content)):
        return {"two"}
    return set()


def _begins_otherwise(content: bytes) -> bool:
    """Tell whether a PDF, which may begin late, begins as something that acts or shows."""
    before = guessed(content[:_EDGE])
    return _AFTER_PDF.match(content) is not None or before not in {None, KINDS["pdf"]}


def _ends_as_zip(content: bytes) -> bool:
    """Tell whether a file that does not begin as a zip ends as one, with its last record."""
    tail = content[-_LONGEST_END:]
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < 22:  # noqa: PLR2004 - the record's own length
        return False
    comment = int.from_bytes(tail[place + 20 : place + 22], "little")
    return len(tail) - place - 22 == comment
