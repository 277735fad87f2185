"""A teacher on a phone works through what came to them; colleagues get what is theirs."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from foundation import clock
from foundation.dates import day
from tests.journeys.cast import Cast, await_text, says
from tests.journeys.conftest import Visitor
from tests.journeys.places import Place, make_school

pytestmark = pytest.mark.parametrize("stage", ["embedded"], indirect=True)

OVERDUE = "Radon in the cellar"
PUT_AWAY = "Sandpit covers"
PASSED = "Rope swings"
NOT_MINE = "Drains under the hall"
SEVERAL = ("Lost keys", "Nesting gulls", "Skip hire")
MESSAGE = "You counted them last year."


@pytest.fixture(scope="module")
def cast(stage, browser) -> Iterator[Cast]:
    people = Cast(stage, browser)
    yield people
    people.close()


def today() -> date:
    return clock.local_date(clock.now())


def monday() -> date:
    return today() + timedelta(days=7 - today().weekday())


def furnish(place: Place) -> None:
    """Let some of everything lie with the teacher, the overdue one neither first nor last."""
    place.owns("tia", "catering", "transport")
    place.is_sent("tia", "transport", PUT_AWAY, due_on=today() + timedelta(days=30))
    place.is_sent("tia", "catering", OVERDUE, due_on=today() - timedelta(days=3), acknowledge=True)
    place.is_sent("tia", "catering", PASSED, due_on=today())
    place.is_sent("tia", "transport", NOT_MINE)
    for title in SEVERAL:
        place.is_sent("tia", "catering", title)


def titles(reader: Visitor) -> list[str]:
    """Return the titles of the list that is open, from above."""
    return reader.page.locator(".portal-list__title").all_inner_texts()


def choose(visitor: Visitor, field: str, words: str) -> None:
    """Choose the entry of a list that begins with these words."""
    place = visitor.page.locator(f"#{field}")
    option = place.locator("option").filter(has_text=words).first
    place.select_option(option.get_attribute("value"))


@pytest.mark.parametrize(
    ("scripts", "name"), [(True, "Heron School"), (False, "Egret School")], ids=["js", "no js"]
)
def test_a_teacher_on_a_phone_works_through_the_inbox(cast, visitor, scripts, name):
    school = make_school(
        cast.database, name, head="Hal Head", tia="Tia Teacher", col="Col Colleague"
    )
    furnish(school)
    teacher = visitor(school.address("tia"), "phone", scripts=scripts)
    teacher.open("/inbox")
    assert titles(teacher)[:2] == [OVERDUE, PASSED]
    says(teacher, "1 overdue", "Overdue by 3 days", "7 items")

    reads_and_acknowledges(teacher)
    puts_away(teacher)
    passes_on(teacher)
    gives_away(teacher)
    marks_several(teacher)
    works_through(teacher)
    keeps_a_view(teacher)
    colleague_has_both(cast, visitor(school.address("col")), school)


def reads_and_acknowledges(teacher):
    teacher.follow(OVERDUE)
    assert teacher.heading == OVERDUE
    says(teacher, f"What there is to know about {OVERDUE.lower()}.", "Why you got this")
    teacher.press("I have read and understood this")
    says(teacher, "Read and understood")
    assert not teacher.page.get_by_role("button", name="I have read").count()

    teacher.follow("Write a note for yourself")
    teacher.page.locator("#text").fill("Ring the caretaker.")
    teacher.press("Save")
    says(teacher, "Your note", "Ring the caretaker.")


def puts_away(teacher):
    teacher.open("/inbox")
    teacher.follow(PUT_AWAY)
    teacher.follow(re.compile("^(Snooze|Put it away)"))
    teacher.page.get_by_label(re.compile(day(monday()))).first.check()
    teacher.page.locator("main form button").click()
    teacher.look()
    assert teacher.heading == "Inbox"
    says(teacher, f"until {day(monday())}: {PUT_AWAY}")
    assert PUT_AWAY not in titles(teacher)
    teacher.open("/inbox?show=snoozed")
    assert titles(teacher) == [PUT_AWAY]


def passes_on(teacher):
    teacher.open("/inbox")
    teacher.follow(PASSED)
    teacher.follow("Pass it on")
    teacher.press("Pass it on")
    says(teacher, "Choose a colleague")
    choose(teacher, "person_id", "Col Colleague")
    teacher.page.locator("#message").fill(MESSAGE)
    teacher.press("Pass it on")
    says(teacher, PASSED, "Col Colleague")


def gives_away(teacher):
    teacher.open("/inbox")
    teacher.follow(NOT_MINE)
    teacher.follow("Not mine")
    says(teacher, "It leaves your inbox")
    other = teacher.page.get_by_label("Somebody else", exact=True)
    if other.and_(teacher.page.get_by_role("radio")).count():
        other.and_(teacher.page.get_by_role("radio")).check()
    choose(teacher, "person_id", "Col Colleague")
    teacher.page.locator("main form button").click()
    teacher.look()
    assert teacher.heading == "Inbox"
    assert NOT_MINE not in titles(teacher)


def marks_several(teacher):
    for title in SEVERAL[:2]:
        teacher.page.get_by_label(f"Tick: {title}").check()
    if teacher.scripts:
        says(teacher, "2 ticked")
    teacher.press("Mark as done")
    says(teacher, "2 items marked as done.")
    assert not {*SEVERAL[:2]} & {*titles(teacher)}
    teacher.press("Undo")
    assert {*SEVERAL} <= {*titles(teacher)}


def works_through(teacher):
    """Mark the two that are due and one more as done, each from the page of the one before."""
    waiting = titles(teacher)
    assert waiting[:2] == [OVERDUE, PASSED]
    teacher.follow(OVERDUE)
    for title in waiting[1:3]:
        teacher.press("Mark as done and open next")
        assert teacher.heading == title
    teacher.follow("Next item")
    assert teacher.heading == waiting[3]
    teacher.open("/inbox")
    assert titles(teacher) == waiting[2:]
    teacher.open("/inbox?show=done")
    assert {*titles(teacher)} == {OVERDUE, PASSED}


def keeps_a_view(teacher):
    teacher.open("/inbox")
    teacher.page.locator("summary", has_text="Filter").click()
    teacher.page.locator("#attention").select_option("information")
    choose(teacher, "category", "School meals and catering")
    teacher.press("Show")
    assert {*titles(teacher)} == {*SEVERAL}
    if not teacher.page.locator("#name").is_visible():
        teacher.page.locator("summary", has_text="Filter").click()
    teacher.page.locator("#name").fill("Meals to read")
    teacher.press("Keep")
    teacher.open("/inbox")
    teacher.follow("Meals to read")
    assert {*titles(teacher)} == {*SEVERAL}


def colleague_has_both(cast, colleague, school):
    for title in (PASSED, NOT_MINE):
        assert "Tia Teacher" in cast.stage.mail_to(school.address("col"), title)
    await_text(colleague, "/inbox", NOT_MINE)
    assert {*titles(colleague)} == {PASSED, NOT_MINE}
    says(colleague, "Tia Teacher passed it on to you")
    colleague.follow(PASSED)
    says(colleague, MESSAGE)
    assert "Ring the caretaker." not in colleague.text
    colleague.open("/inbox")
    colleague.follow(NOT_MINE)
    says(colleague, "Where it has been", "Tia Teacher")
