"""What a file is by its content, whatever its name says. The one door to filetype."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import filetype

from foundation.filenames import ending_of
from foundation.filewords.words import is_pdf
from foundation.filewords.zips import ZipLook

DOCUMENT, PICTURE, TEXT, ARCHIVE, MEDIA, WEB, PROGRAM, OTHER = (
    "document",
    "picture",
    "text",
    "archive",
    "media",
    "web",
    "program",
    "other",
)


@dataclass(frozen=True)
class Kind:
    """A kind of file: its usual ending, its media type, what people call it, its endings."""

    name: str
    media_type: str
    said: str
    family: str = DOCUMENT
    endings: frozenset[str] = frozenset()


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
_MACRO: Final = "macroEnabled.12"
_ROWS: Final = (
    ("pdf", "application/pdf", "PDF", DOCUMENT, ""),
    ("docx", _OFFICE + "wordprocessingml.document", "Word document", DOCUMENT, ""),
    ("xlsx", _OFFICE + "spreadsheetml.sheet", "Excel workbook", DOCUMENT, ""),
    ("pptx", _OFFICE + "presentationml.presentation", "PowerPoint presentation", DOCUMENT, "ppsx"),
    (
        "docm",
        f"application/vnd.ms-word.document.{_MACRO}",
        "Word document with macros",
        DOCUMENT,
        "",
    ),
    (
        "xlsm",
        f"application/vnd.ms-excel.sheet.{_MACRO}",
        "Excel workbook with macros",
        DOCUMENT,
        "xlsb",
    ),
    (
        "pptm",
        f"application/vnd.ms-powerpoint.presentation.{_MACRO}",
        "PowerPoint presentation with macros",
        DOCUMENT,
        "ppsm",
    ),
    ("odt", _OPEN + "text", "OpenDocument text", DOCUMENT, ""),
    ("ods", _OPEN + "spreadsheet", "OpenDocument spreadsheet", DOCUMENT, ""),
    ("odp", _OPEN + "presentation", "OpenDocument presentation", DOCUMENT, ""),
    ("doc", "application/msword", "Word document in an old format", DOCUMENT, "dot"),
    ("xls", "application/vnd.ms-excel", "Excel workbook in an old format", DOCUMENT, "xlt"),
    (
        "ppt",
        "application/vnd.ms-powerpoint",
        "PowerPoint presentation in an old format",
        DOCUMENT,
        "pps",
    ),
    (
        "locked",
        "application/x-ole-storage",
        "Office file with a password",
        DOCUMENT,
        "docx xlsx pptx docm xlsm pptm",
    ),
    ("msg", "application/vnd.ms-outlook", "Outlook e-mail", DOCUMENT, ""),
    ("rtf", "application/rtf", "Rich text", DOCUMENT, "doc"),
    ("txt", "text/plain", "Plain text", TEXT, "text md log ics vcf json xml tsv eml csv"),
    ("csv", "text/csv", "List (CSV)", TEXT, "txt tsv"),
    ("eml", "message/rfc822", "E-mail", TEXT, "txt"),
    ("png", "image/png", "Picture (PNG)", PICTURE, "apng"),
    ("jpg", "image/jpeg", "Picture (JPEG)", PICTURE, "jpeg jpe jfif"),
    ("gif", "image/gif", "Picture (GIF)", PICTURE, ""),
    ("webp", "image/webp", "Picture (WebP)", PICTURE, ""),
    ("tif", "image/tiff", "Picture (TIFF)", PICTURE, "tiff"),
    ("bmp", "image/bmp", "Picture (BMP)", PICTURE, ""),
    ("heic", "image/heic", "Picture (HEIC)", PICTURE, "heif"),
    ("zip", "application/zip", "Zip archive", ARCHIVE, ""),
    ("archive", "application/octet-stream", "Archive", ARCHIVE, "rar 7z gz tar tgz bz2 xz zst"),
    ("mp3", "audio/mpeg", "Sound recording", MEDIA, "m4a wav ogg aac flac"),
    ("mp4", "video/mp4", "Film", MEDIA, "mov m4v avi wmv mkv webm mpg"),
    ("html", "text/html", "Web page", WEB, "htm xhtml mht"),
    ("svg", "image/svg+xml", "Drawing (SVG)", WEB, ""),
    ("program", "application/x-msdownload", "Program", PROGRAM, ""),
    ("empty", "application/x-empty", "Empty file", OTHER, ""),
    ("unknown", "application/octet-stream", "File of an unknown kind", OTHER, ""),
)
KINDS: Final = {
    row[0]: Kind(row[0], row[1], row[2], row[3], frozenset({row[0], *row[4].split()}))
    for row in _ROWS
}
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in reversed(KINDS.values())}
CLAIMED: Final = frozenset(
    ending
    for kind in KINDS.values()
    if kind.family in {DOCUMENT, PICTURE, TEXT}
    for ending in kind.endings
)
"""Endings by which a name says that the file is a document, a picture or a text."""
PROGRAM_ENDINGS: Final = frozenset(
    {"ade", "adp", "app", "appx", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "gadget"}
    | {"hta", "img", "inf", "ins", "iso", "jar", "js", "jse", "lnk", "msc", "msi", "msix", "msp"}
    | {"mst", "pif", "pl", "ps1", "psm1", "py", "rb", "reg", "scf", "scr", "sct", "sh", "swf"}
    | {"sys", "url", "vb", "vbe", "vbs", "vhd", "vhdx", "ws", "wsc", "wsf", "wsh", "xll"}
)
_PROGRAMS: Final = {"exe", "swf", "crx", "cab", "deb", "rpm", "elf", "wasm", "nes", "ar"}
_PROGRAM_HEADS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_OLE: Final = b"\xd0\xcf\x11\xe0"
_OLE_NAMES: Final = (
    ("EncryptedPackage", "locked"),
    ("__substg1.0_", "msg"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
_PAGE: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|meta|form|\?php)\b",
    re.IGNORECASE,
)
_DRAWING: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MAIL: Final = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}"
)
_HEAD: Final = 8_192


def kind_of(content: bytes, names: Collection[str] = (), look: ZipLook | None = None) -> Kind:
    """Return what a file is. ``names`` only tell texts apart, and what is run when it is opened.

    ``look`` is what is known of its parts when it is a zip.
    """
    head = content[:_HEAD]
    if head.startswith(_OLE):
        return _ole(content)
    return KINDS[_certain(head, look)] if _certain(head, look) else _likely(head, names)


def _certain(head: bytes, look: ZipLook | None) -> str:
    """Return what the first bytes say beyond doubt, if they do."""
    told = (
        (not head, "empty"),
        (head.startswith(_PROGRAM_HEADS), "program"),
        (head.startswith(b"PK\x03\x04"), look.kind if look else "zip"),
        (is_pdf(head), "pdf"),
        (head.startswith(b"{\\rtf"), "rtf"),
    )
    return next((name for is_so, name in told if is_so), "")


def _likely(head: bytes, names: Collection[str]) -> Kind:
    return guessed(head) or KINDS[_text(head, names)]


def _ole(content: bytes) -> Kind:
    for name, kind in _OLE_NAMES:
        if name.encode("utf-16-le") in content:
            return KINDS[kind]
    return KINDS["unknown"]


def guessed(head: bytes) -> Kind | None:
    """Return which picture, archive, recording or program begins so, if it is one."""
    guess = filetype.guess(head)
    if guess is None:
        return None
    ending = {"apng": "png"}.get(guess.extension, str(guess.extension))
    if ending in KINDS:
        return KINDS[ending]
    if ending in _PROGRAMS:
        return KINDS["program"]
    for name in ("archive", "mp3", "mp4"):
        if ending in KINDS[name].endings:
            return KINDS[name]
    return None


def _text(head: bytes, names: Collection[str]) -> str:
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "unknown"
    bare = head.replace(b"\x00", b"")
    endings = {ending_of(name) for name in names}
    told = (
        (endings & PROGRAM_ENDINGS, "program"),
        (_DRAWING.search(bare), "svg"),
        (_PAGE.search(bare), "html"),
        ("csv" in endings, "csv"),
        ("eml" in endings and _MAIL.match(bare), "eml"),
        (_is_legible(bare), "txt"),
    )
    return next((name for is_so, name in told if is_so), "unknown")


def _is_legible(head: bytes) -> bool:
    controls = sum(sign < 32 and sign not in b"\t\n\r\f\x1b" for sign in head)  # noqa: PLR2004
    return controls * 100 <= len(head)
