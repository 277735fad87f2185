"""Strangers' files: what they are, what is dangerous about them, their words, within limits."""

import pytest

from foundation.filewords import apart
from foundation.filewords.apart import judge
from foundation.filewords.collecting import CUT, LOCKED
from foundation.filewords.dangers import look_at, name_danger
from foundation.filewords.kinds import KINDS
from foundation.filewords.pictures import size_of
from foundation.filewords.words import read_with, reader_for, words_of
from tests import hostile
from tests.hostile import PNG, PROGRAM, ole, open_text, pdf, related, slides, word, zipped

SETTINGS = "word___rels__settings_DOT_xml_DOT_rels"
PARTS = "word___rels__document_DOT_xml_DOT_rels"
TEMPLATE = related("attachedTemplate", "http://x.example")
IMAGE = related("image", "http://x.example/1.png")
FIELD = "<w:instrText> DDE</w:instrText><w:instrText>AUTO c:\\x</w:instrText>"
LINK = {"xl/externalLinks/externalLink1.xml": "<ddeLink/>"}
OPEN = '<text:h text:outline-level="2">Why</text:h><text:p>So <text:s/>it is</text:p>'
RICH = rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\gen x;}Caf\'e9 \u8364?5\par Next}"
MAIL = b"Subject: Trip\nFrom: a@x.example\n\nCome along"
OFFICE = {"[Content_Types].xml": "", "xl/workbook.xml": ""}


@pytest.mark.parametrize(
    ("name", "content", "kind", "dangers"),
    [
        ("a.docx", word(), "docx", []),
        ("a.docx", word(**{PARTS: related("hyperlink", "https://school.example")}), "docx", []),
        ("a.pptx", slides("One"), "pptx", []),
        ("a.odt", open_text(""), "odt", []),
        ("a.pdf", pdf(), "pdf", []),
        ("a.png", PNG, "png", []),
        ("a.txt", b"Dear head,", "txt", []),
        ("a.csv", b"school,urn\n", "csv", []),
        ("a.rtf", rb"{\rtf1 Dear head}", "rtf", []),
        ("a.eml", b"From: a@x.example\nTo: b@x.example\nSubject: Hi\n\nText", "eml", []),
        # what acts when it is opened
        ("a.docm", word(word__vbaProject_DOT_bin=b"x"), "docm", ["macros"]),
        ("a.docx", word(word__vbaProject_DOT_bin=b"x"), "docm", ["macros", "false_name"]),
        ("a.ods", zipped({**OFFICE, "xl/macrosheets/sheet1.xml": ""}), "xlsm", None),
        ("a.docx", word(**{SETTINGS: TEMPLATE}), "docx", ["template"]),
        ("a.docx", word(**{PARTS: IMAGE}), "docx", ["fetches"]),
        ("a.docx", word(word__embeddings__oleObject1_DOT_bin=b"x"), "docx", ["embedded"]),
        ("a.docx", word(FIELD), "docx", ["commands"]),
        ("a.xlsx", zipped({**OFFICE, **LINK}), "xlsx", ["commands"]),
        ("a.xls", ole("Workbook"), "xls", ["old"]),
        ("a.docx", ole("EncryptedPackage"), "locked", ["locked"]),
        ("a.html", b"<!DOCTYPE html><p>Hello", "html", ["page"]),
        ("a.svg", b"<svg onload='x()'/>", "svg", ["page"]),
        ("a.zip", zipped({"b.zip": b"x"}), "zip", ["archive", "nested"]),
        # what nobody may fetch
        ("a.docx", hostile.bomb(), "docx", ["bomb!"]),
        ("a.zip", hostile.many_entries(9_000), "zip", ["archive", "bomb!"]),
        ("a.zip", zipped({"../../x.txt": b"x"}), "zip", ["archive", "outside!"]),
        ("a.zip", zipped({"form.pdf.exe": b"x"}), "zip", ["archive", "programs!"]),
        ("a.jar", zipped({"META-INF/MANIFEST.MF": b""}), "program", ["program!"]),
        ("a.pdf", PROGRAM, "program", ["program!"]),
        ("a.docx", b"#!/bin/sh\n", "program", ["program!"]),
        ("a.bat", b"del *.*", "program", ["program!"]),
        ("a.png", b"<!doctype html><script>x()</script>", "html", ["page", "hidden_page!"]),
        ("a.pdf", b" <html><body>Sign in", "html", ["page", "hidden_page!"]),
        ("a.png", PNG + b"<script>x()</script>", "png", ["two!"]),
        ("a.png", PNG + zipped({"x": b"x"}), "png", ["two!"]),
        ("a.pdf", pdf() + zipped({"x": b"x"}), "pdf", ["two!"]),
        ("a.pdf", b"<script>x()</script>" + pdf(), "pdf", ["two!"]),
        ("a.pdf", bytes(2_000), "unknown", ["unknown!"]),
        ("a.docx", ole("Nothing known"), "unknown", ["unknown!"]),
        # what its name says
        ("a.pdf", word(), "docx", ["false_name"]),
        ("a.pdf", PNG, "png", ["false_name"]),
        ("a\u202efdp.docx", word(), "docx", ["name"]),
        ("a.docx", b"", "empty", []),
        ("no ending", pdf(), "pdf", []),
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_says_and_its_dangers_are_named(name, content, kind, dangers):
    looked = look_at(content, [name])
    assert looked.kind is KINDS[kind]
    found = [one.code + "!" * one.refuses for one in looked.dangers]
    if dangers is not None:
        assert found == dangers
    assert all(one.words.endswith(".") for one in looked.dangers)


def test_a_name_is_judged_again_when_the_same_content_comes_under_another():
    assert name_danger(KINDS["html"], "page.html") is None
    assert name_danger(KINDS["html"], "form.pdf").refuses
    says = name_danger(KINDS["docx"], "form.pdf").words
    assert says == "Its name ends in .pdf (PDF), but what is in it is: Word document."


@pytest.mark.parametrize(
    ("content", "dangers", "pages", "note"),
    [
        (pdf(act="/JavaScript"), ["script"], 1, None),
        (pdf(act="/Launch"), ["launch"], 1, None),
        (pdf(file=("x.exe", PROGRAM)), ["files"], 1, None),
        (pdf(password="a secret"), ["locked"], None, LOCKED),
        (hostile.many_pages(10_000), [], 10_000, "Only the first 200 of 10,000 pages were read."),
        (hostile.endless_pages(), [], None, "The file could not be read."),
        (word("&e;", prolog='<!DOCTYPE d [<!ENTITY e "x">]>'), ["entities!"], None, None),
    ],
)
def test_a_file_is_judged_in_a_process_of_its_own(tmp_path, content, dangers, pages, note):
    (tmp_path / "file").write_bytes(content)
    judged = judge(tmp_path / "file", ["a.pdf" if content.startswith(b"%PDF") else "a.docx"])
    assert [one.code + "!" * one.refuses for one in judged.dangers] == dangers
    assert judged.words.pages == pages
    assert note is None or judged.words.note == note
    assert judged.is_whole


def test_a_file_that_takes_too_long_is_stopped_and_what_was_found_is_kept(tmp_path):
    (tmp_path / "file").write_bytes(hostile.many_pages(199))
    judged = judge(tmp_path / "file", seconds=0.05)
    assert not judged.is_whole
    assert judged.words.note == CUT


def test_a_process_that_wants_too_much_memory_ends_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "_KEPT", (*apart._KEPT, "PYTHONMALLOC"))
    place = tmp_path / "hungry.py"
    place.write_text(
        "from foundation.filewords import apart\n"
        "apart._bind(5)\n"
        "try:\n    bytearray(3_000_000_000)\nexcept MemoryError:\n    apart._say(end=True)\n"
    )
    monkeypatch.setattr(apart, "_MODULE", "hungry")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:.")
    (tmp_path / "file").write_bytes(b"x")
    assert judge(tmp_path / "file").is_whole


def test_nothing_secret_is_handed_to_the_process(tmp_path, monkeypatch):
    place = tmp_path / "telling.py"
    place.write_text("import json, os\nprint(json.dumps({'note': ' '.join(os.environ)}))\n")
    monkeypatch.setattr(apart, "_MODULE", "telling")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "x")
    (tmp_path / "file").write_bytes(b"x")
    assert "SECRET_KEY" not in judge(tmp_path / "file").words.note


