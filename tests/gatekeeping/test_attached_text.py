import io
import zipfile

import openpyxl
import pytest
import sqlalchemy as sa
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from foundation.files import FileStore
from foundation.filewords import parts
from foundation.filewords.collecting import (
    BROKEN,
    CUT,
    ENTITIES,
    LARGEST,
    LOCKED,
    MOST_CHARACTERS,
    NO_WORDS,
    TOO_LARGE,
    UNPACKS,
)
from foundation.filewords.words import words_of
from gatekeeping.assessment import assess
from gatekeeping.attached.attachment_words import (
    AT_ONCE,
    GONE,
    read_beside,
    read_missing,
    read_waiting,
)
from gatekeeping.attached.attachments import Limits, add
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Attachment, State
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory
from tests.factories.gatekeeping import make_submission

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ASK = "Please return the form by Friday."


def docx(*paragraphs, prolog=""):
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(
            "word/document.xml", f"{prolog}<w:document {WORD}><w:body>{body}</w:body></w:document>"
        )
    return target.getvalue()


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def pdf(text, *, pages=1, password=""):
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for _ in range(pages):
        page = writer.add_blank_page(300, 300)
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (docx("Sign below in ink.", "Thank you."), "Sign below in ink.\nThank you."),
        (xlsx(["Pupil name", "Born"], ["A", 3]), "Pupil name\tBorn\nA\t3"),
        (pdf("Sign below in ink."), "Sign below in ink."),
        ("Señor £5".encode(), "Señor £5"),
        ("Señor £5".encode("cp1252"), "Señor £5"),
        ("Señor £5".encode("utf-16"), "Señor £5"),
    ],
)
def test_the_words_of_each_kind_are_read(content, words):
    read = words_of(content)
    assert (read.text, read.note) == (words, "")


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"%PDF-1.7\n1 0 obj\n", BROKEN),
        (b"PK\x03\x04 broken", BROKEN),
        (docx("x")[:-30], BROKEN),
        (docx("&e;", prolog='<!DOCTYPE d [<!ENTITY e "x">]>'), ENTITIES),
        (pdf("Secret", password="a secret"), LOCKED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", LOCKED),
        (pdf(""), NO_WORDS),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), NO_WORDS),
        (b"", NO_WORDS),
        (bytes(LARGEST + 1), TOO_LARGE),
    ],
)
def test_what_cannot_be_read_gives_no_words_and_says_why(content, note):
    read = words_of(content)
    assert (read.text, read.note) == ("", note)


def test_what_is_locked_without_a_password_is_read():
    reader = PdfReader(io.BytesIO(pdf("Sign in ink.")))
    writer = PdfWriter(clone_from=reader)
    writer.encrypt("", owner_password="an owner's", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    assert words_of(target.getvalue()).text == "Sign in ink."


def test_a_long_file_is_cut():
    read = words_of(docx(*["word " * 1_000] * 60))
    assert len(read.text) <= MOST_CHARACTERS
    assert read.note == CUT


def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(parts, "MOST_UNPACKED", 100_000)
    assert words_of(docx("a" * 200_000)).note == UNPACKS


def test_a_pdf_that_takes_too_long_is_stopped_and_what_was_read_is_kept():
    read = words_of(pdf("Sign in ink.", pages=150), seconds=0.05)
    assert read.note == CUT


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def attach(session, store, content, name="form.docx"):
    officer = OfficerFactory()
    draft = make_submission(State.DRAFT, author=officer)
    session.flush()
    file = add(
        session,
        store,
        draft,
        stream=io.BytesIO(content),
        name=name,
        by=officer.person,
        limits=Limits(size=20_000_000, count=3),
        at=NOON,
    )
    session.flush()
    return draft, file


def test_a_file_is_read_when_it_is_added_and_its_asks_count(session, store):
    draft, file = attach(session, store, docx(ASK))
    assert file.text == ASK
    document = SubmissionDocument.read(draft.document)
    found = assess(session, draft.authority_id, document, at=NOON, submission_id=draft.id).findings
    (label,) = [finding for finding in found if finding.rule == "K41"]
    assert label.detail["attachments"] == [{"name": "form.docx", "text": ASK[:-11]}]


def large():
    target = io.BytesIO(docx(ASK))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/media/image1.png", bytes(AT_ONCE))
    return target.getvalue()


def words(session, file):
    session.expire_all()
    return session.execute(
        sa.select(Attachment.text, Attachment.text_note).where(Attachment.id == file.id)
    ).one()


def test_a_large_file_waits_for_a_worker_who_reads_it_once(database, session, store):
    _, file = attach(session, store, large())
    assert "texts" in session.info["wake"]
    session.commit()
    assert words(session, file) == (None, "")
    session.rollback()
    assert read_waiting(database, store, at=NOON) == 1
    assert read_waiting(database, store, at=NOON) == 0
    assert words(session, file) == (ASK, "")


def test_a_large_file_is_read_at_the_latest_when_it_is_submitted(session, store):
    draft, file = attach(session, store, large())
    assert read_missing(session, store, draft.id, draft.authority_id) == 1
    assert read_missing(session, store, draft.id, draft.authority_id) == 0
    assert words(session, file) == (ASK, "")


def test_a_file_that_is_gone_holds_nobody_up(database, session, store, tmp_path):
    _, file = attach(session, store, large())
    session.commit()
    assert read_waiting(database, FileStore(tmp_path / "empty"), at=NOON) == 1
    assert words(session, file) == ("", GONE)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "name", ["../form.docx", "/etc/passwd", "..", "", "none.docx", "link.docx"]
)
def test_only_files_beside_the_document_are_read(tmp_path, name):
    (tmp_path / "form.docx").write_bytes(docx(ASK))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.docx").symlink_to(tmp_path / "form.docx")
    (folder / "form.docx").write_bytes(docx(ASK))
    found = read_beside(folder / "document.json", ["form.docx", name, "form.docx"])
    assert [(file.name, file.text) for file in found] == [("form.docx", ASK)]
