from datetime import timedelta

import pytest

from categories.topics.suggesting import Suggestion
from gatekeeping.documents import SubmissionDocument
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import CategoryLesson, State, SubmissionVersion
from gatekeeping.suggesting import is_unlikely, learn, suggest, suggest_for, worth_showing
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission

SWIMMING = {"title": "Swimming lessons at the new pool", "body": "", "categories": ["insurance"]}


@pytest.fixture
def desk(session, client, sign_in):
    officer = OfficerFactory()
    GatekeeperFactory()
    words = {
        "title": "Menus for the spring",
        "body": "Hot lunches from the school kitchen.",
        "categories": [],
    }
    draft = make_submission(State.DRAFT, author=officer, document=words)
    session.commit()
    sign_in(client, officer)
    client.place = f"/submissions/{draft.id}/write"
    return client


def approve(session, *, document=SWIMMING, state=State.LIVE, at=NOON):
    submission = make_submission(state, document=document)
    session.flush()
    version = session.query(SubmissionVersion).filter_by(submission_id=submission.id).one()
    learn(session, SubmissionApproved(submission.authority_id, submission.id, version.id), at)
    session.flush()
    return submission


def first(session, authority_id):
    return suggest(session, authority_id, SWIMMING["title"])[0].slug


def test_what_was_decided_here_is_suggested_next_time(session, authority_id):
    assert first(session, authority_id) == "physical-education"
    for minutes in range(12):
        approve(session, at=NOON + timedelta(minutes=minutes))
    assert first(session, authority_id) == "insurance"


@pytest.mark.sqlite_only
def test_an_approval_that_fell_teaches_nothing(session, authority_id):
    for _ in range(12):
        approve(session, state=State.IN_REVIEW)
    assert first(session, authority_id) == "physical-education"


@pytest.mark.sqlite_only
def test_the_same_approval_twice_is_one_lesson_and_a_newer_version_replaces_it(session):
    submission = approve(session)
    version = session.query(SubmissionVersion).filter_by(submission_id=submission.id).one()
    event = SubmissionApproved(submission.authority_id, submission.id, version.id)
    learn(session, event, NOON + timedelta(days=1))
    (kept,) = session.query(CategoryLesson).all()
    assert kept.learned_at == NOON
    version.version = submission.version = 2
    version.document = {**version.document, "categories": ["catering"]}
    learn(session, event, NOON + timedelta(days=2))
    session.flush()
    (kept,) = session.query(CategoryLesson).all()
    assert (kept.version, kept.categories) == (2, ["catering"])


@pytest.mark.sqlite_only
def test_asking_again_reads_no_lesson_again(session, authority_id, statements):
    approve(session)
    first(session, authority_id)
    statements.clear()
    first(session, authority_id)
    assert len(statements) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("chosen", "expected"), [(["insurance"], True), (["catering"], False), ([], False)]
)
def test_a_choice_that_the_words_do_not_bear_out_is_noticed(
    session, authority_id, chosen, expected
):
    words = {"title": "Menus and hot lunches from the school kitchen", "categories": chosen}
    document = SubmissionDocument.read({"kind": "communication", **words})
    found = suggest_for(session, authority_id, document)
    assert is_unlikely(document, found) is expected


@pytest.mark.sqlite_only
class TestPages:
    def test_the_form_offers_the_likeliest_first(self, desk):
        page = desk.get(f"{desk.place}/categories").text
        assert "Suggested for your text" in page
        assert page.index("category-catering") < page.index("All other categories")
        assert "Because you write: " in page

    def test_a_page_of_words_names_them_while_none_is_chosen(self, desk):
        page = desk.get(f"{desk.place}/text").text
        assert "Categories that fit your text" in page
        typed = desk.post(
            f"{desk.place}/check-live?page=text",
            data={"body": "The fire alarm is tested and a fire drill held. " * 5},
        )
        assert "Fire safety and site security" in typed.json["html"]

    def test_a_gatekeeper_is_told_quietly_when_the_words_suggest_another(
        self, session, client, sign_in
    ):
        words = {
            "title": "Menus and hot lunches from the school kitchen",
            "body": "The new menus are here.",
        }
        odd = make_submission(State.TRIAGE, document={**words, "categories": ["insurance"]})
        right = make_submission(State.TRIAGE, document={**words, "categories": ["catering"]})
        gatekeeper = GatekeeperFactory()
        session.commit()
        sign_in(client, gatekeeper)
        assert "Its words rather suggest School meals" in client.get(f"/queue/{odd.id}").text
        assert "rather suggest" not in client.get(f"/queue/{right.id}").text


def test_what_next_to_nothing_speaks_for_is_not_shown():
    made = [Suggestion(slug, score, ()) for slug, score in (("a", 0.02), ("b", 0.5), ("c", 0.01))]
    assert [one.slug for one in worth_showing(made)] == ["a", "b"]
    assert worth_showing([]) == []
