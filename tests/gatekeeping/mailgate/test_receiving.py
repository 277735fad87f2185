"""The stream of DATA, cut at every place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeping.mailgate.smtp.receiving import Receiving, dotted


def received(stream: bytes, cuts: list[int]) -> tuple[bytes, Receiving]:
    """Feed a stream in pieces; the rest after its end is never fed."""
    state, found, begin = Receiving(), b"", 0
    for end in [*sorted(cuts), len(stream)]:
        if not state.ended:
            found += state.feed(stream[begin:end])
        else:
            state.rest += stream[begin:end]
        begin = end
    return found, state


CASES = [
    # the stream, the message, whether it has bare ends, what follows
    (b".\r\n", b"", False, b""),
    (b".\r\nQUIT\r\n", b"", False, b"QUIT\r\n"),
    (b"\r\n.\r\n", b"\r\n", False, b""),
    (b"a\r\n.\r\n", b"a\r\n", False, b""),
    (b"..\r\n.\r\n", b".\r\n", False, b""),
    (b"a\r\n..b\r\n...\r\n.\r\nRSET\r\n", b"a\r\n.b\r\n..\r\n", False, b"RSET\r\n"),
    (b".a\r\n.\r\n", b"a\r\n", False, b""),
    (b"a.\r\n.\r\n", b"a.\r\n", False, b""),
    (b"a\0\xff\r\n.\r\n", b"a\0\xff\r\n", False, b""),
    # what smugglers try: none of these is an end
    (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n", True, b""),
    (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n", True, b""),
    (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n", True, b""),
    (b"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n", True, b""),
    (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n", True, b""),
    (b"a\r.\r\nb\r\n.\r\n", b"a\r.\r\nb\r\n", True, b""),
    (b"a\r\r\n.\r\n", b"a\r\r\n", True, b""),
    (b"a\n\r\n.\r\n", b"a\n\r\n", True, b""),
    (b"\n.\r\n\r\n.\r\n", b"\n.\r\n\r\n", True, b""),
    (b"\r.\r\n\r\n.\r\n", b"\r.\r\n\r\n", True, b""),
    (b"a\r\n.\r\r\n\r\n.\r\n", b"a\r\n\r\r\n\r\n", True, b""),
    (b"a\r\n\0.\r\n\r\n.\r\n", b"a\r\n\0.\r\n\r\n", False, b""),
]


@pytest.mark.parametrize(("stream", "message", "has_bare_ends", "rest"), CASES)
def test_a_stream_is_read_the_same_wherever_it_is_cut(stream, message, has_bare_ends, rest):
    for first in range(len(stream) + 1):
        for second in range(first, len(stream) + 1):
            found, state = received(stream, [first, second])
            assert (found, state.ended) == (message, True)
            assert state.has_bare_ends is has_bare_ends
            assert state.rest == rest


LINES = st.lists(st.sampled_from([b".", b"..", b"a", b"", b".a", b"\0", b"\xff." * 3]), max_size=12)


@given(LINES, st.lists(st.integers(0, 80), max_size=6))
@settings(max_examples=300, deadline=None)
def test_what_is_dotted_and_received_is_the_same(lines, cuts):
    message = b"".join(line + b"\r\n" for line in lines)
    pieces, before, sent = [], b"\r\n", b""
    begin = 0
    for end in [*sorted(cuts), len(message)]:
        pieces.append(message[begin:end])
        begin = min(end, len(message))
    for piece in pieces:
        sent += dotted(piece, before)
        before = (before + piece)[-2:]
    found, state = received(sent + b".\r\n", cuts)
    assert found == message
    assert state.ended
    assert not state.has_bare_ends


@given(
    st.binary(max_size=60).map(
        lambda raw: raw.translate(bytes(b"\r\n.a"[n % 4] for n in range(256)))
    )
)
@settings(max_examples=500, deadline=None)
def test_bare_ends_are_seen_and_everything_else_is_kept(raw):
    stream = raw + b"\r\n.\r\n"
    found, state = received(stream, [len(stream) // 3, len(stream) // 2])
    end = (b"\r\n" + stream).find(b"\r\n.\r\n")
    body = stream[:end]
    assert found == (b"\r\n" + body).replace(b"\r\n.", b"\r\n")[2:]
    assert state.has_bare_ends is bool(set(body.replace(b"\r\n", b"")) & set(b"\r\n"))
