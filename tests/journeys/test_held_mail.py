"""Mail round the gate: held, made a submission, released, explained, reported, and counted."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Person, School
from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.settings import Settings
from gatekeeping.models.mailgate import BypassCase, CaseKind
from notifications.models import Delivery, Notice
from tests.journeys.cast import (
    EXECUTIVE,
    GATEKEEPER,
    HEAD,
    MANAGER,
    OFFICER,
    PARTNER,
    Cast,
    await_text,
    fill_day,
    in_url,
    says,
)
from tests.journeys.post import Post, form, letter, mailboxes, readers_of

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)

SCHOOLS = 21  # one more than the protocol allows
TITLE = "School meals: how many do you serve?"
STRANGER = "kitchens@lancashire.example"


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    yield people
    people.close()


@pytest.fixture(scope="module")
def post(stage) -> Post:
    return Post(stage)


@pytest.fixture(scope="module")
def schools(cast) -> dict[int, str]:
    """The mailboxes of 21 open schools by URN, the demonstration's own among them."""
    (own,) = cast.some_schools(1)
    found = mailboxes(cast.database, SCHOOLS, first=own)
    assert len(found) == SCHOOLS
    assert own in found
    return found


def test_an_officers_mail_becomes_a_submission_and_the_next_passes(cast, post, schools, visitor):
    text = (
        "Dear colleague,\n\nWe renew the contract for school meals. Could you let us know how many "
        "school meals your kitchen serves on a Monday? Please send us the name of your cook, and "
        "return the attached form.\n\nKind regards\nHazel Thornley\n"
    )
    file = form("School meals", "How many ovens does your kitchen have?")
    mail = letter(TITLE, text, sender=OFFICER, files={"form.docx": file})
    case = post.hold(mail, list(schools.values()), sender=OFFICER)

    told = post.told(OFFICER, TITLE, f"to {SCHOOLS} schools has not been sent", "Why: ")
    assert [to for to, content in post.arrived() if b"school meals your" in content] == []
    officer = follows_its_link(visitor(), told)
    says(officer, "No school has got it.", f"It goes to {SCHOOLS} schools.")
    officer.page.get_by_text(f"The {SCHOOLS} schools that counted").click()
    says(officer, *(str(urn) for urn in schools), *schools.values())

    officer.press("Turn it into a submission")
    says(officer, "This is your mail as a draft.", "3 things", "form.docx")
    identity = in_url(officer)
    is_prefilled(cast, identity, schools)
    number = is_completed(officer, identity)

    cast.claim(GATEKEEPER, identity)
    cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="The contract needs it.")
    owner_reads(cast)
    post.told(OFFICER, f"/held-mail/{case}", "went to schools through the portal")
    officer.open(f"/held-mail/{case}/yours")
    says(officer, "Schools got it through the portal.")
    assert post.times(mail) == []

    again = letter(f"{number}: a reminder", text, sender=OFFICER, files={"form.docx": file})
    said = post.send(again, list(schools.values()), sender=OFFICER)
    assert "Kept for a decision" not in said
    assert sorted(address for to in post.came(again) for address in to) == sorted(schools.values())


def follows_its_link(somebody, told):
    """Follow the link of a mail about held mail, and sign in on the way."""
    somebody.page.goto(re.search(r"https?://\S+/held-mail/\S+", told)[0])
    somebody.look()
    somebody.page.locator("#email").fill(OFFICER)
    somebody.page.locator("main form button").click()
    somebody.page.goto(somebody.stage.fresh_link(OFFICER))
    somebody.look()
    somebody.press("Continue")
    if "/privacy-notice" in somebody.page.url:
        somebody.press("Continue")
    assert somebody.heading == "Your mail was held"
    return somebody


