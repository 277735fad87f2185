"""The parts of a zip that is a document: read as a stream, without entities, within the limits."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from foundation.filewords.collecting import ENTITIES, MOST_UNPACKED, UNPACKS, Collected, EnoughError

RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OFTEN: Final = 1_000


class Parts:
    """An open document that is a zip, and the names of its parts."""

    def __init__(self, content: bytes, collected: Collected) -> None:
        """Open it; raises EnoughError when it unpacks to more than is read."""
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._collected = collected
        entries = self._archive.infolist()
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise EnoughError(UNPACKS)
        self.names = {entry.filename for entry in entries}

    def events(self, name: str) -> Iterator[tuple[str, Element]]:
        """Read a part as it streams: each element as it starts and as it ends."""
        with self._archive.open(name) as stream:
            try:
                parsed = iterparse(stream, events=("start", "end"), forbid_dtd=True)
                for place, (event, element) in enumerate(parsed):
                    if place % _OFTEN == 0:
                        self._collected.check_time()
                    yield event, element
            except DefusedXmlException:
                raise EnoughError(ENTITIES) from None

    def ended(self, name: str) -> Iterator[Element]:
        """Read a part as it streams, each element as it ends."""
        return (element for event, element in self.events(name) if event == "end")

    def relations(self, name: str) -> Mapping[str, str]:
        """Return the targets that a part names, by their ids; nothing when it names none."""
        folder, _, base = name.rpartition("/")
        place = f"{folder}/_rels/{base}.rels"
        if place not in self.names:
            return {}
        return {
            element.get("Id", ""): _inside(folder, element.get("Target", ""))
            for element in self.ended(place)
            if element.tag == RELATION and element.get("TargetMode") != "External"
        }


def _inside(folder: str, target: str) -> str:
    """Return the name of a part from how another part in ``folder`` calls it."""
    if target.startswith("/"):
        return target[1:]
    parts = folder.split("/")
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)
