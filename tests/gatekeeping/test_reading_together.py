"""Many sentences read at once say what each says alone."""

import pytest

from gatekeeping.alike.courtesy import courtesies, is_courtesy
from gatekeeping.mailgate.words.word_lists import Words
from gatekeeping.thesaurus.naming import words_of_lines, words_of_tokens
from gatekeeping.thesaurus.written import tokens_of, tokens_of_each

SENTENCES = [
    "Dear colleagues",
    "  Dear colleagues and friends, we hope",
    "We hope that you are well",
    "the hope",
    "Please complete the attached form by Friday",
    "THANK YOU FOR YOUR HELP",
    "Many thanks",
    "unthankful apologies",
    "_thanks",
    "If you have any questions, ring us",
    "Plea\u017fe \u017fee the attached li\u017ft; my Apolog\u0131es",
    f"{'one more word ' * 8} and a deadline",
    "Pupils don't 'like' O'Brien's SEND co-ordinator – 50% of Y6, w/c 3 May",
    "a 'quoted' word's end's",
    "naïve Ŵyl café’s £5",
    "Ελληνικά γράμματα Pupils",
    "free school meals",
    "pupils entitled to free",
    "school meals in year 4",
    "free school",
    "",
    "   ",
]


def test_sentences_that_any_letter_could_have_are_told_together_as_alone():
    assert courtesies(SENTENCES) == [is_courtesy(each) for each in SENTENCES]
    assert courtesies([]) == []
    assert sum(courtesies(SENTENCES)) > 5


def test_words_are_read_together_as_alone():
    assert tokens_of_each(SENTENCES) == [tokens_of(each) for each in SENTENCES]


def test_no_phrase_goes_from_one_line_to_the_next():
    lines = [tokens_of(each) for each in SENTENCES]
    assert words_of_lines(lines) == [stem for line in lines for stem in words_of_tokens(line)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Surveys, a survey; SURVEY", {"survey"}),
        ("survey survey", {"survey"}),
        ("resurvey survey2 _survey", set()),
        ("How many? how  many", {"how many"}),
        ("the \u017furvey", {"survey"}),
        ("École", set()),
        ("ehc plan", {"ehc"}),
        ("", set()),
    ],
)
def test_words_of_a_list_are_whole_words_in_any_case(text, found):
    listed = Words(["survey", "how many", "EHC", r"\bcol\w+"])
    assert listed.found_in(text) == found
    assert listed.are_in(text) is bool(found)
    assert not listed.are_in(listed.left_out(text))
