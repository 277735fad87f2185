import gc
import json
import shutil
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from directory.models import Role
from notifications.events import NoticeSent
from portal.cli.search import search as command
from portal.library import indexing
from portal.library.excerpts import excerpt, mark
from portal.library.models import IndexChange
from portal.library.search import Asked, Document, IndexAwayError, SearchIndex, understand
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory, NoticeFactory


@pytest.fixture
def head(session):
    return HeadFactory()


@pytest.fixture
def teacher(session, head):
    return MembershipFactory(school=head.school)


def found_by(client, sign_in, membership, typed, **more):
    sign_in(client, membership)
    return client.get("/search", query_string={"q": typed, **more})


def test_a_head_finds_everything_of_the_school_and_others_only_their_own(
    session, database, settings, client, sign_in, head, teacher
):
    elsewhere = HeadFactory()
    for member, title in (
        (head, "Admissions for the head"),
        (teacher, "Admissions for the teacher"),
        (elsewhere, "Admissions for somebody else"),
    ):
        DeliveryFactory.to(member, notice__title=title)
    session.commit()
    indexing.rebuild(database, settings)

    page = found_by(client, sign_in, head, "admission")
    assert "2 items found" in page.text
    assert "somebody else" not in page.text
    page = found_by(client, sign_in, teacher, "admission")
    assert "1 item found" in page.text
    assert "for the</a>" not in page.text
    assert "<mark>Admissions</mark> for the teacher" in page.text
    assert "1 item found" in found_by(client, sign_in, elsewhere, "admissions").text


def test_two_schools_of_one_person_are_kept_apart(
    session, database, settings, client, sign_in, teacher
):
    second = MembershipFactory(person=teacher.person)
    DeliveryFactory.to(teacher, notice__title="Boilers")
    DeliveryFactory.to(second, notice__title="Boilers and roofs")
    session.commit()
    indexing.rebuild(database, settings)
    assert "and roofs" not in found_by(client, sign_in, teacher, "boiler").text
    assert "and roofs" in found_by(client, sign_in, second, "boiler").text


def test_a_notice_that_went_to_very_many_schools_is_found_only_where_it_went(
    session, database, settings, client, sign_in, head, monkeypatch
):
    monkeypatch.setattr(indexing, "MANY", 1)
    other, outsider = HeadFactory(), HeadFactory()
    notice = NoticeFactory(title="Term dates")
    for member in (head, other):
        DeliveryFactory.to(member, notice=notice)
    session.commit()
    indexing.rebuild(database, settings)
    assert "1 item found" in found_by(client, sign_in, head, "term dates").text
    assert "Nothing found" in found_by(client, sign_in, outsider, "term dates").text


def test_what_was_sent_is_found_once_a_worker_has_drained_the_list(
    session, database, settings, client, sign_in, head
):
    session.commit()
    assert indexing.index_waiting(database, settings, at=NOON) == 0
    delivery = DeliveryFactory.to(head, notice__title="Asbestos register")
    indexing.note_change(session, NoticeSent(delivery.authority_id, delivery.notice_id), NOON)
    assert session.info["wake"] == {"index"}
    session.commit()
    assert "Nothing found" in found_by(client, sign_in, head, "asbestos").text

    assert indexing.index_waiting(database, settings, at=NOON) == 1
    assert "1 item found" in found_by(client, sign_in, head, "asbestos").text
    assert session.scalar(sa.select(sa.func.count()).select_from(IndexChange)) == 0


@pytest.mark.sqlite_only
def test_the_same_change_twice_is_one_entry(session, database, settings, client, sign_in, head):
    delivery = DeliveryFactory.to(head, notice__title="Asbestos register")
    session.commit()
    indexing.rebuild(database, settings)
    for _ in range(2):
        for _ in range(2):
            indexing.note_change(
                session, NoticeSent(delivery.authority_id, delivery.notice_id), NOON
            )
        session.commit()
        assert indexing.index_waiting(database, settings, at=NOON) == 2
    assert "1 item found" in found_by(client, sign_in, head, "asbestos").text


