import csv
import io
from datetime import timedelta

import pytest

from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Condition, ConditionKind, State, Verb
from gatekeeping.registry.masking import masked, withheld_because
from gatekeeping.registry.register import (
    OPEN_BOOK,
    Search,
    Status,
    every_entry,
    find_entry,
    list_register,
)
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, TeamFactory
from tests.factories.gatekeeping import make_decision, make_submission

INSIDE = {"open_only": False}


@pytest.fixture
def author(session):
    return OfficerFactory(
        person__name="Jo Marsh", person__email="jo.marsh@portal.example", team__name="Catering"
    )


@pytest.mark.parametrize(
    ("choice", "titles"),
    [
        (INSIDE, {"Menus for spring", "Staff lists", "100% attendance"}),
        ({}, {"Staff lists", "100% attendance"}),
        ({**INSIDE, "query": "menus SPRING"}, {"Menus for spring"}),
        ({"query": "0% att"}, {"100% attendance"}),
        ({"query": "_taff"}, set()),
        ({"query": "menus"}, set()),
        ({"status": Status.GOOD}, {"Staff lists"}),
        ({"status": Status.STOPPED}, {"100% attendance"}),
        ({"year": 2026}, {"Staff lists", "100% attendance"}),
        ({"year": 2025}, set()),
    ],
)
def test_the_register_is_searched(session, authority_id, author, choice, titles):
    make_submission(State.DRAFT, author=author, document={"title": "Unseen draft"})
    make_submission(State.TRIAGE, author=author, document={"title": "Menus for spring"})
    make_submission(State.LIVE, author=author, document={"title": "Staff lists"})
    make_submission(State.REFUSED, author=author, document={"title": "100% attendance"})
    listed = list_register(session, authority_id, Search(**choice))
    assert {entry.title for entry in listed.entries} == titles
    assert listed.total == len(titles)
    assert {entry.title for entry in every_entry(session, authority_id, Search(**choice))} == titles


@pytest.mark.sqlite_only
def test_a_number_finds_itself_and_a_team_its_own(session, authority_id, author):
    mine = make_submission(author=author)
    other = make_submission(author=OfficerFactory(team=TeamFactory()))
    found = list_register(session, authority_id, Search(query=other.number.lower(), **INSIDE))
    assert [entry.id for entry in found.entries] == [other.id]
    found = list_register(session, authority_id, Search(team_id=author.team_id, **INSIDE))
    assert [entry.id for entry in found.entries] == [mine.id]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT}))
def test_the_public_sees_what_was_decided_and_nothing_else(session, authority_id, author, state):
    number = make_submission(state, author=author).number
    assert (find_entry(session, authority_id, number) is not None) == (state in OPEN_BOOK)
    assert find_entry(session, authority_id, number, open_only=False) is not None


@pytest.mark.parametrize(
    ("categories", "origin", "why"),
    [
        (["catering"], "policy", ""),
        (["safeguarding"], "statute", "safeguarding"),
        (["catering", "domestic-abuse"], "other", "safeguarding"),
        (["traded-services"], "other", "commercial"),
        (["catering"], "contract", "commercial"),
        ([], "other", ""),
    ],
)
def test_what_is_kept_back_follows_from_category_and_origin(categories, origin, why):
    document = SubmissionDocument.read({"categories": categories, "origin": origin})
    assert withheld_because(document) == why


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to jo.marsh@portal.example.", "Write to [removed]."),
        ("Ring 01772 555 123 today", "Ring [removed] today"),
        ("Pupil A123456789012 moved", "Pupil [removed] moved"),
        ("He was born on 4 May 2014.", "He was [removed]."),
        ("DOB: 04/05/2014, then", "[removed], then"),
        ("Send it to PR1 8XJ", "Send it to [removed]"),
        ("Jo Marsh asked twice", "[an officer] asked twice"),
        ("Under section 537A of the Education Act 1996", None),
        ("656 schools, £24,909.50, No. 888-2627-D-00417-X by 26 January 2027", None),
        ("Year 6 and KS2, 2026-27", None),
        ("", None),
    ],
)
def test_personal_data_is_masked_and_the_rest_stays(text, shown):
    assert masked(text, ["Jo Marsh"]) == (text if shown is None else shown)


