"""What a phrase means: the thesaurus, the lexicon, misspelt words, and national codes."""

import pytest

from gatekeeping.holdings.catalogue import shipped as shipped_catalogue
from gatekeeping.thesaurus.asking_words import asked_part
from gatekeeping.thesaurus.concepts import concepts_of, every, label, shipped
from gatekeeping.thesaurus.lexicon import Entry, Lexicon
from gatekeeping.thesaurus.naming import stems
from gatekeeping.thesaurus.national import _rows, concept_of_code, concepts_by_code
from gatekeeping.thesaurus.written import tokens_of, tokens_of_each

SMALL = Lexicon(
    [
        Entry("attendance", ("attendance", "days missed by children"), "pupil"),
        Entry("sickness", ("days lost to sickness", "staff absence"), "staff"),
        Entry("care", ("looked after children", "children in care"), "pupil", narrows=True),
        Entry("drills", ("fire drills", "leaving the building in a fire")),
    ]
)


def first(text, **more):
    return next((one.key for one in SMALL.meant_by(text, **more)), None)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Attendance", "attendance"),
        ("pupil attendence", "attendance"),
        ("children in public care", "care"),
        ("employees: days of illness", "sickness"),
        ("FIRE-DRILLS", "drills"),
        ("Please tell us about fire drills", "drills"),
        ("favourite colours", None),
        ("", None),
        ("of the and", None),
    ],
)
def test_a_phrase_means_what_comes_nearest(words, key):
    assert first(words) == key


def test_people_who_narrow_a_thing_stand_behind_it():
    found = SMALL.meant_by("attendance of looked after children")
    assert found[0].key == "attendance"
    assert found[0].of == ("care",)
    assert first("looked after children") == "care"


def test_what_is_asked_of_other_people_is_less_sure():
    [of_pupils] = SMALL.meant_by("attendance of pupils")
    assert all(one.score < of_pupils.score / 2 for one in SMALL.meant_by("attendance of staff"))


def test_every_concept_has_names_and_is_found_by_its_label():
    lost = []
    for key, concept in every().items():
        assert len(concept.names) >= 3, key
        if key not in [one.key for one in shipped().meant_by(concept.label)]:
            lost.append(key)
    assert len(every()) >= 450
    assert lost == []
    assert label("fire-drills") == "Fire drills"
    assert label("none-of-ours") == "none of ours"


def test_every_held_item_that_is_shipped_is_a_concept():
    held = {concept.held for concept in every().values()} - {""}
    items = shipped_catalogue().items
    assert {f"{item.holding.key}/{item.name}" for item in items} == held


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("hot dinners at no charge", "free-school-meal-eligibility"),
        ("children in public care", "looked-after-pupils"),
        ("days lost to illness among employees", "staff-absence-days"),
        ("practise leaving the building in a fire", "fire-drills"),
        ("bodies on seats", "number-on-roll"),
        ("jabs", "immunisations"),
        ("lollipop lady", "crossing-patrols"),
    ],
)
def test_a_paraphrase_without_a_common_word_is_understood(words, key):
    assert next(iter(concepts_of(words))) == key


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("We should like to know the size of classes", "size of classes"),
        ("Please list pupils by year", "pupils by year"),
        ("Supply teachers", "Supply teachers"),
        ("Pupils who need transport", "Pupils who need transport"),
    ],
)
def test_words_of_asking_are_left_out(text, asked):
    assert asked_part(text).strip() == asked


def test_the_words_of_many_names_are_those_of_each():
    names = ["FSM", "NUMBER OF SEND PUPILS", "SEND pupils", "Yr 6 GB", "children's m/f", "", "Y7"]
    assert tokens_of_each(names) == [tokens_of(name) for name in names]


def test_a_thing_of_one_name_is_found_among_things_of_many():
    many = [Entry(f"t{n}", tuple(f"roll {n} {m}x" for m in "abcdefgh")) for n in range(60)]
    assert Lexicon([*many, Entry("own", ("our roll",))]).meant_by("our roll")[0].key == "own"


def test_abbreviations_are_no_words_and_inflected_forms_are_one():
    assert stems("SEND") == stems("special educational needs")
    assert "sen" not in stems("send it")
    assert stems("excluded") == stems("exclusions") == stems("suspended")
    assert stems("Yr 6") == stems("Year 6") == stems("Y6")
    assert "exclud" not in stems("fixed")


@pytest.mark.parametrize(
    ("code", "key"),
    [("N00177", "ethnicity"), ("n00001", "unique-pupil-number"), ("X99999", ""), ("", "")],
)
def test_a_national_code_means_a_concept(code, key):
    assert concept_of_code(code) == key


def test_what_a_collection_keeps_about_its_own_records_means_nothing():
    codes = [
        row["code"] for row in _rows("data_items.csv") if "recordstatus" in row["code"].lower()
    ]
    assert codes
    assert {concept_of_code(code) for code in codes} == {""}


def test_national_codes_mean_concepts_that_exist():
    assert set(concepts_by_code().values()) <= set(every())
    assert len(concepts_by_code()) > 1_600


@pytest.mark.parametrize(
    "text", ["", "x" * 200_000, "ab, cd " * 30_000, "ŵŷ ¿? \x00 …", "A\tB\n" * 99]
)
def test_no_text_is_too_odd(text):
    shipped().meant_by(text)
