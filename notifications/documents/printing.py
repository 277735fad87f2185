"""Printing as PDF: a reader asks, a worker makes it, once for everybody who may read the same.

A printout that waits is a row of a work list; a worker claims it for a while, makes it outside any
transaction and marks it only once its file is stored, so that a killed worker's is made by another.
"""

import io
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Role
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database, wake
from foundation.files import FileStore
from foundation.leases import claim_oldest
from foundation.pdf import render
from notifications.models_reading import Printout, PrintoutKind, PrintoutState

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
TRIES: Final = 3
MOST: Final = 50
LARGEST: Final = 30_000_000


@dataclass(frozen=True)
class Paper:
    """What is printed: a page of HTML, and the images and styles that it names, by name.

    ``paper.css`` is there already.
    """

    html: str
    files: Mapping[str, bytes]


Maker = Callable[[Session, Printout, str], Paper]
"""Makes the page of a printout; called with its row and the address of the portal's pages."""


def ask(  # noqa: PLR0913 - one for each column by which it is found
    session: Session,
    *,
    authority_id: int,
    kind: PrintoutKind,
    content_hash: str,
    at: datetime,
    notice_id: int | None = None,
    week_on: date | None = None,
    school_id: int | None = None,
    role: Role | None = None,
) -> Printout:
    """Return the printout of this content: one that is made or waits, else a new one that waits."""
    found = find(
        session,
        authority_id=authority_id,
        kind=kind,
        content_hash=content_hash,
        notice_id=notice_id,
        week_on=week_on,
        school_id=school_id,
        role=role,
    )
    if found is not None and found.state is not PrintoutState.FAILED:
        return found
    made = Printout(
        authority_id=authority_id,
        kind=kind,
        content_hash=content_hash,
        notice_id=notice_id,
        week_on=week_on,
        school_id=school_id,
        role=role,
        asked_at=at,
        state=PrintoutState.WAITING,
    )
    session.add(made)
    session.flush()
    wake(session, "prints")
    return made


def find(
    session: Session,
    *,
    authority_id: int,
    kind: PrintoutKind,
    content_hash: str,
    notice_id: int | None = None,
    week_on: date | None = None,
    school_id: int | None = None,
    role: Role | None = None,
) -> Printout | None:
    """Return the newest printout of this content, in whatever state; None when nobody asked."""
    return session.scalars(
        sa.select(Printout)
        .where(
            Printout.authority_id == authority_id,
            Printout.kind == kind,
            Printout.content_hash == content_hash,
            Printout.notice_id.is_not_distinct_from(notice_id),
            Printout.week_on.is_not_distinct_from(week_on),
            Printout.school_id.is_not_distinct_from(school_id),
            Printout.role.is_not_distinct_from(role),
        )
        .order_by(Printout.id.desc())
        .limit(1)
    ).first()


def print_waiting(
    database: Database,
    store: FileStore,
    makers: Mapping[PrintoutKind, Maker],
    *,
    address: str,
    now: Callable[[], datetime] = clock.now,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Make up to ``MOST`` printouts that wait; return how many were made.

    One that fails is tried again after its lease, ``TRIES`` times; then it is FAILED.
    """
    _give_up(database, now())
    made = 0
    for _ in range(MOST):
        claim = None if stopping() else _claim(database, now())
        if claim is None:
            break
        made += _make(database, store, makers, claim, address=address, at=now())
    return made


@dataclass(frozen=True)
class _Claim:
    printout_id: int
    authority_id: int
    tries: int


def _claim(database: Database, at: datetime) -> _Claim | None:
    row = claim_oldest(
        database,
        Printout,
        Printout.state == PrintoutState.WAITING,
        *(Printout.id, Printout.authority_id, Printout.tries),
        at=at,
        lease=LEASE,
    )
    return _Claim(*row) if row is not None else None


def _make(
    database: Database,
    store: FileStore,
    makers: Mapping[PrintoutKind, Maker],
    claim: _Claim,
    *,
    address: str,
    at: datetime,
) -> bool:
    try:
        with database.session(authority=claim.authority_id, writes=False) as session:
            row = session.get_one(Printout, claim.printout_id)
            paper = makers[row.kind](session, row, address)
        stored = store.put(io.BytesIO(render(paper.html, paper.files)), most=LARGEST)
    except Exception:
        log.exception("a printout could not be made", extra={"printout_id": claim.printout_id})
        failed = {"state": PrintoutState.FAILED} if claim.tries >= TRIES else {}
        _finish(database, claim, claimed_until=at + timedelta(minutes=claim.tries), **failed)
        return False
    return _finish(
        database,
        claim,
        state=PrintoutState.READY,
        sha256=stored.sha256,
        size=stored.size,
        made_at=at,
        claimed_until=None,
    )


def _finish(database: Database, claim: _Claim, **values: object) -> bool:
    """Mark the row if it is still ours: a worker that was slow must not undo another's work."""
    with database.transaction(authority=claim.authority_id) as session:
        done = session.execute(
            sa.update(Printout)
            .where(
                Printout.authority_id == claim.authority_id,
                Printout.id == claim.printout_id,
                Printout.state == PrintoutState.WAITING,
                Printout.tries == claim.tries,
            )
            .values(**values)
            .returning(Printout.id)
            .execution_options(synchronize_session=False)
        ).first()
    return done is not None


def _give_up(database: Database, at: datetime) -> None:
    """Mark printouts whose worker was killed at the last try."""
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(
            sa.update(Printout)
            .where(
                Printout.state == PrintoutState.WAITING,
                Printout.tries >= TRIES,
                Printout.claimed_until <= at,
            )
            .values(state=PrintoutState.FAILED)
            .execution_options(synchronize_session=False)
        )
