"""Claims on waiting mail: who may send which rows, and until when.

A claim is a token and a time on each row, committed before anything is sent. Every later change
of a row asks for the token, so that a worker whose claim was taken over changes nothing.
"""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from foundation.db import EVERY_AUTHORITY, Database
from foundation.leases import is_free
from notifications.mail.failing import mail_arrived, mail_came_back
from notifications.models_mail import Channel, Mail, MailState
from notifications.reaching.quiet import LONGEST_QUIET

log = logging.getLogger(__name__)

BATCH: Final = 50
MOST_TRIES: Final = 720  # at ten minutes each: five days
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=10)
LONGEST_URGENT_PAUSE: Final = timedelta(minutes=1)
MARKING_PAUSES: Final = (0.2, 0.5, 1, 2, 4)  # seconds, while the database is away

_MAIL: Final = cast("sa.Table", Mail.__table__)
_SENT: Final = (
    sa.update(_MAIL)
    .where(_MAIL.c.id == sa.bindparam("mail_id"), _MAIL.c.claim == sa.bindparam("token"))
    .values(
        state=MailState.SENT,
        sent_at=sa.bindparam("at"),
        channel=sa.bindparam("by"),
        channel_reference=sa.bindparam("reference"),
        last_error=None,
        text="",
        claim=None,
        claimed_until=None,
    )
)
"""Made once: it is run for each mail."""
# As text, so that both databases see that their index of the waiting rows answers the question.
_QUEUED: Final = sa.text("mail.state = 'queued'")


def pause(tries: int, *, urgent: bool) -> timedelta:
    """Return how long a mail waits after so many tries: 30 seconds, then double, to a limit."""
    limit = LONGEST_URGENT_PAUSE if urgent else LONGEST_PAUSE
    doubled: timedelta = FIRST_PAUSE * 2 ** min(tries - 1, 10)
    return min(doubled, limit)


