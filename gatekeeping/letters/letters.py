"""Letters of decisions: a PDF for each that has one, written by a worker.

A decision whose letter is wanted is a row of a work list. A worker claims it for a while, renders
outside any transaction, stores the file by its content and only then marks the row, so that a
killed worker's letter is written by another, once.
"""

import io
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from foundation.dates import day
from foundation.db import EVERY_AUTHORITY, Database
from foundation.files import FileStore
from foundation.leases import is_free
from foundation.pdf import qr_code, render, templates
from gatekeeping.letters.letter_content import Letter, read_letter
from gatekeeping.models import Decision, LetterState

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
TRIES = 5
MOST = 50
LARGEST = 20_000_000


def write_waiting(database: Database, store: FileStore, *, address: str, at: datetime) -> int:
    """Write up to ``MOST`` letters that wait; return how many were written.

    ``address`` is where the portal's pages are, for the QR code. A letter that fails is tried
    again later, ``TRIES`` times; then it is FAILED, and the page of the decision says so.
    """
    _give_up(database, at)
    written = 0
    for _ in range(MOST):
        claimed = _claim(database, at)
        if claimed is None:
            break
        written += _write(database, store, claimed, address=address, at=at)
    return written


def render_letter(letter: Letter) -> bytes:
    """Return the letter as a PDF."""
    values = {**vars(letter), "day": day}
    html = templates("gatekeeping").get_template("gatekeeping/letter.html").render(values)
    return render(html, {"qr.svg": qr_code(letter.verify_address)})


@dataclass(frozen=True)
class _Claim:
    decision_id: int
    authority_id: int
    token: str
    tries: int


def _claim(database: Database, at: datetime) -> _Claim | None:
    token = secrets.token_hex(16)
    due = is_free(Decision.letter_due_at, at)
    waiting = (
        sa.select(Decision.id)
        .where(Decision.letter_state == LetterState.WANTED, due)
        .order_by(Decision.id)
        .limit(1)
    )
    if database.is_postgresql:
        waiting = waiting.with_for_update(skip_locked=True)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        row = session.execute(
            sa.update(Decision)
            .where(Decision.id == waiting.scalar_subquery(), due)
            .values(
                letter_claim=token,
                letter_due_at=at + LEASE,
                letter_tries=Decision.letter_tries + 1,
            )
            .returning(Decision.id, Decision.authority_id, Decision.letter_tries)
            .execution_options(synchronize_session=False)
        ).first()
        return _Claim(row.id, row.authority_id, token, row.letter_tries) if row else None


def _write(
    database: Database, store: FileStore, claim: _Claim, *, address: str, at: datetime
) -> bool:
    try:
        with database.session(authority=claim.authority_id, writes=False) as session:
            letter = read_letter(session, claim.decision_id, address=address)
        stored = store.put(io.BytesIO(render_letter(letter)), most=LARGEST)
    except Exception:
        log.exception("a letter could not be written", extra={"decision_id": claim.decision_id})
        pause = timedelta(minutes=2**claim.tries)
        _finish(database, claim, letter_due_at=at + pause, letter_claim=None)
        return False
    return _finish(
        database,
        claim,
        letter_state=LetterState.WRITTEN,
        letter_sha256=stored.sha256,
        letter_due_at=None,
        letter_claim=None,
    )


def _finish(database: Database, claim: _Claim, **values: object) -> bool:
    """Mark the row if it is still ours: a worker that was slow must not undo another's work."""
    if claim.tries >= TRIES and "letter_state" not in values:
        values["letter_state"] = LetterState.FAILED
    with database.transaction(authority=claim.authority_id) as session:
        done = session.execute(
            sa.update(Decision)
            .where(Decision.id == claim.decision_id, Decision.letter_claim == claim.token)
            .values(**values)
            .returning(Decision.id)
            .execution_options(synchronize_session=False)
        ).first()
        return done is not None


def _give_up(database: Database, at: datetime) -> None:
    """Mark letters whose worker was killed at the last try."""
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(
            sa.update(Decision)
            .where(
                Decision.letter_state == LetterState.WANTED,
                Decision.letter_tries >= TRIES,
                Decision.letter_due_at <= at,
            )
            .values(letter_state=LetterState.FAILED, letter_claim=None)
            .execution_options(synchronize_session=False)
        )
