"""Handing released messages on to the next mail server, byte for byte, to whom they were sent.

A message is claimed for a while and that is committed; no transaction is open while the other
server is talked to. Right before the end of the data goes out a mark is committed, which is refused
when the claim has passed to somebody else: so two workers never end the same message at once. A
worker that is killed before the mark has given nothing. **One killed between the mark and the
commit of the answer leaves a doubt**: whether the next server took it cannot be known any more
(SMTP's own gap, RFC 1047). It is then given again, since twice is better than lost, and the case's
history says that it may have arrived twice.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from foundation.db import Database
from foundation.errors import Refusal
from foundation.leases import claim_oldest
from foundation.sealing import Seal
from gatekeeping.mailgate.cases import pieces, release_outcomes
from gatekeeping.mailgate.cases.outlines import open_outline
from gatekeeping.mailgate.cases.release_outcomes import Outcome
from gatekeeping.mailgate.smtp.next_hop import AwayError, NextHop, Sending, UncertainError, send_one
from gatekeeping.models import BypassCase, CaseState

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
AT_END: Final = timedelta(minutes=10)
"""How long a claim lasts from the mark on: longer than the next server's last answer may take."""
MOST: Final = 20


class TakenOverError(Exception):
    """The claim ran out, and another worker has the message now; nothing of it was given."""


@dataclass(frozen=True)
class _Worker:
    """What a drain works with."""

    database: Database
    hop: NextHop
    seal: Seal
    now: Callable[[], datetime]


@dataclass
class _Claimed:
    """One message that this worker alone may hand on, until its claim runs out."""

    case: BypassCase
    worker: _Worker
    until: datetime
    recipients: list[str] = field(default_factory=list)

    def pieces(self) -> Iterator[bytes]:
        """Return the message piece by piece, each read by itself."""
        place, left = 0, self.case.size
        while left > 0:
            with self.worker.database.session(
                authority=self.case.authority_id, writes=False
            ) as session:
                piece = pieces.read_piece(session, self.case, place, self.worker.seal)
            yield piece
            place, left = place + 1, left - len(piece)

    def mark(self) -> None:
        """Note that the message may be taken from now on. Raises TakenOverError."""
        until = self.worker.now() + AT_END
        with self.worker.database.transaction(authority=self.case.authority_id) as session:
            case = session.get_one(BypassCase, self.case.id, with_for_update=True)
            if case.state is not CaseState.RELEASING or case.claimed_until != self.until:
                raise TakenOverError
            release_outcomes.note(case, given=True)
            case.claimed_until = until
        self.until = until


def release_waiting(
    database: Database,
    *,
    hop: NextHop,
    seal: Seal,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Hand on what was released, oldest first; return how many were tried.

    What the next server does not take now is tried again later, with growing pauses, and shown on
    the case; what it refuses for good, and what cannot be read here, is held again, and gatekeepers
    are told.
    """
    worker = _Worker(database, hop, seal, now)
    for tried in range(MOST):
        claimed = None if stopping() else _claim(worker)
        if claimed is None:
            return tried
        _hand_on(claimed)
    return MOST


def _claim(worker: _Worker) -> _Claimed | None:
    row = claim_oldest(
        worker.database,
        BypassCase,
        BypassCase.state == CaseState.RELEASING,
        BypassCase.id,
        BypassCase.authority_id,
        at=worker.now(),
        lease=LEASE,
    )
    if row is None:
        return None
    with worker.database.session(authority=row.authority_id, writes=False) as session:
        case = session.scalars(
            sa.select(BypassCase)
            .where(BypassCase.authority_id == row.authority_id, BypassCase.id == row.id)
            .options(undefer(BypassCase.sealed))
        ).one()
        session.expunge(case)
    if case.claimed_until is None:  # it was decided anew in this moment
        return None
    return _Claimed(case, worker, case.claimed_until)


def _hand_on(claimed: _Claimed) -> None:
    case, worker = claimed.case, claimed.worker
    everybody: tuple[str, ...] = ()
    try:
        said = open_outline(case, worker.seal)
        everybody = said.recipients
        claimed.recipients = release_outcomes.left(case, everybody)
        sending = send_one(
            worker.hop,
            sender=said.sender or case.sender,
            recipients=claimed.recipients,
            asked=said.asked,
            pieces=claimed.pieces(),
            before_end=claimed.mark,
        )
        outcome = _outcome(claimed, everybody, sending)
    except TakenOverError:
        log.warning("a release was taken over", extra={"case_id": case.id})
        return
    except UncertainError:
        outcome = Outcome(says="The mail server did not say whether it took the message.")
    except AwayError:
        outcome = Outcome(says="The mail server cannot be reached.", given=False)
    except Refusal as refusal:  # its parts cannot be read
        outcome = Outcome(says=str(refusal), given=False, is_unread=True)
    outcome = replace(outcome, everybody=len(everybody))
    with worker.database.transaction(authority=case.authority_id) as session:
        stored = session.get_one(BypassCase, case.id, with_for_update=True, populate_existing=True)
        if stored.state is not CaseState.RELEASING or stored.claimed_until != claimed.until:
            log.warning("a release was taken over", extra={"case_id": case.id})
            return
        release_outcomes.settle(session, stored, outcome, at=worker.now(), seal=worker.seal)


def _outcome(claimed: _Claimed, everybody: tuple[str, ...], sending: Sending) -> Outcome:
    """Say what an answer means: who is done with, who was refused, who is asked about again."""
    answer, refused = sending.answer, sending.refused
    place = {address: index for index, address in enumerate(everybody)}
    for_good = [each for each in claimed.recipients if each in refused and refused[each].for_good]
    later = [each for each in refused if not refused[each].for_good]
    words = next((refused[each].says for each in (*later, *for_good)), "")
    if answer.ok:
        taken = [each for each in claimed.recipients if each not in refused]
        return Outcome(
            says=words,
            given=False,
            taken=[place[each] for each in taken],
            refused=[place[each] for each in for_good],
            is_done=not later,
        )
    failed = answer.for_good and not later
    return Outcome(says=answer.says if failed else words or answer.says, given=False, failed=failed)
