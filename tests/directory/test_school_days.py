from datetime import date

import pytest

from directory.bank_holidays import is_bank_holiday
from directory.school_days import (
    Calendar,
    calendar_of,
    school_year_of,
    year_label,
    years_between,
)
from tests.directory.lancashire import YEAR_2025, YEAR_2026, term


def d(text):
    return date.fromisoformat(text)


LANCASHIRE = calendar_of(YEAR_2025 + YEAR_2026)
NOTHING = Calendar(frozenset(), ())


@pytest.mark.parametrize(
    ("day", "is_school_day"),
    [
        ("2026-12-18", True),
        ("2026-12-21", False),  # the holiday begins
        ("2026-12-25", False),
        ("2027-01-04", False),
        ("2027-01-05", True),
        ("2026-12-12", False),  # a Saturday in term
        ("2026-05-04", False),  # a bank holiday, named as a day off
        ("2026-05-25", False),  # a bank holiday in half term
        ("2027-05-31", False),
        ("2026-08-12", False),  # the summer between two years that are known
        ("2026-09-01", False),
        ("2026-10-23", False),  # the day after the half term's last
    ],
)
def test_a_school_day_is_a_weekday_of_term_that_is_no_holiday(day, is_school_day):
    assert LANCASHIRE.is_school_day(d(day)) is is_school_day
    assert LANCASHIRE.is_known(d(day))


def test_a_bank_holiday_in_term_is_no_school_day_though_nobody_named_it():
    calendar = calendar_of((term("2026/27", "2027-04-12", "2027-05-28"),))
    assert is_bank_holiday(d("2027-05-03"))
    assert not calendar.is_school_day(d("2027-05-03"))


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-12-14", "2027-01-11", 9),  # the example of the issue
        ("2026-12-14", "2027-01-26", 20),
        ("2026-12-14", "2026-12-14", 0),
        ("2026-12-14", "2026-12-01", 0),
        ("2026-12-18", "2027-01-04", 0),
        ("2026-12-18", "2027-01-05", 1),
        ("2026-07-21", "2026-09-02", 1),
        ("2025-09-01", "2026-07-21", 195),
        ("2026-09-01", "2027-07-21", 192),
    ],
)
def test_school_days_are_counted_after_the_start_up_to_and_including_the_end(start, end, count):
    assert LANCASHIRE.school_days_after(d(start), d(end)) == count


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-12-14", 20, "2027-01-26"),
        ("2026-12-14", 0, "2026-12-14"),
        ("2026-12-18", 1, "2027-01-05"),
        ("2026-12-19", 1, "2027-01-05"),
        ("2026-07-20", 2, "2026-09-02"),
    ],
)
def test_adding_school_days_is_counting_them_backwards(start, count, end):
    assert LANCASHIRE.add_school_days(d(start), count) == d(end)
    assert LANCASHIRE.school_days_after(d(start), d(end)) == count


@pytest.mark.parametrize(
    ("day", "closure"),
    [
        ("2027-01-05", ("2026-12-19", "2027-01-04")),
        ("2027-01-07", ("2026-12-19", "2027-01-04")),
        ("2027-01-08", None),  # the fourth school day
        ("2026-11-02", ("2026-10-23", "2026-11-01")),
        ("2026-11-04", ("2026-10-23", "2026-11-01")),
        ("2026-11-05", None),
        ("2026-12-07", None),  # a Monday: a weekend is no closure of a week
        ("2026-05-05", None),  # after a bank holiday weekend
        ("2026-12-26", None),  # no school day itself
        ("2026-09-02", ("2026-07-22", "2026-09-01")),
    ],
)
def test_the_first_days_after_a_closure_of_a_week_are_found(day, closure):
    found = LANCASHIRE.closure_before(d(day), days=3, length=7)
    assert (found and (found.first.isoformat(), found.last.isoformat())) == closure
    if found:
        assert d(day) in LANCASHIRE.first_days_after_closure(found, 3)


def test_a_shorter_closure_counts_when_it_is_asked_for():
    found = LANCASHIRE.closure_before(d("2026-05-05"), days=1, length=3)
    assert (found.days, found.first) == (3, d("2026-05-02"))


@pytest.mark.parametrize(
    ("day", "likely"),
    [
        ("2027-11-08", True),
        ("2027-11-06", False),
        ("2027-08-10", False),
        ("2027-12-28", False),
        ("2028-01-03", False),  # the bank holiday in lieu of New Year's Day
        ("2027-12-22", True),  # nobody has said that this is a holiday
    ],
)
def test_where_no_term_dates_are_known_working_days_count(day, likely):
    assert not NOTHING.is_known(d(day))
    assert NOTHING.is_school_day(d(day)) is likely


def test_what_is_known_ends_with_the_last_school_year():
    assert (LANCASHIRE.known_from, LANCASHIRE.known_to) == (d("2025-09-01"), d("2027-08-31"))
    assert LANCASHIRE.unknown_from(d("2027-07-01"), d("2027-10-01")) == d("2027-09-01")
    assert LANCASHIRE.unknown_from(d("2027-07-01"), d("2027-08-01")) is None
    assert (NOTHING.known_from, NOTHING.known_to) == (None, None)


def test_a_term_that_was_not_entered_yet_is_unknown_and_not_a_holiday():
    calendar = calendar_of((YEAR_2026[0], YEAR_2026[1], YEAR_2026[3]))
    assert calendar.is_school_day(d("2027-01-20"))
    assert calendar.known == (
        (d("2026-09-01"), d("2026-12-18")),
        (d("2027-02-22"), d("2027-03-25")),
    )
    assert not calendar.is_school_day(d("2026-10-27"))  # half term lies between two terms


def test_the_order_in_which_terms_are_entered_does_not_matter():
    assert calendar_of(tuple(reversed(YEAR_2026 + YEAR_2025))) == LANCASHIRE


@pytest.mark.parametrize(
    ("day", "label"),
    [("2026-09-01", "2026/27"), ("2026-08-31", "2025/26"), ("2099-12-31", "2099/00")],
)
def test_a_school_year_begins_in_september(day, label):
    assert school_year_of(d(day)) == label
    assert year_label(int(label[:4])) == label


def test_years_between_two_days_are_named():
    assert years_between(d("2026-08-31"), d("2027-09-01")) == ("2025/26", "2026/27", "2027/28")


def test_days_at_the_ends_of_time_do_no_harm():
    assert NOTHING.add_school_days(date.max, 5) is None
    assert NOTHING.school_days_after(date.max, date.max) == 0
    assert NOTHING.next_school_day(date.min) is not None
    assert NOTHING.closure_before(date(1, 1, 1), days=3, length=7) is None
