"""Letters that go to one school after the other: known by their envelopes alone, and never held.

A message to one school is never read, so that a letter which somebody sends to each school by
itself joins nothing by its words. What shows it is how many schools one sender writes to within
an hour. It may be casework, so nothing is held and nothing kept of it but counts: the case
tells its sender and the gatekeepers that it was seen.

Systems that write to schools one by one (a library's reminders, a payroll) are left out by a line
of the mail directory for their address: kind ``partner``, team ``system``.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent
from foundation import clock
from gatekeeping.mailgate.cases.beginning import NewCase, open_case
from gatekeeping.mailgate.cases.telling_authors import tell_of_run
from gatekeeping.mailgate.gate.told_runs import Told, hashed
from gatekeeping.mailgate.policy import Why
from gatekeeping.models.mailgate import BypassCase, CaseKind
from gatekeeping.protocol import DEFAULT

WITHIN: Final = timedelta(minutes=60)
SYSTEM: Final = "system"
"""The team of senders whose single messages are not counted."""
MOST_SENDERS: Final = 5_000
MOST_SCHOOLS: Final = 2_000
"""Of one sender within the hour; of more the oldest are forgotten, the run is long known then."""


@dataclass(frozen=True)
class Run:
    """So many different schools had a message of their own from one sender within the hour."""

    sender: Correspondent
    schools: int
    limit: int
    began_at: datetime


class _Sender:
    """When each school had its newest message, the oldest first; what was said of it last."""

    def __init__(self) -> None:
        self.schools: OrderedDict[str, datetime] = OrderedDict()
        self.said = 0
        self.who: Correspondent | None = None
        """None while only other processes had messages of this sender."""

    def note(self, told: Told) -> None:
        for school in told.schools:
            self.schools[school] = max(told.at, self.schools.pop(school, told.at))
        before = told.at - WITHIN
        while self.schools:
            school, at = next(iter(self.schools.items()))
            if at >= before and len(self.schools) <= MOST_SCHOOLS:
                return
            del self.schools[school]

    def run(self, limit: int) -> Run | None:
        """Return a run when it has just become too many, or twice as many as was said."""
        count = len(self.schools)
        if count <= limit:
            self.said = 0
            return None
        if self.who is None or (self.said and count < 2 * self.said):
            return None
        self.said = count
        return Run(self.who, count, limit, next(iter(self.schools.values())))


class Runs:
    """The single messages of the last hour, in one gateway process' memory.

    Bounded: the senders who wrote last are remembered, and of each the schools of the hour, by
    hashes under ``key``. Threads may share it.
    """

    def __init__(self, key: bytes = b"") -> None:
        """Begin with nothing seen."""
        self._key = key
        self._senders: OrderedDict[str, _Sender] = OrderedDict()
        self._lock = Lock()

    def seen(
        self,
        sender: Correspondent,
        urns: Iterable[int],
        at: datetime,
        *,
        limit: int = DEFAULT.most_schools_without_gate,
    ) -> Run | None:
        """Note a message to one school; answer a run when it has just become too many.

        It answers once when there are more than ``limit``, and again each time they have doubled
        since. The caller leaves out the portal's own mail and what is exempt by its envelope.
        """
        told = self.told_of(sender, urns, at)
        return None if told is None else self._noted(told, sender, limit)

    def told_of(self, sender: Correspondent, urns: Iterable[int], at: datetime) -> Told | None:
        """Return what other processes are told of a message; None where it does not count."""
        if not sender.address or sender.team.strip().casefold() == SYSTEM:
            return None
        return hashed(self._key, sender.address, urns, at)

    def heard(self, told: Told, *, limit: int = DEFAULT.most_schools_without_gate) -> Run | None:
        """Note a message that another process had; answer as ``seen`` does.

        Who its sender is only those processes know that had a message of theirs themselves; of
        several that answer the same run the first opens its case.
        """
        return self._noted(told, None, limit)

    def _noted(self, told: Told, who: Correspondent | None, limit: int) -> Run | None:
        with self._lock:
            known = self._of(told.sender)
            known.who = who or known.who
            known.note(told)
            return known.run(limit)

    def _of(self, sender: str) -> _Sender:
        known = self._senders.pop(sender, None) or _Sender()
        self._senders[sender] = known
        while len(self._senders) > MOST_SENDERS:
            self._senders.popitem(last=False)
        return known


def open_run(session: Session, authority_id: int, run: Run, *, at: datetime) -> BypassCase:
    """Keep a run as one case that was SEEN, for its sender and this day; tell its sender once.

    The case holds how many schools and since when; neither which, nor anything of any message.
    """
    today = clock.local_date(at)
    token = hashlib.sha256(f"run\n{run.sender.address}\n{today}".encode()).hexdigest()
    detail = {
        "schools": run.schools,
        "limit": run.limit,
        "minutes": int(WITHIN.total_seconds()) // 60,
        "began_at": run.began_at.isoformat(),
        "reason": Why.RUN.value,
    }
    new = NewCase(
        kind=CaseKind.SEEN,
        why=Why.RUN,
        token=token,
        content_key=token,
        sender=run.sender,
        urns=[],
        schools=run.schools,
        detail=detail,
    )
    case, is_new = open_case(session, authority_id, new, at=at)
    if is_new:
        tell_of_run(session, case, at=at)
    elif run.schools > case.schools:
        case.schools, case.detail = run.schools, {**case.detail, "schools": run.schools}
        session.flush()
    return case
