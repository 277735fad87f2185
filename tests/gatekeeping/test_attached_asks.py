"""Forms that hold the questions: what they ask counts like items, and the finding says where."""

from datetime import date

import pytest

from foundation.filewords.words import words_of
from gatekeeping.alike.asked_before import Earlier
from gatekeeping.alike.meaning import meaning_of
from gatekeeping.alike.sharing import Shared
from gatekeeping.asked import AttachedText
from gatekeeping.attached.attached_asks import MOST_ENTRIES, asked_in, place_in
from gatekeeping.attached.attachment_words import read_beside
from gatekeeping.checks import k10_duplicate, k12_census
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context
from tests.gatekeeping.test_attached_text import docx, pdf, xlsx

TODAY = date(2026, 11, 22)
MEALS = "Pupils eligible for free school meals"
LETTER = {"kind": "data_request", "title": "Autumn return", "body": "Please complete the form."}


def asked(name, content):
    text = words_of(content, seconds=20).text if isinstance(content, bytes) else content
    attached = AttachedText(name, text)
    return [
        (" ".join(one.wordings[0].whole.split()), place_in(attached, one.span.start))
        for one in asked_in(attached)
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "return.xlsx",
            xlsx(["Autumn return"], [], ["School name", "URN", MEALS, "Number on roll"]),
            [(MEALS, "row 3"), ("Number on roll", "row 3")],
        ),
        (
            "questions.xlsx",
            xlsx(["Question", "Answer"], ["Number of pupils on roll"], ["Name of the SENCO"]),
            [("Number of pupils on roll", "row 2"), ("Name of the SENCO", "row 3")],
        ),
        (
            "form.docx",
            docx("Autumn survey", "1. Number of pupils on roll", "Head teacher: ________"),
            [("Number of pupils on roll", "")],
        ),
        ("form.pdf", pdf("How many pupils have free meals?", pages=2), None),
        # filled in: what it says is not asked
        ("dates.xlsx", xlsx(["Term", "Starts", "Ends"], ["Autumn", "1 Sept", "20 Dec"]), []),
        ("guide.docx", docx("About free meals", "Number of pupils", "Meals are free."), []),
        ("welsh.docx", docx("Ffurflen", "Nifer y disgyblion: ____"), [("Nifer y disgyblion", "")]),
        ("form.txt", "AUTUMN FORM\nNUMBER OF PUPILS ON ROLL\n", [("NUMBER OF PUPILS ON ROLL", "")]),
        ("empty.docx", "", []),
    ],
)
def test_what_a_file_asks_is_found_with_its_place(name, content, expected):
    found = asked(name, content)
    if expected is None:
        assert found[-1][1] == "page 2"
    else:
        assert found == expected


@pytest.mark.parametrize(
    "text", ["Number of pupils\n" * 12_000, "a b\t" * 50_000, "x" * 200_000, "____\f" * 40_000]
)
def test_a_large_file_is_read_within_bounds(text):
    assert len(asked_in(AttachedText("form.xlsx", text))) <= MOST_ENTRIES + 400


def test_what_a_form_asks_is_a_thing_of_the_meaning_with_its_file():
    attached = AttachedText(
        "form.xlsx", words_of(xlsx(["School", "URN", MEALS, "Number on roll"])).text
    )
    found = meaning_of(SubmissionDocument.read(LETTER), attached=[attached])
    assert (MEALS, "form.xlsx") in {(thing.said, thing.file) for thing in found.things}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("form.xlsx", xlsx(["Form"], ["School", "URN", MEALS], ["Barton", "119100", ""])),
        ("form.docx", docx("Return form", MEALS + ": ______")),
        ("form.pdf", pdf("How many pupils are eligible for free school meals?")),
    ],
)
def test_held_data_is_found_in_a_form_and_the_finding_says_where(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    document = SubmissionDocument.read({**LETTER, "attachments": [name, "not-there.docx"]})
    attached = read_beside(tmp_path / "letter.json", document.attachments)
    (finding, *_) = k12_census.check(document, Context(today=TODAY, attachments=attached))
    assert f"It is asked in {name}" in finding.says
    assert finding.detail["attachments"][0]["name"] == name
    assert finding.evidence[0].text == name
    without = Context(today=TODAY)
    assert k12_census.check(document, without) == []


@pytest.mark.parametrize(
    "content",
    [
        docx("How many pupils?")[:200],  # broken
        pdf("How many pupils?", password="secret"),
        b"\xd0\xcf\x11\xe0" + b"\x00" * 3_000,  # locked, or from an old Office
        b"PK\x03\x04" + b"\x00" * 100,
        b"",
    ],
)
def test_a_file_that_cannot_be_read_asks_nothing(tmp_path, content):
    (tmp_path / "form.docx").write_bytes(content)
    document = SubmissionDocument.read({**LETTER, "attachments": ["form.docx"]})
    attached = read_beside(tmp_path / "letter.json", document.attachments)
    assert asked_in(attached[0]) == ()
    assert k12_census.check(document, Context(today=TODAY, attachments=attached)) == []
    assert meaning_of(document, attached=attached).title == "Autumn return"


def test_a_duplicate_says_which_file_asks_what_is_asked_before():
    attached = AttachedText("form.xlsx", f"Form\nSchool\tURN\t{MEALS}\n")
    earlier = Earlier(
        7, "888-2627-D-00001-A", "Meals", 0.9, 3, shared=(Shared(MEALS, "FSM", "form.xlsx"),)
    )
    document = SubmissionDocument.read({**LETTER, "attachments": ["form.xlsx"]})
    context = Context(today=TODAY, schools=3, earlier=(earlier,), attachments=(attached,))
    (finding,) = k10_duplicate.check(document, context)
    assert f"It is asked in form.xlsx (row 2): “{MEALS}”." in finding.says
    assert finding.detail["attachments"] == [{"name": "form.xlsx", "place": "row 2", "text": MEALS}]
    assert finding.detail["pairs"] == [[MEALS, "FSM", "form.xlsx", ""]]
    assert [span.text for span in finding.evidence] == ["form.xlsx"]
