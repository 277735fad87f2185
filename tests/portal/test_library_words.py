"""Words and passages: what was typed is understood without fail, and shown where it stands."""

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from portal.library.excerpts import excerpt, mark, words_in
from portal.library.spelling import _WORDS
from portal.library.words import Asked, lexemes, stem_of, stems, understand


@how(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_no_input_whatever_raises(typed):
    asked = understand(typed)
    for word in asked.words:
        assert word.isalnum()
    mark(typed, asked)
    excerpt(typed, asked)
    lexemes([("A", typed), ("D", typed)])
    _WORDS.findall(typed)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", ()),
        ('"', ()),
        ("Gŵyl", (("gwyl",),)),
        ("term-time", (("term", "time"),)),
        ("the fire drill", (("fire",), ("drill",))),
        ("the", (("the",),)),
        ('"the fire', (("the", "fire"),)),
        ("fire fire FIRES", (("fire",),)),
        ("x" * 900, ((stem_of("x" * 64),),)),
    ],
)
def test_what_is_typed_becomes_terms(typed, terms):
    assert understand(typed).terms == terms


def test_no_phrase_runs_from_one_text_into_the_next():
    assert lexemes([("A", "Fire drills"), ("C", "the fire")], "§7") == (
        "'§7' 'fire':1A,14C 'drill':2A 'the':13C"
    )
    many = lexemes([("D", "word " * 20_000)])
    assert many.count(",") == 254


def test_stems_say_where_words_stand():
    assert list(stems("A Gŵyl, 2026.")) == [("a", 0, 1), ("gwyl", 2, 6), ("2026", 8, 12)]


def test_an_excerpt_shows_the_passage_with_most_of_the_words():
    text = "Nothing here. " * 30 + "The boiler needs a service. " + "More. " * 50
    shown = excerpt(text, Asked((("boiler",), ("servic",))))
    assert [piece.text for piece in shown if piece.marked] == ["boiler", "service"]
    assert sum(len(piece.text) for piece in shown) < 300


STEMMED = "dying skies happily Boilers relational possibilities only gently analogous news a_b x"


@pytest.mark.parametrize("more", ["", " Gŵyl", " “quoted” – boiler"])
def test_every_word_is_found_by_its_stem_whatever_letters_stand_beside_it(more):
    text = STEMMED + more
    for stem, _, _ in stems(text):
        assert words_in(text, Asked(((stem,),))) == {stem}
    assert words_in(text, Asked((("boil",), ("absent",)))) == set()
