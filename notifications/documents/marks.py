"""What a reader must know of a notice that changed since it was sent: marks, banner, ways on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.models import Delivery, DeliveryState, Notice
from notifications.reading.inbox import Reader, readable

WARN: Final = "warn"
NEWS: Final = "info"
CORRECTED: Final = "Something in it was corrected after it was sent."


@dataclass(frozen=True)
class Mark:
    """A chip beside an item: its words, and its kind as chips have them."""

    words: str
    kind: str


class Marked(Protocol):
    """A row of a list with what marks need of the notice and of the delivery."""

    @property
    def read_at(self) -> datetime | None: ...
    @property
    def reread_at(self) -> datetime | None: ...
    @property
    def amended_at(self) -> datetime | None: ...
    @property
    def replaced_at(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def expunged_at(self) -> datetime | None: ...


def mark(row: Marked, *, is_later: bool = False, own: bool = True) -> Mark | None:
    """Return the chip of an item, None for one that is as it was sent.

    ``is_later``: it came in the place of an earlier one. ``own``: it is the reader’s own.
    """
    if row.expunged_at is not None:
        return Mark("Deleted", "")
    if row.withdrawn_at is not None:
        return Mark(_since("Withdrawn", row, row.withdrawn_at, own=own), WARN)
    if row.replaced_at is not None:
        return Mark("Replaced by a newer version", WARN)
    if row.amended_at is not None and _is_news(row, row.amended_at):
        return Mark(_since("Corrected", row, row.amended_at, own=own), NEWS)
    return Mark("Newer version", NEWS) if is_later and row.read_at is None else None


def _since(words: str, row: Marked, at: datetime, *, own: bool) -> str:
    read = "you read it" if own else "it was read"
    return f"{words} since {read}" if _is_news(row, at) else words


def _is_news(row: Marked, at: datetime) -> bool:
    """Tell whether its reader had read it before, and has not opened it since."""
    return row.read_at is not None and row.read_at < at and (row.reread_at or row.read_at) < at


@dataclass(frozen=True)
class Other:
    """The same thing in another version, as this school has it."""

    delivery_id: int
    reference: str
    state: DeliveryState
    read_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """What the page of an item says above its text."""

    lines: tuple[str, ...] = ()
    """What changed, in sentences: with this version, or since the reader last opened it."""
    is_news: bool = False
    """Whether it was corrected or withdrawn since the reader last opened it."""
    earlier: Other | None = None
    """What came before it."""
    later: Other | None = None
    """What stands in its place now; None also where this reader has nothing of it."""
    compares: bool = True
    """Whether the reader may be told how its files differ: not from what they never got."""


def standing_of(session: Session, reader: Reader, delivery: Delivery) -> Standing:
    """Return what changed about an item for its reader: no statement for what is as it was sent.

    What it is compared with is quoted, so only those are told who may see that, too. Call it before
    ``looked_again``. At most three statements.
    """
    notice = delivery.notice
    changed_at = max(
        (at for at in (notice.amended_at, notice.withdrawn_at) if at is not None), default=None
    )
    later = earlier = None
    if notice.replaced_by_id is not None:
        later = _other(session, reader, delivery, Notice.id == notice.replaced_by_id)
    if notice.changed:
        earlier = _other(session, reader, delivery, Notice.replaced_by_id == notice.id)
    last_read = delivery.reread_at or delivery.read_at
    is_news = changed_at is not None and last_read is not None and last_read < changed_at
    lines = tuple(notice.changed.splitlines())
    if lines and earlier is None and _is_later(session, notice):
        lines = (CORRECTED,) if notice.amended_at is not None else ()
        return Standing(lines, is_news, None, later, compares=False)
    return Standing(lines, is_news, earlier, later)


def looked_again(session: Session, delivery: Delivery, *, at: datetime) -> bool:
    """Note that its own reader opened a changed item again; True when that is to be committed."""
    notice = delivery.notice
    changes = (notice.amended_at, notice.withdrawn_at)
    changed_at = max((each for each in changes if each is not None), default=None)
    last_read = delivery.reread_at or delivery.read_at
    if changed_at is None or last_read is None or last_read >= changed_at:
        return False
    session.execute(
        sa.update(Delivery)
        .where(Delivery.authority_id == delivery.authority_id, Delivery.id == delivery.id)
        .values(reread_at=at)
        .execution_options(synchronize_session=False)
    )
    session.expire(delivery, ["reread_at"])
    return True


def _is_later(session: Session, notice: Notice) -> bool:
    """Tell whether a notice came in the place of another, whoever got that."""
    before = sa.select(Notice.id).where(
        Notice.authority_id == notice.authority_id, Notice.replaced_by_id == notice.id
    )
    return session.scalar(before.order_by(Notice.id).limit(1)) is not None


def _other(
    session: Session, reader: Reader, delivery: Delivery, which: sa.ColumnElement[bool]
) -> Other | None:
    """Return the reader's own of another version, else a colleague's that they may see."""
    same = sa.case((Delivery.person_id == delivery.person_id, 0), else_=1)
    row = session.execute(
        sa.select(Delivery.id, Notice.reference, Delivery.state, Delivery.read_at, Delivery.done_at)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(readable(reader), Notice.authority_id == reader.authority_id, which)
        .order_by(same, Notice.sent_at.desc(), Delivery.id)
        .limit(1)
    ).first()
    return Other(*row) if row is not None else None
