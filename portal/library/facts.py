"""The facts of everything that was found, a column at a time: for its order and its facets.

One row for each notice, whatever number of people it reached, and no texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.models import Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.reading.inbox import Reader
from portal.library.documents import standing_files
from portal.library.narrowing import Filters, conditions

_delivery, _notice = Delivery.__table__, Notice.__table__

STATES: Final = (
    *(DeliveryState.UNREAD, DeliveryState.READ),
    *(DeliveryState.DONE, DeliveryState.CLOSED),
)
"""How far something is, by the number that stands for it here."""
FOREIGN: Final = 2**61
"""Above every id: deliveries of others come behind the reader's own."""
PARTED: Final = ","


@dataclass(frozen=True)
class Facts:
    """What was found and may be read, in no order: every column is as long as ``ids``."""

    ids: Sequence[int] = ()
    seconds: Sequence[int] = ()
    """When it was sent, in seconds since 1970."""
    attention: Sequence[str] = ()
    sender: Sequence[str] = ()
    has_files: Sequence[bool] = ()
    replaced_by: Sequence[int | None] = ()
    withdrawn: Sequence[bool] = ()
    first: Sequence[int] = ()
    """The delivery that stands for the notice: its id and, in the last two bits, its state."""
    categories: Sequence[str | None] = ()
    """The ids of the categories through which it came, with commas between them."""


def facts(session: Session, reader: Reader, filters: Filters, ids: Sequence[int]) -> Facts:
    """Return what the reader may see of these notices: one statement, one row for each."""
    rows = session.execute(_statement(reader, filters, ids)).all() if ids else []
    return Facts(*zip(*rows, strict=True)) if rows else Facts()


def _statement(
    reader: Reader, filters: Filters, ids: Sequence[int]
) -> sa.Select[tuple[object, ...]]:
    # Written into the statement: a thousand numbers as values cost more than the answer.
    among: sa.BindParameter[list[int]] = sa.bindparam(
        "among", list(ids), expanding=True, literal_execute=True
    )
    epoch = sa.extract("epoch", _notice.c.sent_at)
    return (
        sa.select(
            _notice.c.id,
            sa.cast(epoch - epoch % 1, sa.BigInteger),
            # as plain words: they equal the enumerations' members and cost nothing to read
            sa.type_coerce(_notice.c.attention, sa.String),
            _notice.c.sender,
            _has_files(reader),
            _notice.c.replaced_by_id,
            _notice.c.withdrawn_at.is_not(None),
            sa.func.min(_standing(reader)),
            sa.func.aggregate_strings(sa.cast(_delivery.c.category_id, sa.String(20)), PARTED),
        )
        .join(_delivery, _delivery.c.notice_id == _notice.c.id)
        .where(*conditions(reader, filters), _delivery.c.notice_id.in_(among))
        .group_by(_notice.c.id)
    )


def _has_files(reader: Reader) -> sa.ColumnElement[bool]:
    # Looked up for each notice: for "exists" PostgreSQL reads all files that there are.
    one = (
        sa.select(sa.literal(1))
        .where(
            NoticeAttachment.authority_id == reader.authority_id,
            NoticeAttachment.notice_id == _notice.c.id,
            standing_files(),
        )
        .limit(1)
    )
    return one.scalar_subquery().is_not(None)


def _standing(reader: Reader) -> sa.ColumnElement[int]:
    """Return a number of a delivery: the least is that of the one that stands for the notice."""
    own = sa.case((_delivery.c.person_id == reader.person_id, 0), else_=FOREIGN)
    state = sa.case(
        *((_delivery.c.state == state, number) for number, state in enumerate(STATES[:-1])),
        else_=len(STATES) - 1,
    )
    return own + _delivery.c.id * 4 + state