class Claim:
    """The mails that one drain may send now. Each change is committed at once."""

    def __init__(self, database: Database, lease: timedelta) -> None:
        """Claim nothing yet; ``lease`` is how long a claim lasts unless it is made longer."""
        self._database = database
        self._lease = lease
        self._token = ""
        self._until: datetime | None = None
        self._marking: AbstractContextManager[Connection] | None = None
        self._connection: Connection | None = None

    def take(self, at: datetime) -> list[Mail]:
        """Claim up to ``BATCH`` mails that are due: urgent ones alone, else the oldest."""
        self._token, self._until = secrets.token_hex(16), at + self._lease
        for urgent in (True, False):
            claiming = (
                sa.update(Mail)
                .where(Mail.id.in_(sa.select(self._due(at, urgent=urgent))))
                .values(claim=self._token, claimed_until=self._until)
                .returning(Mail)
                .execution_options(synchronize_session=False)
            )
            with self._database.transaction(authority=EVERY_AUTHORITY) as session:
                rows = session.scalars(claiming).all()
            if rows:
                return sorted(rows, key=lambda mail: (mail.send_after, mail.id))
        return []

    def _due(self, at: datetime, *, urgent: bool) -> sa.CTE:
        due = (
            sa.select(Mail.id)
            .where(
                _QUEUED,
                Mail.urgent.is_(urgent),
                # What waits longer than any quiet time was written while the clock ran ahead.
                sa.or_(Mail.send_after <= at, Mail.send_after > at + LONGEST_QUIET),
                is_free(Mail.claimed_until, at),
            )
            .order_by(Mail.send_after, Mail.id)
            .limit(BATCH)
        )
        if self._database.is_postgresql:
            due = due.with_for_update(skip_locked=True)
        return due.cte("due")

    def holds(self, rest: Sequence[Mail], at: datetime) -> bool:
        """Tell whether these are still claimed; makes the claim longer once half of it is gone."""
        if self._until is not None and at < self._until - self._lease / 2:
            return True
        self._until = at + self._lease
        mine = [Mail.id.in_([mail.id for mail in rest]), Mail.claim == self._token]
        return self._change(mine, claimed_until=self._until) == len(rest)

    def sent(
        self,
        mail: Mail,
        at: datetime,
        *,
        by: Channel = Channel.SMTP,
        reference: str = "",
        failed_before: bool = False,
    ) -> None:
        """Note that the mail was taken. Its words go: they may hold a sign-in link.

        ``by`` and ``reference``: which way it left, and what it is called there. ``failed_before``:
        mail to this address came back until now (``failing.failing_among``).
        """
        if failed_before:
            values = {"sent_at": at, "channel": by, "channel_reference": reference or None}
            told = {"state": MailState.SENT, "last_error": None, "text": ""}
            self._mark(mail, mail_arrived(mail), **values, **told)
            return
        mine = {"mail_id": mail.id, "token": self._token}
        values = {"at": at, "by": by, "reference": reference or None}
        self._note(mail, self._patiently(lambda: self._at_once({**mine, **values})))

    def failed(self, mail: Mail, why: str, at: datetime) -> None:
        """Note that the mail will never be taken at this address."""
        came_back = mail_came_back(mail, at)
        self._mark(mail, came_back, state=MailState.FAILED, last_error=why)

    def dropped(self, mail: Mail) -> None:
        """Note that nobody needs the mail any more."""
        self._mark(mail, state=MailState.DROPPED, last_error=None, text="")

    def postpone(self, mail: Mail, why: str, at: datetime, *, address_at_fault: bool) -> bool:
        """Let the mail wait, longer each time; False when it has waited long enough and failed.

        ``address_at_fault``: the server answered for this address. That nobody can be reached, or
        that a mail cannot be composed, says nothing of whom it was for.
        """
        tries = mail.tries + 1
        again = tries < MOST_TRIES
        later = at + pause(tries, urgent=mail.urgent)
        state = MailState.QUEUED if again else MailState.FAILED
        came_back = None if again or not address_at_fault else mail_came_back(mail, at)
        self._mark(mail, came_back, state=state, tries=tries, send_after=later, last_error=why)
        return again

    def release(self) -> None:
        """Give back what is claimed and not yet sent."""
        self._change([_QUEUED, Mail.claim == self._token], claim=None, claimed_until=None)

    def close(self) -> None:
        """Give up the connection on which mails are marked; the claim itself stays."""
        if self._marking is not None:
            with suppress(DBAPIError):
                self._marking.__exit__(None, None, None)
        self._marking = self._connection = None

    def _at_once(self, values: dict[str, Any]) -> int:
        """Mark a mail as sent, on a connection that is kept for the next; return 1 if it was ours.

        Most of what a drain asks of the database is this, and a session for each would cost more
        than all else.
        """
        try:
            if self._connection is None:
                self._marking = self._database.lasting(authority=EVERY_AUTHORITY)
                self._connection = self._marking.__enter__()
            with self._connection.begin():
                return self._connection.execute(_SENT, values).rowcount
        except DBAPIError:
            self.close()
            raise

    def _mark(self, mail: Mail, beside: sa.Update | None = None, **values: Any) -> None:
        mine = [_MAIL.c.id == mail.id, _MAIL.c.claim == self._token]
        self._note(mail, self._change(mine, beside, claim=None, claimed_until=None, **values))

    def _note(self, mail: Mail, changed: int) -> None:
        if not changed:
            log.warning("a mail was taken over while it was sent", extra={"mail_id": mail.id})

    def _change(
        self,
        which: Sequence[sa.ColumnExpressionArgument[bool]],
        beside: sa.Update | None = None,
        **values: Any,
    ) -> int:
        """Change rows in a transaction of its own; return how many there were.

        ``beside`` is done in the same transaction when a row was changed.
        """
        # The table and not the model: what the ORM adds to each costs more than the change.
        change = sa.update(_MAIL).where(*which).values(**values)

        def once() -> int:
            with self._database.transaction(authority=EVERY_AUTHORITY) as session:
                changed = int(session.connection().execute(change).rowcount)
                if changed and beside is not None:
                    session.execute(beside)
                return changed

        return self._patiently(once)

    def _patiently(self, once: Callable[[], int]) -> int:
        """Change something; give a database that is away some seconds.

        A mail that has left must not be sent again only because its row could not be marked.
        """
        for seconds in MARKING_PAUSES:
            try:
                return once()
            except DBAPIError:
                time.sleep(seconds)
        return once()
