"""What a draft takes from a letter: its fields, from plain values."""

from datetime import date

import pytest

from gatekeeping.asked import AttachedText
from gatekeeping.mailgate.drafts.naming_asks import name_of
from gatekeeping.mailgate.drafts.prefilling import as_markdown, prefill, title_of
from gatekeeping.reading.due_days import due_day, letter_day
from tests.factories.held_mail import LETTER

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Menus", "Menus"),
        ("FW: [EXTERNAL] RE: Menus - 888-2627-D-00417-X", "Menus"),
        ("Fwd: Re[2]: AW: Menus for spring ", "Menus for spring"),
        ("[888-2627-C-00001-A] Menus", "Menus"),
        ("Menus (888-2627-D-00417-X)", "Menus"),
        ("OFFICIAL: Menus", "Menus"),
        ("Official visit to schools", "Official visit to schools"),
        ("Re:", ""),
        ("Reading: a survey", "Reading: a survey"),
        ("*** Newsletter *** Autumn news", "Autumn news"),
        ("x" * 500, "x" * 300),
    ],
)
def test_the_title_is_the_subject_without_what_programs_put_before_it(
    subject: str, title: str
) -> None:
    assert title_of(subject) == title


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Please return it by Friday 11 December.", date(2026, 12, 11)),
        ("no later than the 4th of December", date(2026, 12, 4)),
        ("Closing date: 11/12/2026", date(2026, 12, 11)),
        ("by Friday", date(2026, 11, 27)),
        ("by 12 noon on Monday 30 November", date(2026, 11, 30)),
        ("deadline for replies is 8 January", date(2027, 1, 8)),
        ("erbyn 4 Rhagfyr", date(2026, 12, 4)),
        ("by 20 November", None),
        ("by 31 February", None),
        ("by 4 December 2099", None),
        ("We will publish the results by 14 January.", None),
        ("On 4 December we meet.", None),
        ("before the end of term", None),
    ],
)
def test_the_day_by_which_a_letter_wants_its_answer(text: str, day: date | None) -> None:
    assert due_day(text, TODAY) == day


def test_a_day_alone_on_top_of_a_letter_is_when_it_is_to_be_sent() -> None:
    assert letter_day("14 December 2026\n\nDear all", TODAY) == date(2026, 12, 14)
    assert letter_day("Date: 1 November 2026\n\nDear all", TODAY) is None
    assert letter_day("We meet on 14 December", TODAY) is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Please send us the number of classrooms by 4 December.", "The number of classrooms"),
        ("Please tell us by 4 December how many ovens you have.", "How many ovens you have"),
        ("Send us by noon on Friday the age of every boiler.", "The age of every boiler"),
        ("Please return the form by 4 December at the latest.", ""),
        ("How many pupils are on roll?", "How many pupils are on roll"),
        ("Please tell us whether you have a pond.", "Whether you have a pond"),
        ("Could you let us know who leads on music?", "Who leads on music"),
        ("We would also be interested to hear which days you open.", "Which days you open"),
        ("Schools must provide information about exclusions.", "Information about exclusions"),
        ("Send us the name of your cook, and return the attached form.", "The name of your cook"),
        ("Tell us how many leave and return at lunch.", "How many leave and return at lunch"),
        ("Age of boiler (years): ____", "Age of boiler (years)"),
        ("3. Does your school have a pond? Yes / No", "Does your school have a pond"),
        ("Name: ________", ""),
        ("Please complete it and return it to premises@council.example.", ""),
        ("We would be grateful for replies by Friday 11 December.", ""),
        ("Please state:", ""),
        ("________", ""),
    ],
)
def test_what_is_asked_is_named_as_an_item(words: str, name: str) -> None:
    assert name_of(words) == name


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("# of pupils", "\\# of pupils"),
        ("• one\n• two", "- one\n- two"),
        ("A * B and `c` <b>", "A \\* B and \\`c\\` <b>"),
        ("see [this](http://x.example)", "see \\[this](http://x.example)"),
        ("my_file_name and __init__", "my_file_name and \\__init__"),
        ("School: ____\nHead: ____", "School: ____\n\nHead: ____"),
        ("Title\n=====\nText", "Title\n\nText"),
        ("    four spaces", "four spaces"),
        ("> not quoted", "\\> not quoted"),
        ("2026. A good year", "2026\\. A good year"),
        ("County Hall\nPreston", "County Hall\n\nPreston"),
    ],
)
def test_plain_text_means_the_same_as_markdown(text: str, marked: str) -> None:
    assert as_markdown(text) == marked


DUTY = "Under section 537A of the Education Act 1996 schools must provide data on exclusions."
FORM = AttachedText(
    "premises survey.docx",
    "Premises survey\n\nName of school: ____\nNumber of classrooms:\nTotal floor area:\n",
)


@pytest.mark.parametrize(
    ("subject", "text", "attached", "facts"),
    [
        (
            "Catering",
            LETTER,
            [],
            {"kind": "data_request", "due_on": date(2026, 12, 11), "reply_by": "email", "items": 3},
        ),
        (
            "Invitation: network on 14 January",
            "You are warmly invited on Thursday 14 January 2027. There is no need to book.",
            [],
            {"kind": "communication", "due_on": None, "items": 0},
        ),
        (
            "Autumn news",
            "Our team has grown. New guidance was published. You need not do anything.",
            [],
            {"kind": "communication", "items": 0, "legal_claim": ""},
        ),
        (
            "Annual survey",
            "Attached is this year's form. Please return it no later than 18 December 2026.",
            [FORM],
            {"kind": "data_request", "due_on": date(2026, 12, 18), "items": 2},
        ),
        (
            "Exclusions",
            f"{DUTY} Please send it by 15 January.",
            [],
            {
                "kind": "data_request",
                "due_on": date(2027, 1, 15),
                "legal_claim": DUTY,
            },
        ),
        ("", "", [], {"kind": "communication", "title": "", "body": ""}),
    ],
)
def test_a_draft_takes_from_a_letter_what_it_says_and_nothing_else(
    subject: str, text: str, attached: list[AttachedText], facts: dict[str, object]
) -> None:
    fields = prefill(subject, text, attached=attached, today=TODAY).fields
    found = {name: fields.get(name) for name in facts}
    if "items" in facts:
        found["items"] = len(fields.get("items", ()))
    assert found == facts


def test_the_longest_text_is_read_within_its_bounds() -> None:
    text = "Please send us the number of ponds (5). " * 1_500
    found = prefill("x", text, today=TODAY)
    assert len(found.asks) <= 60
