"""The pages of held data: looking, asking the owner, answering, changing, taking over a list."""

import io

import pytest
import sqlalchemy as sa

from directory.models import Role
from gatekeeping.holdings.listing import COLUMNS
from gatekeeping.models import (
    AccessMove,
    AccessRequest,
    AccessState,
    DataSet,
    DataSetItem,
    State,
    Submission,
)
from gatekeeping.views import held_file
from notifications.models_mail import Mail
from tests.factories.directory import (
    GatekeeperFactory,
    HeadFactory,
    OfficerFactory,
    PersonFactory,
    SchoolFactory,
    TeamFactory,
)
from tests.factories.gatekeeping import make_finding, make_submission, version_of

pytestmark = pytest.mark.sqlite_only


def data_set(session, key="catering"):
    return read(session, sa.select(DataSet).where(DataSet.key == key))[0]


def read(session, query):
    """Return what stands in the database now, and let the pages write again."""
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    session.commit()
    return found


@pytest.fixture
def officer(session, client, sign_in):
    made = OfficerFactory()
    session.commit()
    sign_in(client, made)
    return made


@pytest.fixture
def administrator(session, client, sign_in):
    made = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, made)
    return made


def owner_of(session, key="catering"):
    made = OfficerFactory(team=TeamFactory(name="Catering"))
    session.flush()
    owned = data_set(session, key)
    owned.team_id = made.team_id
    session.commit()
    return made


def mails(session):
    return read(session, sa.select(Mail).order_by(Mail.id))


def test_data_are_searched_by_the_names_that_people_use(client, officer, statements):
    statements.clear()
    page = client.get("/data-held?q=hot+dinners").text
    assert len(statements) < 12
    assert page.index("Catering orders") < page.index("School census")
    assert "Governor database" not in page
    assert "Try another name" in client.get("/data-held?q=zzzzz").text
    assert "Governor database" in client.get("/data-held?about=governor&covers=nonsense").text


def test_a_data_set_tells_items_freshness_and_which_schools_it_covers(
    session, client, officer, statements
):
    SchoolFactory(type_code="34", type_name="Academy converter")
    SchoolFactory(type_code="01", type_name="Community school")
    session.commit()
    statements.clear()
    page = client.get("/data-held/financial-value").text
    assert len(statements) < 12
    assert "As at" in page
    assert "Nobody is linked" in page
    rows = page.split('id="coverage"')[1]
    assert "Academy converter</td>" in rows
    assert rows.index("No</td>") > 0
    assert client.get("/data-held/nothing").status_code == 404


def test_a_head_reads_the_catalogue_but_not_who_asked(session, client, sign_in):
    head = HeadFactory()
    session.commit()
    sign_in(client, head)
    page = client.get("/data-held/school-census").text
    assert "Number on roll" in page
    assert "Who asked" not in page
    assert "What was changed" not in page
    for path in ("/data-held.csv", "/data-held/asked", "/data-held/catering/ask"):
        assert client.get(path).status_code == 403


def test_an_officer_asks_the_owner_who_grants_it(session, client, sign_in, officer):
    owner = owner_of(session)
    page = client.get("/data-held/catering/ask?item=Special+diets").text
    assert 'value="Special diets"' in page
    assert "checked" in page.split('value="Special diets"')[1][:40]
    assert "Enter what you need it for" in client.post("/data-held/catering/ask", data={}).text
    asked = {"items": ["Special diets"], "why": "To plan the menus of the spring term."}
    answer = client.post("/data-held/catering/ask", data=asked)
    assert answer.status_code == 302
    assert client.post("/data-held/catering/ask", data=asked).location == answer.location
    (mail,) = mails(session)
    assert mail.address == owner.person.email
    assert answer.location in mail.text
    assert "menus" not in mail.text  # the reason stays behind the sign-in
    other = client.post("/data-held/catering/ask", data={**asked, "why": "Another thing."}).text
    assert "has not answered yet" in other
    assert f'href="{answer.location}"' in client.get("/data-held/catering/ask").text

    sign_in(client, owner)
    assert "Catering orders" in client.get("/data-held/asked?show=decide").text
    assert "Send the answer" in client.get(answer.location).text
    assert "Choose whether" in client.post(answer.location, data={"reason": "Yes."}).text
    assert "Enter how they get it" in client.post(answer.location, data={"answer": "granted"}).text
    granted = {"answer": "granted", "reason": "I send the table on Friday."}
    assert client.post(answer.location, data=granted).status_code == 302
    client.post(answer.location, data=granted)
    assert client.post(answer.location, data={**granted, "reason": "No."}).status_code == 409
    (request,) = read(session, sa.select(AccessRequest))
    assert (request.state, request.decided_by_id) == (AccessState.GRANTED, owner.person_id)
    moves = read(session, sa.select(AccessMove).order_by(AccessMove.id))
    assert [(move.before, move.after) for move in moves] == [(None, "asked"), ("asked", "granted")]
    assert [mail.address for mail in mails(session)][1:] == [officer.person.email]

    sign_in(client, officer)
    assert "I send the table on Friday." in client.get(answer.location).text
    assert "Granted" in client.get("/data-held/asked").text
    assert "Granted" in client.get("/data-held/catering").text


