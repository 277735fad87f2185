"""Writing to the schools of a list: a draft that goes through the gate like any other."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation import clock
from gatekeeping.assessment import assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import State, Submission, Track
from gatekeeping.writing.about_owners import (
    ANY,
    HOW,
    NEEDED,
    NoSchoolsError,
    TooManySchoolsError,
    draft_about_owners,
)
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(("count", "track"), [(20, Track.LIGHT), (21, Track.STANDARD)])
def test_few_schools_take_the_light_track_and_more_the_standard_one(
    session, client, sign_in, count, track
):
    for _ in range(count):
        SchoolFactory(district="Pendle")
    SchoolFactory(district="Burnley")
    officer = OfficerFactory()
    session.commit()
    sign_in(client, officer)
    answer = client.post(
        "/coverage/write", data={"district": "Pendle", "wrong": "nobody", "shown": str(count)}
    )
    draft = session.scalars(sa.select(Submission)).one()
    assert answer.location == f"/submissions/{draft.id}/write"
    assert f"{track.value.lower()} track" in client.get(answer.location).text
    assert (draft.state, draft.author_id) == (State.DRAFT, officer.person_id)
    document = SubmissionDocument.read(draft.document)
    assert len(document.audience.urns) == count
    assert not document.audience.all
    judged = assess(session, draft.authority_id, document, at=NOON)
    assert (judged.track, judged.schools) == (track, count)


def test_small_lists_one_after_the_other_are_called_what_they_are(session, client, sign_in):
    earlier = [SchoolFactory(district="Burnley").urn for _ in range(20)]
    SchoolFactory(district="Pendle")
    officer = OfficerFactory()
    today = clock.local_date(clock.now())
    make_submission(
        State.APPROVED,
        author=officer,
        schools=20,
        submitted_at=clock.now() - timedelta(days=1),
        document={"audience": {"urns": earlier}, "send_on": today.isoformat()},
    )
    session.commit()
    sign_in(client, officer)
    answer = client.post("/coverage/write", data={"district": "Pendle", "shown": "1"})
    told = client.get(answer.location).text
    assert "other small lists that your team has written to" in told
    assert "standard track" in told


@pytest.mark.parametrize("words", [ANY, *NEEDED.values()])
def test_no_wording_asks_schools_to_send_anything(session, authority_id, words):
    school = SchoolFactory()
    document = SubmissionDocument.read(
        {
            "kind": "communication",
            "title": "Who receives what at your school",
            "body": f"{words}\n\n{HOW}",
            "audience": {"urns": [school.urn]},
            "send_on": (NOON.date() + timedelta(days=1)).isoformat(),
        }
    )
    judged = assess(session, authority_id, document, at=NOON)
    assert judged.track is Track.LIGHT
    assert {finding.rule for finding in judged.findings} <= {"K81"}


def test_the_same_button_twice_begins_one_draft(session):
    officer, school = OfficerFactory(), SchoolFactory()
    for later in (0, 1):
        at = NOON + timedelta(seconds=later)
        draft_about_owners(session, by=officer, urns=[school.urn], wrong="left", at=at)
    assert session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1


def test_a_list_without_schools_or_with_too_many_makes_no_draft(session):
    officer = OfficerFactory()
    for urns, refusal in (([], NoSchoolsError), (range(1001), TooManySchoolsError)):
        with pytest.raises(refusal):
            draft_about_owners(session, by=officer, urns=urns, wrong="", at=NOON)
    assert session.scalars(sa.select(Submission)).all() == []


def test_a_form_that_came_from_no_list_writes_to_nobody(session, client, sign_in):
    SchoolFactory()
    officer = OfficerFactory()
    session.commit()
    sign_in(client, officer)
    assert client.post("/coverage/write").location == "/coverage#write"
    assert session.scalars(sa.select(Submission)).all() == []


def test_only_officers_write_and_others_are_told(session, client, sign_in):
    SchoolFactory()
    gatekeeper = GatekeeperFactory()
    session.commit()
    sign_in(client, gatekeeper)
    assert client.post("/coverage/write").status_code == 403
    assert "Only officers write to schools" in client.get("/coverage").text
