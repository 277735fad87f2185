import io
import zipfile

import pytest

from foundation.files import FileStore, TooLargeError
from foundation.filewords.kinds import KINDS
from gatekeeping.attached.attachments import (
    Limits,
    TooManyFilesError,
    WrongKindError,
    add,
    clean_name,
    kind_of,
    remove,
)
from gatekeeping.models import State
from gatekeeping.writing.submissions import FrozenError
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory
from tests.factories.gatekeeping import make_submission
from tests.hostile import bomb, pdf, related, word

PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPG = b"\xff\xd8\xff\xe0" + bytes(20)


def office(*parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    return target.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
XLSX = office("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "pdf"), (PNG, "png"), (JPG, "jpg"), (DOCX, "docx"), (XLSX, "xlsx")],
)
def test_kinds_are_told_by_content(content, kind):
    assert kind_of(io.BytesIO(content)).name == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain text",
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old or locked document",
        b"PK\x03\x04 broken",
        office("readme.txt"),
        office("word/document.xml"),
        office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        word(
            word___rels__settings_DOT_xml_DOT_rels=related("attachedTemplate", "http://x.example")
        ),
        word("<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>"),
        bomb(),
        PDF + office("readme.txt"),
        PNG + b"<script>alert(1)</script>",
    ],
)
def test_everything_else_is_refused(content):
    with pytest.raises(WrongKindError):
        kind_of(io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("form.pdf", "pdf", "form.pdf"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\Users\\x\\Form.PDF", "pdf", "Form.pdf"),
        ("invoice.pdf.exe", "pdf", "invoice.pdf.exe.pdf"),
        ("photo.jpeg", "jpg", "photo.jpg"),
        ('a"b\r\nc;<d>.png', "png", "a b c d.png"),
        ("", "docx", "file.docx"),
        ("...", "docx", "file.docx"),
        ("x" * 300 + ".pdf", "pdf", "x" * 116 + ".pdf"),
        ("con.docx", "docx", "con_.docx"),
        ("invoice\u202efdp.docx", "docx", "invoicefdp.docx"),
        ("Größe – Plan.xlsx", "xlsx", "Größe – Plan.xlsx"),
    ],
)
def test_names_are_cleaned_and_end_as_their_content_says(name, kind, clean):
    assert clean_name(name, KINDS[kind]) == clean


@pytest.fixture
def officer(session):
    return OfficerFactory()


@pytest.fixture
def adding(session, officer, tmp_path):
    def add_it(submission, content=PDF, name="form.pdf", size=1000, count=2):
        return add(
            session,
            FileStore(tmp_path / "files"),
            submission,
            stream=io.BytesIO(content),
            name=name,
            by=officer.person,
            limits=Limits(size, count),
            at=NOON,
        )

    return add_it


def test_a_file_is_stored_by_content_and_named_in_the_document(session, officer, adding, tmp_path):
    draft = make_submission(State.DRAFT, author=officer)
    file = adding(draft)
    assert FileStore(tmp_path / "files").path(file.sha256).read_bytes() == PDF
    assert (file.name, file.media_type, file.size) == ("form.pdf", "application/pdf", len(PDF))
    assert draft.document["attachments"] == ["form.pdf"]
    assert [each.id for each in draft.attachments] == [file.id]


@pytest.mark.sqlite_only
def test_a_pdf_that_starts_a_program_is_refused_with_how_to_mend_it(officer, adding):
    draft = make_submission(State.DRAFT, author=officer)
    with pytest.raises(WrongKindError, match="Print it to a new PDF"):
        adding(draft, pdf(act="/Launch"))
    assert draft.document.get("attachments", []) == []


@pytest.mark.sqlite_only
def test_the_same_file_twice_is_one(officer, adding):
    draft = make_submission(State.DRAFT, author=officer)
    assert adding(draft).id == adding(draft).id
    assert draft.document["attachments"] == ["form.pdf"]


@pytest.mark.sqlite_only
def test_too_large_and_too_many_are_refused_and_change_nothing(officer, adding, tmp_path):
    draft = make_submission(State.DRAFT, author=officer)
    with pytest.raises(TooLargeError):
        adding(draft, PDF + bytes(2000))
    adding(draft)
    adding(draft, PNG, "b.png")
    with pytest.raises(TooManyFilesError):
        adding(draft, JPG, "c.jpg")
    assert draft.document["attachments"] == ["form.pdf", "b.png"]
    assert not list((tmp_path / "files").glob(".incoming-*"))


@pytest.mark.sqlite_only
def test_a_file_is_removed_once_and_never_from_what_was_submitted(session, officer, adding):
    draft = make_submission(State.DRAFT, author=officer)
    file = adding(draft)
    for _ in range(2):
        remove(session, draft, file.id, by=officer.person, at=NOON)
    assert draft.document["attachments"] == []
    with pytest.raises(FrozenError):
        adding(make_submission(State.TRIAGE, author=officer))
