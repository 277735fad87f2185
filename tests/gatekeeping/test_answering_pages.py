import pytest
import sqlalchemy as sa

from foundation import clock
from gatekeeping.models import (
    Message,
    State,
    Submission,
)
from tests.factories.directory import (
    GatekeeperFactory,
    OfficerFactory,
)
from tests.factories.gatekeeping import (
    make_submission,
)

pytestmark = pytest.mark.sqlite_only


def text_of(response):
    return response.get_data(as_text=True)


def state_of(session, submission):
    found = session.scalar(sa.select(Submission.state).where(Submission.id == submission.id))
    session.commit()
    return found


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory(person__name="Bo Rivers")


@pytest.fixture
def asked(session, gatekeeper):
    made = make_submission(State.CHALLENGED, claimed_by=gatekeeper)
    session.add(
        Message(
            authority_id=made.authority_id,
            submission_id=made.id,
            version=1,
            is_answer=False,
            by_id=gatekeeper.person_id,
            at=clock.now(),
            text="Which Act?",
        )
    )
    session.commit()
    return made


@pytest.fixture
def officer(session, client, sign_in, asked):
    hat = asked.author.memberships[0]
    session.commit()
    sign_in(client, hat)
    return client


def test_the_author_answers(session, officer, asked):
    page = text_of(officer.get(f"/submissions/{asked.id}/answer"))
    assert "Which Act?" in page
    answer = officer.post(f"/submissions/{asked.id}/answer", data={"text": "Section 537A."})
    assert answer.status_code == 302
    assert state_of(session, asked) is State.IN_REVIEW
    assert "Section 537A." in text_of(officer.get(f"/submissions/{asked.id}"))


def test_an_empty_answer_is_not_sent(session, officer, asked):
    page = text_of(officer.post(f"/submissions/{asked.id}/answer", data={"text": " "}))
    assert page.count("Enter your answer.") == 2
    assert state_of(session, asked) is State.CHALLENGED


def test_an_answer_posted_twice_says_so(officer, asked):
    for _ in range(2):
        answer = officer.post(f"/submissions/{asked.id}/answer", data={"text": "Yes."})
    assert "may have been sent already" in text_of(answer)


def test_another_team_sees_nothing(session, client, sign_in, asked):
    stranger = OfficerFactory()
    session.commit()
    sign_in(client, stranger)
    assert client.get(f"/submissions/{asked.id}/answer").status_code == 404
    done = client.post(f"/submissions/{asked.id}/answer", data={"text": "Hm"})
    assert done.status_code == 404
