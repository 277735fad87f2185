import pytest

from categories.catalogue import SHIPPED, Entry, read_catalogue
from categories.topics.gist import LONGEST_READ, matter
from categories.topics.learning import learned_from, lesson
from categories.topics.suggesting import suggest

ENTRIES = read_catalogue(SHIPPED)
KITCHEN = "Please tell us how many hot lunches your kitchen serves on a usual day."


def first(text, **more):
    return next((found.slug for found in suggest(ENTRIES, text, **more)), None)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Please check the pupils who are eligible for free school meals.", "free-school-meals"),
        ("New menus for the school kitchen and the dining room", "catering"),
        ("The asbestos register must be reviewed by the duty holder.", "asbestos-water"),
        ("Fire drill and evacuation arrangements", "fire-security"),
        ("Order of laptops for disadvantaged pupils: who orders devices", "device-ordering"),
        ("Updated guidance on the autumn school census", "pupil-records"),
        ("Keeping children safe: designated safeguarding lead training", "safeguarding"),
        ("Persistent absence and attendance codes this term", "attendance"),
        ("EHCP annual reviews and top-up funding", "education-health-care-plans"),
        ("Vacancies on the governing body, and election of parent governors", "governor-training"),
        ("Days that teachers were off sick last term", "staff-absence"),
        ("Days that pupils were absent last term", "attendance"),
    ],
)
def test_the_category_that_a_text_is_about_comes_first(text, slug):
    assert first(text) == slug


def test_each_suggestion_says_which_words_of_the_text_led_to_it():
    (best, *_) = suggest(ENTRIES, "Who pays for Free  School Meals?")
    assert best.words[0] == "free school meals"
    assert 0 < best.score < 1


@pytest.mark.parametrize("text", ["", "!!", "zzz qqq", "\x00", " \n\t "])
def test_a_text_that_is_about_nothing_gets_no_suggestion(text):
    assert suggest(ENTRIES, text) == []


def test_the_order_of_the_list_does_not_matter():
    text = "Fire safety, attendance, budget, school meals and transport"
    assert suggest(ENTRIES, text) == suggest(list(reversed(ENTRIES)), text)


def test_a_verb_in_lower_case_is_no_abbreviation():
    assert "special-needs" not in [found.slug for found in suggest(ENTRIES, "Please send it back")]
    assert first("SEND review") == "special-needs"


@pytest.mark.parametrize(
    "text",
    [
        KITCHEN.upper(),
        f"Dear colleague,\n{KITCHEN}\nKind regards,\nA. Person\nFire Safety and Asbestos Team",
        f"{KITCHEN}\n\nPlease consider the environment before printing this e-mail.",
        f"{KITCHEN} Thank you for all your help.\nFrom: Someone\nSent: Monday\nGovernor training",
        "School\tHot lunches\tCold lunches\nA\t120\t30\nB\t40\t12\nKitchen\tMenus\tCook",
        KITCHEN + " and so on" * 20_000,
    ],
    ids=["capitals", "signature", "footer", "quoted", "table", "200 KB"],
)
def test_what_is_around_the_text_does_not_count(text):
    assert first(text) == "catering"


def test_a_forwarded_letter_is_what_the_mail_is_about():
    assert "asbestos" in matter("FYI\n-----Original Message-----\nThe asbestos survey is due.")


def test_a_welsh_text_does_no_harm():
    found = suggest(ENTRIES, "A fyddech cystal â dweud faint o brydau ysgol am ddim sydd gennych?")
    assert all(one.score < 0.5 for one in found)


def test_no_more_is_read_of_a_long_text_than_tells():
    assert suggest(ENTRIES, "x " * LONGEST_READ + "asbestos") == []


def test_a_category_of_the_authoritys_own_is_known_by_its_own_words():
    own = Entry(86, "lighthouses", "Lighthouses", "x", "X", "Lamps on the coast", "", ["beacon"])
    assert suggest([*ENTRIES, own], "Is your beacon lit?")[0].slug == "lighthouses"


def test_decisions_of_the_authority_outweigh_the_shipped_words():
    text = "Swimming lessons at the new pool"
    lessons = [(["health-safety"], lesson(text)) for _ in range(12)]
    assert first(text) == "physical-education"
    assert first(text, learned=learned_from(lessons)) == "health-safety"
    assert first(text, learned=learned_from(lessons[:1])) == "physical-education"


def test_decisions_do_not_drown_other_texts():
    lessons = [(["health-safety"], lesson("Swimming lessons at the pool")) for _ in range(500)]
    assert first(KITCHEN, learned=learned_from(lessons)) == "catering"
