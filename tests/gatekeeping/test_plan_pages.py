import csv
import io
from datetime import date

import pytest
import sqlalchemy as sa

from categories.models import Part
from directory.models import Role
from foundation.audit import AuditEntry
from gatekeeping.models import State
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import (
    GatekeeperFactory,
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    SchoolFactory,
)
from tests.factories.gatekeeping import make_submission

pytestmark = pytest.mark.sqlite_only
DOCUMENT = {"audience": {"all": True}, "categories": ["buses"]}
NAME = "Ann Example"


@pytest.fixture
def schools(session):
    """One school with an owner and somebody who gets it as well, one with only a head."""
    category = CategoryFactory(slug="buses", heading="Buses")
    owned = SchoolFactory(name="=Zebra", district="Burnley")
    for part in (Part.LEAD, Part.ALSO):
        person = MembershipFactory(school=owned, job_title="Clerk", person__name=NAME).person
        facts = {"school_id": owned.id, "category_id": category.id, "part": part}
        OwnerFactory(**facts, person_id=person.id)
    HeadFactory(school=SchoolFactory(name="Apple"), person__name=NAME)


@pytest.fixture
def browse(session, schools, client, sign_in):
    """Signs somebody in and returns the text of pages, or their status."""

    def browse(hat, *addresses):
        session.commit()
        sign_in(client, hat)
        return [client.get(address) for address in addresses]

    return browse


@pytest.mark.parametrize("state", [State.DRAFT, State.TRIAGE, State.APPROVED])
def test_its_officer_sees_schools_and_reasons_and_no_names(browse, state):
    officer = OfficerFactory()
    submission = make_submission(state, author=officer, document=DOCUMENT)
    place = f"/submissions/{submission.id}/route"
    page, gaps, none = browse(officer, place, f"{place}?reason=gaps", f"{place}?search=Nowhere")
    assert "Registered owner 1, Headteacher: nobody is set 1." in page.text
    assert page.text.index("Apple") < page.text.index("=Zebra")
    assert "Registered by the school for “Buses”." in page.text
    assert NAME not in page.text
    assert "@portal.example" not in page.text.split("<main")[1]
    assert "=Zebra" not in gaps.text
    assert "No school matches the filter." in none.text


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.GATEKEEPER, True), (Role.ADMINISTRATOR, True), (Role.AUDITOR, False)],
)
def test_those_who_keep_owners_right_see_names_on_the_page_and_in_the_file(browse, role, sees):
    submission = make_submission(State.TRIAGE, document=DOCUMENT)
    place = f"/submissions/{submission.id}/route"
    page, file = browse(GatekeeperFactory(role=role), place, f"{place}.csv")
    assert (NAME in page.text) is sees
    assert (NAME in file.text) is sees


def test_the_file_has_the_same_choice_escaped_and_is_audited(session, browse):
    submission = make_submission(State.TRIAGE, document=DOCUMENT)
    place = f"/submissions/{submission.id}/route.csv?district=Burnley"
    (file,) = browse(GatekeeperFactory(), place)
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [(row["School"], row["As well"], row["Post"]) for row in rows] == [
        ("'=Zebra", "", "Clerk"),
        ("'=Zebra", "Yes", "Clerk"),
    ]
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("plan.exported", {"kind": "csv", "rows": 2})


def test_an_officer_reads_the_summary_before_submitting_and_while_it_waits(browse):
    officer = OfficerFactory()
    draft = make_submission(State.DRAFT, author=officer, document=DOCUMENT)
    waiting = make_submission(State.TRIAGE, author=officer, document=DOCUMENT)
    sentence = "2 schools: 1 to the owner, 1 to the head because nobody is set. 1 colleague gets it"
    for page in browse(
        officer, f"/submissions/{draft.id}/write/check", f"/submissions/{waiting.id}"
    ):
        assert sentence in page.text
        assert "/route" in page.text


def test_the_gatekeeper_reads_it_beside_the_submission(browse):
    submission = make_submission(State.TRIAGE, document=DOCUMENT)
    (page,) = browse(GatekeeperFactory(), f"/queue/{submission.id}")
    assert "1 to the head because nobody is set" in page.text
    assert f"/submissions/{submission.id}/route" in page.text


def test_what_names_no_category_goes_to_heads_and_nobody_is_missing(browse):
    officer = OfficerFactory()
    facts = {"author": officer, "document": {**DOCUMENT, "categories": []}}
    draft = make_submission(State.DRAFT, **facts)
    page, check = browse(
        officer, f"/submissions/{draft.id}/route", f"/submissions/{draft.id}/write/check"
    )
    assert "It names no category, so it goes to the headteachers." in page.text
    assert "Gap" not in page.text
    assert "where nobody is set first" not in check.text
    waiting = make_submission(State.TRIAGE, **facts)
    (page,) = browse(GatekeeperFactory(), f"/queue/{waiting.id}")
    assert "to the headteacher: it names no category" in page.text


@pytest.mark.parametrize(
    ("state", "facts", "leads"),
    [
        (State.LIVE, {"sent_at": NOON}, "/delivered"),
        (State.REFUSED, {}, ""),
    ],
)
def test_what_was_sent_or_never_will_be_has_another_page(browse, state, facts, leads):
    submission = make_submission(state, document=DOCUMENT, **facts)
    place = f"/submissions/{submission.id}"
    for answer in browse(GatekeeperFactory(), f"{place}/route", f"{place}/route.csv"):
        assert answer.location == f"{place}{leads}"


def test_another_teams_officer_does_not_find_it(browse):
    submission = make_submission(State.TRIAGE, document=DOCUMENT)
    for answer in browse(OfficerFactory(), f"/submissions/{submission.id}/route"):
        assert answer.status_code == 404


def test_covers_of_the_day_of_sending_count(browse):
    submission = make_submission(
        State.TRIAGE, document={**DOCUMENT, "send_on": date(2030, 1, 7).isoformat()}
    )
    (page,) = browse(GatekeeperFactory(), f"/submissions/{submission.id}/route")
    assert "7 January 2030" in page.text
