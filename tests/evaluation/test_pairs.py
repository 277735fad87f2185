"""Floors on the part of the pairs that nobody tuned with.

`python -m tests.evaluation` prints all figures.
"""

import pytest

from tests.evaluation.measuring import (
    DIFFERENT,
    DUPLICATE,
    RENEWAL,
    average_precision,
    pairs,
)
from tests.evaluation.ours import compared


@pytest.fixture(scope="module")
def unseen():
    chosen = pairs("unseen")
    return list(zip(chosen, compared(chosen), strict=True))


def labels(unseen, label):
    return [found.label.value for pair, found in unseen if pair.label == label]


def test_duplicates_rank_above_overlaps_and_other_questions(unseen):
    scores = [found.score for _, found in unseen]
    assert average_precision(scores, [pair.label == DUPLICATE for pair, _ in unseen]) >= 0.70


def test_few_other_questions_are_called_the_same(unseen):
    told = labels(unseen, DIFFERENT)
    assert told.count(DUPLICATE) <= len(told) / 8


def test_the_same_words_with_another_question_are_told_apart(unseen):
    told = [
        found.label.value
        for pair, found in unseen
        if pair.label == DIFFERENT and pair.kind != "topic"
    ]
    assert told.count(DUPLICATE) <= len(told) / 8


def test_the_same_form_in_another_year_is_a_renewal(unseen):
    told = labels(unseen, RENEWAL)
    assert told.count(RENEWAL) >= 0.95 * len(told)


def test_most_duplicates_are_found(unseen):
    told = labels(unseen, DUPLICATE)
    assert told.count(DUPLICATE) >= 0.5 * len(told)