def is_prefilled(cast, identity, schools):
    """Check that nothing has to be typed again."""
    with cast.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        case = session.scalars(
            sa.select(BypassCase).where(BypassCase.submission_id == identity)
        ).one()
        document, files = case.submission.document, case.submission.attachments
        assert case.submission.title == TITLE
        assert sorted(document["audience"]["urns"]) == sorted(schools)
        assert document["categories"] == ["catering"]
        assert "how many school meals your kitchen serves" in document["body"]
        assert "Dear colleague" not in document["body"]
        assert [item["name"] for item in document["items"]] == [
            "How many school meals your kitchen serves on a Monday",
            "The name of your cook",
            "How many ovens does your kitchen have",
        ]
        assert [file.name for file in files] == ["form.docx"]


def is_completed(officer, identity):
    """Fill in what a mail does not say, and submit; return the number."""
    base = f"/submissions/{identity}/write"
    officer.open(f"{base}/effort")
    officer.page.locator("#effort-0-complete").fill("10")
    officer.press("Save and continue")
    today = clock.local_date(clock.now())
    officer.open(f"{base}/dates")
    fill_day(officer.page, "send_on", today)
    fill_day(officer.page, "due_on", today + timedelta(days=60))
    officer.press("Save and continue")
    officer.open(f"{base}/check")
    says(officer, f"{SCHOOLS} schools", "form.docx", "The name of your cook")
    officer.press("Submit to the gate")
    number = re.search(r"888-\d{4}-D-\d{5}-[A-Z]", officer.page.content())
    assert number, officer.text
    return number[0]


def owner_reads(cast):
    """Let whom it reached at the demonstration's school find it in the inbox."""
    head = cast.received(TITLE)
    with cast.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        heads = sa.select(School.id).where(School.urn.in_(cast.some_schools(1)))
        reader = session.scalars(
            sa.select(Person.email)
            .join(Delivery, Delivery.person_id == Person.id)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.title == TITLE, Delivery.school_id.in_(heads))
        ).first()
    assert reader
    owner = head if reader == HEAD else cast(reader)
    if "/roles" in owner.page.url:
        owner.page.get_by_role("radio").first.check()
        owner.press("Continue")
    owner.open("/inbox")
    owner.follow(TITLE)
    says(owner, "how many school meals your kitchen serves")


def test_a_gatekeeper_reads_releases_and_returns(cast, post, schools):
    everybody = list(schools.values())
    mails = {
        name: letter(f"{name} of the county", text, sender=PARTNER)
        for name, text in {
            "Theatre": "The youth theatre plays in March. Seats are free, and buses are paid for.",
            "Fingerprints": "Return the consent of every parent to take fingerprints by Monday.",
        }.items()
    }
    cases = {name: post.hold(mail, everybody, sender=PARTNER) for name, mail in mails.items()}

    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open("/queue")
    says(gatekeeper, "Mail that was held:")
    gatekeeper.follow("All held mail")
    gatekeeper.page.locator(f"a[href$='/bypass/{cases['Theatre']}']").click()
    gatekeeper.look()
    says(gatekeeper, "It goes to 21 schools.", PARTNER)
    assert "Theatre" not in gatekeeper.text
    gatekeeper.follow("Read the message")
    says(gatekeeper, "You are recorded as having read this", "The youth theatre plays in March.")
    assert readers_of(cast.database, cases["Theatre"]) == [GATEKEEPER]

    decides(cast, cases["Theatre"], "Release once", "It costs schools nothing.")
    assert sorted(post.came(mails["Theatre"])[0]) == sorted(everybody)
    post.told(PARTNER, f"/held-mail/{cases['Theatre']}", "was released", "costs schools nothing")
    await_text(gatekeeper, f"/bypass/{cases['Theatre']}", "Sent")

    decides(cast, cases["Fingerprints"], "Return to sender", "Ask for less, in a submission.")
    told = post.told(PARTNER, f"/held-mail/{cases['Fingerprints']}", "was not sent")
    assert "Ask for less, in a submission." in told
    assert post.times(mails["Fingerprints"]) == []
    assert len(post.times(mails["Theatre"])) == 1


def decides(cast, case, choice, words):
    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open(f"/bypass/{case}")
    gatekeeper.follow(choice)
    gatekeeper.page.locator("#words").fill(words)
    gatekeeper.press(choice)
    assert f"/bypass/{case}" in gatekeeper.page.url, gatekeeper.text
    says(gatekeeper, words)


