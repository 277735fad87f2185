"""Owners are kept right all year: by the head, a business manager, an officer, an administrator."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import FilePayload

from foundation import clock
from foundation.spreadsheets import write_xlsx
from tests.journeys.cast import GATEKEEPER, Cast, await_text, fill_day, in_url, says
from tests.journeys.conftest import Visitor
from tests.journeys.places import LONG_AGO, make_officer, make_school
from tests.schools_file import ACADEMY, row, write, write_links

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)

ADMINISTRATOR = "admin@lancashire.example"
COLUMNS = ("urn", "category", "email", "name")


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    yield people
    people.close()


def choose(visitor: Visitor, field: str, words: str) -> None:
    """Choose the entry of a list that begins with these words."""
    place = visitor.page.locator(f"#{field}")
    option = place.locator("option").filter(has_text=words).first
    place.select_option(option.get_attribute("value"))


def today() -> date:
    return clock.local_date(clock.now())


def test_a_head_on_a_phone_keeps_the_owners_right_through_a_year(cast, visitor):
    school = make_school(
        cast.database,
        "Brookside School",
        head="Ada Brook",
        lena="Lena Leaver",
        sam="Sam Successor",
        dee="Dee Deputy",
    )
    school.owns("lena", "catering", "transport", "insurance")
    school.owns("dee", "computing", "mathematics", at=clock.now() - LONG_AGO)
    unread = school.has_item("lena", "catering")
    read = school.has_item("lena", "insurance", read=True)

    head = visitor(school.address("head"), "phone")
    head.follow("People")
    head.follow("Lena Leaver")
    says(head, "2 open items")
    head.follow("They are leaving")
    says(head, "3 categories and 2 open items")
    fill_day(head.page, "last_day", today())
    choose(head, "everything", "Sam Successor")
    head.press("Hand everything over")
    assert "Lena Leaver" not in head.page.locator(".portal-list").inner_text()

    head.open("/school/owners/catering")
    says(head, "What is sent today reaches Sam Successor", "Lena Leaver", "Ada Brook")
    choose(head, "deputy-person_id", "Dee Deputy")
    head.press("Save the deputy")
    says(head, "Dee Deputy")

    successor = visitor(school.address("sam"))
    await_text(successor, "/inbox", unread)
    says(successor, read)
    successor.follow(unread)
    says(successor, "Where it has been", "Lena Leaver")
    # One mail tells of both, or one of each when two workers carried out the leaving at once.
    mail = cast.stage.mail_to(school.address("sam"), "came to you from Lena Leaver")
    assert "at Brookside School" in mail

    head.open("/school/owners/away")
    choose(head, "person_id", "Sam Successor")
    head.press("Continue")
    fill_day(head.page, "starts_on", today())
    fill_day(head.page, "ends_on", today() + timedelta(days=7))
    choose(head, "person_id", "Dee Deputy")
    head.press("Save")
    says(head, "Dee Deputy for Sam Successor", "3 categories")
    head.open("/school/owners/catering")
    says(head, "What is sent today reaches Dee Deputy")

    head.open("/school/owners/confirm")
    says(head, "2 of 3 groups are confirmed")
    head.press("All 2 are right")
    says(head, "Everything is confirmed.")


def test_a_business_manager_who_may_help_gives_a_group_away(cast, visitor):
    school = make_school(
        cast.database, "Millbank School", head="Mo Bank", bursar="Bea Bursar", cook="Cal Cook"
    )
    manager = visitor(school.address("bursar"))
    manager.open("/school/owners")
    assert not manager.page.get_by_role("link", name="Change").count()

    head = visitor(school.address("head"), "phone")
    head.open("/school/owners/start/people")
    head.page.locator("summary", has_text="Let a colleague help you").click()
    choose(head, "place_id", "Bea Bursar")
    head.press("Let them help")

    manager.open("/school/owners/start")
    manager.follow("Premises, catering and travel")
    manager.page.get_by_role("button", name=re.compile("^Tick all")).click()
    choose(manager, "to", "Cal Cook")
    manager.press("Give")
    says(manager, "categories go to Cal Cook now.")
    manager.follow("People")
    says(manager, "Cal Cook")

    head.open("/school/owners/catering")
    says(head, "reaches Cal Cook", "Bea Bursar")


def test_an_officer_goes_from_school_to_school_and_writes_to_just_those(cast, visitor):
    north = make_school(cast.database, "Fernleighnorth School", head="Nia North", one="One North")
    south = make_school(cast.database, "Fernleighsouth School", head="Sol South")
    north.owns("one", "catering")

    officer = cast(make_officer(cast.database, "coverage"))
    officer.open("/coverage")
    officer.page.locator("summary", has_text=re.compile("Narrow the list")).click()
    officer.page.locator("#q").fill("Fernleigh")
    choose(officer, "wrong", "Nobody set")
    officer.press("Show")
    says(officer, "2 schools, worst first")
    officer.follow(south.name)
    says(officer, "1 of 2", "Sol South")
    officer.page.get_by_role("link", name=re.compile("^Next school")).first.click()
    officer.look()
    assert officer.heading == north.name
    says(officer, "2 of 2", "One North")
    officer.follow("Back to the list")
    says(officer, "Write to these 2 schools")
    officer.press("Begin a draft")
    says(officer, "A draft to 2 schools is begun", "the light track")
    identity = in_url(officer)
    officer.open(f"/submissions/{identity}/write/dates")
    fill_day(officer.page, "send_on", today())
    officer.press("Save and continue")
    officer.open(f"/submissions/{identity}/write/check")
    says(
        officer, "Track: Light", "2 schools. No category is chosen, so it goes to the headteachers"
    )
    officer.follow("See who will get it at each school")
    says(officer, north.name, south.name, "headteacher")
    assert "Gap" not in officer.page.locator(".portal-plan").inner_text()
    assert "Nia North" not in officer.text  # senders see posts, not names
    officer.open(f"/submissions/{identity}/write/check")
    officer.press("Submit to the gate")

    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open(f"/queue/{identity}")
    gatekeeper.follow("See every school")
    says(gatekeeper, "Nia North", "Sol South")
    gatekeeper.open(f"/queue/{identity}")  # what is light need not be claimed
    gatekeeper.page.get_by_label("Why do you approve it?").fill("It keeps owners right.")
    gatekeeper.press("Approve it")

    await_text(officer, f"/submissions/{identity}/delivered", south.name)
    says(officer, north.name)
    head = visitor(south.address("head"), "phone")
    head.follow("Who receives what at your school")
    says(head, "some categories have nobody set")


def test_an_administrator_sets_owners_by_file_and_sets_them_back(cast):
    school = make_school(
        cast.database, "Ashcombe School", head="Ash Combe", old="Olly Old", new="Nell New"
    )
    school.owns("old", "catering", "transport")
    rows = [
        (school.urn, "catering", school.address("new"), ""),
        (school.urn, "transport", school.address("new"), ""),
        (school.urn, "insurance", school.address("fresh"), "Fay Fresh"),
        (school.urn, "no-such-thing", school.address("new"), ""),
    ]
    admin = cast(ADMINISTRATOR)
    admin.open("/owners/files")
    put_in(admin, "file", "ashcombe.xlsx", write_xlsx("Owners", COLUMNS, rows))
    admin.press("Check the file")
    page = admin.page.url.removeprefix(admin.stage.address)
    await_text(admin, page, "Nothing is changed yet.")
    says(admin, "Nell New becomes the owner instead of Olly Old", "Line 5, column category")
    admin.page.get_by_role("checkbox", name="transport").uncheck()
    admin.press("Apply what is ticked")
    await_text(admin, page, "2 rows were applied")
    owners = owners_of(admin, school.urn)
    assert [owners.count(name) for name in ("Nell New", "Fay Fresh", "Olly Old")] == [1, 1, 1]

    admin.open(page)
    admin.press("Undo this file")
    await_text(admin, page, "2 rows were set back")
    owners = owners_of(admin, school.urn)
    assert [owners.count(name) for name in ("Nell New", "Fay Fresh", "Olly Old")] == [0, 0, 2]


def test_a_school_becomes_an_academy_and_everything_goes_on_there(cast, visitor, tmp_path):
    school = make_school(cast.database, "Oldcroft School", head="Ora Croft", olga="Olga Owner")
    school.owns("olga", "catering")
    title = school.has_item("olga", "catering")
    successor = school.urn + 5_000
    day = today() - timedelta(days=1)
    written = day.strftime("%d-%m-%Y")
    files = {
        "file": write(
            tmp_path / "edubase.csv",
            [
                row(school.urn, school.name, status="2", closed=written),
                row(successor, "Newcroft Academy", opened=written, **ACADEMY),
            ],
        ),
        "links": write_links(tmp_path / "links.csv", (school.urn, successor)),
    }
    admin = cast(ADMINISTRATOR)
    admin.open("/schools/updates")
    for field, place in files.items():
        put_in(admin, field, place.name, place.read_bytes())
    admin.press("Compare the file")
    page = admin.page.url.removeprefix(admin.stage.address)
    await_text(admin, page, "Becoming an academy")
    says(admin, "2 people, 1 category with owners, 1 open item go on at Newcroft Academy")
    admin.page.locator("input[name='change']").first.check()
    admin.press("Apply the ticked")
    await_text(admin, page, "1 applied")

    await_text(admin, f"/schools/{successor}", "Olga Owner")
    says(admin, "Newcroft Academy", "Ora Croft")
    admin.open(f"/schools/{school.urn}")
    says(admin, "Closed")
    owner = visitor(school.address("olga"), "phone")
    await_text(owner, "/inbox", title)
    assert "Newcroft Academy" in owner.page.locator("header").inner_text()
    owner.follow(title)
    says(owner, "Where it has been", "Oldcroft School")


def put_in(visitor: Visitor, field: str, name: str, content: bytes) -> None:
    """Choose a file, as from one's own disk."""
    kind = "text/csv" if name.endswith(".csv") else "application/vnd.ms-excel"
    given = FilePayload(name=name, mimeType=kind, buffer=content)
    visitor.page.locator(f"#{field}").set_input_files(given)


def owners_of(visitor: Visitor, urn: int) -> str:
    """Return what the page of a school says of its owners, group by group."""
    visitor.open(f"/schools/{urn}")
    visitor.page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    return " ".join(visitor.page.locator(".portal-group").all_inner_texts())
