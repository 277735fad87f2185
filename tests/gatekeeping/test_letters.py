import io
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from foundation.files import FileStore
from foundation.pdf import ForeignFileError, qr_code, render
from gatekeeping.deciding.recording import WITHOUT_LETTER
from gatekeeping.letters import letters
from gatekeeping.letters.letter_content import APPEALED
from gatekeeping.letters.letter_words import KEEPS_NUMBER, NAMED, NEXT
from gatekeeping.letters.letters import TRIES, write_waiting
from gatekeeping.models import (
    Condition,
    ConditionKind,
    Decision,
    LetterState,
    Override,
    State,
    Verb,
)
from gatekeeping.wording import DECIDED
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import (
    make_decision,
    make_finding,
    make_submission,
    version_of,
)

ADDRESS = "https://portal.example"


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@pytest.fixture
def decided(session):
    author = OfficerFactory(person__name="Jo Marsh", team__name="Catering")

    def decided(verb=Verb.APPROVE, **facts):
        state = State.APPROVED if verb is Verb.APPROVE else State.REFUSED
        submission = make_submission(state, author=author)
        return make_decision(submission, GatekeeperFactory(), verb, **facts)

    return decided


def row_of(session, decision):
    session.commit()
    found = session.execute(
        sa.select(Decision.letter_state, Decision.letter_sha256, Decision.letter_tries).where(
            Decision.id == decision.id
        )
    ).one()
    session.commit()
    return found


