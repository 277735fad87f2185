import hashlib
import tracemalloc

import pytest

from gatekeeping.mailgate.gate.spool import Spool, token_of
from gatekeeping.mailgate.policy import Sent

SIZES = [0, 1, 65_535, 65_536, 262_144, 262_145, 1_000_003]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read_again(size, tmp_path):
    content = bytes(number % 251 for number in range(size))
    with Spool(tmp_path) as spool:
        for start in range(0, size, 40_000):
            spool.write(content[start : start + 40_000])
        assert spool.size == size
        assert spool.sha256 == hashlib.sha256(content).hexdigest()
        assert b"".join(spool.pieces()) == content
        assert spool.open().read() == content
        assert list(tmp_path.iterdir()) == []  # it has no name, and so goes with the process


def test_each_reader_has_a_place_of_its_own_and_closing_one_closes_nothing():
    with Spool() as spool:
        spool.write(b"one\r\ntwo\r\n")
        first, second = spool.open(), spool.open()
        assert (first.readline(), second.read(2), first.read()) == (b"one\r\n", b"on", b"two\r\n")
        first.close()
        second.seek(-5, 2)
        assert second.read() == b"two\r\n"
        spool.write(b"three\r\n")
        assert spool.open().read().endswith(b"two\r\nthree\r\n")


def test_a_large_message_costs_little_memory(tmp_path):
    piece = b"x" * 65_536
    tracemalloc.start()
    with Spool(tmp_path) as spool:
        for _ in range(160):
            spool.write(piece)
        assert sum(len(part) for part in spool.pieces()) == 160 * 65_536
        _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4_000_000  # of ten; servers of other tests may run beside it


@pytest.mark.parametrize(
    ("sender", "recipients", "sha256", "is_same"),
    [
        ("a@x.example", ("b@x.example", "c@x.example"), "12", True),
        ("a@x.example", ("c@x.example", "b@x.example", "b@x.example"), "12", True),
        ("a@x.example", ("b@x.example", "C@x.example"), "12", False),  # may be another mailbox
        ("", ("b@x.example", "c@x.example"), "12", False),
        ("a@x.example", ("b@x.example",), "12", False),
        ("a@x.example", ("b@x.example", "c@x.example"), "13", False),
    ],
)
def test_a_token_stands_for_sender_recipients_and_content(sender, recipients, sha256, is_same):
    known = token_of(Sent("a@x.example", ("b@x.example", "c@x.example")), "12")
    assert (token_of(Sent(sender, recipients), sha256) == known) is is_same


def test_half_a_message_is_never_taken_for_the_whole():
    with Spool() as spool:
        spool.write(b"a" * 100_000)
        spool._file.truncate(70_000)
        for reading in (lambda: list(spool.pieces()), lambda: spool.open().read()):
            with pytest.raises(OSError, match="shorter"):
                reading()
