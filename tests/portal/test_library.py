"""Search as readers see it: the same tests for both engines, each on its database."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from categories.models import Category
from directory.models import Role
from foundation import clock
from notifications.events import Changed, NoticeChanged, NoticeSent
from notifications.models import Attention, DeliveryState
from notifications.models_documents import Document, DocumentState
from notifications.models_reading import DeliveryNote
from notifications.reading.inbox import reader_of
from portal.library import indexing
from portal.library.engine import engine_for
from portal.library.finding import Question, find
from portal.library.models import IndexChange
from portal.library.narrowing import Filters
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import (
    DeliveryFactory,
    DeliveryMoveFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
)


@pytest.fixture
def head(session):
    return HeadFactory()


@pytest.fixture
def teacher(session, head):
    return MembershipFactory(school=head.school)


@pytest.fixture
def ask(session, database, settings):
    """Ask what somebody finds, through the rules."""

    def ask(member, typed, **more):
        question = Question(
            typed,
            more.pop("filters", Filters()),
            newest_first=more.pop("newest_first", False),
            number=more.pop("number", 1),
        )
        with database.session(authority=member.authority_id, writes=False) as opened:
            engine = engine_for(database, settings)
            return find(opened, engine, question, reader=reader_of(member), at=NOON)

    return ask


@pytest.fixture
def titles(ask):
    """Ask for the titles of what somebody finds, in their order."""

    def titles(member, typed, **more):
        return [hit.plain_title for hit in ask(member, typed, **more).hits]

    return titles


@pytest.fixture
def indexed(session, database, settings):
    """Commit, and put all that was sent into the index."""

    def indexed():
        session.commit()
        indexing.rebuild(database, settings)

    return indexed


def found_by(client, sign_in, membership, typed, **more):
    sign_in(client, membership)
    return client.get("/search", query_string={"q": typed, **more})


FOUND = {
    "admissions": True,
    "ADMISSION appeal": True,
    "admissions football": False,
    "panel meets on monday": True,
    '"meets on monday"': True,
    '"monday meets"': False,
    "“bring the appeal”": True,
    '"appeals panel meets"': False,  # runs over the end of the title
    "888-2627-C-00417-X": True,
    "888-2627-c-00417-x v2": True,
    "888-2627-C-00418-X": False,
    "00417": True,
    "admission form 2026.pdf": True,
    "admission_form_2026.pdf": True,
    "Finance team": True,
    "governing body business": True,
    "the": True,
    "what is the appeal form": True,
    "title:admissions": False,
    "admissions OR football": False,
    "adm*": False,
    "NOT football": False,
    "gwyl": True,  # the text has it with a circumflex
    "Gŵyl": True,
    "marmalade": True,  # in the file
    '"orange marmalade"': True,
    "admissions marmalade": True,
    '"marmalade orange"': False,
    "'admissions' & football | !x <-> y": False,
    "') OR 1=1 --": False,
    "مرحبا": False,
    "🙂": None,
    '"': None,
    "\0": None,
    "* ( ) : ! & | ~": None,
}
"""What is typed, and whether it finds the one item; None where there is nothing to look for."""


def test_words_and_phrases_find_title_text_number_sender_category_and_files(
    session, ask, head, indexed
):
    notice = NoticeFactory(
        title="School admissions appeals",
        body="The panel meets **on Monday** at the Gŵyl; bring the appeal form.",
        reference="888-2627-C-00417-X v2",
        sender="Finance Team, Lancashire",
    )
    NoticeAttachmentFactory(notice_id=notice.id, name="admission_form_2026.pdf", sha256="a" * 64)
    session.add(
        Document(
            authority_id=notice.authority_id,
            sha256="a" * 64,
            size=10,
            state=DocumentState.READ,
            text="First page.\fWe serve orange marmalade.",
            created_at=NOON,
        )
    )
    DeliveryFactory.to(head, notice=notice)
    indexed()
    for typed, is_found in FOUND.items():
        question = ask(head, typed)
        if is_found is None:  # no words: all that there is
            assert question.count == 1, typed
        else:
            assert question.count == int(is_found), typed
    (hit,) = ask(head, "marmalade").hits
    assert (hit.file.name, hit.file.part) == ("admission_form_2026.pdf", "page 2")
    assert [piece.text for piece in hit.passage if piece.marked] == ["marmalade"]
    ask(head, "x" * 10_000 + " " + "(" * 10_000)


def test_titles_come_first_then_what_fits_then_the_newest(session, titles, head, indexed):
    old = NOON - timedelta(days=30)
    DeliveryFactory.to(head, notice__title="Other", notice__body="A word on asbestos. " * 3)
    DeliveryFactory.to(
        head, notice__title="Asbestos then", notice__body="Fill", notice__sent_at=old
    )
    DeliveryFactory.to(head, notice__title="Asbestos now", notice__body="Fill")
    DeliveryFactory.to(
        head, notice__title="Elsewhere", notice__body="asbestos and " + "more " * 400
    )
    indexed()
    best = ["Asbestos now", "Asbestos then", "Other", "Elsewhere"]
    assert titles(head, "asbestos") == best
    by_date = ["Elsewhere", "Asbestos now", "Other", "Asbestos then"]
    assert titles(head, "asbestos", newest_first=True) == by_date


def test_what_was_replaced_stands_below_and_says_so(session, ask, head, indexed):
    new = NoticeFactory(title="Term dates, corrected", body="of the year")
    old = NoticeFactory(title="Term dates", replaced_by_id=new.id, replaced_at=NOON)
    gone = NoticeFactory(title="Term dates of ours", withdrawn_at=NOON, withdrawn_why="Wrong.")
    for notice in (old, new, gone):
        DeliveryFactory.to(head, notice=notice)
    indexed()
    hits = ask(head, "term dates").hits
    assert [(hit.plain_title, hit.is_replaced, hit.is_withdrawn) for hit in hits] == [
        ("Term dates, corrected", False, False),
        ("Term dates", True, False),
        ("Term dates of ours", False, True),
    ]


def test_a_head_finds_everything_of_the_school_and_others_only_their_own(
    session, ask, titles, head, teacher, indexed
):
    elsewhere, second = HeadFactory(), MembershipFactory(person=teacher.person)
    for member, title in (
        (head, "Admissions for the head"),
        (teacher, "Admissions for the teacher"),
        (second, "Admissions at another school"),
        (elsewhere, "Admissions for somebody else"),
    ):
        DeliveryFactory.to(member, notice__title=title)
    taken = DeliveryFactory.to(teacher, notice__title="Admissions taken", state="closed")
    DeliveryMoveFactory(delivery_id=taken.id, from_person_id=teacher.person_id)
    indexed()
    assert len(titles(head, "admission")) == 3
    assert titles(head, "admission", filters=Filters(mine=True)) == ["Admissions for the head"]
    found = ask(teacher, "admission")
    assert [hit.plain_title for hit in found.hits] == ["Admissions for the teacher"]
    assert found.count == 1
    assert found.facets == []
    assert titles(second, "admission") == ["Admissions at another school"]
    assert titles(elsewhere, "admissions") == ["Admissions for somebody else"]


def test_filters_narrow_and_facets_count(session, ask, head, teacher, indexed):
    first, second = session.scalars(sa.select(Category).order_by(Category.number).limit(2)).all()
    year_ago = NOON - timedelta(days=365)
    urgent = DeliveryFactory.to(
        head,
        notice=NoticeFactory(title="Boilers", sender="A, X", attention=Attention.URGENT),
        category_id=first.id,
    )
    NoticeAttachmentFactory(notice_id=urgent.notice_id)
    DeliveryFactory.to(
        head,
        notice=NoticeFactory(title="Boilers too", sender="B, X", sent_at=year_ago),
        category_id=second.id,
        state=DeliveryState.DONE,
    )
    DeliveryFactory.to(teacher, notice=urgent.notice, category_id=second.id)  # counts once
    indexed()
    counts = {
        facet.name: {option.value: option.count for option in facet.options}
        for facet in ask(head, "boiler").facets
    }
    assert counts == {
        "attention": {"urgent": 1, "information": 1},
        "state": {"unread": 1, "open": 1, "done": 1},
        "category": {str(second.id): 2, str(first.id): 1},
        "sender": {"A, X": 1, "B, X": 1},
        "month": {str(NOON.year): 1, str(year_ago.year): 1},
        "files": {"1": 1},
    }
    today = clock.local_date(NOON)
    for filters, count in (
        (Filters(category_id=first.id), 1),
        (Filters(category_id=second.id), 2),
        (Filters(category_id=2**40), 0),
        (Filters(sender="A, X"), 1),
        (Filters(sent_from=today), 1),
        (Filters(sent_to=today - timedelta(days=1)), 1),
        (Filters(sent_from=date.min, sent_to=date.max), 2),
        (Filters(month=str(NOON.year)), 1),
        (Filters(month=f"{NOON:%Y-%m}"), 1),
        (Filters(month="1999"), 0),
        (Filters(attention=Attention.URGENT), 1),
        (Filters(state="done"), 1),
        (Filters(state="unread"), 1),
        (Filters(has_files=True), 1),
        (Filters(mine=True), 2),
    ):
        assert ask(head, "boilers", filters=filters).count == count, filters
        assert ask(head, "", filters=filters).count == count, filters


def test_a_slip_is_put_right_with_words_of_ones_own_items_alone(
    session, ask, head, teacher, indexed
):
    DeliveryFactory.to(head, notice__title="Safeguarding audit")
    DeliveryFactory.to(teacher, notice__title="Asbestos register")
    indexed()
    assert ask(head, "safegaurding audit").instead == "safeguarding audit"
    assert ask(head, "asbestas").instead == "asbestos"
    assert ask(teacher, "asbestas").instead == "asbestos"
    assert ask(teacher, "safegaurding").instead == ""
    assert ask(teacher, "xq").instead == ""


def test_ones_own_note_is_found_by_nobody_else(session, ask, head, teacher, indexed):
    item = DeliveryFactory.to(teacher, notice__title="Boilers")
    session.add(
        DeliveryNote(
            authority_id=item.authority_id,
            delivery_id=item.id,
            person_id=teacher.person_id,
            text="Ask the caretaker 50%",
            at=NOON,
        )
    )
    indexed()
    (hit,) = ask(teacher, "caretaker").hits
    assert hit.in_note
    assert ask(teacher, "50%").count == 1
    assert ask(teacher, "%").count == 1  # no word: all there is
    assert ask(head, "caretaker").count == 0


def test_the_index_follows_what_is_sent_changed_and_expunged(
    session, database, settings, titles, head
):
    session.commit()
    assert indexing.index_waiting(database, settings).settled == 0
    delivery = DeliveryFactory.to(head, notice__title="Asbestos register")
    sent = NoticeSent(delivery.authority_id, delivery.notice_id)
    indexing.note_change(session, sent, NOON)
    assert session.info["wake"] == {"index"}
    session.commit()
    assert titles(head, "asbestos") == []
    assert indexing.index_waiting(database, settings).settled == 1
    assert titles(head, "asbestos") == ["Asbestos register"]

    changed = NoticeChanged(*vars(sent).values(), kind=Changed.CORRECTED)
    delivery.notice.title = "Boilers"
    for _ in range(2):
        indexing.note_change(session, changed, NOON)
    session.commit()
    assert indexing.index_waiting(database, settings).settled == 2
    assert titles(head, "asbestos") == []
    assert titles(head, "boiler") == ["Boilers"]

    delivery.notice.expunged_at = NOON
    indexing.note_change(session, changed, NOON)
    session.commit()
    indexing.index_waiting(database, settings)
    assert titles(head, "boiler") == []
    assert session.scalar(sa.select(sa.func.count()).select_from(IndexChange)) == 0


def test_what_an_index_lacks_it_gets_without_being_told(
    session, database, settings, titles, head, monkeypatch
):
    monkeypatch.setattr("portal.library.postgres_building._looked", {})  # as a process begins
    DeliveryFactory.to(head, notice__title="Boilers")
    session.commit()
    for _ in range(2):  # PostgreSQL notes first what is missing
        indexing.index_waiting(database, settings)
    assert titles(head, "boilers") == ["Boilers"]


def test_pages_take_a_fixed_number_of_statements(
    session, client, sign_in, head, statements, indexed
):
    for number in range(25):
        DeliveryFactory.to(head, notice__title=f"Boiler {number}")
    indexed()
    sign_in(client, head)
    counts = []
    for typed in ("boiler 3", "boiler"):
        statements.clear()
        page = client.get("/search", query_string={"q": typed})
        counts.append(len(statements))
    assert counts[0] == counts[1] < 14
    assert "25 items found" in page.text
    assert page.text.count('class="portal-hit"') == 20
    page = client.get("/search", query_string={"q": "boiler", "page": 2})
    assert page.text.count('class="portal-hit"') == 5
    assert "There is no page 9" in client.get("/search?q=boiler&page=9").text


@pytest.mark.sqlite_only
def test_the_page_marks_escapes_and_narrows(session, client, sign_in, head, indexed):
    DeliveryFactory.to(
        head, notice__title="<script>boiler</script>", notice__body="`<img src=x>` boiler & roof"
    )
    DeliveryFactory.to(head, notice__title="Boilers", notice__sender="B, X", state="done")
    indexed()
    page = found_by(client, sign_in, head, 'boiler "<script>')
    assert "&lt;<mark>script</mark>&gt;" in page.text
    assert "<script>boiler" not in page.text
    assert "<img src" not in page.text
    page = found_by(client, sign_in, head, "boiler", sender="B, X", sort="newest")
    assert "1 item found" in page.text
    assert "Remove: </span>From B, X" in page.text
    assert '<input type="hidden" name="sender" value="B, X">' in page.text
    page = found_by(client, sign_in, head, "", begin="31/31/2026", end="1/1/2026")
    assert "Enter a real date" in page.text
    page = found_by(
        client, sign_in, head, "boilers", category="9" * 30, month="2026-13", state="x", page="x"
    )
    assert "2 items found" in page.text
    assert 'href="/search?q=boiler"' in found_by(client, sign_in, head, "bioler").text


@pytest.mark.sqlite_only
def test_suggestions_are_titles_of_ones_own_items(session, client, sign_in, head, teacher):
    DeliveryFactory.to(head, notice__title="Admissions policy")
    DeliveryFactory.to(teacher, notice__title="Annual audit of admissions")
    session.commit()

    def suggested(member, typed):
        sign_in(client, member)
        return client.get("/search/suggest", query_string={"q": typed}).json["suggestions"]

    assert suggested(head, "adm") == ["Annual audit of admissions", "Admissions policy"]
    assert suggested(teacher, "adm") == ["Annual audit of admissions"]
    assert suggested(teacher, "audit adm") == ["Annual audit of admissions"]
    assert [suggested(teacher, typed) for typed in ("", "a", "pol", "(", "%%")] == [[]] * 5


def test_a_clerk_without_items_finds_nothing(session, ask, indexed):
    clerk = MembershipFactory(role=Role.CLERK)
    indexed()
    assert ask(clerk, "anything").count == 0
    assert ask(clerk, "").count == 0
