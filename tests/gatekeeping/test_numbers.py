from datetime import date
from itertools import pairwise
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeping.registry.numbers import (
    ALPHABET,
    LETTERS,
    Number,
    check_character,
    parse_number,
    reserve,
    school_year,
)

DIGITS = "0123456789"


@st.composite
def numbers(draw):
    code = draw(st.from_regex(r"\A[0-9]{3}\Z"))
    year = draw(st.from_regex(r"\A[0-9]{4}\Z"))
    letter = draw(st.sampled_from(LETTERS))
    sequence = draw(st.integers(0, 999_999_999))
    version = draw(st.none() | st.integers(1, 9999))
    check = check_character(code, year, letter, sequence)
    return Number(code, year, letter, sequence, check, version)


def written(number):
    return f"{number} v{number.version}" if number.version else str(number)


def test_the_example_of_the_protocol_has_its_check_character():
    # 888-2627-D-00417: 88826270400417 modulo 23
    assert check_character("888", "2627", "D", 417) == ALPHABET[88826270400417 % 23] == "X"
    assert parse_number("888-2627-D-00417-X v2") == Number("888", "2627", "D", 417, "X", 2)


@given(numbers())
def test_what_is_written_is_read_again(number):
    found = parse_number(written(number))
    assert found == number
    assert found.is_valid


@given(numbers(), st.sampled_from(["-", " ", "", "–"]))
def test_dashes_spaces_and_small_letters_do_not_matter(number, dash):
    typed = f"  {written(number).replace('-', dash).lower()} "
    assert parse_number(typed) == number


@given(numbers(), st.data())
def test_any_single_wrong_character_shows(number, data):
    text = str(number)
    places = [place for place, sign in enumerate(text) if sign != "-"]
    place = data.draw(st.sampled_from(places))
    signs = DIGITS if text[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    wrong = data.draw(st.sampled_from([sign for sign in signs if sign != text[place]]))
    found = parse_number(text[:place] + wrong + text[place + 1 :])
    assert found is None or not found.is_valid


@given(numbers(), st.data())
def test_two_neighbours_swapped_show(number, data):
    text = str(number)
    places = [place for place, sign in enumerate(text) if sign != "-"]
    pairs = [(one, two) for one, two in pairwise(places) if text[one] != text[two]]
    one, two = data.draw(st.sampled_from(pairs))
    swapped = list(text)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    found = parse_number("".join(swapped))
    assert found is None or not found.is_valid


def test_a_swap_that_makes_a_long_sequence_begin_with_zero_shows():
    right = Number("092", "0275", "C", 400_000_000, "A")
    assert right.is_valid
    assert parse_number(str(right)) == right
    assert parse_number("092-0275-C-040000000-A") is None


def test_the_check_character_catches_every_such_error_among_a_thousand_numbers():
    """What docs/decisions says of it, counted: none of these errors passes."""
    passed = tried = 0
    for sequence in range(0, 100_000, 97):
        text = str(
            Number("888", "2627", "D", sequence, check_character("888", "2627", "D", sequence))
        )
        for wrong in _errors(text):
            found = parse_number(wrong)
            tried += 1
            passed += found is not None and found.is_valid
    assert tried > 100_000
    assert passed == 0


def _errors(text):
    places = [place for place, sign in enumerate(text) if sign != "-"]
    for place in places:
        signs = DIGITS if text[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for sign in signs:
            if sign != text[place]:
                yield text[:place] + sign + text[place + 1 :]
    for one, two in pairwise(places):
        if text[one] != text[two]:
            swapped = list(text)
            swapped[one], swapped[two] = swapped[two], swapped[one]
            yield "".join(swapped)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "888",
        "888-2627-D-417-X",
        "88-2627-D-00417-X",
        "888-2627-4-00417-X",
        "x" * 500,
        "٨٨٨-2627-D-00417-X",
        "888-2627-D-00417-X v²",
    ],
)
def test_what_is_no_number_is_not_read(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 8, 31), "2526"),
        (date(2026, 9, 1), "2627"),
        (date(2027, 1, 1), "2627"),
        (date(2099, 9, 1), "9900"),
    ],
)
def test_a_school_year_begins_in_september(day, year):
    assert school_year(day) == year


def test_no_number_is_given_out_twice(database, authority_id):
    barrier, given_out = Barrier(4), []

    def work():
        barrier.wait()
        for _ in range(5):
            with database.transaction(authority=authority_id) as session:
                given_out.append(
                    reserve(session, authority_id, la_code="888", letter="C", on=date(2026, 11, 23))
                )

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given_out)) == len(given_out) == 20
    assert sorted(parse_number(text).sequence for text in given_out) == list(range(1, 21))
