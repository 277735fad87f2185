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
from gatekeeping.mailgate.beginning import begin_case
from gatekeeping.mailgate.policy import Why
from gatekeeping.mailgate.report_mail import tell_of_run
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
        self.schools: OrderedDict[int, datetime] = OrderedDict()
        self.said = 0

    def forget(self, before: datetime) -> None:
        while self.schools:
            urn, at = next(iter(self.schools.items()))
            if at >= before and len(self.schools) <= MOST_SCHOOLS:
                return
            del self.schools[urn]


class Runs:
    """The single messages of the last hour, in one gateway process' memory.

    Bounded: the senders who wrote last are remembered, and of each the schools of the hour. Threads
    may share it.
    """

    def __init__(self) -> None:
        """Begin with nothing seen."""
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
        if not sender.address or sender.team.strip().casefold() == SYSTEM:
            return None
        with self._lock:
            known = self._of(sender.address)
            for urn in urns:
                known.schools[urn] = max(at, known.schools.pop(urn, at))
            known.forget(at - WITHIN)
            count = len(known.schools)
            if count <= limit:
                known.said = 0
                return None
            if known.said and count < 2 * known.said:
                return None
            known.said = count
            return Run(sender, count, limit, next(iter(known.schools.values())))

    def _of(self, address: str) -> _Sender:
        known = self._senders.pop(address, None) or _Sender()
        self._senders[address] = known
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
    case, is_new = begin_case(
        session,
        authority_id,
        kind=CaseKind.SEEN,
        why=Why.RUN,
        token=token,
        content_key=token,
        sender=run.sender,
        urns=[],
        schools=run.schools,
        detail=detail,
        at=at,
    )
    if is_new:
        tell_of_run(session, case, at=at)
    elif run.schools > case.schools:
        case.schools, case.detail = run.schools, {**case.detail, "schools": run.schools}
        session.flush()
    return case
