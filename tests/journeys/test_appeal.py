"""An appeal: refused, appealed against, a panel appointed, two members vote, sent on conditions."""

import re
from datetime import timedelta

import pytest

from foundation import clock

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)
OFFICER = "officer@lancashire.example"
EXECUTIVE = "executive@lancashire.example"
GATEKEEPER = "gatekeeper@lancashire.example"
PANEL = [
    "panel@demo-school.example",
    "second.panel@demo-school.example",
    "third.panel@demo-school.example",
]
TITLE = "Playground markings: what would your school like?"


def submit(officer):
    """Write a short voluntary request to the schools and put it to the gate."""
    page = officer.page
    officer.follow("New submission")
    page.get_by_label("Ask schools for something").check()
    page.get_by_label("Title").fill(TITLE)
    officer.press("Start")
    path = page.url.rstrip("/").removeprefix(officer.stage.address)
    officer.open(f"{path}/text")
    page.locator("#body").fill("Please tell us which markings you would like. You may choose to.")
    officer.press("Save and preview")
    officer.open(f"{path}/audience")
    page.get_by_label("All open schools").check()
    officer.press("Save and continue")
    officer.open(f"{path}/dates")
    today = clock.local_date(clock.now())
    for name, day in (("send_on", today), ("due_on", today + timedelta(days=50))):
        for part in ("day", "month", "year"):
            page.locator(f"#{name}-{part}").fill(str(getattr(day, part)))
    officer.press("Save and continue")
    officer.open(f"{path}/check")
    officer.press("Submit to the gate")
    return re.search(r"/submissions/(\d+)", page.url)[1]


def refuse(gatekeeper, identity):
    """Claim it and refuse it."""
    gatekeeper.open(f"/queue/{identity}")
    gatekeeper.press("Claim it")
    gatekeeper.page.get_by_label("Refuse it", exact=True).check()
    gatekeeper.page.get_by_label("Not needed").check()
    gatekeeper.page.get_by_label("Why do you refuse it?").fill("Schools choose this by themselves.")
    gatekeeper.press("Decide")


def test_an_officer_appeals_and_the_panel_lets_it_go_on_conditions(stage, visitor):
    officer = visitor(OFFICER)
    identity = submit(officer)
    refuse(visitor(GATEKEEPER), identity)

    stage.mail_to(OFFICER, "Refused")
    officer.open(f"/submissions/{identity}")
    officer.follow("Appeal against the decision")
    officer.page.get_by_label(re.compile("Why do you think")).fill("Schools asked us for it.")
    officer.press("Make the appeal")
    assert "Three people decide by" in officer.text

    place = re.search(r"/appeals/\d+", stage.mail_to(EXECUTIVE, "Appeal"))[0]
    executive = visitor(EXECUTIVE)
    executive.open(place)
    school = executive.page.locator("#first option", has_text=re.compile(r"\S")).all()
    values = [option.get_attribute("value") for option in school if option.get_attribute("value")]
    for name, value in zip(("first", "second", "third"), values, strict=False):
        executive.page.locator(f"#{name}").select_option(value)
    executive.press("Appoint")
    assert "The panel is complete" in executive.text

    votes = 0
    for address in PANEL:
        member = visitor(address, "phone" if votes else "desktop")
        member.open("/appeals")
        if TITLE not in member.text:
            continue
        member.follow(TITLE)
        assert "Schools asked us for it." in member.text
        member.page.get_by_label("It may be sent, on conditions").check()
        member.page.get_by_label(re.compile("Conditions, if")).fill("Ask in the summer term.")
        member.page.get_by_label("Why?").fill("It is short, and useful to us.")
        member.press("Give your vote")
        votes += 1
        if votes == 2:
            break
    assert votes == 2

    assert "Ask in the summer term." in stage.mail_to(OFFICER, "Appeal")
    officer.open(f"/submissions/{identity}")
    assert "Approved on conditions" in officer.text
