import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.markdown import to_html, to_plain


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[press](javascript:alert(1))",
        "![x](https://tracker.example/pixel.png)",
        '<img src=x onerror="alert(1)">',
        '<a href="https://a.example" onclick="x()">a</a>',
        "<iframe src='https://a.example'></iframe>",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_nothing_that_runs_or_loads_survives(hostile):
    shown = str(to_html(hostile)).casefold()
    for forbidden in ("<script", "<img", "<iframe", 'href="javascript', 'href="data', "<a onclick"):
        assert forbidden not in shown


def test_headings_begin_below_the_pages_own():
    assert "<h2" in to_html("# Dates")
    assert "<h1" not in to_html("# Dates")


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("# a\n## b\n### c\n# d", [2, 3, 4, 2]),
        ("## a\n### b", [2, 3]),
        ("#### a\n# b\n#### c\n###### d", [2, 2, 3, 4]),
    ],
)
def test_headings_skip_no_level(written, levels):
    shown = to_html(written)
    assert [int(level) for level in re.findall(r"<h(\d)", shown)] == levels
    assert [int(level) for level in re.findall(r"</h(\d)", shown)] == levels


def test_the_usual_marks_become_the_usual_elements():
    shown = to_html("**Please** read:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    for element in ("<strong>Please</strong>", "govuk-list--bullet", "<li>one</li>", "govuk-table"):
        assert element in shown


def test_the_plain_text_has_the_words_and_no_marks():
    assert to_plain("# Dates\n\n**Please** reply to A & B") == "Dates\nPlease reply to A & B"


@given(st.text(max_size=400))
def test_any_text_at_all_can_be_shown(text):
    assert "<script" not in to_html(text).casefold()
    to_plain(text)
