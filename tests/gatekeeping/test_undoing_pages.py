from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation import clock
from foundation.settings import Settings
from gatekeeping.models import Decision, PendingDecision, State, Submission
from tests.factories.directory import GatekeeperFactory
from tests.factories.gatekeeping import make_submission

pytestmark = pytest.mark.sqlite_only
TYPED = {
    "verb": "approve_with_conditions",
    "version": "1",
    "conditions_reason": "My reason",
    "conditions-0-kind": "shorten",
    "conditions-0-text": "One page",
    "conditions-0-due_on": ["4", "12", "2027"],
    "conditions-0-when": "before",
}


@pytest.fixture
def settings(database, tmp_path):
    return Settings(portal_home=tmp_path / "home", secret_key="for-tests-only", undo_seconds=60)


@pytest.fixture
def claimed(session, client, sign_in):
    gatekeeper = GatekeeperFactory(person__name="Bo Rivers")
    made = make_submission(State.IN_REVIEW, claimed_by=gatekeeper)
    made.claimed_until = clock.now() + timedelta(hours=1)
    session.commit()
    sign_in(client, gatekeeper)
    return made


def test_a_decision_waits_can_be_undone_and_comes_back_as_it_was_typed(session, client, claimed):
    path = f"/queue/{claimed.id}"
    assert client.post(path, data=TYPED).status_code == 302
    page = client.get(path).text
    assert "It takes effect on" in page
    assert "Undo it" in page
    assert 'id="decide"' not in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0
    session.commit()
    client.post(f"{path}/undo")
    page = client.get(path).text
    for words in ("My reason", 'value="One page"', 'value="2027"', "You took this decision back"):
        assert words in page
    assert session.get_one(Submission, claimed.id).state is State.IN_REVIEW


def test_others_see_that_it_is_decided_and_cannot_undo_it(session, client, sign_in, claimed):
    path = f"/queue/{claimed.id}"
    client.post(path, data=TYPED)
    other = GatekeeperFactory()
    session.commit()
    sign_in(client, other)
    page = client.get(path).text
    assert "Bo Rivers" in page
    assert "Undo it" not in page
    assert "can no longer be undone" in client.post(f"{path}/undo", follow_redirects=True).text
    assert session.scalar(sa.select(PendingDecision.refused_because)) == ""
