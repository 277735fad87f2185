"""Changing, mending, renewing and taking back, through a browser without JavaScript."""

import pytest
import sqlalchemy as sa

from gatekeeping.models import Move, State, Submission
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_decision, make_submission

pytestmark = pytest.mark.sqlite_only
DOCUMENT = {"send_on": "2030-01-07", "body": "Menus are here. Kitchens open at seven."}


@pytest.fixture
def officer(session):
    SchoolFactory()
    return OfficerFactory()


@pytest.fixture
def desk(session, officer, client, sign_in):
    session.commit()
    sign_in(client, officer)
    return client


@pytest.fixture
def approved(session, officer):
    made = make_submission(State.SCHEDULED, author=officer, document=DOCUMENT)
    make_decision(made, GatekeeperFactory())
    session.commit()
    return made


def stored(session, made):
    found = session.get(Submission, made.id, populate_existing=True)
    session.commit()  # an open transaction would keep the browser from writing
    return found


def post(desk, made, path, **data):
    return desk.post(f"/submissions/{made.id}/{path}", data=data, follow_redirects=True)


@pytest.mark.parametrize(
    ("body", "says", "means", "after"),
    [
        ("Menus are here.", "This keeps the approval", "keeps", State.SCHEDULED),
        ("Who eats the menus?", "This needs a new decision", "voids", State.SUSPENDED),
        (DOCUMENT["body"], "Nothing is changed yet", "nothing", State.SCHEDULED),
    ],
)
def test_the_page_says_what_a_change_means_before_it_is_sent(
    session, desk, approved, body, says, means, after
):
    assert "Change it" in desk.get(f"/submissions/{approved.id}").text
    assert "You are changing what was submitted" in post(desk, approved, "change").text
    post(desk, approved, "write/text", body=body)
    check = desk.get(f"/submissions/{approved.id}/write/check").text
    assert says in check
    assert f'name="means" value="{means}"' in check
    post(desk, approved, "change/send", means=means)
    assert stored(session, approved).state is after


def test_what_was_decided_in_between_is_shown_before_anything_is_sent(session, desk, approved):
    post(desk, approved, "change")
    post(desk, approved, "write/text", body="Who eats the menus?")
    answer = post(desk, approved, "change/send", means="waits")
    assert answer.status_code == 422
    assert "your change means something else now" in answer.text
    assert stored(session, approved).version == 1


def test_a_change_is_discarded_and_sent_only_once(session, desk, approved):
    post(desk, approved, "change")
    post(desk, approved, "write/text", body="Other")
    assert "Your change was discarded" in post(desk, approved, "change/discard").text
    assert stored(session, approved).document["body"] == DOCUMENT["body"]
    assert "sent already, or given up" in post(desk, approved, "change/send", means="keeps").text


def test_what_cannot_be_judged_comes_back_and_is_mended(session, desk, officer):
    GatekeeperFactory()
    made = make_submission(
        State.DRAFT,
        author=officer,
        document={
            **DOCUMENT,
            "kind": "data_request",
            "body": "Please fill in the attached form. How many meals do you serve?",
            "due_on": "2030-03-01",
            "reply_by": "portal",
            "voluntary": True,
        },
    )
    session.commit()
    assert "comes back to you by itself" in desk.get(f"/submissions/{made.id}/write/check").text
    answer = post(desk, made, "submit")
    assert "it came back to you" in answer.text
    assert "no file is attached" in answer.text
    found = stored(session, made)
    assert (found.state, found.version) == (State.RETURNED, 1)
    number = found.number
    assert "Mend it" in answer.text
    post(desk, made, "change")
    post(desk, made, "write/items", **{"items-0-name": "Meals served"})
    assert "Submitted. Its number is" in post(desk, made, "submit").text
    found = stored(session, made)
    assert (found.state, found.version, found.number) == (State.TRIAGE, 2, number)


