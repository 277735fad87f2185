"""What becomes of one message: the gate between the SMTP door and the rules (decision 18).

A message to one school is passed without a look at it and without the database. Whatever goes
wrong with another is ``NotNowError``, so that its client keeps it and brings it again.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from foundation import clock
from foundation.db import Database
from foundation.errors import Refusal
from foundation.sealing import Seal
from gatekeeping.mailgate import hold
from gatekeeping.mailgate.copies import original_of
from gatekeeping.mailgate.counted import Counted
from gatekeeping.mailgate.judging import judge, keep_trace
from gatekeeping.mailgate.likeness import marks
from gatekeeping.mailgate.looking import Action, Looked, NotNowError, place_of
from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.policy import Sent, Verdict, Why
from gatekeeping.mailgate.reporting_by_mail import OnlySchoolsError, take_report
from gatekeeping.mailgate.runs import Run, Runs, open_run
from gatekeeping.mailgate.shelf import SeveralAuthoritiesError, Shelf, Shelved
from gatekeeping.mailgate.spool import Spool, token_of
from gatekeeping.mailgate.told_runs import Telling
from gatekeeping.models import CaseKind
from notifications.returned.addresses import Returns

log = logging.getLogger(__name__)

Done = TypeVar("Done")

COUNTED_EVERY: Final = 60.0  # seconds
REST: Final = 20.0
"""Seconds for which a gate that only watches looks at nothing after the database was away."""
LOCK_PATIENCE: Final = sa.text("SET LOCAL lock_timeout = '20s'")
HANDED_ON: Final = Looked(Action.HAND_ON)
SWALLOWED: Final = Looked(Action.SWALLOW)


@dataclass(frozen=True)
class Rules:
    """What the gate is told by the settings."""

    key: bytes = field(repr=False)
    """The portal's signing key."""
    seal: Seal = field(repr=False)
    returns: Returns = field(default_factory=Returns)
    monitors: bool = False
    """Nothing is kept back: cases are only opened."""
    report_address: str = ""
    copy_address: str = ""
    writes_from: frozenset[str] = frozenset()
    """The addresses from which the portal itself writes."""


