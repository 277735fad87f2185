"""A look into a zip without unpacking it: what kind of document it is, what in it is dangerous."""

import re
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

MOST_UNPACKED: Final = 300_000_000
MOST_ENTRIES: Final = 10_000
MOST_DIRECTORY: Final = 5_000_000
MOST_RATIO: Final = 200
LEAST_BOMB: Final = 20_000_000
"""What unpacks to less than this is no bomb, however well it was packed."""
MOST_RELATIONS: Final = 5_000
_LARGEST_RELATIONS: Final = 5_000_000

_MAIN: Final = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsx",
    "ppt/presentation.xml": "pptx",
}
_WITH_MACROS: Final = {"docx": "docm", "xlsx": "xlsm", "pptx": "pptm"}
_OPEN: Final = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_MACROS: Final = re.compile(
    r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml)$|^xl/macrosheets/|^basic/|^scripts/", re.IGNORECASE
)
_EMBEDDED: Final = re.compile(
    r"^(?:word|xl|ppt)/(?:embeddings|activex)/|(?:^|/)oleobject|^object \d+/.*\.bin$", re.IGNORECASE
)
_ARCHIVE: Final = re.compile(r"\.(?:zip|rar|7z|gz|tar|iso|cab)$", re.IGNORECASE)
_RUN: Final = re.compile(
    r"\.(?:exe|com|bat|cmd|scr|pif|msi|ps1|vbs|vbe|js|jse|wsf|hta|jar|cpl|lnk|dll|sh)$",
    re.IGNORECASE,
)
_TEMPLATE: Final = ("attachedTemplate",)
_FETCHED: Final = (
    "image",
    "frame",
    "oleObject",
    "externalLinkPath",
    "subDocument",
    "video",
    "audio",
    "externalLink",
)
_FIELD: Final = re.compile(rb"<w:instrText[^>]*>([^<]*)|w:instr=\"([^\"]*)")
_DDE: Final = re.compile(rb"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_LARGEST_TEXT: Final = 5_000_000
_MOST_LINKS: Final = 50
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True)
class ZipLook:
    """What a zip is: ``docx``, ``odt``, ..., ``zip``, ``program``; its dangers by their codes."""

    kind: str
    dangers: frozenset[str] = field(default_factory=frozenset)
    names: tuple[str, ...] = ()


def look_into(stream: BinaryIO) -> ZipLook:
    """Look at a zip's list of contents, and at what its documents fetch.

    Never unpacks more than a few small parts. Raises zipfile.BadZipFile, OSError, ValueError,
    NotImplementedError or RuntimeError when it is broken or locked.
    """
    if _directory_size(stream) > MOST_DIRECTORY:
        return ZipLook("zip", frozenset({"bomb"}))
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        names = tuple(entry.filename for entry in entries)
        kind = _kind(archive, set(names))
        dangers = _of_entries(entries) | _of_names(names, kind)
        if "bomb" not in dangers:
            dangers |= _of_relations(archive, entries) | _of_commands(archive, set(names))
    if "macros" in dangers:
        kind = _WITH_MACROS.get(kind, kind)
    return ZipLook(kind, frozenset(dangers), names)


def _directory_size(stream: BinaryIO) -> int:
    """Return the bytes of the list of contents, which is read whole before anything is known."""
    stream.seek(0)
    found = zipfile._EndRecData(stream)  # type: ignore[attr-defined]  # noqa: SLF001
    stream.seek(0)
    return int(found[5]) if found else 0


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return "program"
    if "[Content_Types].xml" in names:
        for part, kind in _MAIN.items():
            if part in names:
                return kind
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as stream:
            return _OPEN.get(stream.read(100).strip(), "zip")
    return "zip"


def _of_entries(entries: list[zipfile.ZipInfo]) -> set[str]:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    found = set()
    is_dense = unpacked > LEAST_BOMB and unpacked > packed * MOST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or is_dense:
        found.add("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        found.add("locked")
    return found


def _of_names(names: tuple[str, ...], kind: str) -> set[str]:
    found = set()
    for name in names:
        if _MACROS.search(name) and not name.endswith("/"):
            found.add("macros")
        if _EMBEDDED.search(name):
            found.add("embedded")
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or name[1:2] == ":":
            found.add("outside")
        if _ARCHIVE.search(name):
            found.add("nested")
        if _RUN.search(name):
            found.add("programs" if kind == "zip" else "embedded")
    return found


def _of_relations(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> set[str]:
    """Return what parts of an Office file fetch from elsewhere when it is opened."""
    found: set[str] = set()
    seen = 0
    for entry in entries:
        if not entry.filename.endswith(".rels") or entry.flag_bits & 1:
            continue
        if entry.file_size > _LARGEST_RELATIONS:
            return found | {"bomb"}
        with archive.open(entry) as stream:
            try:
                for _, element in iterparse(stream, forbid_dtd=True):
                    seen += 1
                    if element.tag == _RELATION and element.get("TargetMode") == "External":
                        found |= _fetched(element.get("Type", ""))
                    if seen > MOST_RELATIONS:
                        return found
            except DefusedXmlException:
                return found | {"entities"}
            except ParseError:
                continue
    return found


def _of_commands(archive: zipfile.ZipFile, names: set[str]) -> set[str]:
    """Return ``commands`` when a field of a text or a link of a workbook runs other programs."""
    try:
        if "word/document.xml" in names:
            with archive.open("word/document.xml") as stream:
                fields = b"".join(
                    one + other for one, other in _FIELD.findall(stream.read(_LARGEST_TEXT))
                )
            return {"commands"} if _DDE.search(fields) else set()
        links = sorted(name for name in names if name.startswith("xl/externalLinks/"))
        for name in links[:_MOST_LINKS]:
            with archive.open(name) as stream:
                if b"ddeLink" in stream.read(_LARGEST_RELATIONS):
                    return {"commands"}
    except (zipfile.BadZipFile, RuntimeError):
        pass  # broken or locked: the reader of its words says so
    return set()


def _fetched(kind: str) -> set[str]:
    last = kind.rpartition("/")[2]
    if last in _TEMPLATE:
        return {"template"}
    return {"fetches"} if last in _FETCHED else set()
