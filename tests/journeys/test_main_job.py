"""The main job, by four people in real browsers, on the embedded portal and on real servers."""

import json
import re
from datetime import timedelta

from foundation import clock

OFFICER = "officer@lancashire.example"
GATEKEEPER = "gatekeeper@lancashire.example"
HEAD = "head@demo-school.example"
TITLE = "Lunchtime supervision: what does your school do?"
TEXT = """# What we ask

Schools must by law tell us how lunchtimes are supervised. Please print, sign and scan the form.

<script>document.title = "stolen"</script>
"""
MENDED = """# What we ask

Please tell us how lunchtimes are supervised. Please print, sign and scan the form.
"""


def write(officer):
    """Write a data request to all schools in the steps that the portal offers."""
    page = officer.page
    officer.follow("New submission")
    page.get_by_label("Ask schools for something").check()
    page.get_by_label("Title").fill(TITLE)
    officer.press("Start")
    base = page.url.rstrip("/")
    path = base.removeprefix(officer.stage.address)

    officer.open(f"{path}/text")
    page.locator("#body").fill(TEXT)
    officer.press("Save and preview")
    assert page.title() != "stolen"
    assert "What we ask" in page.locator("#preview").inner_text()

    officer.open(f"{path}/audience")
    page.get_by_label("All open schools").check()
    officer.press("Save and continue")

    officer.open(f"{path}/categories")
    page.locator("summary", has_text="Premises, catering and travel").click()
    page.get_by_label("School meals and catering").check()
    officer.press("Save and continue")

    officer.open(f"{path}/effort")
    page.locator("#effort-0-complete").fill("15")
    officer.press("Save and continue")

    today = clock.local_date(clock.now())
    officer.open(f"{path}/dates")
    for name, day in (("send_on", today), ("due_on", today + timedelta(days=40))):
        for part, value in zip(
            ("day", "month", "year"), (day.day, day.month, day.year), strict=True
        ):
            page.locator(f"#{name}-{part}").fill(str(value))
    officer.press("Save and continue")

    officer.open(f"{path}/check")
    assert "Legal basis not named" in officer.text
    assert "Track: High" in officer.text
    officer.open(f"{path}/text")
    page.locator("#body").fill(MENDED)
    officer.press("Save and preview")
    officer.open(f"{path}/check")
    assert "Legal basis not named" not in officer.text
    assert "Wet signature" in officer.text
    officer.press("Submit to the gate")
    number = re.search(r"888-\d{4}-D-\d{5}-[A-Z]", officer.page.content())
    assert number, officer.text
    return re.search(r"/submissions/(\d+)", page.url)[1], number[0]


def test_a_request_is_written_challenged_answered_approved_read_and_followed(stage, visitor):
    officer = visitor(OFFICER)
    identity, number = write(officer)

    gatekeeper = visitor(GATEKEEPER)
    gatekeeper.follow(TITLE)
    gatekeeper.press("Claim it")
    marks = gatekeeper.page.locator("mark.portal-evidence").all_inner_texts()
    assert any("print, sign" in mark for mark in marks)
    gatekeeper.page.get_by_label("Ask the officer").check()
    gatekeeper.page.get_by_label("What do you ask?").fill(
        "Could schools sign in and tick a declaration?"
    )
    gatekeeper.press("Decide")

    stage.mail_to(OFFICER, number)
    officer.open(f"/submissions/{identity}")
    assert "Could schools sign in and tick a declaration?" in officer.text
    officer.follow("Answer the questions")
    officer.page.get_by_label("Your answer").fill("Yes. They need not print anything.")
    officer.press("Send your answer")

    gatekeeper.open(f"/queue/{identity}")
    assert "Yes. They need not print anything." in gatekeeper.text
    gatekeeper.page.get_by_label("Approve it", exact=True).check()
    gatekeeper.page.get_by_label("Why do you approve it?").fill("Useful, short, and voluntary.")
    gatekeeper.press("Decide")

    assert number in stage.mail_to("", TITLE, seconds=30)
    reader, address = owner_of_catering(stage, visitor)
    reader.open("/inbox")
    reader.follow(TITLE)
    assert "What we ask" in reader.text
    assert number in reader.text
    reader.press("Mark as done")
    found_by_searching(reader)

    head = visitor(HEAD, "phone")
    head.follow("Sent to the school")
    assert TITLE in head.text
    change_owner(head, address)

    officer.open(f"/submissions/{identity}/delivered")
    assert "Done" in officer.text
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="CSV").first.click()
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 20

    letter(officer, identity, number)
    stranger = visitor()
    stranger.open(f"/verify/{number}")
    assert "current" in stranger.text.casefold() or "valid" in stranger.text.casefold()
    verified = stage.run("number", "verify", number, "--json")
    assert verified.returncode == 0, verified.stdout
    assert json.loads(verified.stdout)["current"] is True
    assert stage.run("audit", "verify").returncode == 0


def owner_of_catering(stage, visitor):
    """Sign in as the person who got it at the demonstration school, at phone width."""
    plan = stage.home / "plan.json"
    plan.write_text(
        json.dumps({"title": "x", "audience": {"all": True}, "categories": ["catering"]})
    )
    stops = json.loads(stage.run("route", str(plan), "--json").stdout)["plan"]
    head = visitor(HEAD)
    school = head.page.locator(".portal-header").inner_text()
    (stop,) = [each for each in stops if each["school"] in school]
    reader = visitor(stop["email"], "phone")
    if "/roles" in reader.page.url:
        reader.page.get_by_role("group", name=stop["school"]).get_by_role("radio").first.check()
        reader.press("Continue")
    return reader, stop["email"]


def found_by_searching(reader):
    for _ in range(40):
        reader.open("/search?q=lunchtimes+supervised")
        if TITLE in reader.text:
            return
        reader.page.wait_for_timeout(250)
    raise AssertionError("what was sent is not found by searching")


def change_owner(head, address):
    head.open("/school/owners/catering")
    before = head.text
    radios = head.page.get_by_role("radio")
    options = head.page.locator("#person_id option")
    if radios.count():
        radios.filter(has_not=head.page.locator("[checked]")).last.check()
    else:
        head.page.locator("#person_id").select_option(index=options.count() - 1)
    head.press("Save")
    head.open("/school/owners/catering")
    assert head.text != before
    assert address


def letter(officer, identity, number):
    for _ in range(60):
        officer.open(f"/submissions/{identity}")
        if officer.page.get_by_role("link", name="Letter (PDF)").count():
            break
        officer.page.wait_for_timeout(500)
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="Letter (PDF)").first.click()
    from pypdf import PdfReader  # only this journey reads a letter

    text = " ".join(sheet.extract_text() for sheet in PdfReader(download.value.path()).pages)
    assert number in text
    assert "Useful, short, and voluntary." in text