def test_a_sender_without_an_account_explains_and_is_released(cast, post, schools, visitor):
    text = "Has a boy of nine with a broken arm come to you? He was last seen on Friday evening."
    mail = letter("Have you seen him?", text, sender=STRANGER)
    case = post.hold(mail, list(schools.values()), sender=STRANGER)
    told = post.told(STRANGER, f"/held-mail/{case}?key=", "an account")

    stranger = visitor()
    stranger.page.goto(re.search(r"https?://\S+/held-mail/\S+", told)[0])
    stranger.look()
    says(stranger, "Your mail was held", f"{SCHOOLS} schools", "No school has got it.")
    assert "broken arm" not in stranger.page.content()
    stranger.page.get_by_label(re.compile("one (child|named)", re.IGNORECASE)).first.check()
    stranger.page.locator("#words").fill("We look for one child, and every school may know.")
    stranger.press("Send it to a gatekeeper")
    says(stranger, "You said why it needs no gate.")

    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open(f"/bypass/{case}")
    says(gatekeeper, "We look for one child, and every school may know.")
    decides(cast, case, "Release once", "It is about one child.")
    assert sorted(post.came(mail)[0]) == sorted(schools.values())
    post.told(STRANGER, "was released", "It is about one child.")


def test_an_executive_releases_in_two_clicks_and_a_gatekeeper_reviews(cast, post, schools):
    mail = letter("Smoke", "Smoke drifts north. Shut your windows at once.", sender=OFFICER)
    case = post.hold(mail, list(schools.values()), sender=OFFICER)
    executive = cast(EXECUTIVE)
    executive.open(f"/bypass/{case}")
    executive.follow("Release now: A risk to life")  # the first click
    executive.press("Release it now")  # the second, and there is nothing else to do
    says(executive, "Released")
    assert sorted(post.came(mail)[0]) == sorted(schools.values())

    gatekeeper = cast(GATEKEEPER)
    await_text(gatekeeper, f"/bypass/{case}", "Review the release")
    gatekeeper.follow("Review the release")
    gatekeeper.page.get_by_label("Yes", exact=True).check()
    gatekeeper.page.locator("#words").fill("It could not wait.")
    gatekeeper.press("End the review")
    says(gatekeeper, "It was right to release it at once.")
    assert len(post.times(mail)) == 1


def test_the_teams_head_sees_repeats_and_nothing_of_the_content(cast):
    head = cast(MANAGER)
    head.open("/bypass/teams")
    says(head, "Repeat", "The last twelve months", "What a message said is not shown here")
    assert head.page.locator(".portal-chart svg").count() == 1
    assert "Smoke" not in head.page.content()
    assert TITLE not in head.page.content()
    assert OFFICER not in head.page.content()


def test_schools_report_by_forwarding_and_on_the_page(cast, post, schools):
    original = letter(
        "Dogs on site", "Please list every dog that visits your school.", sender=PARTNER
    )
    (office, *_), report = schools.values(), Settings(portal_home=cast.stage.home)
    forwarded = letter("Fw: Dogs", "See below.", sender=office, inside=original)
    post.send(forwarded, [report.gateway_reports_to], sender=office)
    post.told(office, "Dogs on site")

    gatekeeper = cast(GATEKEEPER)
    gatekeeper.open("/bypass?show=reported")
    with cast.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        kept = sa.select(sa.func.max(BypassCase.id)).where(BypassCase.kind == CaseKind.REPORTED)
        case = session.scalar(kept)
    gatekeeper.page.locator(f"a[href$='/bypass/{case}']").click()
    gatekeeper.look()
    says(gatekeeper, "Reported by", PARTNER)
    gatekeeper.follow("Read the message")
    says(gatekeeper, "Please list every dog that visits your school.")

    head = cast(HEAD)
    head.open("/report-request")
    head.page.get_by_label("Who sent it to you?").fill(PARTNER)
    head.page.get_by_label("What does it say?").fill("Count the bats in your roof by Friday.")
    head.press("Report it")
    assert head.heading == "Thank you for reporting it"
