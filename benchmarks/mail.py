"""One item to 656 schools: from its approval until a mail server has taken everybody's mail.

Ours with real workers, beside a bare loop that builds and sends each mail, and beside Mailman 3,
all to the same server on this machine.
"""

import email
import smtplib
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from email.policy import SMTP, default
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import sqlalchemy as sa

from benchmarks import mailman
from benchmarks.stage import PORTAL, Stage, environment_of, new_approved
from benchmarks.tables import Table, median, verdict
from foundation import clock, outbox
from foundation.outbox import OutboxEvent
from notifications.models import Delivery, Notice
from notifications.models_documents import Document, DocumentState
from notifications.models_mail import Mail, MailState
from portal.library.models import IndexChange
from portal.wiring import waker
from tests import servers

ROUNDS: Final = 3
PATIENCE: Final = 120
TITLE: Final = b"Menus for the spring term"
OF_MAILMAN: Final = 0.5
OF_LOOP: Final = 1.5
SENDER: Final = "portal@authority.example"
SUBJECTS: Final = count(1)


def measure(stages: list[Stage]) -> list[Table]:
    """Send to everybody in each way, in turn, and compare the medians."""
    table = Table(
        "One item to all schools, until a local server has taken the last mail",
        ("way", "mails", "seconds, median", "seconds, each round", "mails/s"),
    )
    with ExitStack() as stack:
        sink = stack.enter_context(servers.mail_sink())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        program = mailman.installed(folder / "mailman")
        list_ = stack.enter_context(mailman.mailman(program, sink.port))
        times: dict[str, list[float]] = {}
        made: list[bytes] = []
        for stage in stages:
            made = [mail.content for mail in _by_worker(stage, sink, times)]
        addresses = [f"reader{number}@school{number}.example" for number in range(len(made))]
        for _ in range(ROUNDS):
            _timed(times, "bare loop, each mail built", lambda: _loop(sink, made, build=True))
            _timed(times, "bare loop, ready-made", lambda: _loop(sink, made, build=False))
        # Once each: a release with personal messages takes longer than all the rest.
        mailman.fill(list_, addresses)
        for personal in (True, False):
            name = f"Mailman 3.3.10, {'personal' if personal else 'one shared copy'}"
            spent = _by_mailman(list_, sink, made[0], len(made), personal=personal)
            times[name] = [spent]
    for name, each in times.items():
        middle, told = median(each), ", ".join(f"{one:.1f}" for one in each)
        table.rows.append((name, len(made), middle, told, len(made) / middle))
    _compare(table, times, stages)
    return [table]


def _compare(table: Table, times: dict[str, list[float]], stages: list[Stage]) -> None:
    personal = median(times["Mailman 3.3.10, personal"])
    loop = median(times["bare loop, each mail built"])
    for stage in stages:
        ours = median(times[_name(stage)])
        table.notes.append(
            f"{stage.name}: {ours / personal:.2f} of Mailman's time with personal messages "
            f"(at most {OF_MAILMAN}): {verdict(met=ours <= personal * OF_MAILMAN)}; "
            f"{ours / loop:.2f} of the bare loop's that builds each mail (at most {OF_LOOP}): "
            f"{verdict(met=ours <= loop * OF_LOOP)}."
        )


def _name(stage: Stage) -> str:
    return f"ours on {stage.name}, from approval"