@pytest.mark.sqlite_only
def test_workers_at_once_lose_nothing(session, database, settings, client, sign_in, head):
    for number in range(30):
        delivery = DeliveryFactory.to(head, notice__title=f"Boiler {number}")
        indexing.note_change(session, NoticeSent(delivery.authority_id, delivery.notice_id), NOON)
    session.commit()
    workers = [
        threading.Thread(
            target=indexing.index_waiting, args=(database, settings), kwargs={"at": NOON}
        )
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    page = found_by(client, sign_in, head, "boiler")
    assert "30 items found" in page.text
    assert page.text.count('class="portal-hit"') == 20
    assert found_by(client, sign_in, head, "boiler", page=2).text.count('class="portal-hit"') == 10


@pytest.mark.sqlite_only
def test_a_worker_leaves_the_work_while_another_writes(
    session, database, settings, head, monkeypatch
):
    monkeypatch.setattr(indexing, "PATIENCE", 0.0)
    session.commit()
    index = SearchIndex(settings.index)
    with index.held(wait=0):
        assert indexing.index_waiting(database, settings, at=NOON) == 0
        assert not index.is_ready
        with pytest.raises(indexing.BeingRebuiltError):
            indexing.rebuild(database, settings)
    indexing.index_waiting(database, settings, at=NOON)
    assert index.is_ready


def spoil_pointer(root):
    (root / "current").write_bytes(b"\xff\xfe nowhere")


def spoil_folder(root):
    shutil.rmtree(root / (root / "current").read_text())


def spoil_toc(root):
    for place in (root / (root / "current").read_text()).glob("*.toc"):
        place.write_bytes(b"not an index")


def spoil_segments(root):
    for place in (root / (root / "current").read_text()).glob("*.seg"):
        place.write_bytes(b"x" * 100)


def spoil_everything(root):
    shutil.rmtree(root)


# Whoosh leaves half-opened files behind, and Python says so when it tidies up.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "spoil", [spoil_pointer, spoil_folder, spoil_toc, spoil_segments, spoil_everything]
)
def test_a_missing_or_broken_index_says_so_and_is_built_anew(
    session, database, settings, client, sign_in, head, spoil
):
    DeliveryFactory.to(head, notice__title="Boilers")
    session.commit()
    indexing.rebuild(database, settings)
    spoil(settings.index)
    SearchIndex._open.clear()  # as in a process that has not searched yet
    woken = []
    database.waker = woken.append
    page = found_by(client, sign_in, head, "boilers")
    assert page.status_code == 200
    assert "Search is being rebuilt" in page.text
    assert woken == [{"index"}]

    indexing.index_waiting(database, settings, at=NOON)
    assert "1 item found" in found_by(client, sign_in, head, "boilers").text
    gc.collect()


@pytest.mark.sqlite_only
def test_an_index_that_fails_while_searching_is_built_anew_unless_it_is_quite_new(settings):
    index = SearchIndex(settings.index)
    with index.held(wait=0):
        index.replace([])
    index.suspect()
    assert index.is_ready
    name = (settings.index / "current").read_text()
    older = name.replace(name.split("-")[1], "1000000")
    (settings.index / name).rename(settings.index / older)
    (settings.index / "current").write_text(older)
    index.suspect()
    assert not index.is_ready


WORDS = {
    "words": "School admissions appeals",
    "body": "The panel meets **on Monday**; bring the appeal form.",
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("admissions", True),
        ("ADMISSION appeal", True),
        ("admissions football", False),
        ("panel meets on monday", True),
        ('"meets on monday"', True),
        ('"monday meets"', False),
        ("“bring the appeal”", True),
        ('"appeals panel meets"', False),  # runs over the end of the title
        ("888-2627-C-00417-X", True),
        ("888-2627-c-00417-x v2", True),
        ("888-2627-C-00418-X", False),
        ("00417", True),
        ("admission form 2026.pdf", True),
        ("admission_form_2026.pdf", True),
        ("Finance team", True),
        ("governing body business", True),
        ("the", True),
        ("what is the appeal form", True),
        ("title:admissions", False),
        ("admissions OR football", False),
        ("adm*", False),
        ("NOT football", False),
    ],
)
def test_words_and_phrases_find_title_body_number_sender_category_and_file_names(
    session, database, settings, client, sign_in, head, typed, is_found
):
    notice = NoticeFactory(
        title=WORDS["words"],
        body=WORDS["body"],
        reference="888-2627-C-00417-X v2",
        sender="Finance Team, Lancashire",
    )
    NoticeAttachmentFactory(notice_id=notice.id, name="admission_form_2026.pdf")
    DeliveryFactory.to(head, notice=notice)
    session.commit()
    indexing.rebuild(database, settings)
    page = found_by(client, sign_in, head, typed)
    assert ("1 item found" in page.text) is is_found


@pytest.mark.sqlite_only
def test_a_title_counts_more_than_a_mention(session, database, settings, client, sign_in, head):
    DeliveryFactory.to(head, notice__title="Other", notice__body="A word on asbestos. " * 3)
    DeliveryFactory.to(head, notice__title="Asbestos register", notice__body="Fill it in. " * 9)
    session.commit()
    indexing.rebuild(database, settings)
    text = found_by(client, sign_in, head, "asbestos").text
    assert text.index("register") < text.index("Other")


@pytest.mark.sqlite_only
def test_passages_are_escaped(session, database, settings, client, sign_in, head):
    DeliveryFactory.to(
        head, notice__title="<script>boiler</script>", notice__body="`<img src=x>` boiler & roof"
    )
    session.commit()
    indexing.rebuild(database, settings)
    text = found_by(client, sign_in, head, 'boiler "<script>').text
    assert "&lt;script&gt;" in text or "&lt;<mark>script" in text
    assert "<script>boiler" not in text
    assert "<img" not in text


@pytest.fixture(scope="module")
def small_index(tmp_path_factory):
    index = SearchIndex(tmp_path_factory.mktemp("index"))
    with index.held(wait=0):
        index.replace(
            Document(number, 1, f"Notice {number}", ("body text of it",), frozenset({1}))
            for number in range(40)
        )
    return index


