"""Sending the mail that waits, so that a worker killed at any moment doubles at most one.

A batch of rows is claimed for a while (the lease) and that is committed before the first word to
the mail server; after each mail its own row is marked and committed. Nobody holds a transaction
open while talking to a server. What the server refuses for now waits, longer each time, for about
five days; what it refuses for good is marked as failed and shows in ``portal doctor``.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from foundation.db import EVERY_AUTHORITY, Database
from notifications.mail.channels.door import (
    Connection,
    NotNowError,
    Opener,
    RefusedError,
    TroubleError,
)
from notifications.mail.claims import Claim
from notifications.mail.compose import NotNeededError, compose
from notifications.mail.failing import failing_among
from notifications.mail.message import Letterhead, message_id
from notifications.models_mail import Mail

log = logging.getLogger(__name__)

SLICE: Final = timedelta(seconds=5)  # so that a worker looks after other work, too
REFUSALS_IN_A_ROW: Final = 3  # when the server will not take so many now, the rest waits too


@dataclass
class Outcome:
    """What a drain did. ``more`` says that it stopped although mail may still be waiting."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    more: bool = False


def send_waiting(
    database: Database,
    open_connection: Opener,
    letterhead: Letterhead,
    *,
    now: Callable[[], datetime],
    lease: timedelta,
    stopping: Callable[[], bool] = lambda: False,
    time_slice: timedelta = SLICE,
) -> Outcome:
    """Send what is due, urgent mail first, then oldest first, over one connection.

    Ends when nothing is due, when the server cannot be used, after about ``time_slice`` time, or as
    soon as ``stopping`` says so; what it had claimed and not sent is free again then. Raises what
    the database raises when that is away; its claims then lapse with the lease.
    """
    drain = _Drain(Claim(database, lease), database, open_connection, letterhead, now, stopping)
    end = now() + time_slice
    try:
        while not drain.trouble and not stopping():
            if now() >= end:
                drain.outcome.more = True
                break
            batch = drain.claim.take(now())
            if not batch:
                break
            drain.send(batch)
    finally:
        drain.end()
    return drain.outcome


@dataclass
class _Drain:
    """One drain: its claim, its connection, and what it has done so far."""

    claim: Claim
    database: Database
    open_connection: Opener
    letterhead: Letterhead
    now: Callable[[], datetime]
    stopping: Callable[[], bool]
    outcome: Outcome = field(default_factory=Outcome)
    trouble: bool = False
    refusals: int = 0
    connection: Connection | None = None
    failing: frozenset[int] = frozenset()
    """Mails of the batch to people to whom mail came back until now."""

    def send(self, batch: Sequence[Mail]) -> None:
        """Send a claimed batch, mail by mail, for as long as the claim and the server hold."""
        with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            messages = compose(session, batch, self.letterhead, at=self.now())
            self.failing = failing_among(session, batch)
        for place, mail in enumerate(batch):
            rest = batch[place:]
            if self.stopping() or not self.claim.holds(rest, self.now()):
                self.claim.release()
                return
            try:
                self._send_one(mail, messages[mail.id])
            except TroubleError as trouble:
                self.trouble = True
                log.warning("the mail server cannot be used", extra={"waiting": len(rest)})
                for waiting in rest:
                    self._postpone(waiting, trouble)
                return

    def _send_one(self, mail: Mail, content: bytes | Exception) -> None:
        if isinstance(content, NotNeededError):
            self.claim.dropped(mail)
            return
        if isinstance(content, Exception):
            log.error(
                "a mail could not be composed",
                extra={"mail_id": mail.id, "fault": type(content).__name__},
            )
            self._postpone(mail, content)
            return
        try:
            given = self._hand_over(mail, content)
        except RefusedError as refusal:
            self.claim.failed(mail, str(refusal), self.now())
            self.outcome.failed += 1
        except NotNowError as refusal:
            self.refusals += 1
            if self.refusals >= REFUSALS_IN_A_ROW:
                raise TroubleError(str(refusal)) from refusal
            self._postpone(mail, refusal)
        else:
            self.refusals = 0
            self.claim.sent(
                mail,
                self.now(),
                by=self._connected().channel,
                reference=given,
                failed_before=mail.id in self.failing,
            )
            self.outcome.sent += 1

    def _hand_over(self, mail: Mail, content: bytes) -> str:
        """Hand over one mail; return what the channel calls it."""
        used, sender = self.connection, self.letterhead.envelope_from(mail.id)
        reference = message_id(mail.id, self.letterhead)
        try:
            return self._connected().send(sender, mail.address, content, reference)
        except TroubleError:
            self.close()
            # Some servers say goodbye after so many mails; a fresh connection tells whether
            # there is more to it.
            if used is None or not used.carried:
                raise
            return self._connected().send(sender, mail.address, content, reference)

    def _connected(self) -> Connection:
        if self.connection is None:
            self.connection = self.open_connection()
        return self.connection

    def _postpone(self, mail: Mail, why: Exception) -> None:
        words = str(why) or type(why).__name__
        fault = isinstance(why, NotNowError)
        if self.claim.postpone(mail, words, self.now(), address_at_fault=fault):
            self.outcome.postponed += 1
        else:
            self.outcome.failed += 1

    def end(self) -> None:
        """Give up what the drain holds open."""
        self.close()
        self.claim.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
