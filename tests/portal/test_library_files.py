"""The index in files: it is made anew a piece at a time, mends itself and is never in the way."""

import errno
import gc
import shutil
import threading

import pytest

from notifications.events import NoticeSent
from notifications.reading.inbox import reader_of
from portal.library import indexing, whoosh_building, whoosh_engine
from portal.library.documents import Document
from portal.library.engine import IndexAwayError, engine_for
from portal.library.finding import Question, find
from portal.library.whoosh_engine import WhooshIndex
from portal.library.words import understand
from portal.library.work_list import BeingRebuiltError
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    return HeadFactory()


def document(number, title="Boilers", body="body text of it"):
    return Document(number, 1, title, (f"No. {number}",), body, ())


def made(root, documents):
    index = WhooshIndex(root)
    with index.held() as held:
        assert held
        index.begin()
        index.add(documents)
        index.swap()
    return index


def found(index, typed, among, most=100):
    return [match.notice_id for match in index.find(understand(typed), among, most=most)]


def test_it_finds_among_what_it_is_told_alone(tmp_path):
    index = made(tmp_path, [document(number, f"Notice {number}") for number in range(40)])
    everything = found(index, "notice text", range(40))
    assert everything == list(range(39, -1, -1))
    assert found(index, "notice text", range(40), most=10) == everything[:10]
    assert found(index, "notice", [3, 5, 99]) == [5, 3]
    assert found(index, "notice", []) == []


def test_a_missing_index_is_said_to_be_away(tmp_path):
    with pytest.raises(IndexAwayError):
        found(WhooshIndex(tmp_path), "word", [1])


def test_readers_go_on_while_an_index_is_made_anew_and_changed(tmp_path):
    index = made(tmp_path, [document(1)])
    with index.held():
        for number in range(2, 12):
            index.update([document(number)])
            assert len(found(index, "boilers", range(50))) == number
        index.update([], gone=[5])
        assert len(found(index, "boilers", range(50))) == 10
        index.begin()
        index.add([document(1)])
        assert len(found(index, "boilers", range(50))) == 10
        index.swap()
    assert found(index, "boilers", range(50)) == [1]
    assert len([place for place in tmp_path.iterdir() if place.is_dir()]) == 1


def test_a_change_is_found_where_the_same_words_were_looked_for_before(tmp_path):
    index = made(tmp_path, [document(number, body="asbestos " * number) for number in range(1, 4)])
    first = index.find(understand("asbestos"), range(9), most=9)
    assert [match.notice_id for match in first] == [3, 2, 1]  # the more often, the better it fits
    with index.held():
        index.update([document(2, body="roofs"), document(7, body="asbestos")], gone=[3])
    assert sorted(found(index, "asbestos", range(9))) == [1, 7]
    assert found(index, "roofs", range(9)) == [2]


def test_workers_at_once_lose_nothing(session, database, settings, head):
    for number in range(30):
        delivery = DeliveryFactory.to(head, notice__title=f"Boiler {number}")
        indexing.note_change(session, NoticeSent(delivery.authority_id, delivery.notice_id), NOON)
    session.commit()

    def work():
        indexing.index_waiting(database, settings)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert asked(database, settings, head, "boiler").count == 30


def asked(database, settings, member, typed):
    with database.session(authority=member.authority_id, writes=False) as opened:
        engine = engine_for(database, settings)
        return find(opened, engine, Question(typed), reader=reader_of(member), at=NOON)


def test_a_worker_leaves_the_work_while_another_writes(
    session, database, settings, head, monkeypatch
):
    monkeypatch.setattr(whoosh_building, "PATIENCE", 0.0)
    session.commit()
    index = WhooshIndex(settings.index)
    with index.held():
        worked = indexing.index_waiting(database, settings)
        assert (worked.settled, worked.comes_back) == (0, False)
        assert not index.is_ready
        with pytest.raises(BeingRebuiltError):
            indexing.rebuild(database, settings)
    indexing.index_waiting(database, settings)
    assert index.is_ready


