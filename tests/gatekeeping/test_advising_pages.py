from datetime import date

import pytest
import sqlalchemy as sa

from directory.models import Role
from gatekeeping.models import (
    Condition,
    ConditionKind,
    DpiaOutcome,
    DpiaVerdict,
    PanelVote,
    State,
    Submission,
    Track,
    Verb,
)
from tests.factories.directory import (
    GatekeeperFactory,
    MembershipFactory,
    OfficerFactory,
)
from tests.factories.gatekeeping import (
    make_decision,
    make_finding,
    make_submission,
    version_of,
)

pytestmark = pytest.mark.sqlite_only
MOST = 12


def text_of(response):
    return response.get_data(as_text=True)


def state_of(session, submission):
    found = session.scalar(sa.select(Submission.state).where(Submission.id == submission.id))
    session.commit()
    return found


@pytest.fixture
def heavy(session):
    made = make_submission(State.IN_REVIEW, track=Track.HIGH, document={"title": "Heavy one"})
    make_finding(version_of(made), "K71")
    session.commit()
    return made


def test_the_panel_advises_once(session, client, sign_in, heavy, statements):
    member = MembershipFactory(role=Role.PANEL)
    session.commit()
    sign_in(client, member)
    assert "Heavy one" in text_of(client.get("/panel"))
    path = f"/panel/{heavy.id}"
    statements.clear()
    assert client.get(path).status_code == 200
    assert len(statements) < MOST
    page = text_of(client.post(path, data={"version": "1", "reason": "Keep me"}))
    assert "Choose what you advise." in page
    assert "Keep me" in page
    form = {"version": "1", "reason": "It is too long.", "for_it": "no"}
    assert client.post(path, data=form).status_code == 302
    assert "You advised against it" in text_of(client.get("/panel"))
    vote = session.scalars(sa.select(PanelVote)).one()
    assert (vote.for_it, vote.by_id) == (False, member.person_id)


def test_it_sees_only_what_is_heavy(session, client, sign_in):
    member = MembershipFactory(role=Role.PANEL)
    other = make_submission()
    session.commit()
    sign_in(client, member)
    assert client.get(f"/panel/{other.id}").status_code == 404


def test_the_data_protection_officer_gives_a_verdict(session, client, sign_in, heavy, statements):
    officer = OfficerFactory(role=Role.GOVERNANCE)
    session.commit()
    sign_in(client, officer)
    assert "Awaits your verdict" in text_of(client.get("/dpia"))
    path = f"/dpia/{heavy.id}"
    statements.clear()
    assert "Heavy one" in text_of(client.get(path))
    assert len(statements) < MOST
    page = text_of(client.post(path, data={"version": "1", "outcome": "enough"}))
    assert "Enter what your verdict rests on." in page
    form = {"version": "1", "outcome": "enough", "note": "Read."}
    assert client.post(path, data=form).status_code == 302
    assert session.scalars(sa.select(DpiaVerdict)).one().outcome is DpiaOutcome.ENOUGH


def test_the_officer_says_how_each_condition_was_met(session, client, sign_in):
    author = OfficerFactory()
    submission = make_submission(State.APPROVED_COND, author=author)
    decision = make_decision(submission, GatekeeperFactory(), Verb.APPROVE_WITH_CONDITIONS)
    condition = Condition(
        authority_id=submission.authority_id,
        decision_id=decision.id,
        submission_id=submission.id,
        kind=ConditionKind.SHORTEN,
        text="One page.",
        due_on=date(2027, 1, 8),
        before_sending=True,
    )
    session.add(condition)
    session.commit()
    sign_in(client, author)
    path = f"/submissions/{submission.id}/conditions"
    assert "One page." in text_of(client.get(path))
    page = text_of(client.post(f"{path}/{condition.id}", data={"how": " "}))
    assert "Enter how you have met it." in page
    assert client.post(f"{path}/{condition.id}", data={"how": "Cut."}).status_code == 302
    assert "Waits for a gatekeeper" in text_of(client.get(path))