def test_a_renewal_must_say_what_the_last_answers_changed(session, desk, officer):
    GatekeeperFactory()
    made = make_submission(
        State.CLOSED,
        author=officer,
        document={**DOCUMENT, "kind": "data_request", "items": [{"name": "Meals"}]},
        sent_at=NOON,
    )
    session.commit()
    assert "renew" in desk.get("/submissions").text
    assert f"renewal of {made.number}" in post(desk, made, "renew").text
    draft = session.scalars(sa.select(Submission).where(Submission.state == State.DRAFT)).one()
    assert (draft.document["renews"], draft.send_on) == (made.number, None)
    session.commit()
    dates = {"send_on": ["7", "1", "2031"], "due_on": ["1", "3", "2031"], "per": "once"}
    post(desk, draft, "write/dates", **dates)
    answer = post(desk, draft, "submit")
    assert "Say what the last answers changed" in answer.text
    values = {"renews": made.number, "used_before": "Two kitchens were rebuilt."}
    post(desk, draft, "write/renewal", **values)
    answer = post(desk, draft, "submit")
    assert "Submitted. Its number is 888" in answer.text
    assert stored(session, draft).number.split("-")[2] == "R"


def test_what_is_good_for_long_is_not_renewed(session, desk, officer):
    made = make_submission(State.REFUSED, author=officer)
    session.commit()
    assert "Copy it as a new draft instead" in post(desk, made, "renew").text


def test_an_approved_one_is_withdrawn_and_one_with_schools_is_not(session, desk, officer, approved):
    assert "It was withdrawn." in post(desk, approved, "withdraw").text
    moves = session.scalars(sa.select(Move.after)).all()
    assert State.WITHDRAWN in moves
    live = make_submission(State.LIVE, author=officer, sent_at=NOON)
    session.commit()
    page = desk.get(f"/submissions/{live.id}").text
    assert "ask the gate to suspend it" in page
    assert "Withdraw this submission" not in page
    post(desk, live, "withdraw")
    assert stored(session, live).state is State.LIVE


@pytest.mark.parametrize(
    ("slug", "data", "field", "value"),
    [
        ("need", {"budget_owner": "nobody"}, "budget_owner", ""),
        ("need", {"budget_owner": "b@council.example"}, "budget_owner", "b@council.example"),
        ("effort", {"print": "£1.5", "response": "80"}, "expected_response", 0.8),
        ("effort", {"post": "1,250.50"}, "costs_pence", 125050),
        ("effort", {"post": "a lot"}, "costs_pence", 0),
        ("emergency", {"emergency": "yes"}, "emergency", False),
        ("emergency", {"emergency": "yes", "ground": "life", "what": "Gas"}, "emergency", True),
        (
            "emergency",
            {"emergency": "yes", "ground": "life", "what": "x" * 501},
            "emergency",
            False,
        ),
    ],
)
def test_the_fields_of_the_new_pages_are_saved_or_refused(
    session, desk, officer, slug, data, field, value
):
    made = make_submission(State.DRAFT, author=officer, document={"kind": "data_request"})
    session.commit()
    post(desk, made, f"write/{slug}", **data)
    saved = stored(session, made).document[field]
    assert (saved["post"] if field == "costs_pence" else saved) == value
    assert desk.get(f"/submissions/{made.id}/write/{slug}").status_code == 200


def test_what_a_change_means_is_told_in_a_fixed_number_of_statements(
    session, desk, approved, statements
):
    post(desk, approved, "change")
    post(desk, approved, "write/audience", phases=["primary"])
    SchoolFactory.create_batch(25)  # few schools are asked about less
    counts = set()
    for _ in range(2):
        SchoolFactory.create_batch(10)
        session.commit()
        statements.clear()
        assert desk.get(f"/submissions/{approved.id}/write/check").status_code == 200
        counts.add(len(statements))
    assert max(counts) < 19
    assert len(counts) == 1