def _timed(times: dict[str, list[float]], name: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    times.setdefault(name, []).append(time.perf_counter() - start)


def _by_worker(
    stage: Stage, sink: servers.MailSink, times: dict[str, list[float]]
) -> list[servers.Mail]:
    """Approve with real workers running; the first round warms up. Return the last one's mails."""
    with _running(stage, sink):
        for number in range(1 + ROUNDS):
            _until(partial(_is_still, stage))
            sink.messages.clear()
            event = new_approved(stage)
            start = time.perf_counter()
            with stage.database.transaction(authority=stage.authority_id) as session:
                outbox.publish(session, event, at=clock.now())
            wanted = _wanted(stage, event.version_id)
            _until(partial(_has, sink, wanted))
            if number:
                times.setdefault(_name(stage), []).append(time.perf_counter() - start)
    return _ours(sink)


def _is_still(stage: Stage) -> bool:
    """Tell whether workers have nothing left to do; asked now and then."""
    time.sleep(0.5)
    waiting = (
        sa.select(OutboxEvent.id).where(
            OutboxEvent.handled_at.is_(None), OutboxEvent.failed_at.is_(None)
        ),
        sa.select(Mail.id).where(Mail.state == MailState.QUEUED, Mail.send_after <= clock.now()),
        sa.select(Document.id).where(Document.state == DocumentState.WAITING),
        sa.select(IndexChange.id),
    )
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        return not any(session.scalar(sa.select(rows.exists())) for rows in waiting)


def _has(sink: servers.MailSink, wanted: int) -> bool:
    return len(_ours(sink)) >= wanted


def _ours(sink: servers.MailSink) -> list[servers.Mail]:
    return [mail for mail in sink.messages if TITLE in mail.content]


def _wanted(stage: Stage, source_id: int) -> int:
    """Return how many mails a notice has, as soon as it was handed over."""
    end = time.monotonic() + PATIENCE
    mails = (
        sa.select(sa.func.count(Mail.id))
        .join(Delivery, Delivery.id == Mail.delivery_id)
        .join(Notice, Notice.id == Delivery.notice_id)
        # what waits until somebody's quiet hours are over is not awaited here
        .where(Notice.source_id == source_id, Mail.send_after <= Mail.created_at)
    )
    while time.monotonic() < end:
        with stage.database.session(authority=stage.authority_id, writes=False) as session:
            found = session.scalar(mails) or 0
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError("the notice was not handed over")


@contextmanager
def _running(stage: Stage, sink: servers.MailSink) -> Iterator[None]:
    """Run the portal on this database, with its workers and scheduler."""
    environment = {
        **environment_of(stage),
        "PORT": str(servers.free_port()),
        "SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
        "WEB_PROCESSES": "1",
    }
    stage.database.waker = waker(stage.settings)
    with (Path(stage.settings.portal_home) / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [PORTAL, "run"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line.startswith("ready "):
                    break
            yield
        finally:
            process.terminate()
            process.wait(30)


def _loop(sink: servers.MailSink, made: list[bytes], *, build: bool) -> None:
    """Send as many mails over one connection: built one after the other, or ready-made."""
    told = email.message_from_bytes(made[0], policy=default)
    plain, html = (told.get_body((kind,)).get_content() for kind in ("plain", "html"))
    with smtplib.SMTP("127.0.0.1", sink.port) as connection:
        for number, ready in enumerate(made):
            to = f"reader{number}@school{number}.example"
            content = _built(str(told["Subject"]), plain, html, to) if build else ready
            connection.sendmail(SENDER, [to], content)


def _built(subject: str, plain: str, html: str, to: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = SENDER, to, subject
    message["Message-ID"] = f"<{to}>"
    message.set_content(plain.replace("Read it", f"{to}, read it"))
    message.add_alternative(html.replace("Read it", f"{to}, read it"), subtype="html")
    return message.as_bytes()


def _by_mailman(
    list_: mailman.Mailman, sink: servers.MailSink, like: bytes, members: int, *, personal: bool
) -> float:
    """Release a held post with the words of our mail; return the seconds that it took."""
    told = email.message_from_bytes(like, policy=default).get_body(("plain",))
    assert told is not None
    sink.messages.clear()

    def done() -> bool:
        to = [one for mail in sink.messages for one in mail.recipients if one[:6] == "reader"]
        return len(to) >= members

    subject = f"menus-{next(SUBJECTS)}"
    return mailman.release(list_, subject, told.get_content(), personal=personal, done=done)


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the mails did not come")
        time.sleep(0.02)
