import asyncio
import os
import signal
import smtplib
import threading
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from portal.mailsink import server
from portal.mailsink.server import Keeper
from tests import servers


def envelope(number: int = 1) -> Envelope:
    made = Envelope()
    made.mail_from = "portal@authority.example"
    made.rcpt_tos = [f"head{number}@school.example", "clerk@school.example"]
    made.content = b"Subject: Hello\r\n\r\nHello\r\n"
    return made


def test_a_message_is_one_whole_file_that_begins_with_its_envelope(tmp_path):
    place = Keeper(tmp_path / "mail").keep(envelope())
    assert place.read_bytes() == (
        b"X-Envelope-From: portal@authority.example\r\n"
        b"X-Envelope-To: head1@school.example\r\n"
        b"X-Envelope-To: clerk@school.example\r\n"
        b"Subject: Hello\r\n\r\nHello\r\n"
    )
    assert list((tmp_path / "mail").iterdir()) == [place]


def test_names_sort_by_arrival_even_after_a_new_start(tmp_path):
    keeper = Keeper(tmp_path)
    names = [keeper.keep(envelope()).name for _ in range(3)] + [
        Keeper(tmp_path).keep(envelope()).name
    ]
    assert names == sorted(names)
    assert len(set(names)) == 4


def test_only_the_newest_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "MOST_KEPT", 5)
    monkeypatch.setattr(server, "PRUNED_EVERY", 3)
    keeper = Keeper(tmp_path)
    places = [keeper.keep(envelope(number)) for number in range(10)]
    kept = sorted(tmp_path.glob("*.eml"))
    assert kept == places[-len(kept) :]
    assert 5 <= len(kept) < 8


def test_what_a_killed_sink_left_half_written_goes(tmp_path):
    half = tmp_path / ".1-000001.eml.part"
    half.write_text("Subj")
    Keeper(tmp_path)
    assert not half.exists()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_takes_mail_refuses_what_is_too_large_and_stops_when_told(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "LARGEST", 1000)
    port, ready = servers.free_port(), threading.Event()

    def converse() -> None:
        ready.wait(10)
        try:
            with smtplib.SMTP("127.0.0.1", port) as client:
                client.sendmail("a@a.example", ["b@b.example"], b"Subject: Hello\r\n\r\nHello\r\n")
                with pytest.raises(smtplib.SMTPException):
                    client.sendmail("a@a.example", ["b@b.example"], b"x" * 2000)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    talking = threading.Thread(target=converse)
    talking.start()
    asyncio.run(server.serve(tmp_path, port, ready=ready.set))
    talking.join()
    assert _contents(tmp_path) == [
        "X-Envelope-From: a@a.example\nX-Envelope-To: b@b.example\nSubject: Hello\n\nHello\n"
    ]


def _contents(folder: Path) -> list[str]:
    return [place.read_text() for place in folder.glob("*.eml")]