def test_a_first_index_grows_by_pieces_and_says_how_far_it_is(
    session, database, settings, head, monkeypatch
):
    monkeypatch.setattr(whoosh_building, "PIECE", 2)
    monkeypatch.setattr("portal.library.documents.BATCH", 2)
    for number in range(6):
        DeliveryFactory.to(head, notice__title=f"Boiler {number}")
    session.commit()
    plain = asked(database, settings, head, "boiler 3")
    assert (plain.is_plain, plain.condition.percent, plain.count) == (True, 0, 1)

    one_piece = iter([False, False, False, True])
    worked = indexing.index_waiting(database, settings, stopping=lambda: next(one_piece, True))
    assert worked.comes_back
    plain = asked(database, settings, head, "boiler")
    assert plain.is_plain
    assert 0 < plain.condition.percent < 100
    assert plain.count == 6

    # another worker goes on where this one stopped; what comes meanwhile is there, too
    late = DeliveryFactory.to(head, notice__title="Late boiler")
    indexing.note_change(session, NoticeSent(late.authority_id, late.notice_id), NOON)
    session.commit()
    assert not indexing.index_waiting(database, settings).comes_back
    whole = asked(database, settings, head, "boiler")
    assert (whole.is_plain, whole.condition.percent, whole.count) == (False, None, 7)


def test_what_is_sent_during_a_rebuild_is_found_at_once_and_afterwards(
    session, database, settings, head, monkeypatch
):
    monkeypatch.setattr("portal.library.documents.BATCH", 1)
    for number in range(3):
        DeliveryFactory.to(head, notice__title=f"Boiler {number}")
    session.commit()
    indexing.rebuild(database, settings)
    counts = []

    def meanwhile(_units):
        counts.append(asked(database, settings, head, "boiler").count)
        if len(counts) == 1:
            late = DeliveryFactory.to(head, notice__title="Late boiler")
            indexing.note_change(session, NoticeSent(late.authority_id, late.notice_id), NOON)
            session.commit()

    assert indexing.rebuild(database, settings, meanwhile) == 4
    assert counts[0] == 3
    assert set(counts[1:]) == {4}
    assert asked(database, settings, head, "boiler").count == 4


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
    WhooshIndex._open.clear()  # as in a process that has not searched yet
    woken = []
    database.waker = woken.append
    sign_in(client, head)
    page = client.get("/search?q=boilers")
    assert page.status_code == 200
    assert "Search is being prepared" in page.text
    assert "1 item found" in page.text  # by its title
    assert woken == [{"index"}]

    indexing.index_waiting(database, settings)
    page = client.get("/search?q=boilers")
    assert "1 item found" in page.text
    assert "prepared" not in page.text
    gc.collect()


def test_an_index_that_fails_while_searching_is_built_anew_unless_it_is_quite_new(settings):
    index = made(settings.index, [])
    index.suspect()
    assert index.is_ready
    name = (settings.index / "current").read_text()
    older = name.replace(name.split("-")[1], "1000000")
    (settings.index / name).rename(settings.index / older)
    (settings.index / "current").write_text(older)
    index.suspect()
    assert not index.is_ready


def test_on_a_full_disk_the_old_index_serves_and_the_trouble_is_told(
    session, database, settings, head, monkeypatch
):
    first = DeliveryFactory.to(head, notice__title="Boilers")
    session.commit()
    indexing.rebuild(database, settings)
    indexing.note_change(session, NoticeSent(first.authority_id, first.notice_id), NOON)
    session.commit()

    def full(*_args, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(whoosh_engine.SegmentWriter, "commit", full)
        worked = indexing.index_waiting(database, settings)
        assert (worked.settled, worked.comes_back) == (0, False)
        assert "no room on the disk" in indexing.condition(database, settings).trouble
        assert asked(database, settings, head, "boilers").count == 1
    assert indexing.index_waiting(database, settings).settled == 1
    assert indexing.condition(database, settings).trouble == ""
