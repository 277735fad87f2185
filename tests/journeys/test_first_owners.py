"""The first time: from signing in to 85 of 85, counted in clicks, entries and pages.

A small primary whose head does nearly everything, a secondary with thirty staff pasted from a
spreadsheet, and a school on a phone without JavaScript.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from categories.starting.progress import count_open
from directory.models import Membership, Person, Role, School, SchoolStatus
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from tests.journeys.conftest import Stage, Visitor

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)

HEAD = "head@{}.example"
SMALL = ["School office manager", "SENCO", "Teacher and English lead", "Teacher", "Caretaker"]
LARGE = [
    *("School business manager", "Deputy headteacher", "Assistant headteacher, curriculum"),
    *("SENDCO", "Designated safeguarding lead", "Data and exams manager", "Network manager"),
    *("Attendance officer", "Head of English", "Head of maths", "Head of science", "Site manager"),
    *("Head of humanities", "Head of PE", "Head of sixth form", "Head of art", "Head of MFL"),
    *("Head of year 7", "Head of year 9", "Librarian", "Catering manager", "Careers leader"),
    *("Office administrator", "HR manager", "Finance officer", "Teacher of RE", "PSHE lead"),
    *("Head of design and technology", "Head of computing", "Teacher"),
]
"""Titles as they stand in a school's own list."""
numbers = itertools.count(990_000)


@dataclass
class Counted:
    """What somebody did after signing in."""

    clicks: int = 0
    entries: int = 0
    pages: int = 0


class Beginner(Visitor):
    """A head who begins, and everything that they do, counted."""

    def __init__(self, stage: Stage, browser: Browser, width: str, *, scripts: bool = True) -> None:
        super().__init__(stage, browser, width, scripts=scripts)
        self.count = Counted()

    def begin(self, address: str) -> None:
        """Sign in, and count from the first page on."""
        self.sign_in(address)
        self.count = Counted(pages=1)

    def press(self, name: str) -> None:
        super().press(name)
        self._went()

    def follow(self, name: str) -> None:
        super().follow(name)
        self._went()

    def tick(self, *names: str) -> None:
        for name in names:
            self.page.get_by_role("checkbox", name=name).check()
            self.count.clicks += 1

    def click(self, name: str) -> None:
        """Press what only changes the page that is open."""
        self.page.get_by_role("button", name=name).first.click()
        self.count.clicks += 1

    def choose(self, label: str, words: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        option = field.locator("option").filter(has_text=words).first
        field.select_option(option.get_attribute("value"))
        self.count.entries += 1

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)
        self.count.entries += 1

    def _went(self) -> None:
        if hasattr(self, "count"):
            self.count.clicks += 1
            self.count.pages += 1


@pytest.fixture
def begin(stage: Stage, browser: Browser) -> Iterator:
    """Make a school whose head has done nothing yet, and open a browser for that head."""
    database = Database(f"sqlite:///{stage.home / 'portal.db'}")
    opened = []

    def begin(word: str, phase: str, titles: list[str], width: str = "desktop", **how: bool):
        school_id = _school(database, word, phase, titles)
        person = Beginner(stage, browser, width, **how)
        opened.append(person)
        person.begin(HEAD.format(word))
        return person, lambda: _open(database, school_id)

    yield begin
    for person in opened:
        person.close()
    database.engine.dispose()


def _school(database: Database, word: str, phase: str, titles: list[str]) -> int:
    at = clock.now()
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        authority_id = session.scalar(sa.select(School.authority_id).limit(1))
        school = School(
            authority_id=authority_id,
            urn=next(numbers),
            la_code="888",
            name=f"{word.title()} School",
            type_code="01",
            type_name="Community school",
            phase_code=phase,
            phase_name="Primary" if phase == "2" else "Secondary",
            status=SchoolStatus.OPEN,
            imported_at=at,
        )
        places = [(Role.HEAD, "Headteacher", "head"), *((Role.STAFF, t, "") for t in titles)]
        for number, (role, title, local) in enumerate(places):
            person = Person(
                authority_id=authority_id,
                email=f"{local or f'p{number}'}@{word}.example",
                name=f"{word.title()} Colleague {number}",
                created_at=at,
            )
            session.add(
                Membership(
                    authority_id=authority_id,
                    person=person,
                    school=school,
                    role=role,
                    job_title=title,
                    started_at=at,
                )
            )
        session.flush()
        return school.id


