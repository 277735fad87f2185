"""The copy of a file that is read on a page: headings, paragraphs and tables from its words."""

import pytest

from notifications.documents.copying import contents_of, copy_of

pytestmark = pytest.mark.sqlite_only


def shown(text, outline=(), kind="docx"):
    return [
        (block.kind, block.level, block.words or [list(row) for row in block.rows])
        for block in copy_of(text, outline, kind)
    ]


@pytest.mark.parametrize(
    ("kind", "text", "outline", "expected"),
    [
        ("docx", "", (), []),
        ("docx", "One\n\nTwo", (), [("text", 0, "One"), ("text", 0, "Two")]),
        (
            "docx",
            "Plan\nWhy\nSo\nDeep",
            [[0, 1, ""], [5, 2, ""], [12, 6, ""]],
            [
                ("heading", 2, "Plan"),
                ("heading", 3, "Why"),
                ("text", 0, "So"),
                ("heading", 4, "Deep"),
            ],
        ),
        ("docx", "A\tB\n1\t2\nO", (), [("table", 0, [["A", "B"], ["1", "2"]]), ("text", 0, "O")]),
        ("docx", "Name:\t____\nEnd", (), [("text", 0, "Name: ____"), ("text", 0, "End")]),
        (
            "xlsx",
            "Rooms\n\nRoom\tSize\nHall\t9\nTotal\n\fOnly",
            [[0, 1, "First"], [31, 1, "Second"]],
            [
                ("heading", 2, "First"),
                ("text", 0, "Rooms"),
                ("table", 0, [["Room", "Size"], ["Hall", "9"], ["Total", ""]]),
                ("heading", 2, "Second"),
                ("text", 0, "Only"),
            ],
        ),
        (
            "pdf",
            "This line is as long as the page is wide\nand goes on here.\n• A point\n• Two\fNext",
            (),
            [
                ("page", 0, "Page 1"),
                ("text", 0, "This line is as long as the page is wide and goes on here."),
                ("text", 0, "• A point"),
                ("text", 0, "• Two"),
                ("page", 0, "Page 2"),
                ("text", 0, "Next"),
            ],
        ),
        (
            "pptx",
            "Why\nA point\f",
            [[0, 1, ""]],
            [
                ("page", 0, "Slide 1"),
                ("heading", 3, "Why"),
                ("text", 0, "A point"),
                ("page", 0, "Slide 2"),
            ],
        ),
        ("txt", "Line\nline\n\nNext", (), [("text", 0, "Line\nline"), ("text", 0, "Next")]),
    ],
)  # fmt: skip
def test_words_become_what_they_were(kind, text, outline, expected):
    assert shown(text, outline, kind) == expected


@pytest.mark.parametrize(
    ("text", "has_head"),
    [("A\tB\n1\t2", True), ("A\t\n1\t2", False), ("1\t2\n3\t4", False)],
)
def test_a_table_has_a_head_when_every_column_of_its_first_row_is_named(text, has_head):
    (table,) = copy_of(text, (), "csv")
    assert table.has_head is has_head


def test_the_list_of_contents_names_headings_or_else_pages():
    text = "One\fTwo"
    assert [block.words for block in contents_of(copy_of(text, (), "pdf"))] == ["Page 1", "Page 2"]
    slides = copy_of(text, [[0, 1, ""], [4, 1, ""]], "pptx")
    assert [(block.words, block.anchor) for block in contents_of(slides)] == [
        ("One", "heading-1"),
        ("Two", "heading-2"),
    ]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf", "txt"])
@pytest.mark.parametrize(
    "text", ["\t" * 5_000, "\f" * 500, "a\n" * 20_000, "x" * 200_000, "\n\t\f"]
)
def test_odd_texts_do_no_harm(kind, text):
    assert copy_of(text, [[0, 9, ""], [-1, 0, "x"], [10**9, 2, ""]], kind) is not None
