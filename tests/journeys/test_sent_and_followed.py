"""A request goes out: found, read, printed; in a digest; and its sender follows it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.settings import Settings
from notifications.models_reaching import DigestEntry
from notifications.reaching.digests import compose_due
from portal.demonstration.bulk.files import written_pdf
from portal.wiring import waker
from tests.journeys.cast import EXECUTIVE, GATEKEEPER, OFFICER, Cast, await_text, says
from tests.journeys.conftest import Visitor
from tests.journeys.places import Place, make_school

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)

TITLE = "Pond plants near kitchens"
FILE = "Pond survey.pdf"
WORDS = "Count every rare quillwort that grows by the weir."


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    people.database.waker = waker(Settings(portal_home=stage.home))
    yield people
    people.close()


@dataclass
class Sent:
    """A request to one school, its two readers, and somebody at a school that did not get it."""

    school: Place
    elsewhere: Place
    identity: int
    number: str

    def address(self, local: str) -> str:
        return self.school.address(local)


@pytest.fixture(scope="module")
def sent(cast) -> Sent:
    """Approve a request with a file; one reader wants each mail, the other a digest a day."""
    school = make_school(
        cast.database, "Plover School", head="Pia Head", tia="Tia Each", dora="Dora Daily"
    )
    elsewhere = make_school(cast.database, "Otter School", head="Ole Head", otto="Otto Other")
    school.owns("tia", "catering")
    school.owns("dora", "computing")
    elsewhere.owns("otto", "catering")
    elsewhere.is_sent("otto", "catering", "Cracked tiles")
    chooses_a_digest(cast(school.address("dora")))

    identity = cast.draft(
        TITLE,
        body="Please tell us which pond plants grow near your kitchen. You may choose to answer.",
        audience={"urns": [school.urn]},
        categories=["catering", "computing"],
        signature="login",
        reminders=2,
    )
    officer = cast(OFFICER)
    officer.open(f"/submissions/{identity}/write/attachments")
    file = {"name": FILE, "mimeType": "application/pdf", "buffer": written_pdf([WORDS])}
    officer.page.locator("#files").set_input_files(file)
    officer.press("Save and continue")
    officer.open(f"/submissions/{identity}/write/check")
    officer.press("Submit to the gate")
    number = re.search(r"888-\d{4}-D-\d{5}-[A-Z]", officer.page.content())
    assert number, officer.text
    cast.claim(GATEKEEPER, identity)
    cast.decide(GATEKEEPER, identity, "Approve it", approve_reason="Ponds silt up.")
    return Sent(school, elsewhere, identity, number[0])


def chooses_a_digest(reader: Visitor) -> None:
    reader.open("/my/mail")
    says(reader, "What is urgent always comes at once.")
    reader.page.get_by_label("One digest a day").check()
    reader.press("Save")
    assert "at once" not in reader.page.locator(".govuk-inset-text").inner_text().split(".")[0]


def test_a_request_is_found_read_printed_and_followed(cast, sent, visitor):
    teacher = visitor(sent.address("tia"), "phone")
    is_found(teacher)
    is_not_found(cast(sent.elsewhere.address("otto")))
    figures(cast, sent, Delivered="1", Opened="0", Acknowledged="0", Done="0")

    teacher.open("/inbox")
    teacher.follow(TITLE)
    file_is_read(teacher)
    is_printed(teacher, sent)
    figures(cast, sent, Delivered="1", Opened="1", Acknowledged="0", Done="0")
    teacher.press("I have read and understood this")
    teacher.press("Mark as done")
    figures(cast, sent, Opened="1", Acknowledged="1", Done="1")

    reminders_are_stopped(cast, sent)
    file_is_taken_back(cast, sent, teacher)


def is_found(teacher):
    """By words of its file, a phrase, a filter, and a word spelt wrongly."""
    await_text(teacher, "/search?q=quillwort+weir", TITLE)
    says(teacher, "1 item found", FILE)
    assert "quillwort" in teacher.page.locator("mark").all_inner_texts()
    teacher.open('/search?q="rare+quillwort"')
    says(teacher, TITLE)
    teacher.open('/search?q="quillwort+rare"')
    says(teacher, "Nothing found")

    today = clock.local_date(clock.now())
    for begin, found in ((today + timedelta(days=1), "Nothing found"), (today, TITLE)):
        teacher.open("/search?q=quillwort&begin=01/02/2026")
        if not teacher.page.locator("#begin").is_visible():
            teacher.page.locator("summary", has_text="Narrow the search").click()
        teacher.page.locator("#begin").fill(f"{begin:%d/%m/%Y}")
        teacher.press("Use these dates")
        says(teacher, found)
    teacher.open("/search?q=kitchns")
    says(teacher, "Did you mean")
    teacher.follow("kitchens")
    says(teacher, TITLE)


def is_not_found(stranger):
    for typed in ("quillwort", "kitchns", TITLE.replace(" ", "+")):
        stranger.open(f"/search?q={typed}")
        says(stranger, "Nothing found")
        assert "Did you mean" not in stranger.text


def file_is_read(teacher):
    item = teacher.page.url.removeprefix(teacher.stage.address)
    await_text(teacher, item, "Read here")
    teacher.follow("Read here")
    assert teacher.heading == FILE
    says(teacher, WORDS, "These are the words of the file.")
    with teacher.page.expect_download() as download:
        teacher.page.get_by_role("link", name="Download the file").click()
    assert download.value.suggested_filename == FILE
    assert download.value.path().read_bytes() == written_pdf([WORDS])
    teacher.follow("Back to")
    assert teacher.heading == TITLE


def is_printed(teacher, sent):
    item = teacher.page.url
    teacher.press("Print as PDF")
    await_text(teacher, teacher.page.url.removeprefix(teacher.stage.address), "The PDF is ready")
    with teacher.page.expect_download() as download:
        teacher.page.get_by_role("button", name="Download the PDF").click()
    sheets = PdfReader(download.value.path()).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert TITLE in text
    assert sent.number in text
    teacher.page.goto(item)


def figures(cast, sent, **expected):
    """Check how many schools the sender is told of, by the words of the table."""
    officer = cast(OFFICER)
    officer.open(f"/submissions/{sent.identity}/delivered")
    for words, count in expected.items():
        head = officer.page.get_by_role("rowheader", name=re.compile(f"{words}$"))
        row = officer.page.get_by_role("row").filter(has=head).first
        assert row.get_by_role("cell").first.inner_text() == count, officer.text


def reminders_are_stopped(cast, sent):
    """Dora has not acted, so she would be reminded; the sender calls it off."""
    officer = cast(OFFICER)
    officer.open(f"/submissions/{sent.identity}/reminders")
    says(officer, "1 reader has not acted", "at most 2 reminders")
    lines = officer.page.locator(".portal-chases tbody tr")
    assert lines.filter(has_text="Reminder to whoever has not acted").count() == 2
    officer.press("Stop all further reminders")
    says(officer, "Reminders were stopped on")
    officer.press("Let reminders go on")
    assert lines.count()


def file_is_taken_back(cast, sent, teacher):
    officer = cast(OFFICER)
    officer.open(f"/submissions/{sent.identity}/delivered")
    officer.follow("Take a file back")
    officer.page.get_by_label(FILE).check()
    officer.page.locator("#why").fill("It shows the wrong pond.")
    officer.press("Take it back now")
    says(officer, f"“{FILE}” was taken back.", "It shows the wrong pond.")

    told = cast.stage.mail_to(sent.address("tia"), TITLE)
    for _ in range(40):
        if "wrong pond" in told:
            break
        teacher.page.wait_for_timeout(250)
        told = cast.stage.mail_to(sent.address("tia"), TITLE)
    assert "wrong pond" in told
    teacher.open("/inbox?show=done")
    teacher.follow(TITLE)
    says(teacher, "It shows the wrong pond.")
    assert not teacher.page.get_by_role("link", name=FILE).count()
    teacher.open("/search?q=quillwort")
    says(teacher, "Nothing found")


def test_a_digest_brings_it_once_and_is_slowed_by_one_click(cast, sent, visitor):
    cast.sees(OFFICER, sent.identity, "With schools")
    dora = cast(sent.address("dora"))
    await_text(dora, "/inbox", TITLE)
    dora.open("/my/mail")
    says(dora, "1 item")
    with cast.database.session(authority=EVERY_AUTHORITY) as session:
        mine = DigestEntry.person_id == sent.school.people["dora"]
        session.execute(sa.update(DigestEntry).where(mine).values(due_at=clock.now()))
        session.commit()
    compose_due(cast.database, at=clock.now() + timedelta(seconds=1))

    mail = cast.stage.mail_to(sent.address("dora"), "digest")
    assert TITLE in mail
    assert "You chose a daily digest" in mail
    stop = re.search(r"http\S+/mail/stop/digest-\S+", mail)
    assert stop, mail
    stranger = visitor()
    stranger.page.goto(stop[0])
    stranger.look()
    stranger.press("Get one digest a week instead")
    assert stranger.heading == "You get one digest a week"
    dora.open("/my/mail")
    assert dora.page.get_by_label("One digest a week").is_checked()


def test_what_is_urgent_comes_at_once_also_to_who_has_a_digest(cast, sent):
    title = "Burst main near Plover School"
    cast.put(
        title,
        kind="communication",
        body="Keep children away from the water.",
        audience={"urns": [sent.school.urn]},
        categories=["computing"],
        emergency=True,
        emergency_grounds="A water main has burst, and children are at risk.",
        due_on=None,
        items=[],
        reply_by="none",
        effort=[],
        voluntary=False,
    )
    executive = cast(EXECUTIVE)
    executive.open("/emergencies")
    executive.follow(title)
    executive.page.get_by_label(re.compile("Your reason")).fill("Children are at risk now.")
    executive.press("Release it now")
    mail = cast.stage.mail_to(sent.address("dora"), title)
    assert "Plover School" in mail
    dora = cast(sent.address("dora"))
    await_text(dora, "/inbox", title)
    says(dora, "Urgent")


def test_a_week_a_feed_and_a_calendar_are_had_and_ended(cast, sent, visitor):
    school = sent.school
    told = school.is_sent("dora", "computing", "Moths in the archive")
    due = school.is_sent(
        "dora", "computing", "Ladders lent out", due_on=clock.local_date(clock.now())
    )
    dora = cast(sent.address("dora"))
    dora.open("/bulletin")
    says(dora, told)
    dora.follow("Have the dates in your own calendar")
    stranger = visitor()
    for words, title in (("Make a calendar address", due), ("Make a feed address", told)):
        dora.press(words)
        says(dora, "Your new address")
        address = dora.page.locator("#address").input_value()
        answer = stranger.context.request.get(address)
        assert answer.ok
        assert title in answer.text()
        dora.press("End it")

        assert stranger.context.request.get(address).status == 404
