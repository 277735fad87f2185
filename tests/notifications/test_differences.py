"""What changed, in words for readers; and which file stands in for which."""

from dataclasses import dataclass
from datetime import date

import pytest

from notifications.documents.differences import (
    LONGEST,
    Content,
    Edition,
    changes,
    content_changes,
    text_changes,
)
from notifications.documents.pairing import pairs

FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 7)
TEXT = "Please send the form by Friday. Use the form below. Thank you."


@dataclass(frozen=True)
class File:
    name: str
    sha256: str


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (TEXT, TEXT, []),
        (TEXT, "Please  send the form by Friday.\nUse the form below. Thank you.", []),
        (TEXT, TEXT + " Ask us.", ["Added: “Ask us.”"]),
        (TEXT, "Please send the form by Friday. Thank you.", ["Taken out: “Use the form below.”"]),
        (
            TEXT,
            TEXT.replace("Friday", "Monday"),
            [
                (
                    "It now says “Please send the form by Monday.” where it said “Please send the "
                    "form by Friday.”"
                )
            ],
        ),
        (TEXT, "", ["Taken out: “Please send the form by Friday.”"]),
        ("", "One. Two. Three. Four. Five.", ["Added: “One.”"]),
    ],
)
def test_a_changed_text_is_told_in_sentences(before, after, told):
    found = text_changes(before, after)
    assert found[: len(told)] == told
    assert bool(found) == bool(told)


def test_many_changes_are_counted_and_long_sentences_cut():
    many = text_changes("", " ".join(f"Sentence {n} is {'long ' * 60}." for n in range(10)))
    assert many[-1] == "6 more sentences are different."
    assert all(len(line) < LONGEST + 20 for line in many)


def test_a_book_is_compared_within_bounds():
    book = [f"This is sentence {n} of a long book." for n in range(5_000)]
    other = [*book[:2_000], "A sentence of its own.", *book[2_001:]]
    told = text_changes(" ".join(book), " ".join(other))
    assert told == [
        "Added: “A sentence of its own.”",
        "Taken out: “This is sentence 2000 of a long book.”",
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, FRIDAY, "It is now due on 4 December 2026."),
        (FRIDAY, None, "No day is set any more by which it is due."),
        (FRIDAY, MONDAY, "You have longer: it is due on 7 December 2026, not on 4 December 2026."),
        (MONDAY, FRIDAY, "It is due earlier: on 4 December 2026, not on 7 December 2026."),
        (FRIDAY, FRIDAY, None),
    ],
)
def test_another_day_is_told(before, after, told):
    found = changes(Edition("A", "B", before), Edition("A", "B", after))
    assert found == ([told] if told else [])


def test_a_new_title_is_told_and_markdown_alone_is_not():
    before = Edition("Menus", "The *new* menus.", None)
    assert changes(before, Edition("New menus", "The **new** menus.", None)) == [
        "The title is now “New menus”."
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (Content(10, "a\tb\nc\td", is_sheet=True), Content(10, "a\tb\ne\tf\nc\td", is_sheet=True),
         "1 row added or changed."),
        (Content(10, "One. Two."), Content(10, "One. Two."),
         "Its words are the same; something else in it changed."),
        (Content(10, "One. Two."), Content(10, "One."), "Taken out: “Two.”"),
        (Content(10, None, 3), Content(10, None, 4), "It has 4 pages, before 3."),
        (Content(1_500), Content(2_400_000), "It is 2.4 MB large, before 2 KB."),
        (Content(10), Content(10), "Something in it changed."),
    ],
)  # fmt: skip
def test_what_changed_in_a_file_is_told_as_well_as_it_is_known(before, after, told):
    assert content_changes(before, after) == told


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["Form.docx"], ["FORM.docx"], ["Form.docx"]),
        (["Form.docx"], ["form v2.docx"], ["Form.docx"]),
        (["Form v2.docx"], ["Form_final (1).docx"], ["Form v2.docx"]),
        (["Form.docx"], ["Form.pdf"], ["Form.docx"]),
        (["Form.docx"], ["Letter.pdf"], ["Form.docx"]),  # one of each is left
        (["Form.docx", "Notes.docx"], ["Letter.pdf", "Other.pdf"], [None, None]),
        (["Form 2025.docx", "Notes.pdf"], ["Form 2026.docx", "Notes.pdf"],
         ["Form 2025.docx", "Notes.pdf"]),
        (["Form 2025.docx", "Form 2026.docx"], ["Form 2026.docx"], ["Form 2026.docx"]),
        ([], ["Form.docx"], [None]),
    ],
)  # fmt: skip
def test_files_follow_one_another_by_content_name_or_place(before, after, expected):
    old, new = [File(name, f"old {name}") for name in before], [File(n, f"new {n}") for n in after]
    found = {later.name: earlier.name for earlier, later in pairs(old, new)}
    assert [found.get(name) for name in after] == expected


def test_the_same_content_wins_over_the_same_name():
    old = [File("A.pdf", "1"), File("B.pdf", "2")]
    new = [File("A.pdf", "2"), File("B.pdf", "1")]
    assert pairs(old, new) == [(old[1], new[0]), (old[0], new[1])]
