"""Fetching the files of an item, reading them on a page, printing the item as PDF."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from foundation import clock
from foundation.files import FileStore
from notifications.documents.paper import content_hash, facts_of, notice_paper
from notifications.documents.printing import LEASE, TRIES, ask, print_waiting
from notifications.models_documents import Document, DocumentState
from notifications.models_reading import Printout, PrintoutKind, PrintoutState
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory

pytestmark = pytest.mark.sqlite_only
CONTENT = b"%PDF-1.4 " + b"0123456789" * 20
TABLE = "Why\n<script>x()</script>\nA\tB\n1\t2"
ADDRESS = "https://portal.example"


@pytest.fixture
def reader(session):
    return MembershipFactory(person__name="Jo Teacher")


@pytest.fixture
def attached(session, settings, reader):
    """Deliver an item with a file: its name, and what a worker found of it."""

    def attached(name="form.pdf", content=CONTENT, notice=(), to=None, **found):
        kept = FileStore(settings.files).put(io.BytesIO(content), most=10**6)
        values = {f"notice__{key}": value for key, value in dict(notice).items()}
        delivery = DeliveryFactory.to(to or reader, **values)
        file = NoticeAttachmentFactory(
            notice_id=delivery.notice_id, sha256=kept.sha256, name=name, size=len(content)
        )
        facts = {"state": DocumentState.READ, "media_type": "application/pdf", **found}
        session.add(
            Document(
                authority_id=delivery.authority_id,
                sha256=kept.sha256,
                size=len(content),
                created_at=NOON,
                **facts,
            )
        )
        session.commit()
        return delivery, file

    return attached


def address_of(delivery, file, more=""):
    return f"/inbox/{delivery.id}/files/{file.id}{more}"


def test_a_file_is_a_download_under_a_safe_name_that_nobody_keeps(
    client, sign_in, reader, attached
):
    place = address_of(*attached("../Grün\u202efdp.pdf"))
    sign_in(client, reader)
    with client.get(place) as answer:
        assert answer.data == CONTENT
    named = answer.headers["Content-Disposition"]
    assert named.startswith("attachment; ")
    assert "filename*=UTF-8''Gr%C3%BCnfdp.pdf" in named
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    with client.head(place) as answer:
        assert (answer.status_code, answer.content_length, answer.data) == (200, len(CONTENT), b"")
    with client.get(place, headers={"Range": "bytes=9-18"}) as answer:
        assert (answer.status_code, answer.data) == (206, b"0123456789")
        assert answer.headers["Content-Range"] == f"bytes 9-18/{len(CONTENT)}"


def test_a_web_page_is_never_handed_out_as_one(client, sign_in, reader, attached):
    place = address_of(*attached("page.html", b"<html>", media_type="text/html"))
    sign_in(client, reader)
    with client.get(place) as answer:
        assert answer.mimetype == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "notice", "found", "code", "says"),
    [
        ("a.pdf", {"withdrawn_at": NOON, "withdrawn_why": "Wrong form."}, {}, 410, "Wrong form."),
        ("a.pdf", {"expunged_at": NOON}, {}, 410, "may not be kept longer"),
        ("a.pdf", {}, {"state": DocumentState.EXPUNGED}, 410, "may not be kept longer"),
        ("a.pdf", {}, {"state": DocumentState.REFUSED, "note": "A program."}, 403, "A program."),
        ("a.pdf", {}, {"media_type": "text/html"}, 403, "it is a web page"),
    ],
)  # fmt: skip
def test_what_nobody_may_fetch_says_why(
    client, sign_in, reader, attached, name, notice, found, code, says
):
    delivery, file = attached(name, notice=notice, **found)
    sign_in(client, reader)
    for more in ("", "/read"):
        answer = client.get(address_of(delivery, file, more))
        assert answer.status_code == code
        assert says in answer.text
    assert says in client.get(f"/inbox/{delivery.id}").text or notice


def test_with_a_scanner_nobody_fetches_what_it_has_not_seen(
    app, client, sign_in, reader, attached, settings
):
    delivery, file = attached(state=DocumentState.WAITING, media_type="")
    sign_in(client, reader)
    with client.get(address_of(delivery, file)) as answer:
        assert answer.status_code == 200
    scans = settings.model_copy(update={"clamd_url": "tcp://127.0.0.1:1"})
    app.extensions["portal_settings"] = scans
    answer = client.get(address_of(delivery, file))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "being checked for viruses" in answer.text
    assert "being checked for viruses" in client.get(f"/inbox/{delivery.id}").text


def test_an_item_says_of_each_file_what_it_is_and_what_to_heed(client, sign_in, reader, attached):
    danger = {"code": "macros", "words": "It contains macros."}
    delivery, file = attached("list.xlsm", pages=3, dangers=[danger], text="x", media_type=(
        "application/vnd.ms-excel.sheet.macroEnabled.12"))  # fmt: skip
    sign_in(client, reader)
    text = client.get(f"/inbox/{delivery.id}").text
    assert "Excel workbook with macros, 3 sheets, 209 bytes" in text
    assert "It contains macros." in text
    assert address_of(delivery, file, "/read") in text


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            {"text": TABLE, "outline": [[0, 1, ""]], "media_type": "text/csv"},
            ['id="heading-1">Why</h2>', "&lt;script&gt;", '<th scope="col"'],
        ),
        ({"text": "One\fTwo", "pages": 2, "note": "Only a part."}, ["Page 2", "Only a part."]),
        ({"text": "", "note": "It is locked."}, ["no words of this file to show. It is locked."]),
        ({"text": "", "state": DocumentState.WAITING}, ["in a minute or two", "data-waiting"]),
    ],
)  # fmt: skip
def test_a_file_can_be_read_as_a_page(client, sign_in, reader, attached, statements, found, says):
    place = address_of(*attached(**found), "/read")
    sign_in(client, reader)
    statements.clear()
    text = client.get(place).text
    assert len(statements) < 12
    assert all(words in text for words in says)
    assert "<script>x()" not in text


def test_nobody_else_gets_a_file_its_words_or_its_print(client, sign_in, session, reader, attached):
    head = HeadFactory(school=reader.school)
    others = [MembershipFactory(school=reader.school), MembershipFactory(), HeadFactory()]
    delivery, file = attached()
    elsewhere, other = attached("other.pdf", b"%PDF-1.4 other")
    for member in others:
        sign_in(client, member)
        for more in ("", "/read"):
            assert client.get(address_of(delivery, file, more)).status_code == 404
        assert client.get(f"/inbox/{delivery.id}/print").status_code == 404
        assert client.post(f"/inbox/{delivery.id}/print").status_code == 404
        assert client.get(f"/inbox/{delivery.id}/print/file").status_code == 404
    sign_in(client, head)
    assert client.get(address_of(delivery, file, "/read")).status_code == 200
    # a file of one item is not to be had through another
    assert client.get(address_of(delivery, other)).status_code == 404
    assert client.get(address_of(elsewhere, file)).status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Printout)) == 0


def prints(database, settings, at=NOON):
    makers = {PrintoutKind.NOTICE: notice_paper}
    store = FileStore(settings.files)
    return print_waiting(database, store, makers, address=ADDRESS, now=lambda: at)


def test_an_item_is_printed_once_for_all_its_readers_and_anew_when_it_was_corrected(
    database, session, client, sign_in, reader, attached, settings
):
    due = clock.local_date(clock.now()) + timedelta(days=9)
    notice = {"title": "Autumn <return>", "body": "Please **read**.", "due_on": due}
    delivery, _ = attached(notice=notice)
    place = f"/inbox/{delivery.id}/print"
    sign_in(client, reader)
    assert "Make the PDF" in client.get(place).text
    for _ in range(2):
        assert client.post(place).headers["Location"] == place
    assert "is being made" in client.get(place).text
    assert client.get(f"{place}/file").headers["Location"] == place
    assert prints(database, settings) == 1
    assert "The PDF is ready" in client.get(place).text
    with client.get(f"{place}/file") as answer:
        made = PdfReader(io.BytesIO(answer.data))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Autumn return')
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert made.metadata.title.startswith("Autumn <return>")
    words = " ".join(" ".join(page.extract_text() for page in made.pages).split())
    number = delivery.notice.reference.split(" ")[0]
    for said in ("Autumn <return>", "Please read.", "form.pdf", f"{ADDRESS}/verify/{number}"):
        assert said in words
    session.execute(sa.text("UPDATE notice SET body = 'Corrected.'"))
    session.commit()
    assert "Make the PDF" in client.get(place).text


@pytest.mark.parametrize("killed", [False, True])
def test_a_printout_that_cannot_be_made_says_so_and_can_be_asked_again(
    database, session, settings, attached, killed
):
    delivery, _ = attached()
    today = clock.local_date(clock.now())
    wanted = {
        "authority_id": delivery.authority_id,
        "kind": PrintoutKind.NOTICE,
        "notice_id": delivery.notice_id,
        "content_hash": content_hash(facts_of(session, delivery.notice, today=today)),
        "at": NOON,
    }
    first = ask(session, **wanted).id
    if not killed:
        session.execute(sa.text("UPDATE notice SET expunged_at = :at"), {"at": NOON.isoformat()})
    else:
        session.execute(sa.update(Printout).values(tries=TRIES, claimed_until=NOON))
    session.commit()
    for turn in range(TRIES):
        assert prints(database, settings, NOON + turn * LEASE) == 0
    session.expire_all()
    assert session.get_one(Printout, first).state is PrintoutState.FAILED
    assert ask(session, **wanted).id != first
    session.rollback()
