import pytest

from categories.catalogue import current_ids
from directory.models import SchoolStatus
from gatekeeping.alike.index import remember
from gatekeeping.assessment import assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import State
from tests.factories.base import NOON
from tests.factories.categories import OwnerFactory
from tests.factories.directory import PersonFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission, version_of

BODY = "The new menus are here for the whole of the spring term. Please put them up."


def judged(session, authority_id, **document):
    read = SubmissionDocument.read({"title": "Menus", "body": BODY, **document})
    return assess(session, authority_id, read, at=NOON)


def test_schools_findings_and_burden_come_together(session, authority_id):
    schools = SchoolFactory.create_batch(22)
    person = PersonFactory()
    catering = current_ids(session, authority_id)["catering"]
    for school in schools[:20]:
        OwnerFactory(school_id=school.id, category_id=catering, person_id=person.id)
    earlier = make_submission(
        State.LIVE,
        document={"title": "Menus", "body": BODY, "audience": {"urns": [schools[0].urn]}},
    )
    remember(session, version_of(earlier))
    found = judged(session, authority_id, audience={"all": True}, categories=["catering", "x"])
    by_rule = {finding.rule: finding for finding in found.findings}
    assert found.schools == 22
    assert found.track == "STANDARD"
    assert set(by_rule) == {"K10", "K20", "K81"}
    assert by_rule["K10"].detail["shared_schools"] == 1
    assert by_rule["K10"].detail["number"] == earlier.number
    assert by_rule["K81"].detail["unset"] == {"catering": 2}
    assert found.burden.gross_pence > 0


def test_closed_and_unknown_schools_are_reported_and_not_counted(session, authority_id):
    school = SchoolFactory()
    closed = SchoolFactory(status=SchoolStatus.CLOSED)
    found = judged(session, authority_id, audience={"urns": [school.urn, closed.urn, 999999]})
    assert found.schools == 1
    assert found.left_out.unknown == (999999,)
    assert [urn for urn, _, _ in found.left_out.closed] == [closed.urn]


@pytest.mark.sqlite_only
def test_the_same_question_has_the_same_answer_in_few_statements(session, authority_id, statements):
    schools = SchoolFactory.create_batch(30)
    for _ in range(5):
        earlier = make_submission(State.LIVE, document={"title": "Menus", "body": BODY})
        remember(session, version_of(earlier))
    session.commit()
    asked = {"audience": {"urns": [school.urn for school in schools]}, "categories": ["catering"]}
    statements.clear()
    first = judged(session, authority_id, **asked)
    assert len(statements) <= 15
    assert judged(session, authority_id, **asked).as_json() == first.as_json()
