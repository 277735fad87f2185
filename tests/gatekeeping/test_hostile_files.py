"""Hostile files through the whole house: an officer adds them, a school opens what got through."""

import errno
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation import clock, outbox
from foundation.files import FileStore
from gatekeeping.deciding.carrying_out import carry_out_due
from gatekeeping.models import Attachment, State, Verb
from notifications.documents.reading import read_waiting
from notifications.models import Delivery, NoticeAttachment
from portal.wiring import HANDLERS
from tests.deciding import PLACE, act
from tests.factories.directory import GatekeeperFactory, HeadFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission, version_of
from tests.hostile import EICAR, PROGRAM, bomb, many_pages, pdf, related, word, zipped

pytestmark = pytest.mark.sqlite_only

TEMPLATE = related("attachedTemplate", "https://evil.example/t.dotm")
HTML = b"<!doctype html><script>alert(1)</script>"
REFUSED = {
    "bomb.docx": (bomb(), "unpacks to more than we accept"),
    "template.docx": (
        word(word___rels__settings_DOT_xml_DOT_rels=TEMPLATE),
        "loads a template from another computer",
    ),
    "launch.pdf": (pdf(act="/Launch"), "starts another program"),
    "picture.png": (HTML, "it is a web page"),
    "picture.jpg": (b"GIF89a" + HTML, "two kinds of file at once"),
    "program.pdf": (PROGRAM, "a program or a script"),
    "eicar.pdf": (EICAR, "The file must be a PDF"),
    "zip.docx": (zipped({"a.txt": "x"}), "A zip file cannot be added"),
    "nothing.pdf": (b"", "The file is empty"),
}
TAKEN = {
    "../../../etc/cron.d/\u202efdp.docx": (word(), "fdp.docx"),
    "C:\\Users\\CON.pdf": (many_pages(10_000), "C UsersCON.pdf"),
    f"{'a' * 300}.pdf": (pdf(act="/JavaScript"), f"{'a' * 116}.pdf"),
    "form.pdf.exe": (pdf(pages=4), "form.pdf.exe.pdf"),
    "letter.html": (pdf(pages=5), "letter.html.pdf"),
    "virus.docx": (word("<w:p><w:r><w:t>EICAR</w:t></w:r></w:p>"), "virus.docx"),
}


class Clamd:
    """Finds something where the file says EICAR, as a scanner would that unpacks it."""

    def __init__(self, store):
        self.virus = store

    def look_at(self, path):
        return "Eicar-Test-Signature" if path.read_bytes() == TAKEN["virus.docx"][0] else ""


@pytest.fixture
def officer(session):
    GatekeeperFactory()
    return OfficerFactory()


@pytest.fixture
def add(session, officer, client, sign_in):
    """Add files to an officer's draft: contents by their names."""
    draft = make_submission(State.DRAFT, author=officer)
    session.commit()
    sign_in(client, officer)

    def add(**files):
        sent = [(io.BytesIO(content), name) for name, content in files.items()]
        place = f"/submissions/{draft.id}/write/attachments"
        return client.post(place, data={"files": sent, "then": "add"}, follow_redirects=True)

    return add


def test_what_no_letter_to_schools_needs_is_refused_with_how_to_mend_it(session, add):
    page = add(**{name: content for name, (content, _) in REFUSED.items()}).text
    for name, (_, why) in REFUSED.items():
        assert why in re.search(rf"{name}: ([^<]+)", page)[1]
    assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0


def test_a_disguised_name_does_not_turn_the_sentence_around_that_refuses_it(add):
    assert "\u202e" not in add(**{"\u202efdp.exe": PROGRAM}).text


def test_a_file_that_finds_no_room_while_it_is_sent_is_answered_with_a_page(add, monkeypatch):
    def full(**_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    # where it lies while it is received
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", full)
    answer = add(**{"form.pdf": b"%PDF-1.7\n"})
    assert answer.status_code == 507
    assert "The portal has no room for files at the moment." in answer.text


def test_what_is_taken_reaches_schools_under_a_safe_name_as_a_download_with_its_warnings(
    at_noon, session, database, settings, client, sign_in, officer, add
):
    head = HeadFactory(school__name="Holly Bank")
    session.commit()
    answer = add(**{name: content for name, (content, _) in TAKEN.items()})
    assert f"{len(TAKEN)} files were added." in answer.text
    delivery_id = _approved(session, database, officer)
    store = FileStore(settings.files)
    scanner = Clamd(store)
    assert read_waiting(database, store, scanner) == len(TAKEN)
    rows = session.execute(sa.select(NoticeAttachment.name, NoticeAttachment.id))
    ids = {row.name: f"/inbox/{delivery_id}/files/{row.id}" for row in rows}
    session.commit()
    assert set(ids) == {clean for _, clean in TAKEN.values()}
    sign_in(client, head)
    page = client.get(f"/inbox/{delivery_id}").text
    assert "10,000 pages" in page
    assert "script" in page
    for content, clean in TAKEN.values():
        with client.get(ids[clean]) as answer:
            if clean == "virus.docx":
                assert answer.status_code == 403
                assert "The virus scanner found Eicar-Test-Signature in it." in answer.text
                continue
            assert answer.data == content
            assert answer.headers["Content-Disposition"].startswith("attachment; ")
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert client.get(f"{ids[clean]}/read").status_code == 200


def _approved(session, database, officer):
    """Let a gatekeeper approve what the officer added; return the delivery's id."""
    gate = GatekeeperFactory()
    made = make_submission(State.IN_REVIEW, author=officer, claimed_by=gate)
    names = ("id", "name", "media_type", "size", "sha256")
    files = session.scalars(sa.select(Attachment).order_by(Attachment.id))
    version_of(made).attachments = [{name: getattr(file, name) for name in names} for file in files]
    session.commit()
    act(session, made, Verb.APPROVE, gate)
    session.commit()
    later = clock.now() + timedelta(days=3)
    carry_out_due(database, at=later, address=PLACE)
    outbox.relay(database, HANDLERS, at=later)
    delivery_id = session.scalar(sa.select(Delivery.id))
    session.commit()
    return delivery_id
