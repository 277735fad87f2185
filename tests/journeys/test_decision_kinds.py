"""Every kind of decision, made by the people whose it is, and seen by those whom it is about."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from foundation import clock
from tests.journeys.cast import (
    EXECUTIVE,
    GATEKEEPER,
    MANAGER,
    OFFICER,
    PANEL,
    PARTNER,
    PROTECTION,
    SECOND,
    Cast,
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
    head.page.get_by_label("has this already").check()
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

    assert stage.mail_to(OFFICER, f"Suspended: {number}")
    cast.sees(OFFICER, identity, "Suspended")
    says(cast.received(title), "You need not answer this now", "We look at October’s answer.")
    cast.verified(number, "No, this is suspended")

    cast.decide(SECOND, identity, "Resume it", resume_reason="October asked for something else.")
    assert stage.mail_to(OFFICER, f"Approval resumed: {number}")
    cast.sees(OFFICER, identity, "With schools", "October asked for something else.")
    assert "You need not answer this now" not in cast.received(title).text
    cast.verified(number, "Yes, this number is current")


def test_conditions_are_met_and_confirmed_before_it_is_sent(stage, cast):
    title = "Playing fields in winter"
    identity, number = cast.put(title)
    soon = clock.local_date(clock.now()) + timedelta(days=10)
    gatekeeper = cast.claim(GATEKEEPER, identity)
    gatekeeper.page.get_by_label("Approve it on conditions", exact=True).check()
    for row, kind, text, when in (
        (0, "shorten", "Ask in two sentences.", "before"),
        (1, "results_back", "Show schools the map.", "after"),
    ):
        gatekeeper.page.locator(f"#conditions-{row}-kind").select_option(kind)
        gatekeeper.page.locator(f"#conditions-{row}-text").fill(text)
        fill_day(gatekeeper.page, f"conditions-{row}-due_on", soon)
        gatekeeper.page.locator(f"#conditions-{row}-when").select_option(when)
    gatekeeper.page.locator("#conditions_reason").fill("The use is clear.")
    gatekeeper.press("Decide")

    assert "Ask in two sentences." in stage.mail_to(OFFICER, f"Approved on conditions: {number}")
    officer = cast.sees(OFFICER, identity, "Approved on conditions", "Show schools the map.")
    cast.verified(number, "No, this is not approved yet")
    say_met(officer, "It is two sentences now.")

    gatekeeper.open(f"/queue/{identity}")
    says(gatekeeper, "Said to be met", "It is two sentences now.")
    gatekeeper.page.get_by_text("It is not met yet").click()
    gatekeeper.page.get_by_label(re.compile("What is still missing")).fill("I count three.")
    gatekeeper.press("Tell the officer")
    assert "I count three." in stage.mail_to(OFFICER, "Condition not met yet")
    cast.sees(OFFICER, identity)
    say_met(officer, "Now it is two.")

    gatekeeper.open("/queue?show=conditions")
    gatekeeper.follow(title)
    gatekeeper.press("Confirm that it is met")
    gatekeeper.open("/queue?show=conditions")  # it does not drop out of sight before it is sent
    gatekeeper.follow(title)
    gatekeeper.page.get_by_label("Why do you approve it?").fill("As agreed.")
    gatekeeper.press("Approve it")
    says(cast.received(title), number)
    cast.sees(OFFICER, identity, "With schools")
    cast.letter(OFFICER, identity, number)
    cast.verified(number, "Yes, this number is current")


def say_met(officer, how):
    """Say, as the officer, how the condition that comes first was met."""
    officer.follow("Say how you have met them")
    officer.page.get_by_label("How have you met it?").first.fill(how)
    officer.press("Save")
    says(officer, "Waits for a gatekeeper")


def test_a_question_is_answered_and_the_request_redirected_to_data_that_is_held(stage, cast):
    identity, number = cast.put("Pupils by home language")
    cast.claim(GATEKEEPER, identity)
    cast.decide(GATEKEEPER, identity, "Ask the officer", question="Is the census not enough?")
    assert "Is the census not enough?" in stage.mail_to(OFFICER, f"A question for you: {number}")
    officer = cast.sees(OFFICER, identity, "Question for you", "Is the census not enough?")
    officer.follow("Answer the questions")
    officer.page.get_by_label("Your answer").fill("We did not know that it has it.")
    officer.press("Send your answer")

    assert number in stage.mail_to(GATEKEEPER, "Answered")
    says(
        cast.decide(
            GATEKEEPER,
            identity,
            "Redirect it to data that is held",
            source="School census, October 2026",
            owner="Pupil Data Team",
            access="Ask for the extract by language.",
            redirect_reason="It is there for every school.",
        ),
        "Redirected",
    )
    mail = stage.mail_to(OFFICER, f"Redirected to data that is held: {number}")
    assert "Pupil Data Team" in mail
    cast.sees(OFFICER, identity, "Redirected to data that is held", "extract by language")
    cast.letter(OFFICER, identity, "School census, October 2026", "Appeal in the portal by")
    cast.registered(number, "It is there for every school.")
    cast.verified(number, "No, this was not approved")


def test_it_is_returned_mended_submitted_again_and_refused(stage, cast):
    identity, number = cast.put("Colours of classroom doors")
    cast.claim(GATEKEEPER, identity)
    cast.decide(
        GATEKEEPER,
        identity,
        "Return it to be mended",
        return_reason="The text does not say which doors.",
    )
    assert "which doors" in stage.mail_to(OFFICER, f"Returned to you: {number}")
    officer = cast.sees(OFFICER, identity, "Returned to you", "which doors")
    officer.press("Mend it")
    officer.open(f"/submissions/{identity}/write/text")
    officer.page.locator("#body").fill("Please tell us the colour of every door inside.")
    officer.press("Save")
    officer.open(f"/submissions/{identity}/write/check")
    officer.press("Submit to the gate")
    says(officer, f"{number} v2", "Waiting for a gatekeeper")

    cast.claim(SECOND, identity)
    cast.decide(
        SECOND,
        identity,
        "Refuse it",
        code="not_needed",
        refuse_reason="Nobody decides by the colour of a door.",
    )
    assert "colour of a door" in stage.mail_to(OFFICER, f"Refused: {number} v2")
    cast.sees(OFFICER, identity, "Refused", "Not needed")
    cast.letter(OFFICER, identity, f"{number} v2", "colour of a door", "Appeal in the portal by")
    cast.registered(number, "Refused", "colour of a door")
    cast.verified(number, "No, this was not approved")


def test_two_are_joined_and_the_child_comes_back_when_the_parent_is_withdrawn(stage, cast):
    parent, parents_number = cast.put("Crossing patrols in the morning")
    child, number = cast.put("Crossing patrols in the afternoon", author=PARTNER)
    cast.claim(GATEKEEPER, child)
    gatekeeper = cast.decide(
        GATEKEEPER,
        child,
        "Join it to another",
        into=parents_number,
        merge_reason="The same people stand there.",
    )
    says(gatekeeper, "What the other becomes", "Crossing patrols in the morning")
    gatekeeper.press("Join them")
    assert parents_number in stage.mail_to(PARTNER, f"Joined to another: {number}")
    assert number in stage.mail_to(OFFICER, "Another was joined to yours")
    partner = cast.sees(PARTNER, child, "Joined to another", "The same people stand there.")
    says(partner, parents_number, "Hazel Thornley")
    officer = cast.sees(OFFICER, parent, number)
    cast.verified(number, "No, this was joined to another request")
    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open(f"/queue/{parent}")
    says(gatekeeper, "Joined to this", number)

    officer.follow("Withdraw this submission")
    officer.press("Withdraw")
    cast.sees(OFFICER, parent, "Withdrawn")
    cast.verified(parents_number, "No, this was not approved")
    assert parents_number in stage.mail_to(PARTNER, "Looked at again")
    cast.sees(PARTNER, child, "Waiting for a gatekeeper")
    gatekeeper.open(f"/queue/{child}")
    says(gatekeeper, "Claim it")


def test_the_executive_decides_one_and_hands_another_back(stage, cast):
    one, number = cast.put("Flags on public buildings")
    other, others_number = cast.put("Bunting on public buildings")
    for identity in (one, other):
        cast.claim(GATEKEEPER, identity)
        cast.decide(
            GATEKEEPER, identity, "Give it to the senior executive", escalate_reason="Members ask."
        )
    assert "Members ask." in stage.mail_to(EXECUTIVE, f"For you to decide: {number}")
    cast.sees(OFFICER, one, "With the senior executive")

    executive = cast(EXECUTIVE)
    executive.open("/queue")
    executive.follow("Flags on public buildings")
    cast.decide(EXECUTIVE, one, "Approve it", approve_reason="The council wants to know.")
    assert stage.mail_to(OFFICER, f"Approved: {number}")
    cast.sees(OFFICER, one, "With schools", "The council wants to know.")
    cast.verified(number, "Yes, this number is current")

    cast.decide(
        EXECUTIVE, other, "Hand it back to the gatekeepers", hand_back_reason="Flags were enough."
    )
    cast.sees(OFFICER, other, "Waiting for a gatekeeper")
    second = cast.claim(SECOND, other)
    says(second, "Flags were enough.", others_number)


def test_a_heavy_one_needs_the_manager_two_gatekeepers_a_school_and_data_protection(stage, cast):
    title = "Medical needs of pupils on long trips"
    identity = cast.draft(title, personal_data="special")
    officer = cast(OFFICER)
    officer.open(f"/submissions/{identity}/write/check")
    says(officer, "Track: High.")
    officer.press("Submit to the gate")
    says(officer, "It was not submitted yet")
    officer.press("Ask your manager")
    link = re.search(r"/submissions/\d+/endorse", stage.mail_to(MANAGER, f"endorse: {title}"))[0]
    manager = cast(MANAGER)
    manager.open(link)
    manager.page.get_by_label("A note").fill("We talked about it.")
    manager.press("I stand behind it")
    assert "stands behind" in stage.mail_to(OFFICER, f"Endorsed: {title}")
    officer.open(f"/submissions/{identity}/write/check")
    officer.press("Submit to the gate")
    says(officer, "Waiting for a gatekeeper")

    cast.claim(GATEKEEPER, identity)
    first = cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="Trips need it.")
    says(first, "A second gatekeeper must approve it too", "1 of 2 gatekeepers")
    cast.sees(OFFICER, identity, "Waiting for a gatekeeper")

    second = cast(SECOND)
    second.open("/queue?show=second")
    second.follow(title)
    second.press("Claim it")
    cast.decide(SECOND, identity, "Approve it", approve_reason="Two see more.")
    says(second, "school panel")  # it is refused, and what was typed stays
    assert second.page.locator("#approve_reason").input_value() == "Two see more."

    member = cast(PANEL)
    member.open("/panel")
    member.follow(title)
    member.page.get_by_label("It should go to schools").check()
    member.page.get_by_label("Why?").fill("We are asked before every trip anyway.")
    member.press("Give your advice")
    protection = cast(PROTECTION)
    protection.open("/dpia")
    protection.follow(title)
    protection.page.get_by_label("No assessment is needed").check()
    protection.page.get_by_label("What does it rest on?").fill("Only counts are asked for.")
    protection.press("Store your verdict")

    second.open(f"/queue/{identity}")
    says(second, "We are asked before every trip anyway.", "Only counts are asked for.")
    cast.decide(SECOND, identity, "Approve it", approve_reason="Two see more.")
    cast.sees(OFFICER, identity, "With schools", "Trips need it.", "Two see more.")
    cast.letter(OFFICER, identity, "Two see more.")
