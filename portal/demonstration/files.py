"""Files that come with what was sent lately: a letter, a workbook, a page of guidance."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.files import FileStore
from foundation.filewords.kinds import KINDS
from foundation.workbooks import Leaf, write_workbook
from notifications.documents.contents import ensure
from notifications.models import Notice, NoticeAttachment
from portal.demonstration.bulk.files import written_pdf

LAST: Final = 60
MOST_BYTES: Final = 1_000_000
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

AGREED: Final = """\
Every school that has building work in the summer agrees with the contractor who opens up, \
who locks up, and where the children go if the work is late."""
STEPS: Final = """\
Step|Who|By when
Walk round the site|Business manager and contractor|12 June
Tell parents about the gates|Headteacher|26 June
Hand over the keys|Caretaker|17 July"""
LETTER: Final = (
    ("Title", "Checking the summer works before the holidays"),
    ("", AGREED),
    ("Heading1", "What to agree"),
    ("", "One member of staff whom the contractor rings first, and one who stands in."),
    ("", "Which gates stay open, and which are closed to deliveries at the ends of the day."),
    ("Heading1", "Who does what"),
    ("table", STEPS),
    ("Heading1", "If something goes wrong"),
    ("", "Ring the property helpdesk. Out of hours the number is on the card in the key safe."),
)
GUIDANCE: Final = (
    "Recording near misses: a page for the staff room",
    "",
    "A near miss is something that could have hurt somebody and did not.",
    "Write it down on the same day, in plain words, without names of children.",
    "",
    "1. Where and when it was.",
    "2. What happened, in one sentence.",
    "3. What was done at once.",
    "4. What would stop it from happening again.",
    "",
    "The office looks through the book every Friday. What comes back twice is mended.",
)
ROOMS: Final = (
    ("Hall", 180.5, "Yes"),
    ("Library", 42, "No"),
    ("Reception class", 61.25, "Yes"),
    ("Staff room", 35, "No"),
)


_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_DOCUMENT: Final = _XML + '<w:document xmlns:w="{}"><w:body>{}</w:body></w:document>'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_KIND: Final = "application/vnd.openxmlformats-"
_TYPES: Final = f"""{_XML}<Types xmlns="{_PACKAGE}content-types">
<Default Extension="rels" ContentType="{_KIND}package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="{_KIND}officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS: Final = f"""{_XML}<Relationships xmlns="{_PACKAGE}relationships">
<Relationship Id="r1" Type="{_OFFICE}officeDocument" Target="word/document.xml"/></Relationships>"""


@dataclass(frozen=True)
class _File:
    name: str
    kind: str
    content: bytes


def attach_files(session: Session, files: FileStore, authority_id: int, *, at: datetime) -> int:
    """Put files to the latest notices, as a worker will read them; return to how many."""
    notice_ids = session.scalars(
        sa.select(Notice.id)
        .where(Notice.authority_id == authority_id)
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(LAST)
    ).all()
    made = _files()
    stored = [files.put(io.BytesIO(file.content), most=MOST_BYTES) for file in made]
    chosen = [(notice_id, place) for place, notice_id in enumerate(notice_ids) if place % 3 != 1]
    for notice_id, place in chosen:
        for number in {place % len(made), (place // 2) % len(made)}:
            session.add(
                NoticeAttachment(
                    authority_id=authority_id,
                    notice_id=notice_id,
                    sha256=stored[number].sha256,
                    name=made[number].name,
                    media_type=KINDS[made[number].kind].media_type,
                    size=stored[number].size,
                )
            )
    session.flush()
    for notice_id, _ in chosen:
        ensure(session, authority_id, notice_id, at)
    return len(chosen)


def _files() -> Sequence[_File]:
    book = io.BytesIO()
    columns = ("Room", "Square metres", "Used in the evening")
    write_workbook([Leaf("Rooms", columns, ROOMS, widths=(24, 16, 20))], book)
    return (
        _File("Summer works checklist.docx", "docx", _letter()),
        _File("Rooms.xlsx", "xlsx", book.getvalue()),
        _File("Near misses.pdf", "pdf", written_pdf(GUIDANCE)),
    )


def _letter() -> bytes:
    body = "".join(
        _table(words) if style == "table" else _line(style, words) for style, words in LETTER
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        # the same bytes each time, so that the content is stored once
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), _TYPES)
        archive.writestr(zipfile.ZipInfo("_rels/.rels"), _RELATIONS)
        archive.writestr(zipfile.ZipInfo("word/document.xml"), _DOCUMENT.format(_WORD, body))
    return target.getvalue()


def _line(style: str, words: str) -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r><w:t>{escape(words)}</w:t></w:r></w:p>"


def _table(words: str) -> str:
    rows = (
        "".join(f"<w:tc>{_line('', cell)}</w:tc>" for cell in row.split("|"))
        for row in words.split("\n")
    )
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