def test_where_nobody_is_linked_the_gate_answers_so_that_nothing_is_lost(
    session, client, sign_in, officer
):
    gatekeeper = GatekeeperFactory()
    gone = OfficerFactory(person=PersonFactory(state="disabled"))
    session.flush()
    data = data_set(session)
    data.contact_id = gone.person_id
    session.commit()
    place = client.post("/data-held/catering/ask", data={"why": "Why not."}).location
    assert [mail.address for mail in mails(session)] == [gatekeeper.person.email]
    sign_in(client, gatekeeper)
    assert "Catering orders" in client.get("/data-held/asked").text
    refused = {"answer": "refused", "reason": "It is wrong for this."}
    assert client.post(place, data=refused).status_code == 302
    assert read(session, sa.select(AccessRequest.state)) == [AccessState.REFUSED]


def test_nobody_decides_about_their_own_request_or_anothers_data(session, client, sign_in):
    owner = owner_of(session)
    stranger = OfficerFactory()
    gatekeeper = GatekeeperFactory()
    session.commit()
    sign_in(client, owner)
    place = client.post("/data-held/catering/ask", data={"why": "For us."}).location
    assert [mail.address for mail in mails(session)] == [gatekeeper.person.email]
    granted = {"answer": "granted", "reason": "Of course."}
    assert client.post(place, data=granted).status_code == 409
    sign_in(client, stranger)
    assert client.get(place).status_code == 404
    assert client.post(f"{place}/withdraw").status_code == 404
    sign_in(client, owner)
    assert client.post(f"{place}/withdraw").status_code == 302
    assert client.post(f"{place}/withdraw").status_code == 302
    sign_in(client, gatekeeper)
    assert client.post(place, data=granted).status_code == 409


FORM = {
    "title": "Orders for meals",
    "owner": "Catering Service",
    "refreshed": "weekly",
    "grain": "school",
    "covers": "schools that buy catering",
    "types": ["maintained"],
    "why": "They wrote so.",
}


def test_an_administrator_changes_a_data_set_and_the_second_of_two_loses_nothing(
    session, client, administrator
):
    place = "/data-held/catering/change"
    assert 'value="Catering orders"' in client.get(place).text
    assert client.post(place, data={**FORM, "seen": "1"}).location == "/data-held/catering"
    page = client.get("/data-held/catering").text
    assert "from “Catering orders” to “Orders for meals”" in page
    second = client.post(place, data={**FORM, "title": "Dinner orders", "seen": "1"}).text
    assert "Somebody changed this data set" in second
    assert 'value="Dinner orders"' in second
    assert "As it is now" in second
    assert "Orders for meals" in second
    assert 'value="2"' in second
    assert (
        client.post(place, data={**FORM, "title": "Dinner orders", "seen": "2"}).status_code == 302
    )
    wrong = {**FORM, "refreshed": "sometimes", "as_at": ["1", "13", "2026"], "seen": "3"}
    assert "real date" in client.post(place, data=wrong).text
    assert "Begin with live" in client.post(place, data={**wrong, "as_at": []}).text


def test_an_administrator_adds_data_and_items_and_takes_them_out_of_use(
    session, client, administrator
):
    client.get("/data-held/new")
    made = client.post("/data-held/new", data={**FORM, "key": "Milk"})
    assert made.location == "/data-held/milk/items/new"
    client.get(made.location)
    item = {"name": "Cartons", "called": "milk cartons\nbottles; pints", "seen": "1", "why": "New."}
    assert client.post(made.location, data=item).status_code == 302
    page = client.get("/data-held/milk").text
    assert "milk cartons, bottles, pints" in page
    (added,) = read(session, sa.select(DataSetItem).where(DataSetItem.name == "Cartons"))
    place = f"/data-held/milk/items/{added.id}"
    assert "milk cartons\nbottles\npints" in client.get(place).text
    assert client.get(f"{place}/retire").status_code == 200
    done = client.post(f"{place}/retire", data={"seen": "2", "why": "Not counted any more."})
    assert done.status_code == 302
    assert "out of use since" in client.get("/data-held/milk/change").text
    client.post("/data-held/milk/retire", data={"seen": "3", "why": "No milk."})
    assert "no longer kept up" in client.get("/data-held/milk").text
    assert "No longer kept up" in client.get("/data-held").text
    assert client.get("/data-held/milk/items/99999").status_code == 404


