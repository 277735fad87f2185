"""Finding what a reader may see: the index proposes, the database decides."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.markdown import to_plain
from notifications.models import Delivery, Notice
from notifications.reading.inbox import Reader, readable
from portal.library.excerpts import Piece, excerpt, mark
from portal.library.search import Asked, SearchIndex

PAGE = 20
MOST = 2000


@dataclass(frozen=True)
class Hit:
    """One item found, with the reader's own delivery of it (a head's may be a colleague's)."""

    delivery_id: int
    reference: str
    sender: str
    sent_at: datetime
    title: list[Piece]
    passage: list[Piece]

    @property
    def plain_title(self) -> str:
        """Return the title without marks."""
        return "".join(piece.text for piece in self.title)


@dataclass(frozen=True)
class Found:
    """One page of hits. ``count`` is of all that the reader may see, exact unless ``capped``."""

    count: int
    hits: list[Hit]
    number: int
    has_next: bool
    capped: bool


def find(
    session: Session, index: SearchIndex, asked: Asked, *, reader: Reader, number: int = 1
) -> Found:
    """Return a page (from 1) of what the reader may see and that holds every term, best first.

    Two statements whatever the size. Raises IndexAwayError when the index cannot be read.
    """
    candidates = index.find(
        asked, authority_id=reader.authority_id, school_id=reader.school_id, most=MOST
    )
    visible = _visible(session, reader, candidates)
    ranked = [notice_id for notice_id in candidates if notice_id in visible]
    number = max(1, number)
    start = (number - 1) * PAGE
    page = ranked[start : start + PAGE]
    notices = _notices(session, reader, page)
    return Found(
        count=len(ranked),
        hits=[_hit(notices[one], visible[one], asked) for one in page if one in notices],
        number=number,
        has_next=start + PAGE < len(ranked),
        capped=len(candidates) >= MOST,
    )


def _visible(session: Session, reader: Reader, candidates: list[int]) -> dict[int, int]:
    """Return the delivery through which the reader sees each notice: the own one if there is."""
    if not candidates:
        return {}
    own = sa.case((Delivery.person_id == reader.person_id, Delivery.id))
    rows = session.execute(
        sa.select(
            Delivery.notice_id,
            sa.func.coalesce(sa.func.min(own), sa.func.min(Delivery.id)).label("delivery_id"),
        )
        .where(readable(reader), Delivery.notice_id.in_(candidates))
        .group_by(Delivery.notice_id)
    )
    return {row.notice_id: row.delivery_id for row in rows}


Texts = sa.Row[tuple[int, str, str, str, str, datetime]]


def _notices(session: Session, reader: Reader, ids: list[int]) -> dict[int, Texts]:
    if not ids:
        return {}
    rows = session.execute(
        sa.select(
            Notice.id, Notice.title, Notice.body, Notice.reference, Notice.sender, Notice.sent_at
        )
        .where(Notice.authority_id == reader.authority_id, Notice.id.in_(ids))
        .order_by(Notice.id)
    )
    return {row.id: row for row in rows}


def _hit(notice: Texts, delivery_id: int, asked: Asked) -> Hit:
    return Hit(
        delivery_id=delivery_id,
        reference=notice.reference,
        sender=notice.sender,
        sent_at=notice.sent_at,
        title=mark(notice.title, asked),
        passage=excerpt(to_plain(notice.body), asked),
    )