CELLS = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in "AB")
HEADING = '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Why</w:t></w:r></w:p>'
SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook():
    related_to = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": "",
            "xl/workbook.xml": f'<workbook {SHEET} xmlns:r="{related_to}"><sheets>'
            '<sheet name="Dates" r:id="r1" state="hidden"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": related("sheet", "worksheets/sheet7.xml", external=False),
            "xl/styles.xml": f'<styleSheet {SHEET}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
            "</cellXfs></styleSheet>",
            "xl/worksheets/sheet7.xml": f'<worksheet {SHEET}><sheetData><row r="2">'
            '<c s="1"><v>46348</v></c><c t="b"><v>1</v></c><c><v>0.30000000000000004</v></c>'
            "</row></sheetData></worksheet>",
        }
    )


@pytest.mark.parametrize(
    ("content", "text", "headings", "pages"),
    [
        (word(HEADING + f"<w:tbl><w:tr>{CELLS}</w:tr></w:tbl>"), "Why\nA\tB", [(0, 3, "")], None),
        (slides("One", "Two"), "One\nA point\n\fTwo\nA point", [(0, 1, ""), (13, 1, "")], 2),
        (workbook(), "\n22 November 2026\tYes\t0.3", [(0, 1, "Dates (hidden)")], 1),
        (
            open_text(OPEN),
            "Why\nSo it is",
            [(0, 2, "")],
            None,
        ),
        (RICH, "Café €5\nNext", [], None),
    ],
)  # fmt: skip
def test_words_come_with_their_headings_and_rows(content, text, headings, pages):
    words = words_of(content)
    assert words.text == text
    assert [(one.at, one.level, one.words) for one in words.headings] == headings
    assert words.pages == pages


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("csv", b'school;urn\r\n"A; B";1\r\n', "school\turn\nA; B\t1"),
        ("eml", MAIL, "Trip\na@x.example\n\nCome along"),
    ],
)  # fmt: skip
def test_texts_are_read_as_what_their_names_say(kind, content, text):
    assert read_with(reader_for(kind), content, seconds=5).text == text


def test_a_picture_says_how_large_it_is():
    assert size_of(PNG) == (640, 480)
    assert size_of(b"GIF89a\x10\x00\x20\x00") == (16, 32)
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x30\x00\x40\x03"
    assert size_of(jpeg + bytes(9)) == (64, 48)
    assert size_of(b"\xff\xd8\xff") is None


def test_a_zip_whose_list_lies_is_only_looked_at_up_to_a_limit():
    content = bytearray(zipped({"word/document.xml": "x" * 10, "[Content_Types].xml": ""}))
    place = content.rfind(b"PK\x05\x06")
    content[place + 12 : place + 16] = (50_000_000).to_bytes(4, "little")
    assert [one.code for one in look_at(bytes(content), ["a.docx"]).dangers][:2] == [
        "archive",
        "bomb",
    ]