@pytest.mark.sqlite_only
def test_reasons_and_conditions_are_published_without_names(session, authority_id, author):
    gatekeeper = GatekeeperFactory(person__name="Miriam Oakes")
    submission = make_submission(State.APPROVED_COND, author=author)
    decision = make_decision(
        submission,
        gatekeeper,
        Verb.APPROVE_WITH_CONDITIONS,
        reason="Jo Marsh agreed with Miriam Oakes to cut it.",
    )
    session.add(
        Condition(
            authority_id=authority_id,
            decision_id=decision.id,
            submission_id=submission.id,
            kind=ConditionKind.CUT_ITEMS,
            text="Leave out question 4; ask jo.marsh@portal.example.",
            due_on=NOON.date() + timedelta(days=9),
            before_sending=True,
        )
    )
    session.flush()
    entry, [said] = find_entry(session, authority_id, submission.number)
    assert said.words == "Approved on conditions"
    assert said.reason == "[an officer] agreed with [an officer] to cut it."
    assert said.conditions == ["Leave out question 4; ask [removed]."]
    _, [whole] = find_entry(session, authority_id, submission.number, open_only=False)
    assert "Jo Marsh" in whole.reason
    assert entry.gross_pence == 1760233


@pytest.mark.sqlite_only
def test_what_is_kept_back_cannot_be_guessed_by_searching(session, authority_id, author):
    facts = {"author": author, "withheld": "safeguarding"}
    hidden = make_submission(State.LIVE, document={"title": "Incident at Mill Lane"}, **facts)
    make_decision(hidden, GatekeeperFactory(), reason="A child was hurt.")
    assert list_register(session, authority_id, Search(query="Mill Lane")).total == 0
    [entry] = list_register(session, authority_id, Search()).entries
    assert entry.title == "Withheld: safeguarding"
    assert entry.decision.reason == "Withheld: safeguarding"
    assert list_register(session, authority_id, Search(query="Mill", **INSIDE)).total == 1


@pytest.mark.sqlite_only
def test_a_commercial_text_is_open_once_schools_have_it(session, authority_id, author):
    facts = {"author": author, "withheld": "commercial"}
    before = make_submission(State.APPROVED, **facts)
    after = make_submission(State.LIVE, sent_at=NOON, **facts)
    titles = {
        entry.id: entry.title for entry in list_register(session, authority_id, Search()).entries
    }
    assert titles[before.id] == "Withheld: commercial, not yet sent"
    assert titles[after.id] == "Menus for the spring term"


class TestPages:
    @pytest.mark.sqlite_only
    def test_anybody_reads_and_downloads_it_without_names(self, session, author, client):
        submission = make_submission(State.REFUSED, author=author)
        make_submission(State.TRIAGE, author=author, document={"title": "Still secret"})
        make_decision(submission, GatekeeperFactory(), Verb.REFUSE, reason="Jo Marsh gave =no use.")
        session.commit()
        page = client.get("/register").get_data(as_text=True)
        assert submission.number in page
        assert "Still secret" not in page
        entry = client.get(f"/register/{submission.number.lower()}").get_data(as_text=True)
        assert "[an officer] gave =no use." in entry
        assert "Jo Marsh" not in page + entry
        with client.get("/register.csv?status=stopped") as answer:
            rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert [row["Number"] for row in rows] == [submission.number]
        assert rows[0]["Cost to schools in pounds"] == "17602.33"
        assert rows[0]["Decision"] == "Refused"

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("text", ["888-2627-D-99999-A", "nonsense", "x" * 3000])
    def test_a_number_that_is_not_public_is_not_found(self, session, client, text):
        assert client.get(f"/register/{text}").status_code == 404

    @pytest.mark.sqlite_only
    def test_a_gatekeeper_sees_what_waits_as_well(self, session, author, client, sign_in):
        waiting = make_submission(State.TRIAGE, author=author)
        gatekeeper = GatekeeperFactory()
        session.commit()
        sign_in(client, gatekeeper)
        assert waiting.number in client.get("/register?status=waiting").get_data(as_text=True)

    @pytest.mark.sqlite_only
    def test_strange_choices_are_passed_over(self, session, client):
        page = client.get("/register?status=x&kind=y&team=-1&year=1066&page=abc&q=%F0%9F")
        assert page.status_code == 200

    @pytest.mark.sqlite_only
    def test_it_takes_few_statements(self, session, author, client, statements):
        for _ in range(30):
            make_decision(make_submission(State.LIVE, author=author), GatekeeperFactory())
        session.commit()
        client.get("/register")
        statements.clear()
        client.get("/register")
        assert len(statements) <= 7