def test_a_list_is_shown_before_it_is_taken_over(session, client, administrator):
    listed = client.get("/data-held.csv")
    assert listed.data.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode())
    changed = listed.data.replace(b"Meals served", b"Meals eaten") + b"bad row\n"
    file = {"file": (io.BytesIO(changed), "held.csv")}
    page = client.post("/data-held/file", data=file).text
    assert "Meals eaten, in use" in page
    assert "Rows that cannot be used" in page
    assert "98" in page.split("<tbody")[1]
    assert "Enter why" not in page
    assert data_set(session).version == 1
    kept = page.split('name="listed"')[1].split('value="')[1].split('"')[0]
    kept = kept.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    told = {"listed": kept, "seen": "1", "why": ""}
    assert "Enter why" in client.post("/data-held/file/take", data=told).text
    stale = client.post("/data-held/file/take", data={**told, "seen": "7", "why": "New year."})
    assert "Nothing was done" in stale.text.replace("\n", " ")
    taken = client.post("/data-held/file/take", data={**told, "why": "New year."})
    assert taken.location == "/data-held"
    assert "Meals eaten" in client.get("/data-held/catering").text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choose a file that is not empty"),
        (b"x" * 101, "smaller than 1 MB"),
        (b"a,b\n1,2\n", "lacks the columns"),
    ],
)
def test_a_file_that_is_no_list_is_refused_beside_its_field(
    client, administrator, monkeypatch, content, says
):
    monkeypatch.setattr(held_file, "LARGEST", 100)
    page = client.post("/data-held/file", data={"file": (io.BytesIO(content), "held.csv")}).text
    assert says in page


ASKED = {
    "kind": "data_request",
    "title": "Budgets",
    "audience": {"all": True},
    "items": [{"name": "Income and expenditure by heading"}],
}


def test_an_officer_asks_only_the_schools_that_it_does_not_cover(session, client, officer):
    SchoolFactory(type_code="01")
    academies = [SchoolFactory(type_code="34", name=f"Academy {n}") for n in range(2)]
    draft = make_submission(State.DRAFT, author=officer, document=ASKED)
    session.commit()
    page = client.get(f"/submissions/{draft.id}/write/check").text
    assert "Ask only those 2 schools" in page
    assert "Academy 1" in page
    assert "/data-held/finance-return/ask?item=Income+and+expenditure+by+heading" in page
    place = f"/submissions/{draft.id}/write/audience/uncovered"
    assert client.post(place, data={"held": "nothing"}).status_code == 404
    answer = client.post(place, data={"held": "finance-return"})
    assert answer.location == f"/submissions/{draft.id}/write/audience"
    assert "only the 2 schools" in client.get(answer.location).text
    (kept,) = read(session, sa.select(Submission))
    assert kept.document["audience"]["urns"] == [school.urn for school in academies]
    assert kept.document["audience"]["all"] is False
    # It covers none of those now, so it is named no more.
    assert "finance-return" not in client.get(f"/submissions/{draft.id}/write/check").text
    client.post(place, data={"held": "register"})
    assert read(session, sa.select(Submission))[0].document == kept.document


def test_a_gatekeeper_redirects_to_the_data_set_that_has_it_all(session, client, sign_in):
    gatekeeper = GatekeeperFactory()
    submission = make_submission(State.IN_REVIEW, claimed_by=gatekeeper, document=ASKED)
    told = {"owner": "A team", "as_at": "2026-10-01"}
    for key, propose in (("catering", "prefill"), ("governors", "redirect")):
        detail = {**told, "holding": key, "title": f"The {key}", "propose": propose}
        make_finding(version_of(submission), "K11", detail=detail)
    session.commit()
    sign_in(client, gatekeeper)
    page = client.get(f"/queue/{submission.id}").text
    assert 'value="The governors, as at 2026-10-01"' in page
    assert "/data-held/governors/ask" in page
    assert 'href="/data-held/catering"' in page
    assert "ask its owner for access" not in page  # that is the officer's to do
