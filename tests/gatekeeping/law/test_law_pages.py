import pytest

from directory.models import Role
from gatekeeping.models import State
from tests.factories.directory import HeadFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission, version_of
from tests.factories.law import KEY, make_legal_reviewer, make_ruling

ENTRY = f"/law/{KEY}"
REVIEW = {"review_on": ["1", "11", "2030"]}


@pytest.fixture
def reviewer(session):
    made = make_legal_reviewer()
    session.commit()
    return made


@pytest.fixture
def lawyer(client, sign_in, reviewer):
    sign_in(client, reviewer)
    return client


def test_the_register_is_searched_by_words(lawyer):
    page = lawyer.get("/law?q=budget+and+outturn").text
    assert "Apprenticeships, Skills, Children and Learning Act 2009, section 251" in page
    assert "Not verified" in page
    assert "Nothing in the register matches" in lawyer.get("/law?q=xyzzy").text


def test_a_legal_reviewer_sets_a_verdict_that_everybody_reads(lawyer):
    posted = {"verdict": "DUTY_ON_LA", "why": "Authorities alone.", **REVIEW}
    answer = lawyer.post(ENTRY, data=posted, follow_redirects=True)
    assert "Your verdict is kept" in answer.text
    assert "Authorities alone." in answer.text
    assert "Verified" in lawyer.get("/law?q=251").text


@pytest.mark.parametrize(
    ("posted", "says"),
    [
        ({"why": "x", **REVIEW}, "Choose a verdict."),
        ({"verdict": "DUTY_ON_LA", **REVIEW}, "Say why."),
        ({"verdict": "DUTY_ON_LA", "why": "x"}, "Enter the date of the next review."),
        (
            {"verdict": "DUTY_ON_LA", "why": "x", "review_on": ["1", "1", "2020"]},
            "Enter a review date in the future.",
        ),
    ],
)
@pytest.mark.sqlite_only
def test_what_is_missing_is_said_beside_the_field(lawyer, posted, says):
    assert says in lawyer.post(ENTRY, data=posted).text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role", [Role.OFFICER, Role.GATEKEEPER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_read_the_register_and_rule_on_nothing(client, sign_in, session, role):
    hat = OfficerFactory(role=role)
    session.commit()
    sign_in(client, hat)
    page = client.get(ENTRY)
    assert page.status_code == 200
    assert "Set the verdict" not in page.text
    assert client.post(ENTRY, data={"verdict": "DUTY_ON_LA"}).status_code in {403, 404}


@pytest.mark.sqlite_only
def test_schools_have_no_page_of_it(client, sign_in, session):
    head = HeadFactory()
    session.commit()
    sign_in(client, head)
    assert client.get("/law").status_code in {403, 404}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("key", ["nonsense", "ukpga/2009", "ukpga/2009/22/<script>", "../admin"])
def test_what_is_no_provision_is_not_found(lawyer, key):
    assert lawyer.get(f"/law/{key}").status_code == 404


@pytest.mark.sqlite_only
def test_a_provision_that_the_register_does_not_hold_can_be_ruled_on(lawyer):
    page = lawyer.get("/law/ukpga/1996/56/section/9").text
    assert "Section 9 of the Education Act 1996" in page
    assert "Not judged" in page


def test_a_legal_reviewer_judges_one_claim(lawyer, session):
    submission = make_submission(
        State.IN_REVIEW, document={"legal_claim": "s251 ASCL Act 2009 and KCSIE"}
    )
    session.commit()
    address = f"/submissions/{submission.id}/law"
    page = lawyer.get(address).text
    assert "ection 251 of the Apprenticeships" in page
    answer = lawyer.post(
        address,
        data={"verdict": "DUTY_ON_LA", "why": "Not on schools.", "version": "1"},
        follow_redirects=True,
    )
    assert "Not on schools." in answer.text
    session.expire_all()
    assert version_of(submission).law["verified"] is True


def test_the_pages_send_few_statements_whatever_the_size(lawyer, session, reviewer, statements):
    for number in range(60):
        make_ruling(reviewer, key=f"ukpga/1996/56/section/{number + 1}")
        make_ruling(reviewer)
    session.commit()
    for address in ("/law", ENTRY):
        statements.clear()
        assert lawyer.get(address).status_code == 200
        assert len(statements) < 12


def test_claims_that_nobody_verified_are_listed_until_somebody_does(lawyer, session):
    claim = {"legal_claim": "s251 ASCL Act 2009"}
    submission = make_submission(State.TRIAGE, document=claim)
    version_of(submission).law = {"verdict": "DUTY_ON_LA", "verified": False, "sentence": "On us."}
    make_submission(State.TRIAGE, document={"title": "No law at all"})
    session.commit()
    page = lawyer.get("/law/claims").text
    assert "On us." in page
    assert "No law at all" not in page
    answer = {"verdict": "DUTY_ON_LA", "why": "Authorities alone.", "version": "1"}
    lawyer.post(f"/submissions/{submission.id}/law", data=answer)
    assert "Nothing waits for you" in lawyer.get("/law/claims").text