@how(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_no_input_whatever_raises(small_index, typed):
    asked = understand(typed)
    small_index.find(asked, authority_id=1, school_id=1, most=100)
    mark(typed, asked)
    excerpt(typed, asked)


@pytest.mark.parametrize("typed", ['"', '""', "(", "a AND (", "[1 TO", "*", "\x00", "~", "x" * 900])
def test_another_languages_signs_mean_nothing(small_index, typed):
    small_index.find(understand(typed), authority_id=1, school_id=1, most=100)


def test_the_best_few_are_the_same_as_the_best_of_all(small_index):
    asked = understand("notice text")
    everything = small_index.find(asked, authority_id=1, school_id=1, most=1000)
    assert len(everything) == 40
    assert small_index.find(asked, authority_id=1, school_id=1, most=10) == everything[:10]


def test_other_authorities_and_schools_are_left_out(small_index):
    asked = understand("notice")
    assert small_index.find(asked, authority_id=2, school_id=1, most=10) == []
    assert small_index.find(asked, authority_id=1, school_id=2, most=10) == []


def test_a_missing_index_is_said_to_be_away(tmp_path):
    with pytest.raises(IndexAwayError):
        SearchIndex(tmp_path).find(understand("word"), authority_id=1, school_id=1, most=1)


def test_readers_go_on_while_an_index_is_rebuilt_and_changed(tmp_path):
    index = SearchIndex(tmp_path)
    document = Document(1, 1, "Boilers", (), frozenset({1}))
    with index.held(wait=0):
        index.replace([document])
        for number in range(2, 12):
            index.update([Document(number, 1, "Boilers", (), frozenset({1}))])
            found = index.find(understand("boilers"), authority_id=1, school_id=1, most=50)
            assert len(found) == number
        index.replace([document])
    assert index.find(understand("boilers"), authority_id=1, school_id=1, most=50) == [1]
    assert len([place for place in tmp_path.iterdir() if place.is_dir()]) == 1


def test_an_excerpt_shows_the_passage_with_most_of_the_words():
    text = "Nothing here. " * 30 + "The boiler needs a service. " + "More. " * 50
    shown = excerpt(text, Asked((("boiler",), ("servic",))))
    assert [piece.text for piece in shown if piece.marked] == ["boiler", "service"]
    assert sum(len(piece.text) for piece in shown) < 300


def test_pages_take_a_fixed_number_of_statements(
    session, database, settings, client, sign_in, head, statements
):
    for number in range(25):
        DeliveryFactory.to(head, notice__title=f"Boiler {number}")
    session.commit()
    indexing.rebuild(database, settings)
    sign_in(client, head)
    counts = []
    for typed in ("boiler 3", "boiler"):
        statements.clear()
        client.get("/search", query_string={"q": typed})
        counts.append(len(statements))
    assert counts[0] == counts[1] < 12


@pytest.fixture
def environment(settings, database, monkeypatch):
    monkeypatch.setenv("PORTAL_HOME", str(settings.portal_home))
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1")


@pytest.mark.sqlite_only
def test_the_command_rebuilds_and_searches_with_somebodys_eyes(session, head, teacher, environment):
    DeliveryFactory.to(head, notice__title="Boilers and roofs")
    DeliveryFactory.to(teacher, notice__title="Boilers")
    session.commit()
    run = CliRunner().invoke
    missing = run(command, ["boilers", "--as", head.person.email])
    assert missing.exit_code == 1
    assert "portal search rebuild" in missing.output

    assert json.loads(run(command, ["rebuild", "--json"]).stdout) == {"notices": 2}
    answer = json.loads(run(command, ["boilers", "--as", head.person.email, "--json"]).stdout)
    assert answer["count"] == 2
    answer = run(command, ["boilers", "--as", teacher.person.email.upper()])
    assert answer.output.startswith("1 found.")
    assert "roofs" not in answer.output


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Missing argument"),
        (["boilers"], 2, "Say whose eyes"),
        (["boilers", "--as", "nobody@portal.example"], 1, "Nobody with that address"),
    ],
)
def test_the_command_says_what_is_wrong(session, environment, arguments, code, words):
    session.commit()
    answer = CliRunner().invoke(command, arguments)
    assert answer.exit_code == code
    assert words in answer.output


@pytest.mark.sqlite_only
def test_a_person_at_two_schools_is_asked_which(session, database, settings, head, environment):
    second = MembershipFactory(person=head.person, role=Role.STAFF)
    DeliveryFactory.to(second, notice__title="Boilers", delivered_at=NOON - timedelta(days=1))
    session.commit()
    indexing.rebuild(database, settings)
    run = CliRunner().invoke
    assert "--school URN" in run(command, ["boilers", "--as", head.person.email]).output
    arguments = ["boilers", "--as", head.person.email, "--school", str(second.school.urn)]
    assert run(command, arguments).output.startswith("1 found.")
