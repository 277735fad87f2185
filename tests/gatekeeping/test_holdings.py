"""The catalogue of what is held: names, freshness, and the words that are no names."""

from datetime import date

import pytest
import sqlalchemy as sa

from gatekeeping.holdings.catalogue import shipped
from gatekeeping.holdings.loading import ensure_loaded, load_where_missing
from gatekeeping.holdings.national import named_by_code
from gatekeeping.holdings.reading import catalogue_of, read_catalogue
from gatekeeping.holdings.refreshed import last_refresh, next_refresh
from gatekeeping.models import DataSet
from gatekeeping.periods import period_end
from gatekeeping.thesaurus.naming import stems
from tests.factories.base import NOON

TODAY = date(2026, 11, 22)
CENSUS = "termly, on census day (first Thursday of October, third of January and May)"


def test_every_item_is_found_by_its_name_and_owned_by_somebody():
    for item in shipped().items:
        assert item in shipped().meant_by(item.name), item.name
        assert item.holding.owner
        assert last_refresh(item.holding.refreshed, TODAY) is not None, item.holding.refreshed
    assert len(shipped().items) == 96
    assert len(shipped().holdings) == 22


@pytest.mark.parametrize(
    ("words", "last", "following"),
    [
        (CENSUS, date(2026, 10, 1), date(2027, 1, 21)),
        ("yearly, first Thursday of November", date(2026, 11, 5), date(2027, 11, 4)),
        ("yearly, after 31 March", date(2026, 3, 31), date(2027, 3, 31)),
        ("yearly, July to October", date(2026, 10, 31), date(2027, 10, 31)),
        ("yearly, summer", date(2026, 8, 31), date(2027, 8, 31)),
        ("monthly", date(2026, 10, 31), date(2026, 11, 30)),
        ("weekly", date(2026, 11, 15), date(2026, 11, 29)),
        ("daily from school systems", date(2026, 11, 21), None),
        ("live", TODAY, None),
        ("now and then", None, None),
    ],
)
def test_the_last_refresh_is_worked_out_and_never_in_the_future(words, last, following):
    assert last_refresh(words, TODAY) == last
    assert next_refresh(words, TODAY) == following


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("autumn term 2026", date(2026, 12, 31)),
        ("2025/26", date(2026, 8, 31)),
        ("financial year 2025-26", date(2026, 3, 31)),
        ("1 September 2026 to 31 October 2026", date(2026, 10, 31)),
        ("31 February 2026", None),
        ("last year", None),
        ("", None),
    ],
)
def test_a_period_ends_on_the_last_day_that_it_names(words, end):
    assert period_end(words) == end


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pupils eligible for free school meals", "children ENTITLED to free dinners"),
        ("Number on roll", "NOR"),
        ("Date of birth", "DOB"),
        ("children in care", "looked-after pupils"),
        ("EHC plans", "education, health and care plan"),
        ("SEND", "special educational needs"),
    ],
)
def test_names_of_the_same_thing_have_the_same_stems(one, other):
    assert set(stems(one)) == set(stems(other))


def test_the_verb_is_no_short_form():
    assert "sen" not in stems("Please send us the form")
    assert "number" not in stems("neither you nor we")


def test_a_code_of_a_national_collection_has_a_name():
    assert named_by_code("n00177") == ("Ethnicity", "Children in need census")
    assert named_by_code("X99999") is None
    assert named_by_code(" ") is None


@pytest.mark.parametrize(
    ("concept", "items"),
    [
        ("ethnicity", ["Ethnicity"]),
        ("gcse-and-a-level-results", ["GCSE and A level results"]),
        ("child-protection-plans", []),
        ("none-of-ours", []),
    ],
)
def test_a_concept_is_an_item_if_somebody_holds_it(concept, items):
    assert [item.name for item in shipped().of_concept(concept)] == items


def test_an_authority_is_given_the_shipped_catalogue_once(session, authority_id):
    assert catalogue_of(session, authority_id).digest == shipped().digest
    assert read_catalogue(session, authority_id) == shipped()
    assert load_where_missing(session, at=NOON) == 0
    ensure_loaded(session, authority_id, at=NOON)
    assert session.scalar(sa.select(sa.func.count(DataSet.id))) == 22
