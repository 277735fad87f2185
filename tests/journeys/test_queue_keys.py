"""The gatekeeper's keys: they work, keep out of fields, can be switched off, and are not needed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.cast import GATEKEEPER, OFFICER, SECOND, Cast, says
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    yield people
    people.close()


def rows(page):
    return page.locator("[data-row] a.portal-list__title")


def chosen(page):
    """Return what is chosen in the form of the decision."""
    radio = page.locator("#decision input[name=verb]:checked")
    return radio.get_attribute("value") if radio.count() else None


def leave(page):
    """Leave the field that is being typed in."""
    page.evaluate("document.activeElement.blur()")


def test_keys_go_through_the_queue_and_choose_the_decision(cast):
    cast.put("Gardens of remembrance")
    cast.put("Gardens of herbs")
    gatekeeper = cast(GATEKEEPER)
    page = gatekeeper.page
    gatekeeper.open("/queue")
    page.keyboard.press("j")
    expect(rows(page).nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows(page).nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows(page).nth(0)).to_be_focused()
    page.keyboard.press("j")
    title = rows(page).nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    before = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != before)
    assert "/queue/" in page.url
    page.keyboard.press("?")
    expect(page.locator("#portal-keys")).to_be_focused()


def test_keys_choose_what_to_decide_and_keep_out_of_fields(cast):
    identity, _ = cast.put("Gardens for bees")
    gatekeeper = cast.claim(GATEKEEPER, identity)
    page = gatekeeper.page
    for key, verb, field in (
        ("a", "approve", "approve_reason"),
        ("c", "challenge", "question"),
        ("r", "refuse", "code"),
    ):
        leave(page)
        page.keyboard.press("Control+a")
        page.keyboard.press(key)
        assert chosen(page) == verb
        focused = page.evaluate("document.activeElement.name")
        assert focused == field

    page.locator("#refuse_reason").focus()
    page.keyboard.type("a can r? jk n")
    assert page.locator("#refuse_reason").input_value() == "a can r? jk n"
    assert chosen(page) == "refuse"
    assert str(identity) in page.url
    leave(page)
    page.keyboard.press("Control+c")
    assert chosen(page) == "refuse"
    page.reload()  # what was typed is still there
    expect(page.locator("#refuse_reason")).to_have_value("a can r? jk n")


def test_keys_that_are_switched_off_stay_off(cast):
    gatekeeper = cast(GATEKEEPER)
    page = gatekeeper.page
    gatekeeper.open("/queue")
    page.get_by_role("button", name="Switch the keys off").click()
    expect(page.locator("#portal-keys")).to_contain_text("The keys are off.")
    leave(page)
    gatekeeper.open("/queue")
    expect(page.locator("#portal-keys")).to_contain_text("The keys are off.")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    rows(page).first.focus()
    page.keyboard.press("Enter")  # the browser's own
    page.wait_for_url("**/queue/*")
    page.get_by_role("button", name="Switch the keys on").click()
    gatekeeper.open("/queue")
    page.keyboard.press("j")
    expect(rows(page).first).to_be_focused()


def test_everything_can_be_decided_without_javascript(stage, browser, cast):
    identity, number = cast.put("Gardens on roofs", body="Please print and sign this. It is free.")
    plain = Visitor(stage, browser, "phone", scripts=False)
    try:
        plain.arrive(SECOND)
        plain.open("/queue")
        assert not plain.page.locator("#portal-keys").is_visible()
        plain.page.locator("#rule").select_option("K30")
        plain.press("Filter")
        plain.follow("Gardens on roofs")
        plain.press("Claim it")
        plain.page.get_by_label("Approve it", exact=True).check()
        plain.page.locator("#approve_reason").fill("Half a reason")
        plain.press("Ask this")
        question = plain.page.locator("#question").input_value()
        assert question
        assert plain.page.locator("#approve_reason").input_value() == "Half a reason"
        plain.page.get_by_label("Approve it on conditions", exact=True).check()
        count = plain.page.get_by_text("Condition 3").count()
        plain.press("Add another condition")
        assert plain.page.get_by_text("Condition 3").count() == count + 1
        assert plain.page.locator("#question").input_value() == question
        plain.page.get_by_label("Ask the officer", exact=True).check()
        plain.press("Decide")
        says(plain, "Your questions were sent.")
    finally:
        plain.close()
    assert number in stage.mail_to(OFFICER, f"A question for you: {number}")
    cast.sees(OFFICER, identity, "Question for you", question.splitlines()[0])
