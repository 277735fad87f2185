"""Weighing one message: judged, and kept if it has to be, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from foundation.sealing import Seal
from gatekeeping.mailgate import hold
from gatekeeping.mailgate.cases.brought_before import known_case
from gatekeeping.mailgate.gate.shelf import Shelved
from gatekeeping.mailgate.gate.spool import Spool
from gatekeeping.mailgate.message import Message
from gatekeeping.mailgate.policy import Judgement, Sent, Verdict, Why
from gatekeeping.mailgate.rule.comparing import Memory
from gatekeeping.mailgate.rule.judging import Seen, judge, keep_trace, see
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.mailgate.rule.tracing import locks_of
from gatekeeping.models import CaseKind


@dataclass(frozen=True)
class Brought:
    """A message to more than one school, as it was brought and read."""

    sent: Sent
    message: Message
    spool: Spool
    token: str


@dataclass(frozen=True)
class Laid:
    """A message, and what is known of it without the database."""

    brought: Brought
    seen: Seen
    own: Callable[[], bytes]
    """Gives the marks of its words, which cost about a millisecond once."""

    def locks(self, authority_id: int) -> tuple[int, ...]:
        """Return what a transaction is to begin with in which it is weighed."""
        return locks_of(authority_id, self.seen.facts.sender) if self.seen.is_compared else ()


def lay(brought: Brought, shelved: Shelved, key: bytes) -> Laid:
    """Look at a message, before anything is locked that others wait for."""
    sent, message = brought.sent, brought.message
    seen = see(sent, message, book=shelved.book, protocol=shelved.protocol, key=key)
    own = cache(lambda: marks(message, key))
    if seen.is_compared:
        own()
    return Laid(brought, seen, own)


@dataclass(frozen=True)
class Weighed:
    """What became of a message: ``why`` is None when it was a case before it came this time."""

    why: Why | None
    case_id: int | None = None
    is_held: bool = False


@dataclass(frozen=True)
class Scales:
    """What a message is weighed with; ``kind`` is that of the case, should there be one."""

    session: Session
    shelved: Shelved
    key: bytes = field(repr=False)
    seal: Seal = field(repr=False)
    kind: CaseKind
    at: datetime
    memory: Memory | None = None

    def weigh(self, laid: Laid) -> Weighed:
        """Judge a message, and open a case if it needs the gate; nothing is committed.

        What is a case already stays what it became, however a judgement would go by now: a held
        message that is brought again after its case was closed must not slip through.
        """
        brought, own = laid.brought, laid.own
        before = known_case(self.session, self.shelved.authority_id, brought.token)
        if before is not None:
            case_id, kind = before
            return Weighed(None, case_id, is_held=kind is CaseKind.HELD)
        judgement = judge(
            self.session,
            self.shelved.authority_id,
            brought.sent,
            brought.message,
            book=self.shelved.book,
            protocol=self.shelved.protocol,
            key=self.key,
            at=self.at,
            token=brought.token,
            seen=laid.seen,
            own=own,
            memory=self.memory,
        )
        if judgement.verdict is Verdict.HOLD:
            return self._keep(brought, judgement, own())
        if judgement.why is Why.FEW:
            authority_id, token = self.shelved.authority_id, brought.token
            keep_trace(self.session, authority_id, judgement, token=token, marks=own(), at=self.at)
        return Weighed(judgement.why)

    def _keep(self, brought: Brought, judgement: Judgement, own_marks: bytes) -> Weighed:
        case = hold.keep(
            self.session,
            self.shelved.authority_id,
            sent=brought.sent,
            message=brought.message,
            source=brought.spool.open(),
            judgement=judgement,
            token=brought.token,
            content_key=brought.spool.sha256,
            seal=self.seal,
            at=self.at,
            kind=self.kind,
            marks=own_marks,
        )
        return Weighed(judgement.why, case.id, is_held=case.kind is CaseKind.HELD)
