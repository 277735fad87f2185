"""An emergency: submitted, released, read, challenged by a school, reviewed and not confirmed."""

import re

import pytest

from foundation import clock

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)
OFFICER = "officer@lancashire.example"
EXECUTIVE = "executive@lancashire.example"
GATEKEEPER = "gatekeeper@lancashire.example"
HEAD = "head@demo-school.example"
TITLE = "Gas leak near your school: keep everybody inside"


def fill_day(page, name, day):
    for part, value in zip(("day", "month", "year"), (day.day, day.month, day.year), strict=True):
        page.locator(f"#{name}-{part}").fill(str(value))


def submit(officer):
    """Write an emergency to the schools and put it to the gate; return its id and number."""
    page = officer.page
    officer.follow("New submission")
    page.get_by_label("Tell schools something").check()
    page.get_by_label("Title").fill(TITLE)
    officer.press("Start")
    path = page.url.rstrip("/").removeprefix(officer.stage.address)

    officer.open(f"{path}/text")
    page.locator("#body").fill("Keep everybody inside and the windows shut. Call 01632 960 888.")
    officer.press("Save and preview")
    officer.open(f"{path}/audience")
    page.get_by_label("All open schools").check()
    officer.press("Save and continue")
    officer.open(f"{path}/categories")
    page.locator("summary", has_text="Premises, catering and travel").click()
    page.get_by_label("School meals and catering").check()
    officer.press("Save and continue")
    officer.open(f"{path}/emergency")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label(re.compile("A risk to life")).check()
    page.get_by_label("What has happened?").fill("Gas is leaking. Children are at risk.")
    officer.press("Save and continue")
    officer.open(f"{path}/dates")
    fill_day(page, "send_on", clock.local_date(clock.now()))
    officer.press("Save and continue")
    officer.open(f"{path}/check")
    officer.press("Submit to the gate")
    number = re.search(r"888-\d{4}-E-\d{5}-[A-Z]", page.content())
    assert number, officer.text
    return re.search(r"/submissions/(\d+)", page.url)[1], number[0]


def test_an_emergency_goes_first_and_is_reviewed_afterwards(stage, visitor):
    identity, number = submit(visitor(OFFICER))

    assert f"/emergencies/{identity}" in stage.mail_to(EXECUTIVE, number)
    executive = visitor(EXECUTIVE)
    executive.open("/emergencies")
    executive.follow(TITLE)
    executive.page.get_by_label(re.compile("Your reason")).fill("Children are at risk now.")
    executive.press("Release it now")
    assert "It is going to schools now." in executive.text

    sent = stage.mail_to("", f"{number} v1: {TITLE}", seconds=30)
    assert "sent under the emergency route" in sent
    head = visitor(HEAD, "phone")
    head.open("/school/sent")
    head.follow(TITLE)
    assert "sent under the emergency route and is being reviewed" in head.text
    head.follow("Challenge this message")
    head.page.get_by_label("It is not what was approved").check()
    head.page.get_by_label("What is wrong with it?").fill("We are twenty miles from the leak.")
    head.press("Send the challenge")
    assert "A gatekeeper looks at it" in head.text

    gatekeeper = visitor(GATEKEEPER)
    answer(gatekeeper)
    review(gatekeeper, identity)
    head.open("/school/sent")
    head.follow(TITLE)
    assert "You need not answer this now" in head.text
    assert "You are right, answered" in head.text
    stranger = visitor()
    stranger.open(f"/verify/{number}")
    assert "this emergency was not confirmed" in stranger.heading


def answer(gatekeeper):
    """Answer the school that challenged it."""
    gatekeeper.follow("Challenges")
    gatekeeper.follow("It is not what was approved")
    gatekeeper.page.get_by_label("Yes, at least in part").check()
    gatekeeper.page.get_by_label("Your answer to the school").fill("It went too far. Ignore it.")
    gatekeeper.press("Send the answer")


def review(gatekeeper, identity):
    """Begin and end the review: it was not right."""
    gatekeeper.open(f"/emergencies/{identity}")
    gatekeeper.press("Begin the review")
    for group in gatekeeper.page.get_by_role("radiogroup").all() or []:
        group.get_by_label("Yes", exact=True).check()
    for name in ("grounds", "foreseen", "content"):
        gatekeeper.page.locator(f"input[name={name}][value=yes]").check()
    gatekeeper.page.locator("input[name=schools][value=no]").check()
    gatekeeper.page.get_by_label(re.compile("What happened, and why")).fill("One street leaked.")
    gatekeeper.page.get_by_label("It was not right").check()
    gatekeeper.page.get_by_label(re.compile("What is there to learn")).fill("Ask the affected.")
    gatekeeper.press("End the review")
    assert "The review has ended." in gatekeeper.text
