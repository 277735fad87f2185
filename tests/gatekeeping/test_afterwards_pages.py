"""Emergencies, appeals and schools' challenges, as people use them on pages."""

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation.audit import AuditEntry
from gatekeeping.models import (
    Appeal,
    Decision,
    Interest,
    SchoolChallenge,
    Stake,
    State,
    Submission,
    Track,
    Verb,
)
from notifications.models import Delivery, Notice
from tests.factories.afterwards import make_emergency, make_executive, make_panel_member
from tests.factories.base import NOON
from tests.factories.directory import (
    GatekeeperFactory,
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
)
from tests.factories.gatekeeping import make_decision, make_submission, version_of
from tests.factories.notifications import DeliveryFactory, NoticeFactory

pytestmark = pytest.mark.sqlite_only
YES = dict.fromkeys(("grounds", "foreseen", "schools", "content"), "yes")


@pytest.fixture
def now(monkeypatch):
    """It is noon on a Monday in term."""
    monkeypatch.setattr("foundation.clock.now", lambda: NOON)


@pytest.fixture
def as_hat(client, session, sign_in):
    """Commit what was made, and let this person use the browser."""

    def wear(membership):
        session.commit()
        sign_in(client, membership)
        return client

    return wear


def fresh(session, kind, **facts):
    """Return the newest such row as it is now, and leave the database to the browser."""
    session.rollback()
    session.expunge_all()
    query = sa.select(kind).filter_by(**facts).order_by(kind.id.desc()).limit(1)
    if kind is Appeal:
        query = query.options(sa.orm.selectinload(Appeal.members))
    found = session.scalars(query).first()
    session.expunge_all()
    session.rollback()
    return found


def test_the_executive_releases_in_two_clicks(session, as_hat, now):
    executive, submission = make_executive(), make_emergency()
    browser = as_hat(executive)
    assert submission.title in browser.get("/emergencies").text
    page = browser.get(f"/emergencies/{submission.id}").text
    assert "Release it now" in page
    assert "A gas leak has closed the site" in page
    refused = browser.post(f"/emergencies/{submission.id}/release", data={"version": "1"})
    assert "Enter why it cannot wait." in refused.text
    answer = browser.post(
        f"/emergencies/{submission.id}/release",
        data={"version": "1", "reason": "Children are at risk."},
        follow_redirects=True,
    )
    assert "Released. It is going to schools now." in answer.text
    found = fresh(session, Submission, id=submission.id)
    assert found.state is State.EMERGENCY_RELEASED
    assert "Let it be valid longer" in answer.text


def test_the_executive_judges_it_as_an_ordinary_one(session, as_hat, now):
    HeadFactory()
    executive, submission = make_executive(), make_emergency()
    answer = as_hat(executive).post(
        f"/emergencies/{submission.id}/ordinary",
        data={"version": "1", "reason": "It can wait."},
        follow_redirects=True,
    )
    assert "This is judged as an ordinary submission now." in answer.text
    found = fresh(session, Submission, id=submission.id)
    assert (found.track, found.state) == (Track.LIGHT, State.TRIAGE)


def test_a_stake_is_refused_on_the_page_and_kept_in_the_trail(session, authority_id, as_hat, now):
    executive, submission = make_executive(), make_emergency()
    session.add(
        Interest(
            authority_id=authority_id,
            submission_id=submission.id,
            person_id=executive.person_id,
            why=Stake.LINE,
            at=NOON,
        )
    )
    answer = as_hat(executive).post(
        f"/emergencies/{submission.id}/release", data={"version": "1", "reason": "Now."}
    )
    assert answer.status_code == 409
    assert "ask an administrator to name" in answer.text
    entry = fresh(session, AuditEntry, action="submission.refused_attempt")
    assert entry.detail["why"] == "line"


def test_it_is_extended_on_the_page(session, as_hat, now):
    executive = make_executive()
    submission = make_emergency(State.AFTER_REVIEW, expires_on=NOON.date(), decided_at=NOON)
    make_decision(submission, make_executive(), Verb.RELEASE)
    browser, place = as_hat(executive), f"/emergencies/{submission.id}/extend"
    days = {"until": ["30", "6", "2027"], "reason": "The site stays closed."}
    assert "may not be valid longer than to 21 February 2027" in browser.post(place, data=days).text
    assert "Enter the new last day." in browser.post(place, data={"reason": "So."}).text
    answer = browser.post(place, data={**days, "until": ["15", "1", "2027"]}, follow_redirects=True)
    assert "Valid to 15 January 2027" in answer.text


