"""Every kind of decision, made by the people whose it is, and seen by those whom it is about."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from foundation import clock
from tests.journeys.cast import (
    EXECUTIVE,
    GATEKEEPER,
    HEAD,
    MANAGER,
    OFFICER,
    PANEL,
    PARTNER,
    PROTECTION,
    SECOND,
    Cast,
    await_text,
    fill,
    fill_day,
    says,
)

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    yield people
    people.close()


def test_it_is_approved_then_a_school_has_it_suspended_and_it_is_resumed(stage, cast):
    title = "Milk at breakfast clubs"
    identity, number = cast.put(title)
    cast.claim(GATEKEEPER, identity)
    cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="Short and of use.")
    assert "is valid to" in stage.mail_to(OFFICER, f"Approved: {number} v1")
    cast.verified(number, "Yes, this number is current")

    head = cast.received(title)
    says(head, number)
    head.follow("Challenge this request")
    head.page.get_by_label("We were not asked as the letter says").or_(
        head.page.get_by_role("radio").first
    ).first.check()
    head.page.get_by_label(re.compile("What is wrong")).fill("We told you this in October.")
    head.press("Send the challenge")

    gatekeeper = cast(SECOND)
    gatekeeper.open("/challenges")
    row = gatekeeper.page.get_by_role("listitem").filter(has_text=title)
    row.get_by_role("link").first.click()
    gatekeeper.look()
    gatekeeper.page.get_by_label("Yes, at least in part").check()
    gatekeeper.page.get_by_label("Your answer to the school").fill("We look at October’s answer.")
    gatekeeper.page.get_by_label(re.compile("[Ss]uspend")).check()
    gatekeeper.press("Send the answer")

    assert number in stage.mail_to(OFFICER, "Suspended")
    cast.sees(OFFICER, identity, "Suspended")
    says(cast.received(title), "You need not answer this now", "We look at October’s answer.")
    cast.verified(number, "No, this is suspended")

    cast.decide(SECOND, identity, "Resume it", resume_reason="October asked for something else.")
    assert number in stage.mail_to(OFFICER, "Approval resumed")
    cast.sees(OFFICER, identity, "With schools", "October asked for something else.")
    assert "You need not answer this now" not in cast.received(title).text
    cast.verified(number, "Yes, this number is current")