@dataclass
class Gate:
    """The gate of one process. Threads share it; one of them calls ``tend`` every few seconds."""

    database: Database
    shelf: Shelf
    rules: Rules
    now: Callable[[], datetime] = clock.now
    runs: Runs = field(default_factory=Runs)
    counted: Counted = field(default_factory=Counted)
    telling: Telling | None = None
    """Set where several processes share the port."""
    _seen_runs: deque[Run] = field(default_factory=lambda: deque(maxlen=1000))
    _written_at: float = field(default_factory=time.monotonic)
    _rests_until: float = 0.0

    @property
    def is_ready(self) -> bool:
        """Tell whether it knows enough to look; one that only watches keeps nobody waiting."""
        return self.rules.monitors or self.shelf.now is not None

    def look(self, sent: Sent, spool: Spool) -> Looked:
        """Say what becomes of a message. Raises NotNowError, unless it only watches."""
        try:
            return self._look(sent, spool)
        except NotNowError:
            if self.rules.monitors and self._others(sent):
                self._rests_until = time.monotonic() + REST
                return HANDED_ON
            raise  # copies and reports keep nobody waiting

    def tend(self, *, writes: bool = False) -> None:
        """Do what is due beside the mail: read anew, write counts, open cases of runs.

        Never raises for a database that is away; that is logged. Raises SeveralAuthoritiesError.
        ``writes``: write counts now.
        """
        try:
            self.shelf.tend()
            shelved = self.shelf.now
            if shelved is None:
                return
            self._hear(shelved)
            while self._seen_runs:
                self._open_run(shelved.authority_id, self._seen_runs.popleft())
            if writes or time.monotonic() - self._written_at > COUNTED_EVERY:
                self.counted.write(self.database, shelved.authority_id)
                self._written_at = time.monotonic()
        except SeveralAuthoritiesError:
            raise
        except (SQLAlchemyError, Refusal) as fault:
            log.warning("the gateway works with what it knew", extra=_about(fault))

    def _hear(self, shelved: Shelved) -> None:
        for told in self.telling.told(self.now()) if self.telling else ():
            self._run_of(shelved, told.sender, told.urns, told.at)

    def _open_run(self, authority_id: int, run: Run) -> None:
        try:
            with self.database.transaction(authority=authority_id) as session:
                open_run(session, authority_id, run, at=self.now())
        except SQLAlchemyError:
            self._seen_runs.appendleft(run)
            raise

    def _look(self, sent: Sent, spool: Spool) -> Looked:
        shelved = self.shelf.now
        if shelved is None:
            raise NotNowError("nothing was read yet")
        others = self._others(sent)
        if len(others) == len(sent.recipients):
            return self._judged(shelved, sent, spool)
        looked = SWALLOWED
        if self.rules.report_address in sent.recipients:
            looked = self._reported(shelved, sent, spool)
        if others:
            return self._judged(shelved, Sent(sent.sender, others), spool)
        if self.rules.copy_address in sent.recipients:
            self._copied(shelved, sent, spool)
        return looked

    def _others(self, sent: Sent) -> tuple[str, ...]:
        own = {self.rules.report_address, self.rules.copy_address}
        return tuple(address for address in sent.recipients if address not in own)

    def _judged(self, shelved: Shelved, sent: Sent, spool: Spool) -> Looked:
        if self._is_ours(sent):
            self._count(Why.OURS)
            return HANDED_ON
        if len(shelved.book.reach(sent.recipients).urns) <= 1:
            self._one_school(shelved, sent)
            return HANDED_ON
        if self.rules.monitors and time.monotonic() < self._rests_until:
            return HANDED_ON
        message = _safely(lambda: read(spool.open()))
        token = token_of(sent, spool.sha256)
        return _safely(lambda: self._weighed(shelved, sent, message, spool, token=token))

    def _is_ours(self, sent: Sent) -> bool:
        # The portal writes to one address at a time: more show that somebody copied its sender.
        return len(sent.recipients) == 1 and self.rules.returns.mail_of(sent.sender) is not None

    def _one_school(self, shelved: Shelved, sent: Sent) -> None:
        self._count(Why.ONE_SCHOOL)
        urns = shelved.book.reach(sent.recipients).urns
        if not sent.sender or not urns:
            return
        at = self.now()
        self._run_of(shelved, sent.sender, urns, at)
        if self.telling is not None:
            self.telling.tell(sent.sender, urns, at)

    def _run_of(self, shelved: Shelved, sender: str, urns: Iterable[int], at: datetime) -> None:
        who = shelved.book.correspondent(sender)
        limit = shelved.protocol.most_schools_without_gate
        if run := self.runs.seen(who, urns, at, limit=limit):
            self._seen_runs.append(run)

    def _weighed(
        self,
        shelved: Shelved,
        sent: Sent,
        message: Message,
        spool: Spool,
        *,
        token: str,
        copied: bool = False,
    ) -> Looked:
        """Judge a message and keep what has to be kept, in one transaction."""
        watching, at, case_id = copied or self.rules.monitors, self.now(), None
        own_marks = cache(lambda: marks(message, self.rules.key))  # costs some milliseconds
        with self.database.transaction(authority=shelved.authority_id) as session:
            if self.database.is_postgresql:
                session.execute(LOCK_PATIENCE)
            judgement = judge(
                session,
                shelved.authority_id,
                sent,
                message,
                book=shelved.book,
                protocol=shelved.protocol,
                key=self.rules.key,
                at=at,
                token=token,
                own=own_marks,
            )
            if judgement.verdict is Verdict.HOLD:
                case_id = hold.keep(
                    session,
                    shelved.authority_id,
                    sent=sent,
                    message=message,
                    source=spool.open(),
                    judgement=judgement,
                    token=token,
                    content_key=spool.sha256,
                    seal=self.rules.seal,
                    at=at,
                    kind=CaseKind.SEEN if watching else CaseKind.HELD,
                    marks=own_marks(),
                ).id
            elif judgement.why is Why.FEW:
                keep_trace(
                    session, shelved.authority_id, judgement, token=token, marks=own_marks(), at=at
                )
        self._count(judgement.why)
        log.info("mail was judged", extra=_facts(judgement.why, sent.recipients, spool, case_id))
        if case_id is not None and not watching:
            return Looked(Action.KEPT, case_id)
        return HANDED_ON

    def _reported(self, shelved: Shelved, sent: Sent, spool: Spool) -> Looked:
        def take() -> Looked:
            try:
                with self.database.transaction(authority=shelved.authority_id) as session:
                    take_report(
                        session,
                        shelved.authority_id,
                        spool.open(),
                        sent,
                        book=shelved.book,
                        seal=self.rules.seal,
                        key=self.rules.key,
                        at=self.now(),
                        ours=self.rules.writes_from,
                    )
            except OnlySchoolsError as refusal:
                return Looked(Action.REFUSE, says=str(refusal))
            return SWALLOWED

        return _safely(take)

    def _copied(self, shelved: Shelved, sent: Sent, spool: Spool) -> None:
        original = original_of(_safely(lambda: read(spool.open())), sent.sender)
        if original is None:
            log.warning("a copy could not be understood", extra={"bytes": spool.size})
            return
        envelope, message = original
        if self._is_ours(envelope):
            self._count(Why.OURS)
        elif len(shelved.book.reach(envelope.recipients).urns) <= 1:
            self._one_school(shelved, envelope)
        else:
            token = token_of(envelope, message.message_id or spool.sha256)
            _safely(
                lambda: self._weighed(shelved, envelope, message, spool, token=token, copied=True)
            )

    def _count(self, why: Why) -> None:
        self.counted.add(why, clock.local_date(self.now()))


def _safely(work: Callable[[], Done]) -> Done:
    """Do something; whatever goes wrong, the message comes again."""
    try:
        return work()
    except Exception as fault:
        log.warning("a message could not be judged", extra=_about(fault))
        raise NotNowError(type(fault).__name__) from fault


def _about(fault: BaseException) -> dict[str, str]:
    return {"fault": type(fault).__name__, "at": place_of(fault)}


def _facts(
    why: Why, recipients: Sequence[str], spool: Spool, case_id: int | None
) -> dict[str, object]:
    known: dict[str, object] = {
        "why": why.value,
        "recipients": len(recipients),
        "bytes": spool.size,
    }
    return known if case_id is None else {**known, "case_id": case_id}
