"""From the approval's commit until a search finds it: with the portal's own workers running."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import sqlalchemy as sa

from benchmarks.search_stage import engine_of
from benchmarks.stage import PORTAL, Stage, environment_of, new_approved
from directory.models import Membership, Role, School
from foundation import clock
from foundation.outbox import publish
from notifications.models_mail import Mail, MailState
from notifications.reading.inbox import Reader, reader_of
from portal.library.finding import Question, find
from portal.wiring import waker
from tests import servers

ROUNDS = 8
PATIENCE = 20.0
POLL = 0.02


def seconds_until_found(stage: Stage) -> list[float]:
    """Approve ``ROUNDS`` items one after the other and wait until a head finds each."""
    with stage.database.transaction(authority=stage.authority_id) as session:
        waiting = sa.update(Mail).where(Mail.state == MailState.QUEUED)
        session.execute(waiting.values(state=MailState.FAILED))  # of other measurements
    with _running(stage) as running:
        reader = _head(running)
        return [_round(running, reader, number) for number in range(ROUNDS)]


def _round(stage: Stage, reader: Reader, number: int) -> float:
    _await_mail(stage)
    word = f"quokka{int(time.time())}{number}"
    event = new_approved(stage, title=f"Menus of the {word}")
    with stage.database.transaction(authority=stage.authority_id) as session:
        publish(session, event, at=clock.now())
    start = time.perf_counter()
    while time.perf_counter() - start < PATIENCE:
        if _is_found(stage, reader, word):
            return time.perf_counter() - start
        time.sleep(POLL)
    return PATIENCE


def _await_mail(stage: Stage) -> None:
    """Wait until the workers have sent the mail of the round before, as between real approvals."""
    waiting = sa.select(Mail.id).where(Mail.state == MailState.QUEUED).limit(1)
    end = time.perf_counter() + 3 * PATIENCE
    while time.perf_counter() < end:
        with stage.database.session(authority=stage.authority_id, writes=False) as session:
            if session.scalar(waiting) is None:
                return
        time.sleep(10 * POLL)


def _is_found(stage: Stage, reader: Reader, word: str) -> bool:
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        asked = Question(typed=word)
        found = find(session, engine_of(stage), asked, reader=reader, at=clock.now())
        return found.count > 0 and not found.is_plain


def _head(stage: Stage) -> Reader:
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        membership = session.scalars(
            sa.select(Membership)
            .join(School, School.id == Membership.school_id)
            .where(Membership.role == Role.HEAD, Membership.ended_at.is_(None))
            .order_by(Membership.id)
            .limit(1)
        ).one()
        return reader_of(membership)


@contextmanager
def _running(stage: Stage) -> Iterator[Stage]:
    """Run the portal on the stage: a broker in a folder beside SQLite, Redis beside PostgreSQL."""
    with ExitStack() as stack:
        sink = stack.enter_context(servers.mail_sink())
        more = {"SMTP_URL": f"smtp://127.0.0.1:{sink.port}", "PORT": str(servers.free_port())}
        if stage.database.is_postgresql:
            more["BROKER_URL"] = stack.enter_context(servers.redis())
        process = subprocess.Popen(
            [PORTAL, "run"],
            env={**os.environ, **environment_of(stage), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        stack.callback(_stop, process)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("ready"):
            sys.exit(f"The portal did not start: {line}")
        settings = stage.settings.model_copy(
            update={"broker_url": more.get("BROKER_URL", ""), "smtp_url": more["SMTP_URL"]}
        )
        stage.database.waker = waker(settings)
        yield replace(stage, settings=settings)
        stage.database.waker = None


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(30)
