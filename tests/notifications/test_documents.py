"""Files that were sent: each content once, read by workers that may be killed, and scanned."""

import io
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation.audit import AuditEntry
from foundation.files import FileStore
from foundation.outbox import OutboxEvent
from notifications.documents import reading
from notifications.documents.contents import ensure
from notifications.documents.reading import GONE, LEASE, TRIES, UNREAD, read_waiting
from notifications.documents.scanning import Scanner, ScannerAwayError
from notifications.models_documents import Document, DocumentState
from tests.factories.base import NOON
from tests.factories.notifications import NoticeAttachmentFactory, NoticeFactory
from tests.hostile import EICAR, PROGRAM, word

LETTER = word()


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@pytest.fixture
def sent(session, store):
    """Send files with a new notice: their contents by their names."""

    def sent(**files):
        notice = NoticeFactory()
        for name, content in files.items():
            kept = store.put(io.BytesIO(content), most=10**8)
            NoticeAttachmentFactory(
                notice_id=notice.id,
                sha256=kept.sha256,
                name=name.replace("_", "."),
                size=len(content),
            )
        session.flush()
        ensure(session, notice.authority_id, notice.id, NOON)
        session.commit()
        return notice

    return sent


def documents(session):
    session.rollback()
    session.expunge_all()
    found = session.scalars(sa.select(Document).order_by(Document.size.desc())).all()
    session.expunge_all()
    session.rollback()  # a worker wants to write
    return found


def read(database, store, scanner=None, at=NOON):
    return read_waiting(database, store, scanner, now=lambda: at)


def test_each_content_is_one_document_however_often_it_is_sent(session, sent):
    sent(a_docx=LETTER, b_docx=LETTER, c_txt=b"Dear head")
    assert "documents" in session.info.get("wake", {"documents"})
    sent(d_docx=LETTER)
    assert [one.size for one in documents(session)] == [len(LETTER), 9]
    session.execute(sa.update(Document).values(state=DocumentState.EXPUNGED, tries=2))
    sent(e_docx=LETTER)
    assert [(one.state, one.tries) for one in documents(session)] == [
        ("waiting", 0),
        ("expunged", 2),
    ]


def test_a_worker_reads_words_and_says_so_to_whoever_follows(database, session, store, sent):
    notices = [sent(a_docx=LETTER), sent(b_docx=LETTER, c_xlsx=PROGRAM)]
    assert read(database, store) == 2
    assert read(database, store) == 0
    letter, program = documents(session)
    assert (letter.state, letter.text, letter.note) == ("read", "Dear head", "")
    assert letter.media_type.endswith("wordprocessingml.document")
    assert (program.state, program.text) == ("refused", "")
    assert program.note == "It is a program or a script, not a document."
    events = session.scalars(sa.select(OutboxEvent).where(OutboxEvent.name == "NoticeChanged"))
    told = [(event.payload["notice_id"], event.payload["kind"]) for event in events]
    assert sorted(told) == sorted((notice.id, "read") for notice in (*notices, notices[1]))
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "document.refused"))
    assert entry.one().detail == {"dangers": ["program"]}


def test_a_file_that_a_killed_worker_had_is_read_by_another_when_its_time_is_over(
    database, session, store, sent
):
    sent(a_docx=LETTER)
    assert reading._claim(database, NOON) is not None
    assert reading._claim(database, NOON) is None
    assert read(database, store) == 0
    assert read(database, store, at=NOON + LEASE) == 1
    assert documents(session)[0].text == "Dear head"


@pytest.mark.sqlite_only
def test_a_worker_that_was_slow_undoes_nothing(database, session, store, sent):
    sent(a_docx=LETTER)
    slow = reading._claim(database, NOON)
    assert read(database, store, at=NOON + LEASE) == 1
    with database.transaction(authority=slow.authority_id) as late:
        found = reading._Found(DocumentState.REFUSED, "late")
        assert reading._write(late, slow, found, NOON) is False


@pytest.mark.sqlite_only
def test_a_file_that_stops_every_worker_is_left_alone_with_a_warning(
    database, session, store, sent
):
    sent(a_docx=LETTER)
    for turn in range(TRIES):
        reading._claim(database, NOON + turn * LEASE)
    assert read(database, store, at=NOON + TRIES * LEASE) == 1
    (letter,) = documents(session)
    assert (letter.state, letter.note, letter.text) == ("read", UNREAD, "")
    assert [one["code"] for one in letter.dangers] == ["unread"]


