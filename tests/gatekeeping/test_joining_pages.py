"""The pages on which two submissions are looked at as one, joined and taken apart."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation import clock
from foundation.settings import Settings
from gatekeeping.deciding.carrying_out import carry_out_due
from gatekeeping.letters.letter_content import read_letter
from gatekeeping.letters.letters import render_letter
from gatekeeping.models import Decision, Joining, State, Verb
from tests.deciding import PLACE, act
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory
from tests.factories.gatekeeping import make_finding, make_submission, make_version, version_of
from tests.joining import HUNGER, MEALS, make_joining, make_request, make_schools

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def child(session, gatekeeper):
    make_schools(3, 1)
    return make_request(HUNGER, 4, State.IN_REVIEW, claimed_by=gatekeeper)


@pytest.fixture
def parent(session, child):
    return make_request(MEALS, 3)


@pytest.fixture
def browser(session, client, sign_in, gatekeeper, child, parent):
    session.commit()
    sign_in(client, gatekeeper)
    return client


def text_of(answer):
    return " ".join(answer.text.split())


def look(browser, child, parent, **more):
    return browser.get(f"/queue/{child.id}/join?into={parent.number}", **more)


def test_the_proposal_says_what_both_would_be_and_changes_nothing(
    session, browser, child, parent, statements
):
    browser.get("/queue")
    statements.clear()
    page = text_of(look(browser, child, parent))
    assert len(statements) < 18
    assert "The other asks it too: “Pupils eligible for free school meals”." in page
    assert "It spares schools 1.6 hours a year" in page
    assert "3 asked once" in page
    assert "7 days later" in page  # due on 26 February, not 19
    assert "stays for its own schools" in page
    assert "Its next version asks for both" in page
    session.expire_all()
    assert (child.state, parent.version) == (State.IN_REVIEW, 1)


def test_a_choice_is_worked_out_again_and_then_done(session, browser, child, parent):
    values = {"into": parent.number, "version": "1", "item-1": "out", "reason": "One question."}
    page = text_of(browser.post(f"/queue/{child.id}/join/look", data=values))
    assert '<option value="out" selected>' in page
    assert "One question." in page
    answer = browser.post(f"/queue/{child.id}/join", data={**values, "parent_version": "1"})
    assert answer.status_code == 302
    session.expire_all()
    assert (child.state, parent.version) == (State.MERGED, 2)
    assert len(parent.document["items"]) == 2


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"into": "nonsense"}, "Enter the number of the other submission"),
        ({"reason": " "}, "Enter why they belong together."),
        ({"parent_version": "7"}, "is version 1 now"),
    ],
)
def test_what_is_refused_stands_beside_its_field(session, browser, child, parent, values, says):
    given = {"into": parent.number, "version": "1", "parent_version": "1", "reason": "Same."}
    page = text_of(browser.post(f"/queue/{child.id}/join", data={**given, **values}))
    assert "There is a problem" in page
    assert says in page
    session.expire_all()
    assert child.state is State.IN_REVIEW


def test_choosing_to_join_on_the_page_of_decisions_leads_to_the_proposal(
    session, browser, child, parent
):
    make_finding(
        version_of(child), "K10", detail={"number": parent.number, "submission": parent.id}
    )
    session.commit()
    page = text_of(browser.get(f"/queue/{child.id}"))
    assert f"/queue/{child.id}/join?into={parent.number}" in page
    values = {"verb": "merge", "version": "1", "into": parent.number, "merge_reason": "My words"}
    page = text_of(browser.post(f"/queue/{child.id}", data=values))
    assert "My words" in page
    assert "Join them" in page
    session.expire_all()
    assert child.state is State.IN_REVIEW


def test_both_pages_say_what_became_of_it_and_both_owners_may_see_the_parent(
    session, client, sign_in, gatekeeper
):
    make_schools(3, 1)
    officer, stranger = OfficerFactory(), OfficerFactory()
    child = make_request(HUNGER, 4, State.IN_REVIEW, claimed_by=gatekeeper, author=officer)
    parent = make_request(MEALS, 3)
    act(session, child, Verb.MERGE, gatekeeper, into=parent.number)
    session.commit()
    sign_in(client, gatekeeper)
    page = text_of(client.get(f"/queue/{parent.id}"))
    assert "It brings 1 item and 1 school, and saves 1.6 hours a year." in page
    sign_in(client, officer)
    page = text_of(client.get(f"/submissions/{child.id}"))
    assert f"Asked as part of No. {parent.number}" in page
    assert "asked once for both, as “Pupils eligible for free school meals”" in page
    page = text_of(client.get(f"/submissions/{parent.id}"))
    assert "Joined to this" in page
    assert "Withdraw this submission" not in page
    assert client.get(f"/submissions/{parent.id}/withdraw").status_code == 404
    sign_in(client, stranger)
    assert client.get(f"/submissions/{parent.id}").status_code == 404


def test_taking_them_apart(session, browser, child, parent, gatekeeper):
    act(session, child, Verb.MERGE, gatekeeper, into=parent.number)
    place = f"/queue/{parent.id}/joined/{session.scalars(sa.select(Joining.id)).one()}"
    elsewhere = place.replace(f"/{parent.id}/", f"/{child.id}/")
    session.commit()
    page = text_of(browser.get(place))
    assert "asked once for both, as “Pupils eligible for free school meals”" in page
    assert "no longer joined" not in browser.get(f"/queue/{parent.id}").text
    browser.post(place, data={"reason": "Another year."})
    page = text_of(browser.get(place))
    assert "Another year. What was saved is taken back." in page
    assert browser.get(elsewhere).status_code == 404
    for one in (parent, child):
        assert "They are no longer joined." in browser.get(f"/queue/{one.id}").text
    session.expire_all()
    assert (child.state, parent.version) == (State.TRIAGE, 3)


def test_the_letters_name_what_became_of_each_item(session, child, parent, gatekeeper):
    act(session, child, Verb.MERGE, gatekeeper, into=parent.number)
    session.flush()
    letters = {
        decision.verb: read_letter(session, decision.id, address=PLACE)
        for decision in session.scalars(sa.select(Decision))
    }
    assert letters[Verb.MERGE].became[1].startswith("“Holiday clubs at the school”: asked with")
    assert letters[Verb.TAKE_IN].became[0] == "Asked as well: “Holiday clubs at the school”."
    assert "1.6 hours" in letters[Verb.TAKE_IN].became[-1]
    assert render_letter(letters[Verb.TAKE_IN]).startswith(b"%PDF")


def test_the_figures_show_what_joining_saved(session, client, monkeypatch):
    made = make_submission(State.MERGED), make_submission()
    make_joining(made[1], made[0], at=NOON, saving_minutes=750)
    session.commit()
    monkeypatch.setattr("foundation.clock.now", lambda: NOON)
    page = text_of(client.get("/figures"))
    assert "12.5 hours" in page
    assert "Hours of schools saved by joining requests" in page
    assert "Minutes of schools saved by joining,750" in client.get("/figures.csv").text


class TestTheMinuteInWhichItCanBeUndone:
    @pytest.fixture
    def settings(self, database, tmp_path):
        return Settings(portal_home=tmp_path / "home", secret_key="for-tests-only", undo_seconds=60)

    def test_it_can_be_taken_back_for_a_minute_with_all_that_was_chosen(
        self, session, browser, child, parent
    ):
        values = {"into": parent.number, "version": "1", "parent_version": "1", "item-1": "out"}
        browser.post(f"/queue/{child.id}/join", data={**values, "reason": "One question."})
        session.expire_all()
        assert (child.state, parent.version) == (State.IN_REVIEW, 1)
        session.commit()
        assert "Join it to another: your decision" in text_of(browser.get(f"/queue/{child.id}"))
        browser.post(f"/queue/{child.id}/undo")
        page = text_of(look(browser, child, parent))
        assert '<option value="out" selected>' in page
        assert "One question." in page

    def test_a_parent_that_changes_in_that_minute_is_looked_at_again(
        self, session, database, browser, child, parent
    ):
        values = {"into": parent.number, "version": "1", "parent_version": "1", "reason": "Same."}
        browser.post(f"/queue/{child.id}/join", data=values)
        parent.version = 2
        make_version(parent)
        session.commit()
        later = clock.now() + timedelta(minutes=5)
        assert carry_out_due(database, at=later, address=PLACE) == 0
        assert "is version 2 now" in text_of(browser.get(f"/queue/{child.id}"))
