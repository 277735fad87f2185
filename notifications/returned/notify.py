"""What became of mail that GOV.UK Notify took: it is asked, and its answers count like reports."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from foundation.db import EVERY_AUTHORITY, Database
from notifications.mail.channels.door import NotNowError, RefusedError, TroubleError
from notifications.mail.channels.notify import NotifyConnection, Status
from notifications.models_mail import Channel, Mail, MailState
from notifications.returned.reading import BOUNCE, Report
from notifications.returned.taking import Taken, keep

log = logging.getLogger(__name__)

MOST: Final = 100
ASKED_FOR: Final = timedelta(days=3)
"""Notify itself gives up on a mail within three days."""
AGAIN: Final = timedelta(minutes=10)
NEVER: Final = timedelta(days=3650)
_TAKEN: Final = sa.text("mail.channel = 'notify' AND mail.state = 'sent'")
REPORTS: Final = {
    Status.NO_SUCH_ADDRESS: Report(BOUNCE, "5.1.1", "GOV.UK Notify: no such address."),
    Status.MAILBOX_FULL: Report(BOUNCE, "4.2.0", "GOV.UK Notify: the mailbox did not take it."),
}
"""What counts as having come back, and how hard."""


def ask_notify(
    database: Database,
    connect: Callable[[], NotifyConnection],
    *,
    at: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> Taken:
    """Ask what became of the mails of the last days, those first that were not asked about.

    At most ``MOST``, each answer kept in a transaction of its own; ends at the first trouble.
    """
    done = Taken()
    waiting = _waiting(database, at)
    if not waiting:
        return done
    connection = connect()
    try:
        for mail_id, reference in waiting:
            if stopping():
                break
            done += _keep(database, mail_id, connection.fetch_status(reference), at)
    except (NotNowError, TroubleError, RefusedError) as trouble:
        log.warning("Notify does not answer", extra={"fault": type(trouble).__name__})
    finally:
        connection.close()
    return done


def _waiting(database: Database, at: datetime) -> list[tuple[int, str]]:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        rows = session.execute(
            sa.select(Mail.id, Mail.channel_reference)
            .where(
                _TAKEN,
                Mail.channel_reference.is_not(None),
                Mail.sent_at >= at - ASKED_FOR,
                sa.or_(Mail.status_after.is_(None), Mail.status_after <= at),
            )
            .order_by(Mail.status_after.asc().nulls_first(), Mail.id)
            .limit(MOST)
        )
        return [(row[0], row[1] or "") for row in rows]


def _keep(database: Database, mail_id: int, status: Status, at: datetime) -> Taken:
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        mail = session.scalars(
            sa.select(Mail)
            .where(Mail.id == mail_id, Mail.channel == Channel.NOTIFY)
            .with_for_update()
        ).one()
        is_open = status is Status.ON_ITS_WAY
        mail.status_after = at + (AGAIN if is_open else NEVER)
        keeps_words = mail.delivery_id is not None or mail.digest_id is not None
        if status is Status.NOT_SENT and mail.state is MailState.SENT and keeps_words:
            # Notify's own fault: it says nothing of the address, and the mail goes once more.
            # Mail with words of its own has lost them by now; sign-in links are asked for again.
            mail.state, mail.send_after, mail.sent_at = MailState.QUEUED, at, None
            mail.status_after = None
            return Taken()
        report = REPORTS.get(status)
        if report is None:
            return Taken()
        digest = hashlib.sha256(f"{mail.channel_reference} {status}".encode()).hexdigest()
        return keep(session, mail, report, digest=digest, at=at)
