"""The pages on which officers write, through a browser without JavaScript."""

import io
import re
from datetime import date

import pytest
import sqlalchemy as sa

from foundation import clock
from foundation.spreadsheets import write_xlsx
from gatekeeping.models import Attachment, State, Submission, SubmissionVersion
from gatekeeping.writing.submissions import seen
from tests.factories.categories import OwnerFactory
from tests.factories.directory import (
    GatekeeperFactory,
    OfficerFactory,
    OrganisationFactory,
    SchoolFactory,
    TeamFactory,
)
from tests.factories.gatekeeping import make_finding, make_submission, version_of

PDF = b"%PDF-1.7\n1 0 obj\n"
NEXT_YEAR = clock.local_date(clock.now()).year + 1
DATES = {
    "send_on": ["1", "2", str(NEXT_YEAR)],
    "due_on": ["15", "3", str(NEXT_YEAR)],
    "times": "1",
    "per": "once",
}


@pytest.fixture
def officer(session):
    return OfficerFactory(team=TeamFactory(name="School Improvement"))


@pytest.fixture
def desk(session, officer, client, sign_in):
    """A browser in which the officer is signed in."""
    SchoolFactory(name="Holly Bank")
    GatekeeperFactory()
    session.commit()
    sign_in(client, officer)
    return client


@pytest.fixture
def draft(session, officer):
    made = make_submission(State.DRAFT, author=officer)
    session.commit()
    return made


def stored(session, draft):
    found = session.get(Submission, draft.id, populate_existing=True)
    session.commit()  # an open transaction would keep the browser from writing
    return found


def page(draft, slug=""):
    return f"/submissions/{draft.id}/write/{slug}".rstrip("/")


def text(answer):
    return answer.get_data(as_text=True)


def test_a_submission_is_written_from_its_start_to_its_number(session, desk):
    answer = desk.post("/submissions/new", data={"kind": "data_request", "title": "Travel"})
    base = answer.location.removesuffix("/write")
    steps = [
        ("about", {"kind": "data_request", "title": "Travel", "purpose": "Routes"}),
        ("text", {"body": "How do pupils travel?"}),
        ("audience", {"all": "y"}),
        ("categories", {"categories": ["transport"]}),
        ("claim", {"origin": "policy", "legal_claim": ""}),
        ("items", {"items-0-name": "Pupils by bus"}),
        ("effort", {"effort-0-role": "office", "effort-0-people": "1", "effort-0-gather": "45"}),
        ("reply", {"reply_by": "portal", "signature": "none", "personal_data": "none"}),
        ("need", {"if_not": "Routes stay as they are.", "budget_owner": "b@council.example"}),
        ("renewal", {"renews": "", "used_before": ""}),
        ("dates", DATES),
        ("emergency", {"emergency": "no"}),
        ("attachments", {}),
    ]
    for place, (slug, data) in enumerate(steps):
        answer = desk.post(f"{base}/write/{slug}", data=data)
        following = steps[place + 1][0] if place + 1 < len(steps) else "check"
        assert answer.location == f"{base}/write/{following}", text(answer)
    assert "Travel" in text(desk.get(f"{base}/write"))
    assert "1 × 1 × 45" in text(desk.get(f"{base}/write/check"))
    answer = desk.post(f"{base}/submit", follow_redirects=True)
    assert re.search(r"888-\d{4}-D-00001-[A-Z]", text(answer))
    again = desk.post(f"{base}/submit", follow_redirects=True)
    assert "already put to the gate" in text(again)
    assert session.scalar(sa.select(sa.func.count()).select_from(SubmissionVersion)) == 1
    made = session.scalars(sa.select(Submission)).one()
    assert made.send_on == date(NEXT_YEAR, 2, 1)
    assert made.document["effort"][0]["minutes"]["gather"] == 45


