"""The same question is asked once: what people see of it, and do about it, in their browsers."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import School
from foundation import clock
from foundation.db import EVERY_AUTHORITY
from tests.journeys.cast import (
    GATEKEEPER,
    MANAGER,
    OFFICER,
    PARTNER,
    Cast,
    await_text,
    says,
)
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)

ADMINISTRATOR = "admin@lancashire.example"
LIFTS = {
    "purpose": "To plan which cooks we train in the spring.",
    "body": "Please tell us how many cooks your kitchen has, and who trains them.",
    "items": [
        {"name": "Number of cooks in the kitchen", "definition": "On the day", "why": "To plan."},
        {"name": "Who trains the cooks", "definition": "In a sentence", "why": "To plan."},
    ],
}


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    yield people
    people.close()


def finding(person: Visitor, words: str):
    """Return the finding on the open page that says this."""
    return person.page.locator(".portal-finding").filter(has_text=words).first


def test_two_teams_ask_the_same_and_schools_are_asked_once(stage, cast):
    title = "Cooks in school kitchens"
    due = clock.local_date(clock.now()) + timedelta(days=70)
    parent, parents_number = cast.put(title, **LIFTS, due_on=due.isoformat())
    child = cast.draft("For the spring", author=PARTNER, body="Please answer.")

    partner = cast(PARTNER)
    partner.open(f"/submissions/{child}/write/text")
    assert parents_number not in partner.text
    partner.page.locator("#body").fill(LIFTS["body"])
    live = finding(partner, parents_number)  # it stands there before anything is saved
    live.wait_for()
    assert "What is asked" in live.inner_text()
    partner.press("Save and preview")
    partner.follow("See both side by side")
    says(
        partner, "How alike they are", "Hazel Thornley", "schools would get both", "Field by field"
    )
    partner.press("Use the same dates")
    says(partner, f"Your dates are those of No. {parents_number} now")
    assert partner.page.locator("#due_on-day").input_value() == str(due.day)
    partner.open(f"/submissions/{child}/write/items")
    partner.page.locator("#items-0-name").fill("How many cooks there are")
    partner.press("Save")
    partner.open(f"/submissions/{child}/like/{parent}")
    partner.follow("Ask to have it joined")
    partner.page.get_by_role("textbox").fill("Both of us train the same cooks.")
    partner.press("Send")
    partner.open(f"/submissions/{child}/write/check")
    assert "What is asked" in finding(partner, parents_number).inner_text()
    partner.press("Submit to the gate")

    gatekeeper = join_side_by_side(cast, child, parents_number)
    number = re.search(r"888-\d{4}-D-\d{5}-[A-Z]", gatekeeper.text)[0]
    assert parents_number in stage.mail_to(PARTNER, f"Joined to another: {number}")
    assert number in stage.mail_to(OFFICER, "Another was joined to yours")
    cast.sees(
        PARTNER, child, "Joined to another", "The same cooks.", f"part of No. {parents_number}"
    )
    cast.sees(OFFICER, parent, "Joined to this", number)
    cast.letter(PARTNER, child, number, parents_number, "The same cooks.")

    saved = figures(cast)
    partner = cast(PARTNER)
    partner.open(f"/submissions/{child}")
    partner.follow("Withdraw this submission")
    partner.press("Withdraw")
    assert number in stage.mail_to(OFFICER, "No longer joined")
    cast.sees(OFFICER, parent, "Waiting for a gatekeeper", "They are no longer joined.")
    after = figures(cast)
    assert after["joined"] == saved["joined"]
    assert after["undone"] == saved["undone"] + 1
    assert after["hours"] < saved["hours"]


def join_side_by_side(cast: Cast, child: int, parents_number: str) -> Visitor:
    """Let a gatekeeper find the other by the finding, look at both, and join them."""
    gatekeeper = cast.claim(GATEKEEPER, child)
    says(gatekeeper, "Both of us train the same cooks.", parents_number)
    gatekeeper.follow("See both side by side")
    says(gatekeeper, LIFTS["body"])
    gatekeeper.follow(f"Join this to {parents_number}")
    says(gatekeeper, "What the other becomes", "asked once", "Schools and their time")
    gatekeeper.page.locator("#reason").fill("The same cooks.")
    gatekeeper.press("Join them")
    return gatekeeper


def figures(cast: Cast) -> dict[str, float]:
    """Return what a stranger reads of what joining saved."""
    stranger = cast("")
    stranger.open("/figures")
    text = " ".join(stranger.text.split())
    found = re.search(r"([\d,.-]+) hours? of schools .*?, by (\d+) requests? joined", text)
    undone = re.search(r"(\d+) w\w+ taken apart again", text)
    assert found, text
    return {
        "hours": float(found[1].replace(",", "")),
        "joined": int(found[2]),
        "undone": int(undone[1]) if undone else 0,
    }


def test_what_is_held_is_asked_of_its_owner_and_of_the_schools_that_it_lacks(stage, cast):
    administrator = cast(ADMINISTRATOR)
    administrator.open("/data-held/finance-return/change")
    administrator.page.locator("#contact").fill(MANAGER)
    administrator.page.locator("#why").fill("She answers for it from today on.")
    administrator.press("Save")

    academies = make_academies(cast, 3)
    draft = cast.draft(
        "Money in hand",
        body="Please tell us the year-end balance of your school.",
        items=[{"name": "Year-end balance", "definition": "In pounds", "why": "To plan."}],
    )
    officer = cast(OFFICER)
    officer.open(f"/submissions/{draft}/write/check")
    held = finding(officer, "Consistent financial reporting").inner_text()
    assert "Schools Finance" in held
    assert "31 March" in held
    button = officer.page.get_by_role("button", name=re.compile("Ask only those .* schools"))
    words = button.inner_text()
    officer.press(words)
    says(officer, words.split(" schools")[0].replace("Ask only those", "You now ask only the"))
    assert set(officer.page.locator("#urns").input_value().split()) >= academies
    officer.open("/data-held?q=money+left+over")
    officer.follow("Consistent financial reporting")
    officer.follow("Ask the owner for access")
    officer.page.get_by_label("Year-end balance").check()
    officer.page.locator("#why").fill("To choose whom our advisers visit first.")
    officer.press("Ask the owner")
    says(officer, "Waiting for the owner", "Year-end balance")
    asked = officer.page.url.removeprefix(stage.address)

    owner = cast(MANAGER)
    assert asked in stage.mail_to(MANAGER, "Consistent financial reporting")
    owner.open(asked)
    owner.page.locator("input[value='granted']").check()
    owner.page.locator("#reason").fill("You find it in the shared folder.")
    owner.press("Send the answer")
    assert "shared folder" in stage.mail_to(OFFICER, "Consistent financial reporting")
    await_text(officer, asked, "You find it in the shared folder.")
    officer.open("/data-held/finance-return")
    says(officer, "Granted")


def make_academies(cast: Cast, count: int) -> set[str]:
    """Let some schools be academies, which council systems often lack; return their URNs."""
    with cast.database.session(authority=EVERY_AUTHORITY) as session:
        schools = session.scalars(sa.select(School).order_by(School.id.desc()).limit(count)).all()
        for school in schools:
            school.type_code, school.type_name = "34", "Academy converter"
        session.commit()
        return {str(school.urn) for school in schools}


def test_an_administrator_names_what_people_say_and_it_is_known_at_once(stage, cast):
    said = "Please tell us how many gribbles there are in each class."
    draft = cast.draft("Gribbles", body=said, items=[], purpose="To plan.")
    officer = cast(OFFICER)
    officer.open(f"/submissions/{draft}/write/check")
    assert "School census" not in officer.text

    administrator, other = cast(ADMINISTRATOR), Visitor(stage, cast.browser, "phone")
    other.arrive(ADMINISTRATOR)
    for each in (administrator, other):
        each.open("/data-held/school-census")
        each.follow("Change this data set")
        each.follow("Number on roll")
    names = administrator.page.locator("#called").input_value()
    administrator.page.locator("#called").fill(f"{names}\nhow many gribbles")
    administrator.page.locator("#why").fill("Schools say so.")
    administrator.press("Save")
    says(administrator, "The checks know it from now on.")

    officer.open(f"/submissions/{draft}/write/check")
    assert "gribbles" in finding(officer, "School census").inner_text()

    other.page.locator("#called").fill(f"{names}\nheads")
    other.page.locator("#why").fill("I did not see the other.")
    other.press("Save")
    says(other, "As it is now", "how many gribbles")
    other.page.locator("#called").fill(f"{names}\nhow many gribbles\nheads")
    other.press("Save")
    other.open("/data-held/school-census")
    says(other, "how many gribbles, heads", "I did not see the other.")
    other.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_suggested_categories_are_chosen(stage, cast, scripts):
    draft = cast.draft(
        "The kitchen",
        body="Please tell us which lunches the kitchen cooks and what the school meals cost.",
        categories=[],
        items=[],
    )
    officer = Visitor(stage, cast.browser, "phone", scripts=scripts)
    officer.arrive(OFFICER)
    officer.open(f"/submissions/{draft}/write/text")
    says(officer, "Categories that fit your text", "School meals and catering")
    officer.open(f"/submissions/{draft}/write/categories")
    says(officer, "Suggested for your text", "Because you write:")
    officer.page.get_by_label("School meals and catering").check()
    officer.press("Save and continue")
    officer.open(f"/submissions/{draft}/write/categories")
    assert officer.page.get_by_label("School meals and catering").is_checked()
    officer.close()


def test_an_officer_looks_before_writing(stage, cast):
    _, number = cast.put(
        "Bicycle sheds",
        body="Please tell us how many bicycles your shed can hold.",
        items=[{"name": "Bicycles that the shed holds", "definition": "", "why": "To plan."}],
    )
    officer = cast(OFFICER)
    officer.open("/submissions")
    officer.follow("has this been asked before?")
    officer.press("Look")
    says(officer, "Enter what you want to know")
    officer.page.get_by_role("textbox").fill("How many bikes fit into your bicycle shed?")
    officer.press("Look")
    says(officer, "Bicycle sheds", number)
    officer.page.get_by_role("textbox").fill("How many pupils have free school meals?")
    officer.press("Look")
    says(officer, "Held already", "School census")
    officer.page.get_by_role("textbox").fill("<script>document.title = 'stolen'</script> zzzz")
    officer.press("Look")
    assert "stolen" not in officer.page.title()
