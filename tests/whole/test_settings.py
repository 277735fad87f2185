"""Settings: each is documented, and a wrong or missing one stops the start and is named."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.settings import Settings, SettingsError, read_settings
from tests.whole.sources import ROOT

GUIDE = (ROOT / "docs" / "running.md").read_text()
TABLE = "\n".join(line for line in GUIDE.splitlines() if line.startswith("| `"))
NAMES = {name.upper() for name in Settings.model_fields}
SERVERS = {
    "DATABASE_URL": "postgresql://portal@db.example/portal",
    "BROKER_URL": "redis://broker.example/0",
    "SMTP_URL": "smtp://mail.example:587",
}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Set the environment to exactly these settings."""

    def to(**values: str) -> None:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in {"PORTAL_HOME": str(tmp_path), **values}.items():
            monkeypatch.setenv(name, value)

    return to


def test_the_guide_names_every_setting_and_no_other():
    named = set(
        re.findall(r"`([A-Z][A-Z_]+)`", "\n".join(re.findall(r"^\| (.*?) \|", TABLE, re.MULTILINE)))
    )
    assert named == NAMES


def test_the_guide_gives_the_defaults(environment):
    environment()
    documented = {}
    for line in TABLE.splitlines():
        names, defaults, *_ = (cell.strip() for cell in line.strip("|").split("|"))
        values = re.findall(r"`([^`]*)`", defaults)
        if len(values) == len(names.split(",")):
            documented |= dict(zip(re.findall(r"`([A-Z_]+)`", names), values, strict=True))
    for name, value in documented.items():
        field = Settings.model_fields[name.lower()]
        assert str(field.default) == value or name == "PUBLIC_URL"


def test_nothing_needs_to_be_set(environment):
    environment()
    assert read_settings().is_embedded


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("missing", ["SECRET_KEY", "PUBLIC_URL"])
def test_with_a_server_what_is_missing_stops_the_start_by_name(environment, server, missing):
    other = {"SECRET_KEY": "x" * 40, "PUBLIC_URL": "https://portal.example"}
    environment(**{server: SERVERS[server]}, **{k: v for k, v in other.items() if k != missing})
    with pytest.raises(SettingsError, match=missing):
        read_settings()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PORT", "five thousand"),
        ("PORT", "70000"),
        ("SMTP_PORT", "no"),
        ("WEB_PROCESSES", "two"),
        ("WORKER_PROCESSES", "0"),
        ("UPLOAD_LIMIT_MB", "20MB"),
        ("SESSION_MINUTES", "an hour"),
        ("TRUSTED_PROXIES", "yes"),
        ("TRUSTED_PROXIES", "-1"),
        ("PUBLIC_URL", "portal.example"),
        ("DATABASE_URL", "mysql://portal:hidden@db.example/portal"),
        ("BROKER_URL", "kafka://broker.example"),
        ("SMTP_URL", "mail.example:25"),
        ("GATEWAY_CLIENTS", "mail.example"),
        ("GATEWAY_CLIENTS", "10.1.2.3/8"),
        ("GATEWAY_NEXT_HOP", "mail.example"),
        ("GATEWAY_NEXT_HOP", "http://mail.example:25"),
        ("GATEWAY_MODE", "watch"),
        ("GATEWAY_REPORT_ADDRESS", "report"),
        ("GATEWAY_COPY_ADDRESS", "a@b@c.example"),
        ("GATEWAY_TLS_KEY", "key.pem"),
        ("GATEWAY_REQUIRE_TLS", "true"),
    ],
)
def test_a_wrong_value_stops_the_start_by_name(environment, name, wrong):
    environment(**{name: wrong})
    with pytest.raises(SettingsError, match=name) as caught:
        read_settings()
    assert "hidden" not in str(caught.value)


def test_a_gateway_beside_a_mail_server_needs_to_know_where_mail_goes_on_to(environment):
    servers = {**SERVERS, "SECRET_KEY": "x" * 40, "PUBLIC_URL": "https://portal.example"}
    environment(**servers, GATEWAY_PORT="10025")
    with pytest.raises(SettingsError, match="GATEWAY_NEXT_HOP"):
        read_settings()
    environment(**servers, GATEWAY_PORT="10025", GATEWAY_NEXT_HOP="127.0.0.1:10026")
    settings = read_settings()
    assert settings.gateway_listens == ("127.0.0.1", 10025)
    assert (settings.gateway_goes_on_to, settings.gateway_reports_to) == ("127.0.0.1:10026", "")
    environment(**servers)
    assert read_settings().gateway_listens[1] == 0


@pytest.mark.parametrize(
    ("given", "gateway", "sink"),
    [
        ({}, 8025, 8026),
        ({"SMTP_PORT": "2525", "SINK_PORT": "9000"}, 2525, 9000),
        ({"SMTP_PORT": "4999"}, 4999, 5001),  # 5000 is the pages'
        ({"SMTP_PORT": "65535"}, 65535, 65534),
        ({"GATEWAY_PORT": "10025"}, 10025, 8026),
    ],
)
def test_the_embedded_gateway_stands_before_the_sink(environment, given, gateway, sink):
    environment(**given)
    settings = read_settings()
    assert settings.gateway_listens == ("127.0.0.1", gateway)
    assert settings.gateway_goes_on_to == f"127.0.0.1:{sink}"
    assert settings.smtp == f"smtp://127.0.0.1:{sink}"
    assert settings.gateway_reports_to == "report@authority.example"


@pytest.mark.parametrize("arguments", [("run",), ("doctor",), ("db", "upgrade")])
def test_a_command_says_in_one_sentence_what_is_missing(arguments, tmp_path):
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [str(Path(sys.executable).parent / "portal"), *arguments],
        cwd=tmp_path,
        env={**kept, "PORTAL_HOME": str(tmp_path), "DATABASE_URL": SERVERS["DATABASE_URL"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
    assert "PUBLIC_URL" in done.stderr
    assert "Traceback" not in done.stderr
