"""Beside and after a decision: undone, a finding set aside, changed, released light, renewed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

from foundation import clock
from foundation.settings import Settings
from portal.app import create_app
from tests.journeys.cast import GATEKEEPER, OFFICER, PARTNER, Cast, fill_day, in_url, says

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)
UNDO_SECONDS = 8


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    yield people
    people.close()


@contextmanager
def pages_that_wait(stage) -> Iterator[str]:
    """Serve the same portal at a second address, where a decision can be undone for a while."""
    settings = Settings(portal_home=stage.home, undo_seconds=UNDO_SECONDS)
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def decide(gatekeeper, address, identity, reason):
    """Approve something on the pages that wait."""
    gatekeeper.page.goto(f"{address}/queue/{identity}")
    gatekeeper.page.get_by_label("Approve it", exact=True).check()
    gatekeeper.page.locator("#approve_reason").fill(reason)
    gatekeeper.press("Decide")


def test_a_decision_is_undone_in_time_or_takes_effect(stage, cast):
    kept, number = cast.put("Bicycle sheds")
    undone, _ = cast.put("Scooter racks")
    for identity in (undone, kept):
        gatekeeper = cast.claim(GATEKEEPER, identity)
    with pages_that_wait(stage) as address:
        decide(gatekeeper, address, kept, "Sheds are full.")
        says(gatekeeper, "Approve it: your decision", "nothing is sent and nobody is told")
        cast.sees(OFFICER, kept, "Being looked at")

        decide(gatekeeper, address, undone, "Racks are full.")
        gatekeeper.press("Undo it")
        says(gatekeeper, "You took it back.")
        assert gatekeeper.page.locator("#approve_reason").input_value() == "Racks are full."
    assert number in stage.mail_to(OFFICER, f"Approved: {number}")
    cast.sees(OFFICER, kept, "With schools", "Sheds are full.")
    cast.sees(OFFICER, undone, "Being looked at")


def test_a_finding_is_set_aside_with_a_reason_that_everybody_sees(cast):
    body = "Please print, sign and scan the form about allotments. You may choose to."
    identity, _ = cast.put("Allotments", body=body)
    gatekeeper = cast.claim(GATEKEEPER, identity)
    gatekeeper.page.get_by_label("Set aside: Wet signature").check()
    gatekeeper.page.get_by_text("Set the ticked findings aside").click()
    gatekeeper.press("Set aside")
    says(gatekeeper, "Enter why")
    gatekeeper.page.locator("#why").fill("The landlord's deed wants ink.")
    gatekeeper.press("Set aside")
    says(gatekeeper, "Set aside by Miriam Oakes", "The landlord's deed wants ink.")
    cast.sees(OFFICER, identity, "The landlord's deed wants ink.")
    cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="Few have one.")
    cast.letter(OFFICER, identity, "The landlord's deed wants ink.")


def test_less_keeps_an_approval_and_more_voids_it(stage, cast):
    later = (clock.local_date(clock.now()) + timedelta(days=20)).isoformat()
    identity, number = cast.put("Rainwater tanks", send_on=later)
    cast.claim(GATEKEEPER, identity)
    cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="Dry summers.")
    officer = cast.sees(OFFICER, identity, "Approved, waiting for its date")

    change(officer, identity, "effort", "#effort-0-complete", "5")
    says(officer, "This keeps the approval")
    officer.press("Send the change")
    says(officer, "Version 2 was sent. The approval stays.", "Approved, waiting for its date")
    cast.verified(f"{number} v2", "Yes, this number is current")

    more = "Please tell us about rainwater tanks. How many litres, and who cleans them each week?"
    change(officer, identity, "text", "#body", more)
    says(officer, "This needs a new decision")
    officer.press("Send the change")
    says(officer, "Version 3 was sent. It asks for more than was approved", "Suspended")
    cast.verified(f"{number} v3", "No, this is suspended")

    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open(f"/queue/{identity}")
    says(gatekeeper, "Text for schools: changed")
    cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="Litres are fair.")
    cast.sees(OFFICER, identity, "Approved, waiting for its date", "Litres are fair.")
    cast.verified(f"{number} v3", "Yes, this number is current")
    cast.verified(f"{number} v1", "No, this version is not approved")


def change(officer, identity, section, field, value):
    """Begin a change, change one field, and see what that means."""
    officer.open(f"/submissions/{identity}")
    officer.press("Change it")
    officer.open(f"/submissions/{identity}/write/{section}")
    officer.page.locator(field).fill(value)
    officer.press("Save")
    officer.open(f"/submissions/{identity}/write/check")


def test_a_light_one_is_released_without_claiming(stage, cast):
    title = "Poster about hedgehogs"
    few = {"urns": cast.some_schools(3)}
    identity, number = cast.put(
        title,
        author=PARTNER,  # whose team has told few schools anything lately
        kind="communication",
        body="Here is a poster.",
        audience=few,
        due_on=None,
        items=[],
        reply_by="none",
        effort=[],
        voluntary=False,
    )
    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open("/queue?track=LIGHT")
    gatekeeper.follow(title)
    gatekeeper.page.get_by_label("Why do you approve it?").fill("A poster.")
    gatekeeper.press("Approve it")
    assert stage.mail_to(PARTNER, f"Approved: {number}")
    cast.received(title)
    cast.sees(PARTNER, identity, "With schools")


def test_a_renewal_says_what_the_last_answers_changed(cast):
    today = clock.local_date(clock.now())
    soon = (today + timedelta(days=25)).isoformat()
    identity, number = cast.put("Wildlife in school grounds", due_on=soon)
    cast.claim(GATEKEEPER, identity)
    cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="Once a year is fair.")
    officer = cast.sees(OFFICER, identity, "With schools")
    officer.press("Renew it")
    renewed = in_url(officer)
    assert renewed != identity

    officer.open(f"/submissions/{renewed}/write/dates")
    for name, days in (("send_on", 40), ("due_on", 110)):
        fill_day(officer.page, name, today + timedelta(days=days))
    officer.press("Save and continue")
    officer.open(f"/submissions/{renewed}/write/check")
    officer.press("Submit to the gate")
    says(officer, "It was not submitted yet")
    officer.open(f"/submissions/{renewed}/write/renewal")
    assert officer.page.locator("#renews").input_value() == number
    officer.page.locator("#used_before").fill("Nine schools got a pond.")
    officer.press("Save and continue")
    officer.open(f"/submissions/{renewed}/write/check")
    officer.press("Submit to the gate")
    says(officer, "Waiting for a gatekeeper", "Nine schools got a pond.")
    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open(f"/queue/{renewed}")
    says(gatekeeper, "Nine schools got a pond.", number)
