from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.outbox import OutboxEvent
from foundation.settings import Settings
from notifications.mail.compose import queue_mail
from notifications.models_mail import Mail, MailState
from portal.cli import main
from portal.running import checkup
from portal.running.findings import Finding
from portal.running.gateway_checkup import gateway
from tests import servers
from tests.mail_doors import next_server, running


@pytest.fixture
def settings(database, tmp_path) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    home = tmp_path / "home"
    home.mkdir()
    return Settings(
        portal_home=home,
        database_url=url,
        smtp_url=f"smtp://127.0.0.1:{servers.free_port()}",
        secret_key="for-tests-only",
        public_url="https://portal.example",
    )


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in checkup.examine(settings)}


def queue(session, authority_id, **values: object) -> None:
    mail = queue_mail(
        session,
        authority_id=authority_id,
        address="head@school.example",
        subject="Hello",
        text="Hello",
        at=clock.now() - timedelta(hours=1),
    )
    for name, value in values.items():
        setattr(mail, name, value)
    session.commit()


def test_an_idle_portal_has_nothing_waiting_and_nothing_failed(session, settings):
    findings = found(settings)
    wrong = {name for name, finding in findings.items() if not finding.ok}
    assert wrong <= {"mail server", "page assets", "Pango"}
    assert "mail server" in wrong


def test_mail_that_nobody_sends_is_noticed(session, authority_id, settings):
    queue(session, authority_id)
    finding = found(settings)["waiting mail"]
    assert "60 minutes" in finding.says
    assert "worker" in finding.do


def test_mail_that_is_not_due_yet_is_not_late(session, authority_id, settings):
    queue(session, authority_id, send_after=clock.now() + timedelta(days=1))
    assert found(settings)["waiting mail"].ok


def test_what_failed_is_counted_and_put_back_on_request(database, session, authority_id, settings):
    queue(session, authority_id, state=MailState.FAILED, tries=720, last_error="550 gone")
    session.add(
        OutboxEvent(
            authority_id=authority_id,
            name="Gone",
            payload={},
            created_at=clock.now(),
            due_at=clock.now(),
            failed_at=clock.now(),
            tries=8,
        )
    )
    session.commit()
    findings = found(settings)
    assert findings["failed mails"].says == "1 mail has failed."
    assert "--retry" in findings["failed events"].do
    put_back = {"events": 1, "mails": 1, "letters": 0, "printouts": 0}
    assert checkup.retry(database, at=clock.now()) == put_back
    findings = found(settings)
    assert findings["failed mails"].ok
    assert findings["failed events"].ok
    with database.session(authority=EVERY_AUTHORITY, writes=False) as looking:
        assert looking.scalar(sa.select(Mail.state)) is MailState.QUEUED
        assert looking.scalar(sa.select(Mail.tries)) == 0


@pytest.mark.sqlite_only
def test_a_mail_server_that_answers_is_fine(database, settings):
    with servers.mail_sink() as sink:
        reachable = settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{sink.port}"})
        assert found(reachable)["mail server"].ok


def test_the_command_exits_with_1_and_says_what_to_do(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "BROKER_URL", "SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    for name in ("SMTP_PORT", "SINK_PORT"):
        monkeypatch.setenv(name, str(servers.free_port()))
    answer = CliRunner().invoke(main, ["doctor"])
    assert answer.exit_code == 1
    assert "WRONG  database: There is no database yet. Run: portal db upgrade" in answer.output
    assert "WRONG  mail server:" in answer.output
    assert "portal run" in answer.output


@pytest.mark.parametrize("is_away", [False, True])
def test_the_gateway_and_the_server_behind_it_are_asked(tmp_path, is_away):
    with next_server() as hop, running(hop.port) as door:
        away = servers.free_port()
        settings = Settings(
            portal_home=tmp_path,
            gateway_port=away if is_away else door.port,
            gateway_next_hop=f"127.0.0.1:{away if is_away else hop.port}",
        )
        findings = {each.name: each for each in gateway(settings)}
    assert [each.ok for each in findings.values()] == [not is_away] * 2
    assert is_away is ("portal run" in findings["mail gateway"].do)


def test_a_server_that_does_not_answer_is_named(tmp_path):
    nobody = f"127.0.0.1:{servers.free_port()}"
    settings = Settings(
        portal_home=tmp_path,
        database_url=f"postgresql://portal@{nobody}/portal",
        broker_url=f"redis://{nobody}/0",
        smtp_url=f"smtp://{nobody}",
        secret_key="for-tests-only",
        public_url="https://portal.example",
    )
    findings = found(settings)
    assert "DATABASE_URL" in findings["database"].do
    assert "BROKER_URL" in findings["broker"].do
    assert "SMTP_URL" in findings["mail server"].do