@pytest.mark.sqlite_only
def test_a_file_that_is_gone_holds_nobody_up(database, session, sent, tmp_path):
    sent(a_docx=LETTER)
    assert read(database, FileStore(tmp_path / "empty")) == 1
    assert documents(session)[0].note == GONE


class Clamd(threading.Thread):
    """A double of ClamAV's daemon, as far as INSTREAM goes; ``answers`` may be None: it hangs."""

    def __init__(self, listening, answers=("OK",)):
        super().__init__(daemon=True)
        self.listening, self.answers, self.seen = listening, list(answers), []
        self.asked = threading.Event()

    def run(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack(">I", stream.read(4))[0]:
                    content += stream.read(size)
                self.seen.append(content)
                self.asked.set()
                if not self.answers:
                    stream.read(1)  # until whoever asked is gone
                elif EICAR in content:
                    connection.sendall(b"stream: Eicar-Test-Signature FOUND\0")
                else:
                    connection.sendall(self.answers[0].encode() + b"\0")


@contextmanager
def clamd(*answers, path=None):
    kind = socket.AF_UNIX if path else socket.AF_INET
    with socket.socket(kind) as listening:
        listening.bind(str(path) if path else ("127.0.0.1", 0))
        listening.listen()
        double = Clamd(listening, answers)
        double.start()
        url = f"unix://{path}" if path else f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        yield Scanner(url), double
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("by_path", [False, True])
def test_a_scanner_gets_the_whole_file_and_says_what_is_in_it(tmp_path, by_path):
    large = tmp_path / "large"
    large.write_bytes(b"x" * 600_000)
    (tmp_path / "eicar").write_bytes(EICAR)
    with clamd("stream: OK", path=tmp_path / "clamd" if by_path else None) as (scanner, double):
        assert scanner.look_at(large) == ""
        assert scanner.look_at(tmp_path / "eicar") == "Eicar-Test-Signature"
    assert double.seen == [large.read_bytes(), EICAR]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("INSTREAM size limit exceeded. ERROR", "no files of this size"),
        ("stream: Can't allocate memory ERROR", "no verdict"),
        ("", "no verdict"),
    ],
)
def test_a_scanner_without_a_verdict_is_away(tmp_path, answer, says):
    (tmp_path / "file").write_bytes(b"x")
    with clamd(answer) as (scanner, _), pytest.raises(ScannerAwayError, match=says):
        scanner.look_at(tmp_path / "file")
    with pytest.raises(ScannerAwayError, match="does not answer"):
        scanner.look_at(tmp_path / "file")


@pytest.mark.sqlite_only
def test_files_wait_for_a_scanner_that_is_away_and_are_refused_when_it_finds_something(
    database, session, store, sent
):
    sent(a_docx=LETTER, b_txt=EICAR)
    away = Scanner("tcp://127.0.0.1:1")
    assert read(database, store, away) == 0
    waiting = documents(session)
    assert {(one.state, one.tries) for one in waiting} == {("waiting", 0)}
    # one of them was enough to know
    assert sorted(one.note for one in waiting) == ["", "The virus scanner does not answer."]
    assert not away.answers()
    with clamd("stream: OK") as (scanner, _):
        assert read(database, store, scanner, at=NOON + timedelta(minutes=2)) == 2
    letter, virus = documents(session)
    assert (letter.state, letter.note) == ("read", "")
    assert (virus.state, virus.text) == ("refused", "")
    assert virus.note == "The virus scanner found Eicar-Test-Signature in it."


WORKER = """
import sys
import portal.models
from pathlib import Path
from foundation.db import Database
from foundation.files import FileStore
from notifications.documents.reading import read_waiting
from notifications.documents.scanning import Scanner
read_waiting(Database(sys.argv[1]), FileStore(Path(sys.argv[2])), Scanner(sys.argv[3]))
"""


@pytest.mark.sqlite_only
def test_a_worker_killed_half_way_leaves_a_file_that_another_finishes(
    database, session, store, sent, tmp_path
):
    sent(a_docx=LETTER)
    url = database.engine.url.render_as_string(hide_password=False)
    with clamd() as (scanner, double):
        command = [sys.executable, "-c", WORKER, url, str(tmp_path / "files"), scanner.url]
        worker = subprocess.Popen(command)
        assert double.asked.wait(30)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
    (letter,) = documents(session)
    assert (letter.state, letter.tries) == ("waiting", 1)
    assert read(database, store, at=letter.claimed_until) == 1
    (letter,) = documents(session)
    assert (letter.state, letter.tries, letter.text) == ("read", 2, "Dear head")