def test_a_gatekeeper_begins_and_ends_the_review(session, as_hat, now):
    gatekeeper, submission = GatekeeperFactory(), make_emergency(State.EMERGENCY_RELEASED)
    make_decision(submission, make_executive(), Verb.RELEASE)
    browser, place = as_hat(gatekeeper), f"/emergencies/{submission.id}"
    assert "Begin the review" in browser.get(place).text
    page = browser.post(f"{place}/review", follow_redirects=True).text
    assert "Were the grounds real" in page
    short = browser.post(f"{place}/review/end", data={"verdict": "ratify", "reason": "So."})
    assert "Choose yes or no." in short.text
    assert "Choose what you found." in browser.post(f"{place}/review/end", data=YES).text
    data = {**YES, "schools": "no", "verdict": "not_ratify", "reason": "It went to all schools."}
    assert "Enter what rule was broken." in browser.post(f"{place}/review/end", data=data).text
    answer = browser.post(
        f"{place}/review/end",
        data={**data, "lessons": "Only the affected."},
        follow_redirects=True,
    )
    assert "The review has ended." in answer.text
    assert fresh(session, Submission, id=submission.id).state is State.NOT_RATIFIED


def test_whoever_released_it_cannot_begin_the_review_on_the_page(session, as_hat, now):
    executive, submission = make_executive(), make_emergency(State.EMERGENCY_RELEASED)
    make_decision(submission, executive, Verb.RELEASE)
    answer = as_hat(GatekeeperFactory(person=executive.person)).post(
        f"/emergencies/{submission.id}/review"
    )
    assert answer.status_code == 409
    assert "You decided this before." in answer.text


def test_an_administrator_opens_the_route_again(session, as_hat, now):
    author, administrator = OfficerFactory(), OfficerFactory(role=Role.ADMINISTRATOR)
    for _ in range(2):
        ended = make_emergency(State.NOT_RATIFIED, author=author)
        make_decision(ended, GatekeeperFactory(), Verb.NOT_RATIFY)
    browser = as_hat(administrator)
    page = browser.get("/emergencies/teams").text
    assert author.team.name in page
    who = f"{author.organisation_id}-{author.team_id}"
    refused = browser.post("/emergencies/teams", data={"who": who, "note": ""})
    assert "Enter who was trained" in refused.text
    answer = browser.post(
        "/emergencies/teams", data={"who": who, "note": "All of them."}, follow_redirects=True
    )
    assert "Every team has the emergency route." in answer.text


def refused_submission(session):
    submission = make_submission(State.REFUSED)
    make_decision(submission, GatekeeperFactory(), Verb.REFUSE, code="no_use")
    return submission


def test_an_appeal_from_lodging_to_its_end(session, as_hat, client, sign_in, now):
    submission = refused_submission(session)
    officer = session.get(type(submission.author), submission.author_id).memberships[0]
    executive, schools = make_executive(), [make_panel_member() for _ in range(3)]
    ids = [str(each.person_id) for each in schools]
    browser = as_hat(officer)
    for each in (executive, *schools):
        session.refresh(each)
    session.expunge_all()
    session.rollback()
    assert "Appeal against the decision" in browser.get(f"/submissions/{submission.id}").text
    place = f"/submissions/{submission.id}/appeal"
    assert "Enter why you think it is wrong." in browser.post(place, data={"grounds": ""}).text
    page = browser.post(place, data={"grounds": "It is needed."}, follow_redirects=True).text
    assert "Three people decide by" in page

    appeal = fresh(session, Appeal, submission_id=submission.id)
    sign_in(client, executive)
    assert "Appoint the panel" in client.get(f"/appeals/{appeal.id}").text
    few = client.post(f"/appeals/{appeal.id}/panel", data={"first": ids[0], "second": ids[0]})
    assert "Choose 3 different people" in few.text
    chosen = dict(zip(("first", "second", "third"), ids, strict=True))
    page = client.post(f"/appeals/{appeal.id}/panel", data=chosen, follow_redirects=True).text
    assert "The panel is complete" in page

    for number, member in enumerate(schools[:2]):
        sign_in(client, member)
        assert submission.title in client.get("/appeals").text
        page = client.get(f"/appeals/{appeal.id}").text
        assert "Give your vote" in page
        assert ("My secret view." in page) is False
        empty = client.post(f"/appeals/{appeal.id}/vote", data={"reason": "So."})
        assert "Choose how you vote." in empty.text
        data = {"choice": "vary", "reason": "My secret view.", "conditions": f"Change {number}."}
        page = client.post(f"/appeals/{appeal.id}/vote", data=data, follow_redirects=True).text
        assert "Your vote counts." in page
    assert fresh(session, Submission, id=submission.id).state is State.APPROVED_COND
    assert "It may be sent, on conditions" in page
    sign_in(client, officer)
    assert "It may be sent, on conditions" in client.get(place).text


def test_a_panel_member_sees_no_appeal_but_their_own(session, as_hat, now):
    submission = make_submission(State.APPEAL)
    decision = make_decision(submission, GatekeeperFactory(), Verb.REFUSE)
    appeal = Appeal(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        decision_id=decision.id,
        lodged_by_id=submission.author_id,
        lodged_at=NOON,
        grounds="So.",
        hear_by=NOON.date(),
    )
    session.add(appeal)
    browser = as_hat(make_panel_member())
    assert submission.title not in browser.get("/appeals").text
    assert browser.get(f"/appeals/{appeal.id}").status_code == 404
    assert browser.post(f"/appeals/{appeal.id}/vote", data={}).status_code == 404


