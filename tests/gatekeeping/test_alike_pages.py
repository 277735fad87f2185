"""What was asked before: beside the findings, side by side, and before anything is written."""

import re

import pytest
import sqlalchemy as sa

from directory.models import Membership
from foundation.audit import AuditEntry
from gatekeeping.alike.index import remember
from gatekeeping.models import Approach, State
from gatekeeping.writing.submissions import submit
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, TeamFactory
from tests.factories.gatekeeping import make_finding, make_submission, number, version_of
from tests.joining import MEALS, make_schools

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("at_noon")]

THEIRS = {
    **MEALS,
    "author": "theirs@council.example",
    "team": "Catering",
    "send_on": "2026-12-07",
    "due_on": "2027-01-29",
    "as_at": "2026-11-30",
}
OURS = {
    **THEIRS,
    "title": "Pupils who get meals at no charge",
    "purpose": "To plan the spring kitchens.",
    "body": "Please let us know the number of children entitled to free lunches.",
    "items": [{"name": "Children entitled to free school lunches"}, {"name": "Meals served a day"}],
    "author": "ours@council.example",
    "team": "Poverty",
    "send_on": "2026-12-10",
    "due_on": "2027-02-05",
}


@pytest.fixture
def officer(session):
    return OfficerFactory(team=TeamFactory(name="Poverty"))


@pytest.fixture
def other(session):
    make_schools(3, 2)
    author = OfficerFactory(team=TeamFactory(name="Catering"))
    last_year = number("D", "2526")  # no number that submitting gives
    made = make_submission(
        State.LIVE, author=author, document=THEIRS, sent_at=NOON, number=last_year
    )
    remember(session, version_of(made))
    return made


@pytest.fixture
def draft(session, officer, other):
    return make_submission(State.DRAFT, author=officer, document=OURS)


@pytest.fixture
def browser(session, client, sign_in, officer, draft):
    session.commit()
    sign_in(client, officer)
    return client


def text_of(answer):
    return " ".join(answer.text.split())


def words_of(answer):
    return " ".join(re.sub(r"<[^>]+>", "", answer.text).split())


def like(draft, other, more=""):
    return f"/submissions/{draft.id}/like/{other.id}{more}"


def test_the_finding_shows_its_parts_and_what_can_be_done(browser, draft, other):
    for page in ("write/check", "write/text"):
        text = text_of(browser.get(f"/submissions/{draft.id}/{page}"))
        assert "<dt>What is asked</dt>" in text, page
        assert "<dd>All of your 3 schools</dd>" in text
        assert "in other words" in text
        assert "Children entitled to free school lunches" in text
        assert "Pupils eligible for free school meals" in text
        assert f'href="{like(draft, other)}"' in text
        assert "Use their answers instead" in text
        assert "Use the same dates" in text


def test_the_same_stands_beside_what_is_typed(browser, draft, other):
    place = f"/submissions/{draft.id}/write/check-live?page=text"
    answer = browser.post(place, data={"body": OURS["body"]})
    assert "What both ask" in answer.json["html"]
    assert f"{like(draft, other)}/ask/answers" in answer.json["html"]


def test_side_by_side_shows_another_team_what_the_register_shows(
    session, browser, draft, other, statements
):
    browser.get(like(draft, other))
    statements.clear()
    text = text_of(browser.get(like(draft, other)))
    assert len(statements) < 18
    assert other.author.name in text
    assert "Meals served each day" in text
    assert "29 January 2027" in text
    assert "3 schools would get both" in text
    assert "To plan the kitchens of the spring." not in text


def test_once_submitted_both_texts_are_read_whole_but_personal_data_is_not(
    session, browser, draft, other
):
    other.document = {**other.document, "body": "Ask ann@council.example how many free meals."}
    version_of(other).document = other.document
    submit(session, draft, by=draft.author, at=NOON)
    session.commit()
    text = words_of(browser.get(like(draft, other)))
    assert "To plan the kitchens of the spring." in text
    assert "ann@council.example" not in text
    assert "[removed]" in text


def test_what_is_withheld_stays_so(session, browser, draft, other):
    document = {**THEIRS, "title": "Children at risk who get free meals", "categories": ["prevent"]}
    other.document = version_of(other).document = {**other.document, **document}
    other.title, other.withheld = document["title"], "safeguarding"
    session.commit()
    for page in (like(draft, other), f"/submissions/{draft.id}/write/check"):
        text = text_of(browser.get(page))
        assert "Children at risk" not in text, page
        assert "Withheld: safeguarding" in text
        assert "Meals served each day" not in text


def test_what_has_nothing_in_common_is_not_shown(session, browser, draft, other):
    stranger = make_submission(
        State.LIVE,
        document={"kind": "data_request", "title": "Boilers", "body": "How old is the boiler?"},
    )
    session.commit()
    for more in ("", "/schools", "/schools.csv", "/ask/answers"):
        assert browser.get(like(draft, stranger, more)).status_code == 404
    assert browser.post(like(draft, stranger, "/dates")).status_code == 404


def test_what_a_finding_named_can_be_seen_for_good(session, browser, officer, other):
    ours = make_submission(State.TRIAGE, author=officer, document={"title": "Boilers"})
    finding = make_finding(version_of(ours), "K10")
    finding.detail = {"submission": other.id, "number": other.number}
    other.state = State.WITHDRAWN
    session.commit()
    text = text_of(browser.get(like(ours, other)))
    assert "Meals served each day" in text
    assert "To plan the kitchens" not in text


