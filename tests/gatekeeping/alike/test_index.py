"""What was submitted is found again: at once, by every worker, by meaning and by words."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.authorities import ensure_authority
from foundation.db import EVERY_AUTHORITY, narrow
from gatekeeping.alike import packed, packing, shelf
from gatekeeping.alike.codes import SIZE, Sight, code_of, question_of
from gatekeeping.alike.index import READING, nearest, remember
from gatekeeping.alike.meaning import meaning_of
from gatekeeping.alike.packed import Coded
from gatekeeping.alike.scanning import Codes, Pool
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import MeaningBlock, State, StoredMeaning
from tests.factories.base import NOON
from tests.factories.gatekeeping import make_submission, version_of

TRAVEL = (
    "Please tell us how many pupils travel to school by bus, by car, by bicycle and on foot. "
    "We use the numbers to plan the routes of the coming year, and to bid for safer crossings."
)
NO_CONCEPT = "The blue wombat jumped over seventeen lukewarm trombones near Accrington yesterday."


def submitted(session, state=State.LIVE, **document):
    submission = make_submission(state, document={"body": TRAVEL, "title": "Travel", **document})
    remember(session, version_of(submission))
    session.flush()
    return submission


def meant(**document):
    return meaning_of(SubmissionDocument.read({"body": TRAVEL, "title": "Travel", **document}))


def found(session, authority_id, *, at=NOON, **document):
    return [near.submission_id for near in nearest(session, authority_id, meant(**document), at=at)]


@pytest.fixture
def another_worker(monkeypatch):
    """Let the next question be asked by a process that has read nothing yet."""

    def another_worker():
        monkeypatch.setattr(shelf, "_shelves", type(shelf._shelves)())

    return another_worker


class TestCodes:
    def test_a_code_is_the_same_on_every_machine(self):
        code = code_of(Sight({"attendance": 1.0}, {"pupil": 0.5}, 20_000, 20_030, frozenset()))
        assert len(code) == SIZE
        assert code[:4].hex() == "f75b0000"
        assert code == code_of(Sight({"attendance": 0.3}, {"pupil": 2}, 20_000, 20_030))

    def test_nothing_has_a_code_and_asks_for_nothing(self):
        nothing = Sight({}, {}, 0, 0)
        codes = Codes()
        codes.add([Coded(1, 1, 1, 20_000, code_of(nothing))])
        assert codes.likest(question_of(nothing), [Pool(0, 30_000, 5)]) == {}

    @pytest.mark.parametrize("blocks", [0, 1, 3])
    def test_blocks_and_tail_answer_alike(self, blocks):
        sights = [
            Sight({f"c{place % 7}": 1.0}, {f"w{place}": 1.0, "school": 0.2}, 20_000, 20_000)
            for place in range(60)
        ]
        rows = [
            Coded(place, 100 + place, place, 20_000, code_of(sight))
            for place, sight in enumerate(sights, start=1)
        ]
        codes = Codes()
        size = 20
        codes.adopt(
            packed.packed(rows[start : start + size]) for start in range(0, blocks * size, size)
        )
        codes.add(rows[blocks * size :])
        codes.newest_only()
        found = codes.likest(question_of(sights[10]), [Pool(0, 30_000, 9)])
        assert len(codes) == 60
        assert next(iter(found)) == 111
        assert set(found) >= {101 + place for place in range(3, 60, 7)}

    def test_of_several_meanings_of_a_version_the_newest_counts(self):
        old, new = (Sight({name: 1.0}, {}, 0, 0) for name in ("old", "new"))
        codes = Codes()
        codes.adopt([packed.packed([Coded(1, 7, 7, 20_000, code_of(old))])])
        codes.add([Coded(2, 7, 7, 20_000, code_of(new))])
        pools = [Pool(0, 30_000, 5)]
        assert codes.likest(question_of(old), pools) == {}
        assert list(codes.likest(question_of(new), pools)) == [7]

    def test_another_time_and_other_schools_count_less(self):
        def sight(day, kind):
            return Sight({"attendance": 1.0}, {}, day, day, frozenset({kind}))

        kinds = [
            (20_000, "primary"),
            (20_000, "secondary"),
            (20_100, "primary"),
            (20_300, "primary"),
        ]
        codes = Codes()
        codes.add(
            [
                Coded(at, at, at, 20_000, code_of(sight(*kind)))
                for at, kind in enumerate(kinds, start=1)
            ]
        )
        asked = question_of(sight(20_000, "primary"))
        found = codes.likest(asked, [Pool(0, 30_000, 5)])
        assert list(found) == [1, 3, 2, 4]


class TestFinding:
    def test_what_is_remembered_is_found_in_the_same_transaction_and_by_other_workers(
        self, session, database, authority_id, another_worker
    ):
        assert found(session, authority_id) == []
        first = submitted(session)
        assert found(session, authority_id) == [first.id]
        session.commit()
        another_worker()
        with database.session(authority=authority_id, writes=False) as reading:
            assert found(reading, authority_id) == [first.id]
        second = submitted(session)
        session.commit()
        with database.session(authority=authority_id, writes=False) as reading:
            assert found(reading, authority_id) == [second.id, first.id]

    def test_what_was_rolled_back_is_not_found_though_its_id_is_given_out_again(
        self, session, authority_id
    ):
        session.commit()
        submitted(session, title="Buses", body="How many buses stop outside the gate?")
        assert len(found(session, authority_id, body="How many buses stop outside?")) == 1
        session.rollback()
        assert found(session, authority_id) == []
        other = submitted(session)
        assert found(session, authority_id) == [other.id]

    @pytest.mark.sqlite_only
    def test_a_text_with_no_concept_in_it_is_found_by_its_words(self, session, authority_id):
        submitted(session)
        wanted = submitted(session, title="Wombat", body=NO_CONCEPT)
        asked = {"title": "A wombat", "body": NO_CONCEPT.replace("seventeen", "eighteen")}
        assert found(session, authority_id, **asked)[0] == wanted.id

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("state", "days_ago", "counts"),
        [
            (State.TRIAGE, 10, True),
            (State.LIVE, 900, True),
            (State.CLOSED, 700, True),
            (State.CLOSED, 760, False),
            (State.REFUSED, 10, True),
            (State.WITHDRAWN, 10, False),
            (State.LIVE, -1, False),
        ],
    )
    def test_live_and_recent_submissions_count(
        self, session, authority_id, state, days_ago, counts
    ):
        submission = make_submission(state, document={"body": TRAVEL, "title": "Travel"})
        version = version_of(submission)
        version.submitted_at = NOON - timedelta(days=days_ago)
        remember(session, version)
        session.flush()
        assert bool(found(session, authority_id)) is counts

    @pytest.mark.sqlite_only
    def test_a_submission_is_not_near_itself_and_is_named_once(self, session, authority_id):
        earlier = submitted(session)
        earlier.version = 2
        from tests.factories.gatekeeping import make_version

        remember(session, make_version(earlier))
        assert found(session, authority_id) == [earlier.id]
        assert nearest(session, authority_id, meant(), at=NOON, besides=earlier.id) == []

    @pytest.mark.sqlite_only
    def test_a_known_register_is_asked_in_two_statements(self, session, authority_id, statements):
        for place in range(25):
            submitted(session, body=f"{TRAVEL} {'More words here. ' * (place % 3)}")
        session.commit()
        found(session, authority_id)
        statements.clear()
        near = nearest(session, authority_id, meant(), at=NOON, top=5)
        assert len(statements) == 2
        assert len(near) == 5
        assert near[0].comparison.parts["text"] > 0.9

    def test_another_authority_finds_nothing(self, session, authority_id):
        submitted(session)
        session.commit()
        narrow(session, EVERY_AUTHORITY)
        other = ensure_authority(session, la_code="999", name="Elsewhere").authority_id
        narrow(session, other)
        assert found(session, other) == []


class TestWorker:
    def test_versions_without_a_meaning_and_old_ones_are_read_once(
        self, session, database, authority_id
    ):
        missing = make_submission(State.LIVE, document={"body": TRAVEL, "title": "Travel"})
        old = submitted(session)
        session.execute(sa.update(StoredMeaning).values(algorithm=READING - 1, meaning={"v": 0}))
        session.commit()
        done = packing.work(database)
        assert (done.read, done.is_more) == (2, False)
        assert packing.work(database, after=done.after).read == 0
        with database.session(authority=authority_id, writes=False) as reading:
            assert sorted(found(reading, authority_id)) == [missing.id, old.id]

    def test_what_fills_a_block_is_packed_and_found_as_before(
        self, session, database, authority_id, monkeypatch, another_worker
    ):
        monkeypatch.setattr(packing, "FULL", 3)
        ids = {submitted(session).id for _ in range(8)}
        session.commit()
        assert set(found(session, authority_id)) == ids
        session.commit()
        assert packing.pack(database, authority_id) == 2
        assert packing.pack(database, authority_id) == 0
        another_worker()
        with database.session(authority=authority_id, writes=False) as reading:
            assert reading.scalar(sa.select(sa.func.sum(MeaningBlock.size))) == 6
            assert set(found(reading, authority_id)) == ids

    @pytest.mark.sqlite_only
    def test_a_worker_takes_in_a_block_that_was_packed_meanwhile(
        self, session, database, authority_id, monkeypatch
    ):
        monkeypatch.setattr(packing, "FULL", 3)
        monkeypatch.setattr(shelf, "BLOCKS_EVERY", -1.0)
        ids = {submitted(session).id for _ in range(5)}
        session.commit()
        assert set(found(session, authority_id)) == ids
        session.commit()
        packing.pack(database, authority_id)
        held = shelf.shelf_of(session, authority_id).codes
        assert set(found(session, authority_id)) == ids
        assert ([len(block) for block in held.blocks], len(held.tail)) == ([3], 2)

    @pytest.mark.sqlite_only
    def test_authorities_not_asked_for_make_room(self, session, monkeypatch):
        monkeypatch.setattr(shelf, "MOST_AUTHORITIES", 2)
        first = shelf.shelf_of(session, 1)
        shelf.shelf_of(session, 2)
        assert shelf.shelf_of(session, 1) is first
        shelf.shelf_of(session, 3)
        assert shelf.shelf_of(session, 1) is first
        assert len(shelf._shelves[session.get_bind().engine.pool]) == 2
