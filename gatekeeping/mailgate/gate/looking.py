"""What becomes of one message: the gate between the SMTP door and the rules (decision 18).

A message to one school is passed without a look at it and without the database. Whatever goes
wrong with another is ``NotNowError``, so that its client keeps it and brings it again.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from foundation import clock
from foundation.db import Database
from foundation.errors import Refusal
from foundation.sealing import Seal
from gatekeeping.mailgate.gate.answers import Action, Looked, NotNowError, place_of
from gatekeeping.mailgate.gate.copies import original_of
from gatekeeping.mailgate.gate.counted import Counted
from gatekeeping.mailgate.gate.runs import Run, Runs, open_run
from gatekeeping.mailgate.gate.shelf import SeveralAuthoritiesError, Shelf, Shelved
from gatekeeping.mailgate.gate.spool import Spool, token_of
from gatekeeping.mailgate.gate.told_runs import Telling
from gatekeeping.mailgate.gate.weighing import Brought, Scales, Weighed, lay
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import Sent, Why
from gatekeeping.mailgate.reports.reporting_by_mail import OnlySchoolsError, take_report
from gatekeeping.mailgate.rule.comparing import Memory
from gatekeeping.models import CaseKind
from notifications.returned.addresses import Returns

log = logging.getLogger(__name__)

Done = TypeVar("Done")

COUNTED_EVERY: Final = 60.0  # seconds
REST: Final = 20.0
"""Seconds for which a gate that only watches looks at nothing after the database was away."""
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
    runs: Runs = field(init=False)
    counted: Counted = field(default_factory=Counted)
    telling: Telling | None = None
    """Set where several processes share the port."""
    _seen_runs: deque[Run] = field(default_factory=lambda: deque(maxlen=1000))
    _written_at: float = field(default_factory=time.monotonic)
    _rests_until: float = 0.0
    _memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        """Begin with no run."""
        self.runs = Runs(self.rules.key)

    @property
    def is_ready(self) -> bool:
        """Tell whether it knows enough to look; one that only watches keeps nobody waiting."""
        return self.rules.monitors or self.shelf.now is not None

    def refusal(self, sender: str, recipient: str) -> str:
        """Return why this recipient takes nothing of a sender, known from the envelope alone.

        So the sender hears of the report address by itself, whoever else the message goes to.
        """
        shelved = self.shelf.now
        if shelved is None or not sender or recipient != self.rules.report_address:
            return ""
        return "" if shelved.book.is_of_school(sender) else OnlySchoolsError.sentence

    def look(self, sent: Sent, spool: Spool) -> Looked:
        """Say what becomes of a message. Raises NotNowError, unless it only watches."""
        try:
            return self._look(sent, spool)
        except NotNowError:
            if self.rules.monitors and self._others(sent).recipients:
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
        limit = shelved.protocol.most_schools_without_gate
        for told in self.telling.told(self.now()) if self.telling else ():
            if run := self.runs.heard(told, limit=limit):
                self._seen_runs.append(run)

    def _open_run(self, authority_id: int, run: Run) -> None:
        try:
            with self.database.transaction(authority=authority_id) as session:
                open_run(session, authority_id, run, at=self.now())
        except (DataError, IntegrityError) as fault:  # such as of a person who has gone
            log.warning("a run could not be kept", extra=_about(fault))
        except SQLAlchemyError:
            self._seen_runs.appendleft(run)
            raise

    def _look(self, sent: Sent, spool: Spool) -> Looked:
        shelved = self.shelf.now
        if shelved is None:
            raise NotNowError("nothing was read yet")
        others = self._others(sent)
        if others == sent:
            return self._judged(shelved, sent, spool)
        looked = SWALLOWED
        if self.rules.report_address in sent.recipients:
            looked = self._reported(shelved, sent, spool)
        if others.recipients:
            if looked.action is Action.REFUSE:  # taken before the mail directory was changed
                log.warning("a report was passed over", extra={"why": looked.says})
            return self._judged(shelved, others, spool)
        if self.rules.copy_address in sent.recipients:
            self._copied(shelved, sent, spool)
        return looked

    def _others(self, sent: Sent) -> Sent:
        return sent.without({self.rules.report_address, self.rules.copy_address})

    def _judged(self, shelved: Shelved, sent: Sent, spool: Spool) -> Looked:
        if self._is_unread(shelved, sent):
            return HANDED_ON
        if self.rules.monitors and time.monotonic() < self._rests_until:
            return HANDED_ON
        message = _safely(lambda: read(spool.open()))
        brought = Brought(sent, message, spool, token_of(sent, spool.sha256))
        return _safely(lambda: self._weighed(shelved, brought))

    def _is_unread(self, shelved: Shelved, sent: Sent) -> bool:
        """Count a message to one school or none by its envelope; tell whether it was one."""
        urns = shelved.book.reach(sent.recipients).urns
        if len(urns) > 1:
            # The portal's own, too: its readers know its sender, and could write to a list by it.
            return False
        if self.rules.returns.mail_of(sent.sender) is not None:
            self._count(Why.OURS)
            return True
        self._count(Why.ONE_SCHOOL)
        if sent.sender and urns:
            self._one_school(shelved, sent, urns)
        return True

    def _one_school(self, shelved: Shelved, sent: Sent, urns: Iterable[int]) -> None:
        at = self.now()
        who = shelved.book.correspondent(sent.sender)
        limit = shelved.protocol.most_schools_without_gate
        if run := self.runs.seen(who, urns, at, limit=limit):
            self._seen_runs.append(run)
        if self.telling is not None and (told := self.runs.told_of(who, urns, at)):
            self.telling.tell(told)

    def _weighed(self, shelved: Shelved, brought: Brought, *, copied: bool = False) -> Looked:
        """Have a message judged, and kept if it has to be, in one transaction."""
        is_watching = copied or self.rules.monitors
        laid, own = lay(brought, shelved, self.rules.key), shelved.authority_id
        with self.database.transaction(authority=own, locks=laid.locks(own)) as session:
            scales = Scales(
                session,
                shelved,
                key=self.rules.key,
                seal=self.rules.seal,
                kind=CaseKind.SEEN if is_watching else CaseKind.HELD,
                at=self.now(),
                memory=self._memory,
            )
            found = scales.weigh(laid)
        if found.why is not None:
            self._count(found.why)
        log.info("mail was judged", extra=_facts(found, brought))
        return Looked(Action.KEPT, found.case_id) if found.is_held else HANDED_ON

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
        if not self._is_unread(shelved, envelope):
            token = token_of(envelope, message.message_id or spool.sha256)
            brought = Brought(envelope, message, spool, token)
            _safely(lambda: self._weighed(shelved, brought, copied=True))

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


def _facts(found: Weighed, brought: Brought) -> dict[str, object]:
    known: dict[str, object] = {
        "why": found.why.value if found.why is not None else "known",
        "recipients": len(brought.sent.recipients),
        "bytes": brought.spool.size,
    }
    return known if found.case_id is None else {**known, "case_id": found.case_id}