def test_a_gatekeeper_reads_both_whole(session, client, sign_in, gatekeeper, draft, other):
    submit(session, draft, by=draft.author, at=NOON)
    session.commit()
    sign_in(client, gatekeeper)
    for page in (like(draft, other), f"/queue/{draft.id}/beside/{other.id}"):
        answer = client.get(page)
        assert "To plan the kitchens of the spring." in words_of(answer)
        assert f"into={other.number}" in answer.text
    text = text_of(client.get(f"/queue/{draft.id}"))
    assert "<dt>What is asked</dt>" in text
    assert "Use their answers instead" not in text


def test_the_schools_of_both_are_listed_and_handed_out(session, browser, draft, other):
    text = text_of(browser.get(like(draft, other, "/schools")))
    assert "3 would get both" in text
    answer = browser.get(like(draft, other, "/schools.csv"))
    assert len(answer.text.splitlines()) == 4
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert "schools_in_common.exported" in actions


def test_asking_is_kept_once_and_told(session, browser, draft, other):
    for what in ("answers", "joining"):
        place = like(draft, other, f"/ask/{what}")
        assert browser.get(place).status_code == 200
        assert "Enter w" in browser.post(place, data={"text": " "}).text
        for _ in range(2):
            assert browser.post(place, data={"text": f"Our {what}."}).status_code == 302
    session.expire_all()
    asked = session.scalars(sa.select(Approach).order_by(Approach.id))
    assert [one.text for one in asked] == ["Our answers.", "Our joining."]
    (mail,) = session.scalars(sa.select(Mail))  # who will take the draft is not known yet
    assert (mail.address, mail.subject[:24]) == (other.author.email, "May we use your answers?")
    assert "Our joining." in browser.get(like(draft, other)).text


def test_both_officers_and_the_gatekeeper_see_what_was_asked(
    session, client, sign_in, gatekeeper, browser, draft, other
):
    submit(session, draft, by=draft.author, at=NOON)
    session.commit()
    browser.post(like(draft, other, "/ask/joining"), data={"text": "One kitchen."})
    membership = session.scalars(
        sa.select(Membership).where(Membership.person_id == other.author_id)
    ).one()
    session.commit()
    for who, page in (
        (gatekeeper, f"/queue/{draft.id}"),
        (membership, f"/submissions/{other.id}"),
    ):
        sign_in(client, who)
        assert "One kitchen." in client.get(page).text
    addresses = {mail.address for mail in session.scalars(sa.select(Mail))}
    assert gatekeeper.person.email in addresses


def test_one_may_withdraw_when_asking_for_answers(session, browser, draft, other):
    data = {"text": "We plan meals.", "then": "withdraw"}
    browser.post(like(draft, other, "/ask/answers"), data=data)
    session.expire_all()
    assert draft.state is State.WITHDRAWN


def test_dates_are_aligned_in_one_press(session, browser, draft, other):
    answer = browser.post(like(draft, other, "/dates"), follow_redirects=True)
    session.expire_all()
    assert (draft.document["send_on"], draft.document["due_on"]) == ("2026-12-07", "2027-01-29")
    assert "Your dates are those of No." in answer.text


def test_dates_that_are_over_are_not_taken(session, browser, draft, other):
    other.document = version_of(other).document = {**other.document, "due_on": "2026-10-01"}
    session.commit()
    answer = browser.post(like(draft, other, "/dates"), follow_redirects=True)
    assert "no date that is still to come" in answer.text
    session.expire_all()
    assert draft.document["due_on"] == "2027-02-05"


def test_a_round_is_renewed_in_one_press(session, browser, draft, other):
    answer = browser.post(like(draft, other, "/renews"), follow_redirects=True)
    session.expire_all()
    assert draft.document["renews"] == other.number
    assert "This renews No." in answer.text


def test_what_was_submitted_is_not_changed_by_a_press(session, browser, draft, other):
    submit(session, draft, by=draft.author, at=NOON)
    session.commit()
    before = dict(draft.document)
    for more in ("/dates", "/renews"):
        assert browser.post(like(draft, other, more)).status_code == 302
    session.expire_all()
    assert draft.document == before


LOOKED_UP = {
    "How many children get free school dinners?": True,
    "FREE SCHOOL MEALS": True,
    "School\tPupils eligible for free school meals\tMeals served each day\n\t\t\n": True,
    "Faint o ddisgyblion sydd â hawl i brydau ysgol am ddim?": None,
    "Age of the boiler and when it was last serviced": False,
    "x " * 100_000: None,
    "🙂 ' OR 1=1 -- <b>%s</b>": None,
}
"""What is typed, and whether the submission about free meals must come up."""


def test_one_looks_before_writing(browser, other):
    for text, finds in LOOKED_UP.items():
        answer = browser.post("/asked-before", data={"text": text})
        assert answer.status_code == 200, text[:50]
        if finds is not None:
            assert ("Free school meals take-up" in answer.text) is finds, text


def test_nothing_typed_is_asked_for(browser):
    assert "Enter what you want to know" in browser.post("/asked-before", data={"text": " "}).text
    assert browser.get("/asked-before").status_code == 200


def test_a_draft_is_looked_up_with_ways_on(browser, draft, other, statements):
    statements.clear()
    text = text_of(browser.get(f"/asked-before?draft={draft.id}"))
    assert len(statements) < 18
    assert f'href="{like(draft, other)}"' in text
    assert "School census" in text
    assert browser.get("/asked-before?draft=999999").status_code == 404
