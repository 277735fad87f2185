"""What a page of hits shows: the title and the passage that answers, with the words marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.clock import local_date
from foundation.markdown import to_plain
from notifications.models import Attention, DeliveryState, Notice
from notifications.reading.inbox import Reader
from notifications.reading.wording import Due, due
from portal.library import private
from portal.library.documents import file_texts
from portal.library.excerpts import Piece, excerpt, mark, words_in
from portal.library.rows import Item
from portal.library.words import Asked, stems_of

MOST_LETTERS: Final = 100_000
AROUND: Final = 1_500
"""Letters before and behind the first word found in a file among which its passage is sought."""
PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n")
MARKS: Final = re.compile(r"[*_`<>#&\\~|\[\]!/]")
STARTS: Final = frozenset("-+= \t0123456789")
"""What a paragraph of plain words has nowhere, and what none of its lines begins with."""
PAGE_BREAK: Final = "\f"
PARTS: Final = {
    "pdf": "page",
    "pptx": "slide",
    "odp": "slide",
    "xlsx": "sheet",
    "xlsm": "sheet",
    "ods": "sheet",
}
"""What a page break parts, by the ending of the file's name."""
SETTLED: Final = frozenset({DeliveryState.DONE, DeliveryState.CLOSED})


@dataclass(frozen=True)
class InFile:
    """Where the passage stands when it is not the text itself. ``page`` 0: nobody can tell."""

    attachment_id: int
    name: str
    page: int

    @property
    def part(self) -> str:
        """Say where in the file, in words; "" when nobody can tell or it has no pages."""
        ending = self.name.rpartition(".")[2].lower()
        word = PARTS.get(ending, "")
        return f"{word} {self.page}" if word and self.page else ""


@dataclass(frozen=True)
class Hit:
    """One item found, with the reader's own delivery of it (a head's may be a colleague's)."""

    delivery_id: int
    reference: str
    sender: str
    sent_at: datetime
    title: list[Piece]
    passage: list[Piece]
    item: Item
    due: Due | None
    is_withdrawn: bool = False
    is_replaced: bool = False
    file: InFile | None = None
    in_note: bool = False
    """The passage is the reader's own note."""

    @property
    def plain_title(self) -> str:
        """Return the title without marks."""
        return "".join(piece.text for piece in self.title)

    @property
    def is_unread(self) -> bool:
        """Tell whether its reader has not opened it."""
        return self.item.state == DeliveryState.UNREAD

    @property
    def is_urgent(self) -> bool:
        """Tell whether it wants something at once."""
        return self.item.attention == Attention.URGENT


Texts = sa.Row[tuple[int, str, str, str, str, datetime, date | None, bool]]
File = sa.Row[tuple[int, str, str, int]]


def hits(
    session: Session, reader: Reader, page: Sequence[Item], asked: Asked, *, at: datetime
) -> list[Hit]:
    """Return the hits of one page: three statements at most."""
    if not page:
        return []
    notices = _notices(session, reader, [item.notice_id for item in page])
    lacking = [item for item in page if not _holds(notices[item.notice_id], asked)]
    files = _files(session, [item.notice_id for item in lacking if item.has_files])
    notes = private.notes(session, reader, [item.delivery_id for item in lacking])
    return [
        _hit(
            item,
            notices[item.notice_id],
            asked,
            files=files.get(item.notice_id, ()),
            note=notes.get(item.delivery_id, ""),
            at=at,
        )
        for item in page
    ]


def _notices(session: Session, reader: Reader, ids: list[int]) -> dict[int, Texts]:
    rows = session.execute(
        sa.select(
            Notice.id,
            Notice.title,
            Notice.body,
            Notice.reference,
            Notice.sender,
            Notice.sent_at,
            Notice.due_on,
            Notice.stopped,
        )
        .where(Notice.authority_id == reader.authority_id, Notice.id.in_(ids))
        .order_by(Notice.id)
    )
    return {row.id: row for row in rows}


def _files(session: Session, ids: list[int]) -> dict[int, list[File]]:
    found: dict[int, list[File]] = {}
    if ids:
        for row in session.execute(file_texts(ids, letters=MOST_LETTERS)):
            found.setdefault(row.notice_id, []).append(row)
    return found


def _holds(notice: Texts, asked: Asked) -> bool:
    """Tell whether what a page shows anyway holds every word."""
    shown = f"{notice.title} {notice.body} {notice.reference} {notice.sender}"
    return words_in(shown, asked) >= set(asked.words)


def _plain(body: str) -> str:
    """Return a text without its marks: rendering is slow, and most paragraphs have none."""
    parts = PARAGRAPHS.split(body)
    return "\n".join(to_plain(part) if _is_marked(part) else part for part in parts)


def _is_marked(paragraph: str) -> bool:
    return bool(MARKS.search(paragraph)) or any(
        line[0] in STARTS for line in paragraph.splitlines() if line
    )


def _hit(
    item: Item, notice: Texts, asked: Asked, *, files: Sequence[File], note: str, at: datetime
) -> Hit:
    body = _plain(notice.body)
    passage, file = excerpt(body, asked), None
    known = words_in(f"{notice.title} {body}", asked)
    missing = [word for word in asked.words if word not in known]
    in_note = bool(note) and bool(set(missing) & set(stems_of(note)))
    if in_note:
        passage = excerpt(note, asked)
    elif missing and (best := _in_files(files, missing)):
        passage, file = excerpt(best[0], asked), best[1]
    is_settled = item.state in SETTLED or notice.stopped
    return Hit(
        delivery_id=item.delivery_id,
        reference=notice.reference,
        sender=notice.sender,
        sent_at=notice.sent_at,
        title=mark(notice.title, asked),
        passage=passage,
        item=item,
        due=None if is_settled else due(notice.due_on, local_date(at)),
        is_withdrawn=item.is_withdrawn,
        is_replaced=item.is_replaced,
        file=file,
        in_note=in_note,
    )


def _in_files(files: Sequence[File], missing: Sequence[str]) -> tuple[str, InFile] | None:
    """Return the text around the first of the missing words in the first file that holds one."""
    # Stems are beginnings of words but for the last letter: looking for that is quick.
    starts = "|".join(re.escape(word[: max(3, len(word) - 1)]) for word in missing)
    pattern = re.compile(rf"\b(?:{starts})", re.IGNORECASE)
    for file in files:
        for match in pattern.finditer(file.text):
            begin = max(0, match.start() - AROUND // 10)
            around = file.text[begin : match.end() + AROUND]
            if set(missing) & set(stems_of(around)):
                breaks = file.text.count(PAGE_BREAK, 0, match.start())
                page = breaks + 1 if PAGE_BREAK in file.text else 0
                return around.replace(PAGE_BREAK, " "), InFile(file.id, file.name, page)
    return None
