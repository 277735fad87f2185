"""The pages of owners by file: heads for their school, administrators for all."""

import io
from pathlib import Path

import openpyxl
import pytest

from directory.models import Role
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory, OfficerFactory, SchoolFactory

pytestmark = pytest.mark.sqlite_only
ROWS = "urn,category,email,name\n119901,english,ann@s.example,Ann\n119901,gardening,b@s.example,B\n"


def put_up(client, text: str = ROWS, name: str = "owners.csv"):
    data = {"file": (io.BytesIO(text.encode()), name)}
    return client.post(
        "/owners/files", data=data, content_type="multipart/form-data", follow_redirects=True
    )


@pytest.fixture
def head(session, client, sign_in):
    found = HeadFactory(school=SchoolFactory(urn=119901, name="Abbey School"))
    session.commit()
    sign_in(client, found)
    return found


def test_a_head_puts_a_file_up_applies_it_and_undoes_it(head, client):
    page = put_up(client)
    assert "Nothing is changed yet" in page.text
    assert "Ann (ann@s.example) becomes the owner; new to the portal." in page.text
    assert "“gardening” is not a category" in page.text
    address = page.request.path
    bad = client.get(f"{address}/bad.csv").text.splitlines()
    assert len(bad) == 2
    assert bad[1].startswith("119901,gardening,b@s.example,B,,,,,,lead,3,category,")
    shown = page.text.partition('name="shown" value="')[2].partition('"')[0]
    page = client.post(f"{address}/choose", data={"do": "apply", "shown": shown, "row": shown})
    assert "1 row was applied" in client.get(address).text
    assert 'href="#undo"' in client.get(address).text
    assert "Ann" in client.get("/school/owners").text
    client.post(f"{address}/undo")
    client.post(f"{address}/undo")
    assert "1 row was set back" in client.get(address).text


def test_a_name_left_from_before_does_no_harm_where_the_address_is_known(head, session, client):
    place = MembershipFactory(
        school=head.school, person__name="Jo Teacher", person__email="jo@s.example"
    )
    rows = "urn,category,email,name,job_title\n119901,english,jo@s.example,Priya Head,Cook\n"
    rows += "119901,admissions,jo@s.example,Jo Teacher,\n"
    assert place.job_title == "Teacher"
    session.commit()
    page = put_up(client, rows).text
    assert page.count("Jo Teacher becomes the owner") == 2
    assert "job title becomes “Cook”" in page
    assert "another name" not in page


def test_what_is_not_ticked_is_not_applied(head, client):
    page = put_up(client)
    address = page.request.path
    shown = page.text.partition('name="shown" value="')[2].partition('"')[0]
    client.post(f"{address}/choose", data={"do": "keep", "shown": shown})
    assert "0 changes are ticked" in client.get(address).text
    answer = client.post(f"{address}/choose", data={"do": "apply"}, follow_redirects=True)
    assert "Choose at least one change" in answer.text
    client.post(f"{address}/choose", data={"do": "all"})
    assert "1 change is ticked" in client.get(address).text
    client.post(f"{address}/discard")
    assert "was thrown away" in client.get(address).text


def test_the_same_file_again_and_a_file_that_cannot_be_read_are_said(head, client):
    put_up(client)
    assert "The same file was put up before" in put_up(client).text
    assert "lacks the column" in put_up(client, "urn,email\n1,a@s.example\n").text
    assert "Choose a CSV or XLSX file." in client.post("/owners/files", data={}).text


def test_another_school_and_a_colleague_without_leave_see_nothing(head, session, client, sign_in):
    address = put_up(client).request.path
    other = HeadFactory()
    colleague = MembershipFactory(school=other.school)
    session.commit()
    sign_in(client, other)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/undo").status_code == 404
    sign_in(client, colleague)
    assert client.get("/owners/files").status_code == 403


def test_a_long_file_is_read_by_a_worker(session, client, sign_in, monkeypatch):
    monkeypatch.setattr("categories.views.owner_files.AT_ONCE", 10)
    administrator = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, administrator)
    page = put_up(client)
    assert "The file is being read" in page.text
    assert "data-waiting" in page.text


def test_the_template_offers_lists_and_is_read_back_as_the_same(
    head, session, client, tmp_path: Path
):
    category = CategoryFactory(heading="Bees", slug="bees")
    OwnerFactory(school=head.school, person=head.person, category=category)
    session.commit()
    content = client.get("/owners/files/template.xlsx?filled=yes").data
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Owners", "How to fill it in", "Schools", "Categories", "Parts"]
    lists = {str(one.sqref): one.formula1 for one in book["Owners"].data_validations.dataValidation}
    assert lists["A2:A200000"] == "'Schools'!$A$2:$A$2"
    assert lists["B2:B200000"] == "'Categories'!$A$2:$A$87"
    data = {"file": (io.BytesIO(content), "owners.xlsx")}
    page = client.post(
        "/owners/files", data=data, content_type="multipart/form-data", follow_redirects=True
    )
    assert "every row says what is so already" in page.text
    assert client.get("/owners/files/template.csv?filled=yes").text.count(",bees,") == 1
