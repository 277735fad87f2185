"""The administrator's pages about the list of categories, from the file to the new version."""

import io

import pytest
import sqlalchemy as sa

from categories.catalogue import current_ids
from categories.models_versions import CategoryDraft, DraftState
from categories.versions.applying import apply_due
from categories.versions.files import ALL_COLUMNS, ListFaultsError, list_rows, read_list
from directory.models import Role
from foundation import clock
from foundation.spreadsheets import write_csv, write_xlsx
from tests.factories.categories import OwnerFactory
from tests.factories.directory import MembershipFactory, OfficerFactory, SchoolFactory
from tests.factories.versions import changed_list

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def administrator(session, client, sign_in):
    hat = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, hat)
    return client


def upload(client, content, name="list.csv"):
    data = {"file": (io.BytesIO(content), name)}
    return client.post("/categories", data=data, follow_redirects=True)


def test_a_list_is_downloaded_changed_checked_corrected_and_comes_into_force(
    session, database, authority_id, administrator
):
    school = SchoolFactory()
    english = current_ids(session, authority_id)["english"]
    OwnerFactory(school=school, category_id=english, person=MembershipFactory(school=school).person)
    session.commit()
    own = administrator.get("/categories/versions/1.csv").data.decode("utf-8-sig")
    changed = own.replace(",english,English and literacy,", ",literacy,English and reading,")
    page = upload(administrator, changed.encode()).text
    assert "Did the one become the other?" in page
    assert "Nothing is changed yet" in page
    assert "1 school has an owner for it now." in page
    draft_id = session.scalar(sa.select(CategoryDraft.id))
    session.commit()
    went = f"/categories/lists/{draft_id}/from/english"
    assert "is not in the new list" in administrator.get(went).text
    page = administrator.post(went, data={"new": "literacy"}, follow_redirects=True).text
    assert "“English and literacy” is called “English and reading”." in page
    assert 'Now ticked: <a class="govuk-link" href="#c-literacy">' in administrator.get(went).text
    past = {"valid_from": ["1", "1", "2020"]}
    page = administrator.post(f"/categories/lists/{draft_id}", data=past).text
    assert "The day must be today or later." in page
    page = administrator.post(f"/categories/lists/{draft_id}", follow_redirects=True).text
    assert "within a minute" in page
    assert apply_due(database, at=clock.now()) == 1
    page = administrator.get("/categories").text
    assert "version 2 of the list" in page
    assert "What version 2 changed" in page
    assert "“English and literacy” became “English and reading”." in page
    assert "Version 1" in page
    assert "came into force" in administrator.get(f"/categories/lists/{draft_id}").text


def test_a_list_can_be_given_up(session, authority_id, administrator):
    rows = list_rows(changed_list(session, authority_id, gone=["english"]))
    session.commit()
    page = upload(administrator, write_xlsx("Categories", ALL_COLUMNS, rows), "list.xlsx").text
    assert "ends and nothing takes its place" in page
    draft = session.scalars(sa.select(CategoryDraft)).one()
    session.commit()
    for _ in range(2):
        page = administrator.post(f"/categories/lists/{draft.id}/drop", follow_redirects=True).text
        assert "given up" in page
    session.expire_all()
    assert draft.state is DraftState.DROPPED


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"slug\nx\n", "The file lacks the columns"),
        (None, "nothing would change"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field(
    session, authority_id, administrator, content, said
):
    if content is None:
        content = write_csv(ALL_COLUMNS, list_rows(changed_list(session, authority_id)))
        session.commit()
    page = upload(administrator, content).text
    assert said in page
    assert "There is a problem" in page
    assert "Choose a CSV file" in administrator.post("/categories").text


def row(number, slug, *, heading="Heading", group="one", called="One", falls_to="", sources=""):
    return (number, slug, heading, group, called, "", "", "", falls_to, sources)


FAULTS = [
    ([row("x", "a")], "number", "whole number"),
    ([row(1, "A b")], "slug", "small letters"),
    ([row(1, "a", heading="")], "heading", "empty"),
    ([row(1, "a", heading="h" * 121)], "heading", "longer than 120"),
    ([row(1, "a"), row(2, "a")], "slug", "line 2 has the same slug"),
    ([row(1, "a"), row(1, "b")], "number", "line 2 has the same number"),
    ([row(1, "a"), row(2, "b", called="Two")], "group_heading", "called “One”"),
    ([row(1, "a"), row(2, "b", group="two"), row(3, "c")], "group", "follow each other"),
    ([row(1, "a", falls_to="king")], "falls_to", "“king” is no role"),
    ([row(1, "a", sources="nowhere")], "from", "“nowhere” is no category in use"),
    ([], None, "names no category"),
]


@pytest.mark.parametrize(("rows", "column", "reason"), FAULTS)
def test_every_fault_has_its_line_and_column(tmp_path, rows, column, reason):
    place = tmp_path / "list.csv"
    place.write_bytes(write_csv(ALL_COLUMNS, rows))
    with pytest.raises(ListFaultsError) as caught:
        read_list(place, known={"english"})
    (bad,) = caught.value.bad
    assert (bad.column, bad.line) == (column, len(rows) + 1)
    assert reason in bad.reason


def test_a_list_that_the_portal_wrote_reads_as_what_it_was(tmp_path, session, authority_id):
    listed = changed_list(session, authority_id, new={"whole": ["english", "mathematics"]})
    for name, write in (("list.csv", write_csv), ("list.xlsx", write_xlsx)):
        rows = list_rows(listed)
        content = write(ALL_COLUMNS, rows) if write is write_csv else write("C", ALL_COLUMNS, rows)
        (tmp_path / name).write_bytes(content)
        known = current_ids(session, authority_id)
        assert read_list(tmp_path / name, known=known) == listed
