"""A held message itself: kept in sealed pieces, and given out again byte for byte."""

from collections.abc import Iterator
from typing import BinaryIO, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.sealing import Seal
from gatekeeping.mailgate.cases.outlines import EmptiedError, emptied_words
from gatekeeping.models import BypassCase, CaseKind, HeldPart

PIECE: Final = 256 * 1024


def keep_pieces(session: Session, case: BypassCase, source: BinaryIO, seal: Seal) -> int:
    """Keep a message of a case that is in the database, in constant memory; return its size.

    ``source`` is read once from its start, in pieces of 256 KiB.
    """
    source.seek(0)
    place = size = 0
    while piece := _piece(source):
        # Not through the session, which would hold the whole message until the commit.
        session.execute(
            sa.insert(HeldPart),
            {
                "authority_id": case.authority_id,
                "case_id": case.id,
                "place": place,
                "sealed": seal.close(piece, belongs_to=_place(case, place)),
            },
        )
        place, size = place + 1, size + len(piece)
    return size


def content(session: Session, case: BypassCase, seal: Seal) -> Iterator[bytes]:
    """Return a held message byte for byte, in pieces; a statement for each, in constant memory.

    Raises EmptiedError when nothing of it is kept, SealBrokenError when the key is another. Who
    lets a person read it calls ``reading.open_content``.
    """
    if case.emptied_at is not None or case.kind is not CaseKind.HELD:
        raise EmptiedError(emptied_words(case))
    place, left = 0, case.size
    while left > 0:
        piece = read_piece(session, case, place, seal)
        yield piece
        place, left = place + 1, left - len(piece)


def read_piece(session: Session, case: BypassCase, place: int, seal: Seal) -> bytes:
    """Return one piece of a held message, of 256 KiB but the last; raises what ``content`` does."""
    sealed = session.scalar(
        sa.select(HeldPart.sealed).where(
            HeldPart.authority_id == case.authority_id,
            HeldPart.case_id == case.id,
            HeldPart.place == place,
        )
    )
    if sealed is None:
        raise EmptiedError(emptied_words(case))
    return seal.open(sealed, belongs_to=_place(case, place))


def _piece(source: BinaryIO) -> bytes:
    """Return the next 256 KiB, also from a source that gives less at a time; empty at the end."""
    found = bytearray()
    while len(found) < PIECE and (more := source.read(PIECE - len(found))):
        found += more
    return bytes(found)


def _place(case: BypassCase, place: int) -> str:
    return f"{case.authority_id}/{case.token}/{place}"
