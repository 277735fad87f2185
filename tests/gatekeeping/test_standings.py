import json
from datetime import date

import pytest
from click.testing import CliRunner

from directory.models import Role
from gatekeeping.models import State
from gatekeeping.moves import CURRENT
from gatekeeping.registry.reliance import STANDINGS, Standing
from gatekeeping.registry.standings import look_up
from portal.cli import main
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission, version_of

TODAY = date(2026, 11, 23)
SECRETS = ("Jo Marsh", "jo.marsh@")


@pytest.fixture
def author(session):
    return OfficerFactory(
        person__name="Jo Marsh", person__email="jo.marsh@portal.example", team__name="Catering"
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT}))
def test_a_number_stands_as_its_submission_does(session, author, state):
    submission = make_submission(state, author=author)
    answer = look_up(session, submission.number, on=TODAY)
    assert answer.standing is STANDINGS[state]
    assert (answer.is_valid, answer.state) == (True, state)
    is_secret = answer.standing in {Standing.WAITING, Standing.REFUSED, Standing.JOINED}
    assert (answer.published is None) == is_secret
    assert answer.is_current == (state in CURRENT)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("{number} v1", Standing.CURRENT),
        ("{number} v2", Standing.OTHER_VERSION),
        ("{small}", Standing.CURRENT),
        ("{mistyped}", Standing.WRONG_CHECK),
        ("888-2627-C-99999-{check}", Standing.UNKNOWN),
        ("call me", Standing.UNREADABLE),
        ("888-2627-Q-00417-X", Standing.UNREADABLE),
    ],
)
def test_what_is_typed_gets_a_clear_answer(session, author, typed, expected):
    number = make_submission(State.LIVE, author=author).number
    last = "A" if number[-1] != "A" else "B"
    text = typed.format(
        number=number,
        small=number.lower().replace("-", " "),
        mistyped=number[:-1] + last,
        check=_check_of_99999(),
    )
    answer = look_up(session, text, on=TODAY)
    assert answer.standing is expected
    assert answer.is_current == (expected is Standing.CURRENT)


def _check_of_99999():
    from gatekeeping.registry.numbers import check_character

    return check_character("888", "2627", "C", 99999)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("expires_on", "is_current"), [(TODAY, True), (date(2026, 11, 22), False)])
def test_a_number_counts_to_the_end_of_its_last_day(session, author, expires_on, is_current):
    submission = make_submission(State.LIVE, author=author, expires_on=expires_on)
    assert look_up(session, submission.number, on=TODAY).is_current is is_current


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("document", "law", "says", "is_duty"),
    [
        ({}, {}, "No, it is for information", False),
        ({"voluntary": True, "legal_claim": "s537A"}, {}, "No, it is voluntary", False),
        ({}, {}, "No duty on schools has been shown", False),
        ({"legal_claim": "s537A"}, {}, "has not confirmed it", False),
        ({"legal_claim": "s537A"}, {"verdict": "DUTY_ON_SCHOOL"}, "has not confirmed it", False),
        (
            {"legal_claim": "s537A"},
            {"verdict": "DUTY_ON_SCHOOL", "verified": True},
            "Yes. The law puts this on schools: s537A.",
            True,
        ),
        (
            {"legal_claim": "s251"},
            {"verdict": "DUTY_ON_LA", "verified": True},
            "No duty on schools has been shown",
            False,
        ),
        ({"legal_claim": "s251"}, {"verdict": "GUIDANCE_ONLY"}, "No duty on schools", False),
    ],
)
def test_it_says_whether_schools_must_answer(session, author, document, law, says, is_duty):
    kind = "communication" if "information" in says else "data_request"
    submission = make_submission(State.LIVE, author=author, document={**document, "kind": kind})
    version_of(submission).law = law
    published = look_up(session, submission.number, on=TODAY).published
    assert says in published.must
    assert published.is_duty is is_duty
    assert published.minutes_per_school == 55  # (29520 + 6560) / 656


class TestPage:
    @pytest.mark.sqlite_only
    def test_a_current_number_is_a_yes_without_any_name(self, at_noon, session, author, client):
        submission = make_submission(State.LIVE, author=author, sent_at=NOON)
        session.commit()
        page = client.get(f"/verify/{submission.number}").get_data(as_text=True)
        assert "Yes, this number is current" in page
        assert "Menus for the spring term" in page
        assert "Catering, Lancashire" in page
        assert not [secret for secret in SECRETS if secret in page]

    @pytest.mark.sqlite_only
    def test_what_is_not_approved_does_not_tell_its_title(self, session, author, client):
        submission = make_submission(State.TRIAGE, author=author)
        session.commit()
        page = client.get(f"/verify?number={submission.number}").get_data(as_text=True)
        assert "No, this is not approved yet" in page
        assert "Menus" not in page
        assert "You need not answer" in page

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("888-2627-C-00001-A", "No, this number is mistyped"),
            ("<script>", "No, this is not a number of the register"),
            ("x/../y", "No, this is not a number of the register"),
            (" ", "Check a number"),
        ],
    )
    def test_a_wrong_number_is_a_no_that_says_why(self, client, typed, says):
        page = client.get("/verify", query_string={"number": typed}).get_data(as_text=True)
        assert says in page
        assert "<script>" not in page.split("<main")[1].split("</main>")[0]

    @pytest.mark.sqlite_only
    def test_it_takes_few_statements(self, session, author, client, statements):
        submission = make_submission(State.LIVE, author=author)
        session.commit()
        statements.clear()
        client.get(f"/verify/{submission.number}")
        assert len(statements) <= 4


class TestCommand:
    @pytest.fixture
    def verify(self, session, database, monkeypatch, tmp_path):
        monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
        if not database.is_postgresql:
            (tmp_path / "home").mkdir()
            (tmp_path / "home" / "portal.db").symlink_to(tmp_path / "portal.db")

        def run(*arguments):
            session.commit()
            return CliRunner().invoke(main, ["number", "verify", *arguments])

        return run

    @pytest.mark.sqlite_only
    def test_a_current_number_exits_with_0(self, author, verify):
        number = make_submission(State.LIVE, author=author, expires_on=date(2090, 1, 1)).number
        done = verify(number, "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.output) == {
            "number": number,
            "valid": True,
            "known": True,
            "current": True,
            "state": "LIVE",
            "title": "Menus for the spring term",
            "expires_on": "2090-01-01",
            "why": "It is valid to 1 January 2090.",
        }

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("number", "valid"), [("888-2627-D-00417-X", True), ("888-2627-D-00417-Y", False)]
    )
    def test_any_other_exits_with_1(self, author, verify, number, valid):
        done = verify(number, "--json")
        assert done.exit_code == 1
        answer = json.loads(done.output)
        assert (answer["valid"], answer["known"], answer["current"]) == (valid, False, False)
        assert answer["why"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("role", "leads"), [(Role.STAFF, True), (Role.PANEL, False)])
def test_only_who_may_report_a_request_is_led_to_that_page(session, client, sign_in, role, leads):
    reader = MembershipFactory(role=role, school=SchoolFactory())
    session.commit()
    sign_in(client, reader)
    page = client.get("/verify?number=888-2627-D-99999-X").text
    assert ('href="/report-request"' in page) is leads
    assert client.get("/report-request").status_code == (200 if leads else 403)