@pytest.mark.sqlite_only
def test_a_draft_that_lacks_something_is_not_submitted_and_says_what(session, desk, draft):
    answer = desk.post(f"/submissions/{draft.id}/submit")
    assert answer.status_code == 422
    assert "Enter the date on which it should be sent." in text(answer)
    assert stored(session, draft).state is State.DRAFT


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("slug", "data", "says"),
    [
        ("about", {"kind": "communication", "title": ""}, "Enter a title."),
        ("about", {"kind": "communication", "title": "x" * 301}, "300 characters or fewer"),
        ("about", {"kind": "letter", "title": "A"}, "Not a valid choice"),
        ("text", {"body": "x" * 250_001}, "Shorten it to 250,000 characters"),
        ("dates", {**DATES, "send_on": ["31", "2", "2027"]}, "Enter a real date"),
        ("dates", {**DATES, "send_on": ["1"]}, "Enter a real date"),
        ("dates", {**DATES, "due_on": DATES["send_on"]}, "after the send date"),
        (
            "categories",
            {"categories": ["budget", "energy", "catering", "insurance"]},
            "You chose 4",
        ),
        ("items", {"items-0-name": "x" * 301}, "300 characters or fewer"),
        ("effort", {"effort-0-role": "office", "effort-0-read": "soon"}, "Enter a whole number"),
        ("audience", {"districts": ["Atlantis"]}, "is not a valid choice"),
        ("attachments", {"files": (io.BytesIO(b"MZ a program"), "form.pdf")}, "a program"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field_and_saves_nothing(
    session, desk, draft, slug, data, says
):
    before = dict(draft.document)
    answer = desk.post(page(draft, slug), data=data)
    assert answer.status_code == 200
    assert "There is a problem" in text(answer)
    assert says in text(answer)
    assert stored(session, draft).document == before


@pytest.mark.sqlite_only
def test_a_text_of_200_kilobytes_is_kept(session, desk, draft):
    body = "Häuser und Schulen. " * 10_000
    desk.post(page(draft, "text"), data={"body": body})
    assert stored(session, draft).document["body"] == body.strip()


@pytest.mark.sqlite_only
def test_a_script_in_the_text_is_shown_harmlessly(session, desk, draft):
    body = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](http://e.example/t.png)"
    answer = desk.post(
        page(draft, "text"), data={"body": body, "then": "preview"}, follow_redirects=True
    )
    for shown in (answer, desk.get(page(draft, "check"))):
        assert "<script>alert" not in text(shown)
        assert 'href="javascript' not in text(shown)
        assert 't.png"' not in text(shown).replace("![y]", "")
    assert "this is how schools will see it" in text(answer)


@pytest.mark.sqlite_only
def test_a_second_tab_does_not_overwrite_the_first_and_loses_nothing(session, desk, draft):
    mark = seen(draft.document, ["body"])
    desk.post(page(draft, "text"), data={"body": "First", "mark": mark})
    answer = desk.post(page(draft, "text"), data={"body": "Second", "mark": mark})
    assert "Changed elsewhere" in text(answer)
    assert "Second</textarea>" in text(answer)
    assert stored(session, draft).document["body"] == "First"
    fresh = re.search(r'name="mark" value="(\w+)"', text(answer))
    desk.post(page(draft, "text"), data={"body": "Second", "mark": fresh.group(1)})
    assert stored(session, draft).document["body"] == "Second"


@pytest.mark.sqlite_only
def test_lines_without_a_urn_are_named_and_the_good_ones_kept(session, desk, draft):
    closed = SchoolFactory(status="closed", name="Old Mill")
    good = SchoolFactory()
    session.commit()
    lines = f"{good.urn}\nHolly Bank\n{closed.urn}\n999999"
    answer = desk.post(page(draft, "audience"), data={"urns": lines})
    assert "Line 2: “Holly Bank” holds no URN" in text(answer)
    assert "Old Mill closed" in text(answer)
    assert "999999, no school of this authority" in text(answer)
    assert "Holly Bank\n" in text(answer)
    assert stored(session, draft).document["audience"]["urns"] == [good.urn, closed.urn, 999999]


@pytest.mark.sqlite_only
def test_an_uploaded_list_is_added_to_the_pasted_one(session, desk, draft):
    one, two = SchoolFactory(), SchoolFactory()
    session.commit()
    book = write_xlsx("Schools", ["URN"], [[two.urn], ["none"]])
    answer = desk.post(
        page(draft, "audience"),
        data={"urns": str(one.urn), "file": (io.BytesIO(book), "schools.xlsx")},
    )
    assert "1 line has no URN" in text(answer)
    assert f"{one.urn}\n{two.urn}</textarea>" in text(answer)
    assert stored(session, draft).document["audience"]["urns"] == [one.urn, two.urn]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("content", [b"PK\x03\x04 no workbook", b"\x00\x01\x02"])
def test_a_list_that_cannot_be_read_is_refused_beside_its_field(desk, draft, content):
    answer = desk.post(
        page(draft, "audience"), data={"all": "y", "file": (io.BytesIO(content), "a.xlsx")}
    )
    assert "There is a problem" in text(answer)
    assert "CSV" in text(answer) or ".xlsx" in text(answer)


def test_schools_are_counted_while_they_are_chosen(session, desk):
    trust = OrganisationFactory(kind="trust", code="TR1")
    SchoolFactory(district="Wyre", phase_code="4", trust_id=trust.id)
    closed = SchoolFactory(district="Wyre", status="closed")
    session.commit()
    counts = [
        desk.post("/submissions/count", data=data).get_json()
        for data in (
            {"all": "y"},
            {"districts": ["Wyre"]},
            {"districts": ["Wyre"], "phases": ["primary"]},
            {"trusts": ["TR1"]},
            {"urns": f"{closed.urn}\nx"},
            {"phases": ["nonsense"]},
        )
    ]
    assert [answer["schools"] for answer in counts] == [2, 1, 0, 1, 0, 0]
    assert (counts[4]["left_out"], counts[4]["bad"]) == (1, 1)


@pytest.mark.sqlite_only
def test_rows_are_added_and_removed_without_javascript(session, desk, draft):
    rows = {"items-0-name": "One", "items-1-name": "Two", "items-1-personal": "y"}
    answer = desk.post(page(draft, "items"), data={**rows, "then": "add"}, follow_redirects=True)
    assert "items-2-name" in text(answer)
    desk.post(page(draft, "items"), data={**rows, "then": "remove-0"})
    items = stored(session, draft).document["items"]
    assert [(item["name"], item["personal"]) for item in items] == [("Two", True)]


@pytest.mark.sqlite_only
def test_good_files_are_kept_beside_a_bad_one_and_come_back_as_downloads(session, desk, draft):
    answer = desk.post(
        page(draft, "attachments"),
        data={
            "files": [(io.BytesIO(PDF), "form.pdf"), (io.BytesIO(b"MZ"), "bad.docx")],
            "then": "add",
        },
    )
    assert "bad.docx: It is a program" in text(answer)
    file = session.scalars(sa.select(Attachment)).one()
    session.commit()
    got = desk.get(f"/submissions/{draft.id}/attachments/{file.id}")
    assert got.data == PDF
    assert got.headers["Content-Disposition"] == "attachment; filename=form.pdf"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    got.close()
    desk.post(f"/submissions/{draft.id}/attachments/{file.id}/remove")
    assert desk.get(f"/submissions/{draft.id}/attachments/{file.id}").status_code == 404


@pytest.mark.sqlite_only
def test_a_file_of_40_megabytes_is_refused_beside_the_field_and_nothing_is_lost(
    session, desk, draft
):
    desk.post(page(draft, "attachments"), data={"files": (io.BytesIO(PDF), "form.pdf")})
    large = io.BytesIO(PDF + bytes(40_000_000))
    answer = desk.post(
        page(draft, "attachments"), data={"files": (large, "large.pdf")}, follow_redirects=True
    )
    assert "The file was too large" in text(answer)
    assert "form.pdf" in text(answer)


@pytest.mark.sqlite_only
def test_only_the_team_sees_and_changes_a_draft(session, client, sign_in, draft, officer):
    colleague = OfficerFactory(team=officer.team)
    others = [OfficerFactory(team=TeamFactory()), GatekeeperFactory()]
    session.commit()
    sign_in(client, colleague)
    assert client.get(page(draft)).status_code == 200
    for other in others:
        sign_in(client, other)
        assert client.get(page(draft)).status_code in (403, 404)
        assert client.get(f"/submissions/{draft.id}").status_code == 404
        assert client.post(f"/submissions/{draft.id}/submit").status_code in (403, 404)
        assert client.post(page(draft, "text"), data={"body": "x"}).status_code in (403, 404)


@pytest.mark.sqlite_only
def test_gatekeepers_read_what_was_submitted_and_other_teams_do_not(
    session, client, sign_in, officer
):
    made = make_submission(State.TRIAGE, author=officer)
    gatekeeper, stranger = GatekeeperFactory(), OfficerFactory(team=TeamFactory())
    session.commit()
    sign_in(client, gatekeeper)
    shown = client.get(f"/submissions/{made.id}")
    assert shown.status_code == 200
    assert "Copy as a new draft" not in text(shown)
    sign_in(client, stranger)
    assert client.get(f"/submissions/{made.id}").status_code == 404


@pytest.mark.sqlite_only
def test_what_is_with_the_gate_cannot_be_changed_until_a_question_is_asked(session, desk, officer):
    waiting = make_submission(State.TRIAGE, author=officer)
    asked = make_submission(State.CHALLENGED, author=officer)
    session.commit()
    assert desk.get(page(waiting, "text")).status_code == 409
    assert "send your answer" in text(desk.get(page(asked)))
    desk.post(page(asked, "text"), data={"body": "Better"})
    assert stored(session, asked).document["body"] == "Better"
    assert stored(session, waiting).document["body"] != "Better"


@pytest.mark.sqlite_only
def test_a_submission_is_withdrawn_after_a_question_and_copied_with_a_button(
    session, desk, officer
):
    made = make_submission(State.TRIAGE, author=officer)
    session.commit()
    assert "its number is not used again" in text(desk.get(f"/submissions/{made.id}/withdraw"))
    desk.post(f"/submissions/{made.id}/withdraw")
    assert stored(session, made).state is State.WITHDRAWN
    answer = desk.post(f"/submissions/{made.id}/copy", follow_redirects=True)
    assert "This is a new draft" in text(answer)


@pytest.mark.sqlite_only
def test_the_list_puts_questions_and_drafts_first(session, desk, officer):
    for state in (State.LIVE, State.DRAFT, State.CHALLENGED, State.TRIAGE):
        make_submission(state, author=officer, document={"title": f"A {state.value} one"})
    make_submission(State.LIVE, document={"title": "Of another team"})
    session.commit()
    shown = text(desk.get("/submissions"))
    places = [shown.index(f"A {state} one") for state in ("CHALLENGED", "DRAFT", "TRIAGE", "LIVE")]
    assert places == sorted(places)
    assert "Answer the question" in shown
    assert "Of another team" not in shown


@pytest.mark.sqlite_only
def test_every_page_needs_fewer_than_sixteen_statements_whatever_the_size(
    session, desk, officer, statements
):
    person = officer.person
    category_id = session.scalar(sa.text("SELECT id FROM category WHERE slug = 'catering'"))
    trust = OrganisationFactory(kind="trust")
    for school in SchoolFactory.create_batch(30, trust_id=trust.id):
        OwnerFactory(school_id=school.id, category_id=category_id, person_id=person.id)
    document = {
        "kind": "data_request",
        "audience": {"phases": ["primary"], "trusts": [trust.code], "urns": [119100, 1]},
        "items": [{"name": f"Item {place}"} for place in range(50)],
    }
    draft = make_submission(State.DRAFT, author=officer, document=document)
    sent = make_submission(State.LIVE, author=officer, document=document)
    for _ in range(20):
        make_finding(version_of(sent))
        make_submission(State.LIVE, author=OfficerFactory(team=officer.team))
    session.commit()
    slugs = ["", "about", "text", "audience", "categories", "claim", "items", "effort", "reply"]
    paths = [page(draft, slug) for slug in [*slugs, "dates", "attachments", "check"]]
    for path in [*paths, f"/submissions/{sent.id}", "/submissions"]:
        statements.clear()
        answer = desk.get(path)
        assert answer.status_code == 200, path
        assert text(answer).count("<h1") == 1, path
        assert len(statements) < 16, (path, len(statements), statements)


def live(desk, draft, slug, data):
    return desk.post(f"{page(draft, 'check-live')}?page={slug}", data=data)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("slug", "data", "says"),
    [
        ("text", {"body": "Please print, sign in ink and post it back."}, "K30"),
        ("claim", {"origin": "statute", "legal_claim": "by law"}, "K01"),
        (
            "claim",
            {"legal_claim": "Education Act 1996, section 537A"},
            "→ <strong>Duty on the school",
        ),
        ("emergency", {"emergency": "yes", "ground": "", "what": "Late"}, "As typed"),
        ("dates", {"send_on": ["31", "2", "2027"]}, "As typed"),
        ("effort", {"effort-0-role": "office", "effort-0-gather": "45"}, "The sum"),
        ("items", {"items-0-name": "Names of pupils"}, "As typed"),
        ("need", {"budget_owner": "nobody"}, "As typed"),
    ],
)
def test_what_is_typed_is_checked_and_nothing_is_saved(session, desk, draft, slug, data, says):
    before = stored(session, draft).document
    answer = live(desk, draft, slug, data)
    assert answer.status_code == 200
    assert says in answer.json["html"]
    assert "about this page" in answer.json["words"]
    assert stored(session, draft).document == before
    assert "What the gate will ask about this page" in text(desk.get(page(draft, slug)))


@pytest.mark.sqlite_only
def test_live_checks_escape_what_was_typed_and_bear_long_texts(desk, draft):
    nasty = "<script>alert(1)</script> sign in ink "
    answer = live(desk, draft, "text", {"body": nasty * 5_000})
    assert answer.status_code == 200
    assert "<script>" not in answer.json["html"]
    assert len(answer.json["html"]) < 50_000


@pytest.mark.sqlite_only
def test_only_a_page_of_ones_own_open_draft_is_checked(session, desk, draft):
    assert live(desk, draft, "audience", {}).status_code == 404
    other = make_submission(State.DRAFT, author=OfficerFactory())
    frozen = make_submission(State.TRIAGE)
    session.commit()
    for made in (other, frozen):
        assert live(desk, made, "text", {"body": "a"}).status_code in {404, 409}
