import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from foundation import clock
from foundation.db import EVERY_AUTHORITY
from gatekeeping.mailgate.cases.deciding import release_once
from notifications.events import NoticeSent
from notifications.mail.compose import queue_mail
from notifications.models_mail import Mail, MailState
from portal import tasks
from tests import servers
from tests.factories.directory import GatekeeperFactory
from tests.factories.held_mail import RAW, SUBJECT, keep_held
from tests.factories.notifications import NoticeFactory

NAMES = ("relay", "mail", "letters", "texts", "meanings", "index", "time", "keeping")


@pytest.fixture
def sink() -> Iterator[servers.MailSink]:
    with servers.mail_sink() as running:
        yield running


@pytest.fixture
def in_a_worker(database, sink, tmp_path, monkeypatch) -> Iterator[None]:
    """The environment of a worker for this database."""
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{sink.port}")
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "https://portal.example")
    monkeypatch.delenv("BROKER_URL", raising=False)
    tasks.settings.cache_clear()
    tasks.database.cache_clear()
    yield
    tasks.database().engine.dispose()
    tasks.settings.cache_clear()
    tasks.database.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_every_task_may_be_woken_for_nothing(in_a_worker, name):
    getattr(tasks, name)()


def test_held_mail_that_was_released_leaves_and_its_sender_is_told(
    in_a_worker, session, sink, monkeypatch
):
    monkeypatch.setenv("GATEWAY_NEXT_HOP", f"127.0.0.1:{sink.port}")
    case, by = keep_held(at=clock.now()), GatekeeperFactory().person
    release_once(session, case, by=by, reason="It cannot wait.", at=clock.now())
    session.commit()
    tasks.releases()
    tasks.mail()
    held, *told = sink.wait_for(3)
    assert held.content == RAW
    assert all(mail.recipients == [case.sender] for mail in told)
    assert SUBJECT.encode() in told[0].content  # it waited sealed, and left in plain words


def test_an_event_is_handed_to_its_handlers_and_queued_mail_leaves(
    in_a_worker, session, authority_id, sink
):
    from foundation.outbox import OutboxEvent, publish
    from portal.library.models import IndexChange

    notice = NoticeFactory()
    publish(session, NoticeSent(authority_id, notice.id), at=clock.now())
    queue_mail(
        session,
        authority_id=authority_id,
        address="head@school.example",
        subject="Hello",
        text="Hello",
        at=clock.now(),
    )
    session.commit()
    tasks.relay()
    tasks.mail()
    with tasks.database().session(authority=EVERY_AUTHORITY, writes=False) as looking:
        assert looking.scalar(sa.select(OutboxEvent.handled_at)) is not None
        assert looking.scalar(sa.select(IndexChange.notice_id)) == notice.id
        assert looking.scalar(sa.select(Mail.state)) is MailState.SENT
    assert len(sink.messages) == 1


@pytest.mark.parametrize("name", NAMES)
def test_while_the_database_is_away_a_task_says_so_in_one_line(name, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    nobody = f"postgresql://portal@127.0.0.1:{servers.free_port()}/portal"
    monkeypatch.setenv("DATABASE_URL", nobody)
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "https://portal.example")
    tasks.settings.cache_clear()
    tasks.database.cache_clear()
    try:
        with caplog.at_level(logging.WARNING, logger="portal.tasks"):
            getattr(tasks, name)()
    finally:
        tasks.settings.cache_clear()
        tasks.database.cache_clear()
    assert [record.message for record in caplog.records if record.name == "portal.tasks"] == [
        "the database did not answer"
    ]
