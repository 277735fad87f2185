"""656 e-mails to a local SMTP sink, beside one connection that is given ready-made messages."""

import smtplib
import time
from datetime import timedelta

import sqlalchemy as sa

from benchmarks.stage import Stage, new_approved
from benchmarks.tables import Table, verdict
from foundation import clock
from gatekeeping.sending import send_approved
from notifications.mail.channels.smtp import opener
from notifications.mail.message import Letterhead
from notifications.mail.sending import send_waiting
from notifications.models_mail import Mail, MailState
from tests import servers

LIMIT_SECONDS = 10


def measure(stages: list[Stage]) -> list[Table]:
    """Queue the mail of one approval and drain the queue in this process."""
    table = Table(
        "Mail of one approval to a local SMTP sink",
        ("database", "mails", "ours, s", "mails/s", "bare: one connection, ready-made, s"),
    )
    for stage in stages:
        with servers.mail_sink() as sink:
            ours, count = _ours(stage, sink)
            bare = _bare(sink, [mail.content for mail in sink.messages])
        table.rows.append((stage.name, count, ours, count / ours, bare))
        table.notes.append(
            f"{stage.name}: under {LIMIT_SECONDS} s {verdict(met=ours < LIMIT_SECONDS)}."
        )
    return [table]


def _ours(stage: Stage, sink: servers.MailSink) -> tuple[float, int]:
    event = new_approved(stage)
    with stage.database.transaction(authority=stage.authority_id) as session:
        session.execute(
            sa.update(Mail).where(Mail.state == MailState.QUEUED).values(state=MailState.FAILED)
        )
        send_approved(session, event, clock.now())
    start = time.perf_counter()
    send_waiting(
        stage.database,
        opener(f"smtp://127.0.0.1:{sink.port}"),
        Letterhead(stage.settings.address, stage.settings.mail_from),
        now=clock.now,
        lease=timedelta(seconds=60),
    )
    spent = time.perf_counter() - start
    return spent, len(sink.messages)


def _bare(sink: servers.MailSink, messages: list[bytes]) -> float:
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", sink.port) as connection:
        for message in messages:
            connection.sendmail("portal@authority.example", ["x@school.example"], message)
    return time.perf_counter() - start