def words_of(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_an_approval_says_what_the_protocol_asks_for(database, session, store, decided):
    decision = decided(conditions="Send it on a Monday.\nDrop question 2.")
    number = decision.submission.number
    session.commit()
    assert write_waiting(database, store, address=ADDRESS, at=NOON) == 1
    state, sha256, _ = row_of(session, decision)
    assert state is LetterState.WRITTEN
    words = words_of(store.path(sha256).read_bytes())
    for said in (
        "Lancashire",
        "To Jo Marsh Catering, Lancashire",
        f"{number} v1",
        "Approved",
        "Short, needed and in good time.",
        "Send it on a Monday. Drop question 2.",
        "At 656 schools this takes 601.33 hours a year, worth £17,602.33 in all and £26.83",
        "valid to 28 February 2027",
        "You need not answer a request from the council or its partners that shows no current",
        "This never removes a duty the law itself puts on you, nor any child-protection step.",
        f"{ADDRESS}/verify/{number}",
    ):
        assert said in words.replace("- ", "-")


@pytest.mark.sqlite_only
def test_a_refusal_says_why_and_how_to_ask_again(database, session, store, decided):
    decision = decided(Verb.REFUSE, code="duplicate", reason="The census <has> it.")
    session.commit()
    write_waiting(database, store, address=ADDRESS, at=NOON)
    words = words_of(store.path(row_of(session, decision).letter_sha256).read_bytes())
    for said in (
        "Refused",
        "Already asked, or already answered.",
        "The census <has> it.",
        "is not approved to be sent.",
        "submit it again",
    ):
        assert said in words
    assert "valid to" not in words


@pytest.mark.sqlite_only
def test_there_are_words_for_every_decision_that_has_a_letter():
    assert set(NAMED) == set(NEXT) == set(Verb) - WITHOUT_LETTER


@pytest.mark.sqlite_only
@pytest.mark.parametrize("verb", sorted(NAMED))
def test_every_kind_of_letter_says_what_was_decided_and_what_to_do_now(
    session, authority_id, decided, verb
):
    decision = decided(verb, redirect_to="The census, from the Pupil Data Team.")
    decision.into_id = make_submission(State.TRIAGE).id
    version_of(decision.submission).law = {"sentence": "The duty is on the council."}
    terms = [(ConditionKind.CUT_ITEMS, "Leave out question 4.", True)]
    terms += [(ConditionKind.RESULTS_BACK, "Tell schools the outcome.", False)]
    for kind, text, before in terms:
        session.add(
            Condition(
                authority_id=authority_id,
                decision_id=decision.id,
                submission_id=decision.submission_id,
                kind=kind,
                text=text,
                due_on=date(2027, 1, 15),
                before_sending=before,
            )
        )
    finding = make_finding(version_of(decision.submission), "K60", title="Implausible estimate")
    person = decision.by_id
    session.add(
        Override(authority_id=authority_id, finding_id=finding.id, by_id=person, at=NOON, why="Ok.")
    )
    session.flush()
    session.expire(decision)
    letter = letters.read_letter(session, decision.id, address=ADDRESS)
    words = words_of(letters.render_letter(letter))
    for said in (
        DECIDED[verb],
        "Short, needed and in good time.",
        "The census, from the Pupil Data Team.",
        "Joined to",
        "Leave out items: Leave out question 4. (before sending, by 15 January 2027)",
        "Tell schools the outcome. (by 15 January 2027)",
        "The duty is on the council.",
        "K60 Implausible estimate: Ok.",
        *(text[:60] for text in NEXT[verb]),
        *(["Appeal in the portal by 7 December 2026"] if verb in APPEALED else []),
    ):
        assert said in words, said
    assert ("is not approved to be sent" in words) is (verb not in KEEPS_NUMBER)


@pytest.mark.sqlite_only
def test_a_letter_is_tagged_and_titled_for_screen_readers(database, session, store, decided):
    decision = decided()
    session.commit()
    write_waiting(database, store, address=ADDRESS, at=NOON)
    place = store.path(row_of(session, decision).letter_sha256)
    reader = PdfReader(place)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title.startswith("Approval of 888-2627-C-")


def test_a_letter_is_written_once_by_two_workers(database, session, store, decided):
    decisions = [decided() for _ in range(4)]
    session.commit()
    barrier, written = Barrier(2), []

    def work():
        barrier.wait()
        written.append(write_waiting(database, store, address=ADDRESS, at=NOON))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 4
    assert {row_of(session, decision).letter_tries for decision in decisions} == {1}


def test_a_letter_of_a_killed_worker_is_written_by_another(database, session, store, decided):
    decision = decided()
    session.commit()
    assert letters._claim(database, NOON) is not None  # and then it was killed
    assert write_waiting(database, store, address=ADDRESS, at=NOON) == 0
    later = NOON + letters.LEASE
    assert write_waiting(database, store, address=ADDRESS, at=later) == 1
    assert row_of(session, decision).letter_state is LetterState.WRITTEN


def test_a_letter_that_fails_is_tried_again_and_then_given_up(database, session, decided, tmp_path):
    decision, blocked = decided(), tmp_path / "blocked"
    blocked.write_text("a file where the store wants a folder")
    session.commit()
    at = NOON
    for tried in range(1, TRIES + 1):
        assert row_of(session, decision).letter_state is LetterState.WANTED
        assert write_waiting(database, FileStore(blocked), address=ADDRESS, at=at) == 0
        assert row_of(session, decision).letter_tries == tried
        at += timedelta(hours=1)
    assert row_of(session, decision).letter_state is LetterState.FAILED
    assert write_waiting(database, FileStore(tmp_path / "files"), address=ADDRESS, at=at) == 0


@pytest.mark.sqlite_only
def test_a_question_has_no_letter(database, session, store):
    make_decision(make_submission(State.CHALLENGED), GatekeeperFactory(), Verb.CHALLENGE)
    session.commit()
    assert write_waiting(database, store, address=ADDRESS, at=NOON) == 0


@pytest.mark.parametrize(
    "place",
    ["file:///etc/passwd", "https://elsewhere.example/x.png", "../secret.css", "data:,x", "x.svg"],
)
def test_a_pdf_can_name_nothing_but_its_own_files(place):
    with pytest.raises(ForeignFileError, match="may not fetch"):
        render(f'<html lang="en"><title>x</title><img alt="x" src="{place}">', {"y.svg": b""})


def test_the_qr_code_is_a_drawing_of_plain_shapes():
    drawn = qr_code("https://portal.example/verify/888-2627-D-00417-X")
    assert drawn.startswith(b"<svg")
    assert b"script" not in drawn


class TestDownload:
    @pytest.fixture
    def written(self, database, session, decided, settings):
        decision = decided()
        session.commit()
        write_waiting(database, FileStore(settings.files), address=ADDRESS, at=NOON)
        session.refresh(decision)
        session.commit()
        return decision

    @pytest.mark.sqlite_only
    def test_its_team_and_the_authority_get_it(self, session, client, sign_in, written):
        hats = [written.submission.author.memberships[0], GatekeeperFactory()]
        session.commit()
        for hat in hats:
            sign_in(client, hat)
            answer = client.get(f"/letters/{written.id}")
            assert answer.mimetype == "application/pdf"
            assert "attachment" in answer.headers["Content-Disposition"]
            assert answer.data.startswith(b"%PDF")
            answer.close()

    @pytest.mark.sqlite_only
    def test_nobody_else_does(self, session, client, sign_in, written):
        stranger = OfficerFactory()
        session.commit()
        assert client.get(f"/letters/{written.id}").status_code == 302
        sign_in(client, stranger)
        assert client.get(f"/letters/{written.id}").status_code == 404

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("state", "says"),
        [
            (LetterState.WANTED, "The letter is being prepared"),
            (LetterState.FAILED, "The letter could not be written"),
            (LetterState.WRITTEN, "Letter (PDF)"),
        ],
    )
    def test_the_page_says_how_far_it_is(self, session, client, sign_in, decided, state, says):
        decision = decided(letter_state=state)
        hat = decision.submission.author.memberships[0]
        session.commit()
        sign_in(client, hat)
        page = client.get(f"/submissions/{decision.submission_id}").get_data(as_text=True)
        assert says in page
        assert client.get(f"/letters/{decision.id}").status_code == 404