def test_a_member_is_removed_and_replaced(session, as_hat, client, now):
    submission = make_submission(State.APPEAL)
    decision = make_decision(submission, GatekeeperFactory(), Verb.REFUSE)
    executive, schools = make_executive(), [make_panel_member() for _ in range(4)]
    appeal = Appeal(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        decision_id=decision.id,
        lodged_by_id=submission.author_id,
        lodged_at=NOON,
        grounds="So.",
        hear_by=NOON.date(),
    )
    session.add(appeal)
    session.flush()
    ids, appeal_id = [str(each.person_id) for each in schools], appeal.id
    browser = as_hat(executive)
    chosen = dict(zip(("first", "second", "third"), ids[:3], strict=True))
    browser.post(f"/appeals/{appeal_id}/panel", data=chosen)
    member = fresh(session, Appeal, id=appeal_id).members[0]
    page = browser.post(
        f"/appeals/{appeal_id}/members/{member.id}/remove", follow_redirects=True
    ).text
    assert "Third member" in page
    page = browser.post(
        f"/appeals/{appeal_id}/panel", data={"third": ids[3]}, follow_redirects=True
    ).text
    assert "The panel is complete" in page
    assert len(fresh(session, Appeal, id=appeal_id).members) == 3


@pytest.fixture
def delivered(session):
    """A data request at a school: the delivery to one of its staff."""
    submission = make_submission(State.LIVE, sent_at=NOON)
    staff = MembershipFactory()
    notice = NoticeFactory(source_id=version_of(submission).id)
    return DeliveryFactory.to(staff, notice=notice), staff, submission


def test_a_school_challenges_and_a_gatekeeper_answers(
    session, delivered, as_hat, client, sign_in, now
):
    delivery, staff, submission = delivered
    gatekeeper, number, submission_id = GatekeeperFactory(), delivery.id, submission.id
    browser, place = as_hat(staff), f"/inbox/{number}/challenge"
    for each in (gatekeeper, staff):
        session.refresh(each)
    session.expunge_all()
    session.rollback()
    assert "Challenge this message" in browser.get(f"/inbox/{number}").text
    assert "is never removed by this" in browser.get(place).text
    assert "Choose why you challenge it." in browser.post(place, data={"text": "So."}).text
    data = {"ground": "too_much", "text": "It takes a day."}
    page = browser.post(place, data=data, follow_redirects=True).text
    assert "Your challenge was sent." in page
    assert "A gatekeeper looks at it" in page
    assert "Challenge this message" not in page

    made = fresh(session, SchoolChallenge)
    sign_in(client, gatekeeper)
    assert "It takes more work than it says" in client.get("/challenges").text
    place = f"/challenges/{made.id}"
    assert "It takes a day." in client.get(place).text
    assert "Choose whether the school is right." in client.post(place, data={}).text
    data = {"upheld": "yes", "answer": "You are right about this.", "suspending": "y"}
    page = client.post(place, data=data, follow_redirects=True).text
    assert "Your answer was sent to the school." in page
    assert fresh(session, Submission, id=submission_id).state is State.SUSPENDED

    sign_in(client, staff)
    page = client.get(f"/inbox/{number}").text
    assert "You need not answer this now" in page
    assert "You are right about this." in page
    assert "No answer needed" in client.get("/inbox").text


def test_only_who_may_see_the_item_may_challenge_it(session, delivered, as_hat, now):
    delivery, staff, _ = delivered
    colleague = MembershipFactory(school=staff.school)
    browser = as_hat(colleague)
    assert browser.get(f"/inbox/{delivery.id}/challenge").status_code == 404
    data = {"ground": "other", "text": "So."}
    assert browser.post(f"/inbox/{delivery.id}/challenge", data=data).status_code == 404
    assert fresh(session, SchoolChallenge) is None


def test_an_item_of_an_emergency_says_so(session, as_hat, now):
    notice = NoticeFactory(
        standing="This was sent under the emergency route and is being reviewed."
    )
    staff = MembershipFactory()
    delivery = DeliveryFactory.to(staff, notice=notice)
    browser = as_hat(staff)
    assert "being reviewed" in browser.get("/inbox").text
    page = browser.get(f"/inbox/{delivery.id}").text
    assert "being reviewed" in page
    assert "You need not answer this now" not in page


def test_the_pages_send_few_statements(session, delivered, as_hat, statements, now):
    executive, submission = make_executive(), make_emergency()
    browser = as_hat(executive)
    for place in ("/emergencies", f"/emergencies/{submission.id}", "/appeals", "/challenges"):
        browser.get(place)
        statements.clear()
        browser.get(place)
        assert len(statements) < 12, place
    assert session.scalars(sa.select(Notice)).all()
    assert session.scalars(sa.select(Delivery)).all()
    assert session.scalars(sa.select(Decision)).all() == []
