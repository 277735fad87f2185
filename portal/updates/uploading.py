"""Taking in files from GIAS: a CSV, a workbook, or the ZIP file in which GIAS packs them."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from directory.updates.staging import Put
from foundation.errors import BrokenFileError
from foundation.files import FileStore, TooLargeError

MOST_UNPACKED = 300_000_000
MOST_ENTRIES = 200
LINKS = "link"


@dataclass(frozen=True)
class TakenIn:
    """What lies in the store now: the file of schools and, where it came along, that of links."""

    schools: Put
    links: Put | None


def take_in(
    store: FileStore, file: FileStorage | None, links: FileStorage | None, *, most: int
) -> TakenIn:
    """Store what was uploaded, at most ``most`` bytes each.

    Raises BrokenFileError or TooLargeError with the form field to mend.
    """
    if file is None or not file.filename:
        raise BrokenFileError("Choose the file of schools from GIAS.", field="file")
    parts = _stored(store, file, most, "file")
    schools = next((put for put in parts if not _is_links(put.name)), None)
    if schools is None:
        raise BrokenFileError("This is a file of links. Choose the file of schools.", field="file")
    linked = next((put for put in parts if _is_links(put.name)), None)
    if links is not None and links.filename:
        linked = _stored(store, links, most, "links")[0]
    return TakenIn(schools, linked)


def _stored(store: FileStore, file: FileStorage, most: int, field: str) -> list[Put]:
    with cast("BinaryIO", file.stream) as stream:
        try:
            if _is_archive(stream):
                return _unpacked(store, stream, field)
            stored = store.put(stream, most=most)
        except TooLargeError as fault:
            raise TooLargeError(str(fault), field=field) from fault
        if not stored.size:
            raise BrokenFileError("The file is empty.", field=field)
        return [Put(_base(file.filename or ""), stored.sha256)]


def _is_archive(stream: BinaryIO) -> bool:
    """Tell a ZIP of files from a workbook, which is a ZIP too."""
    start = stream.read(4)
    stream.seek(0)
    if start != b"PK\x03\x04":
        return False
    with _opened(stream) as archive:
        names = archive.namelist()
    stream.seek(0)
    return "[Content_Types].xml" not in names


def _unpacked(store: FileStore, stream: BinaryIO, field: str) -> list[Put]:
    with _opened(stream) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
        if not entries or len(entries) > MOST_ENTRIES:
            raise BrokenFileError("The ZIP file holds no CSV file of schools.", field=field)
        found = []
        for entry in (_first(entries, links=False), _first(entries, links=True)):
            if entry is not None:
                with archive.open(entry) as content:
                    stored = store.put(content, most=MOST_UNPACKED)  # type: ignore[arg-type]
                found.append(Put(_base(entry.filename), stored.sha256))
        return found


@contextmanager
def _opened(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(stream) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as fault:
        message = "The file is damaged. Download it again from GIAS."
        raise BrokenFileError(message, field="file") from fault


def _first(entries: list[zipfile.ZipInfo], *, links: bool) -> zipfile.ZipInfo | None:
    return next((each for each in entries if _is_links(_base(each.filename)) == links), None)


def _is_links(name: str) -> bool:
    return name.casefold().startswith(LINKS)


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name[:200]
