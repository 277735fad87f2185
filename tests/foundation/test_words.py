"""Words as such, and answers that are remembered by them."""

import re

import pytest

from foundation.remembered import Remembered
from foundation.words import lowered

LETTERS = [chr(code) for code in (*range(32, 0x250), 0x1E9E, 0x212A, 0x212B, 0xFB01)]


@pytest.mark.parametrize("small", "abcdefghijklmnopqrstuvwxyzéŵ")
def test_a_lowered_text_has_a_letter_where_ignoring_case_would_find_it(small):
    text = "".join(LETTERS)
    found = [match.start() for match in re.finditer(small, text, re.IGNORECASE)]
    assert [match.start() for match in re.finditer(small, lowered(text))] == found


def test_a_lowered_text_is_as_long_as_it_was():
    assert len(lowered("".join(LETTERS))) == len(LETTERS)


def test_an_answer_is_worked_out_once():
    asked: list[str] = []
    remembered = Remembered(lambda word: asked.append(word) or len(word), most=10)
    assert [remembered["word"], remembered["word"], remembered["a"]] == [4, 4, 1]
    assert asked == ["word", "a"]


def test_no_more_answers_are_held_than_there_is_room_for():
    remembered = Remembered(str, most=10)
    assert [remembered[number] for number in range(95)] == [str(number) for number in range(95)]
    assert len(remembered) <= 10
