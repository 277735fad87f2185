import pytest

from categories.catalogue import SHIPPED, read_catalogue
from categories.suggest import suggest

ENTRIES = read_catalogue(SHIPPED)


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
    ],
)
def test_the_category_that_a_text_is_about_comes_among_the_first(text, slug):
    assert slug in [found.slug for found in suggest(ENTRIES, text)][:2]


def test_each_suggestion_says_which_words_led_to_it():
    (first, *_) = suggest(ENTRIES, "Who pays for free school meals?")
    assert first.words[0] == "free school meals"
    assert 0 < first.score < 1


@pytest.mark.parametrize("text", ["", "!!", "zzz qqq"])
def test_a_text_that_is_about_nothing_gets_no_suggestion(text):
    assert suggest(ENTRIES, text) == []


def test_the_order_of_the_list_does_not_matter():
    text = "Fire safety, attendance, budget, school meals and transport"
    assert suggest(ENTRIES, text) == suggest(list(reversed(ENTRIES)), text)
