"""The lines of a batch as people and programs write them: none of them stops the others."""

import json

import click
import pytest

from portal.cli.batches import answers, objects


@pytest.fixture
def batch(tmp_path):
    def write(*lines):
        place = tmp_path / "batch.jsonl"
        place.write_bytes(b"\n".join(lines))
        return str(place)

    return write


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Café – dinners".encode(), "Café – dinners"),
        ("Café – dinners".encode("cp1252"), "Café – dinners"),
        (b"\\ud83c\\udf4e apples", "🍎 apples"),
        (b"\\ud800 half a character", "? half a character"),
    ],
)
def test_a_line_is_read_whatever_wrote_it(batch, line, title):
    (given,) = objects(batch(b'{"title": "' + line + b'"}'))
    assert given == {"title": title}
    assert json.dumps(given, ensure_ascii=False).encode()  # it can be printed


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"null", "is not a JSON object"),
        (b"\x00\xff\xfe", "is not JSON"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_next_is_answered(batch, line, says):
    place = batch(b'\xef\xbb\xbf{"id": 1}', b"", line, b'{"id": "\\ud800"}')
    first, second, third = answers(place, lambda _given: {"found": True})
    assert first == {"id": 1, "found": True}
    assert second["id"] is None
    assert second["error"].startswith("Line 3 ")
    assert says in second["error"]
    assert third == {"id": "?", "found": True}


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(click.ClickException, match="cannot be read"):
        list(objects(str(tmp_path / "nothing.jsonl")))
