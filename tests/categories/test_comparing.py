"""What a new list changes, from plain values."""

import pytest

from categories.catalogue import Entry
from categories.models_versions import ChangeKind
from categories.versions.comparing import Guess, compare
from categories.versions.proposed import Proposed, gone_to

K = ChangeKind


def entry(slug: str, **facts) -> Entry:
    standard = {
        "number": ord(slug[0]),
        "heading": slug.capitalize(),
        "group": "one",
        "group_heading": "One",
        "description": "",
        "typical_owner": "",
        "keywords": [],
    }
    return Entry(slug=slug, **{**standard, **facts})


def proposed(text: str) -> Proposed:
    """``y<a,b`` is the category y that comes from a and b."""
    slug, _, sources = text.partition("<")
    return Proposed(entry(slug), tuple(sources.split(",")) if sources else ())


CASES = [
    ("the same list", "a b", "a b", []),
    ("a new one", "a", "a b", [(K.NEW, None, "b", 0)]),
    ("one that ended", "a b", "a", [(K.RETIRED, "b", None, 0)]),
    ("another in its place", "a", "b<a", [(K.RENAMED, "a", "b", 0)]),
    ("a split", "a", "b<a c<a", [(K.SPLIT, "a", "b", 0), (K.SPLIT, "a", "c", 0)]),
    ("a part taken out", "a", "a b<a", [(K.SPLIT, "a", "b", 0)]),
    ("a merger", "a b", "c<b,a", [(K.MERGED, "b", "c", 0), (K.MERGED, "a", "c", 1)]),
    ("one that takes another in", "a b", "a<b", [(K.MERGED, "a", "a", 0), (K.MERGED, "b", "a", 1)]),
    (
        "parts of two",
        "a b",
        "b<a c<a",
        [(K.MERGED, "b", "b", 0), (K.SPLIT, "a", "b", 1), (K.SPLIT, "a", "c", 0)],
    ),
    ("itself as a source says nothing", "a", "a<a", []),
]


@pytest.mark.parametrize(("before", "after", "steps"), [case[1:] for case in CASES], ids=str)
def test_each_step_says_from_where_to_where(before, after, steps):
    found = compare([entry(s) for s in before.split()], [proposed(s) for s in after.split()])
    assert [(s.kind, s.old, s.new, s.place) for s in found.steps] == steps


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({"heading": "Apples"}, [K.RENAMED]),
        ({"number": 7}, [K.RENUMBERED]),
        ({"group": "two", "group_heading": "Two"}, [K.REGROUPED]),
        ({"group_heading": "First"}, [K.REGROUPED]),
        ({"keywords": ["pear"]}, [K.REWORDED]),
        ({"falls_to": ["clerk"]}, [K.REWORDED]),
        ({"heading": "Apples", "number": 7}, [K.RENAMED, K.RENUMBERED]),
    ],
)
def test_a_category_that_stays_may_be_called_numbered_grouped_or_described_otherwise(facts, kinds):
    found = compare([entry("a")], [Proposed(entry("a", **facts))])
    assert [step.kind for step in found.steps] == kinds


@pytest.mark.parametrize(
    ("old", "new", "guessed"),
    [
        ("School meals", "School meals and milk", True),
        ("Free school meals", "Free meals at school", True),
        ("Behaviour", "Behavior", True),
        ("School meals", "Premises and lettings", False),
        ("Art", "Governors", False),
    ],
)
def test_a_new_category_with_a_like_heading_is_suggested_for_one_that_is_gone(old, new, guessed):
    before, after = entry("a", heading=old), Proposed(entry("b", heading=new))
    found = compare([before], [after])
    assert found.guesses == ((Guess("a", "b"),) if guessed else ())
    assert {step.kind for step in found.steps} == {K.RETIRED, K.NEW}  # never applied silently


@pytest.mark.parametrize(
    ("after", "new", "result"),
    [
        ("b c", ["c"], "b c<a"),
        ("b<a c", ["c"], "b c<a"),
        ("b<a c", ["b", "c"], "b<a c<a"),
        ("b<a,x c", [], "b<x c"),
        ("a b", ["a", "b"], "a b<a"),
    ],
)
def test_where_a_category_went_can_be_corrected(after, new, result):
    changed = gone_to([proposed(each) for each in after.split()], "a", new)
    assert changed == [proposed(each) for each in result.split()]