def _open(database: Database, school_id: int) -> int:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authority_id = session.get_one(School, school_id).authority_id
        return count_open(session, authority_id, school_id)


def told(name: str, count: Counted) -> None:
    """Print what it took (pytest -s shows it)."""
    print(  # noqa: T201 - it is what the journey is for
        f"\n{name}: {count.clicks} clicks, {count.entries} entries, {count.pages} pages"
    )


def test_a_small_primary_whose_head_does_nearly_everything(begin):
    head, left = begin("hamlet", "2", SMALL)
    head.follow("Say who owns what")
    assert "0 of 85 categories have an owner" in head.text
    head.press("I do nearly everything")
    assert "85 categories go to you now." in head.text
    head.click("Tick all of Finance and purchasing")
    assert "6 ticked" in head.text
    head.choose("Give the ticked ones to", "School office manager")
    head.press("Give")
    head.tick("Special educational needs support", "Education, health and care plans")
    head.choose("Give the ticked ones to", "SENCO")
    head.press("Give")
    head.follow("I have finished")
    assert "85 of 85 categories have an owner" in head.text
    assert left() == 0
    told("Primary, 6 staff, everything to the head, two exceptions", head.count)
    assert head.count.clicks <= 9
    assert head.count.entries <= 2
    assert head.count.pages <= 7


def test_a_small_primary_that_uses_our_suggestion(begin):
    head, left = begin("orchard", "2", SMALL, "phone")
    head.follow("Say who owns what")
    head.follow("Start with our suggestion")
    head.press("Use all of these")
    assert "85 of 85 categories have an owner" in head.text
    assert left() == 0
    told("Primary, 6 staff, our suggestion, on a phone", head.count)
    assert (head.count.clicks, head.count.pages) == (3, 4)


def test_a_secondary_that_pastes_thirty_colleagues(begin):
    head, left = begin("harbour", "4", [])
    lines = [f"Person {chr(65 + n % 26)}{'x' * (n // 26)}\tp{n}@harbour.example\t{title}"
             for n, title in enumerate(LARGE)]  # fmt: skip
    broken = "Somebody without an address\t\tTeacher"
    head.follow("Say who owns what")
    head.follow("Start with who works here")
    head.write("Paste or type a list", "\n".join(["Name\tE-mail\tJob title", *lines, broken]))
    head.press("Check the list")
    assert "Line 32: There is no e-mail address on this line." in head.text
    assert "30 new people" in head.text
    head.write("Mend this line", "Somebody Mended\tmended@harbour.example\tTeacher")
    head.press("Go on")
    assert "31 people are new on the list." in head.text
    head.click("Teaching and curriculum")
    head.choose("Who gets Curriculum planning?", "Deputy headteacher")
    head.choose("Who gets Remote education and digital platforms?", "Network manager")
    head.click("Staff")
    head.choose("Who gets Recruitment and vetting?", "HR manager")
    head.press("Use all of these")
    still = left()
    told(f"Secondary, 31 pasted, our suggestion, three changes; {still} left open", head.count)
    while "Continue with" in head.text:
        head.follow("Continue with")
        for field in head.page.locator(".portal-choose__select").all():
            if not field.input_value():
                field.select_option(index=1)
                head.count.entries += 1
        head.press("Save and")
    assert "85 of 85 categories have an owner" in head.text
    assert left() == 0
    told("Secondary, until 85 of 85", head.count)
    assert head.count.clicks <= 16
    assert head.count.entries <= 10
    assert head.count.pages <= 12


def test_a_school_on_a_phone_without_javascript(begin):
    head, left = begin("island", "2", SMALL, "phone", scripts=False)
    head.follow("Say who owns what")
    head.follow("Finance and purchasing")
    head.tick("Budget and school funding", "Grants and bids")
    head.choose("Give the ticked ones to", "SENCO")
    head.press("Give")
    assert "2 categories go to Island Colleague 2 now." in head.text
    head.press("Save and come back later")
    assert "6 of 85 categories have an owner" in head.text
    head.follow("Continue with Leadership and governance")
    head.press("Save and go on")
    assert "Teaching and curriculum" in head.heading
    head.open("/school/owners/start")  # they come back to where they left
    head.follow("Our suggestion")
    head.press("Use all of these")
    assert "85 of 85 categories have an owner" in head.text
    assert left() == 0
    told("Primary, 6 staff, no JavaScript, on a phone", head.count)
    assert head.count.clicks <= 12
