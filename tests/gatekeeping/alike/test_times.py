from datetime import date

import pytest

from gatekeeping.alike.time_words import Time, stretch
from gatekeeping.alike.times import same_time, time_of
from gatekeeping.documents import SubmissionDocument

TODAY = date(2026, 11, 20)


def days(first, last, told_by="name"):
    return Time(
        date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal(), told_by
    )


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("Autumn term 2026", "2026-09-01", "2026-12-31"),
        ("spring 2026/27", "2027-01-01", "2027-04-15"),
        ("2025/26", "2025-09-01", "2026-08-31"),
        ("academic years 2023/24 to 2025/26", "2023-09-01", "2026-08-31"),
        ("financial year 2025-26", "2025-04-01", "2026-03-31"),
        ("year ending 31 March 2026", "2025-04-01", "2026-03-31"),
        ("as at 30 November 2026", "2026-11-30", "2026-11-30"),
        ("30/11/2026", "2026-11-30", "2026-11-30"),
        ("September to Christmas 2026", "2026-09-01", "2026-12-31"),
        ("October to January 2027", "2026-10-01", "2027-01-31"),
        ("this term", "2026-09-01", "2026-12-31"),
        ("last academic year", "2025-09-01", "2026-08-31"),
        ("in the last 12 months", "2025-11-20", "2026-11-20"),
        ("since September", "2026-09-01", "2026-11-20"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_words_name_a_stretch_of_days(words, first, last):
    assert stretch(words, TODAY) == days(first, last)


@pytest.mark.parametrize(
    "words", ["", "3-4 year olds", "Years 10-11", "30 hours", "16-17 year olds", "at present"]
)
def test_other_numbers_are_no_time(words):
    assert stretch(words, TODAY) is None


def test_a_day_to_answer_by_is_no_time_asked_about():
    document = SubmissionDocument.read(
        {
            "body": "Please return how many pupils you have by 12 December 2026.",
            "send_on": "2026-11-16",
        }
    )
    found = time_of(document, [document.body])
    assert found == days("2026-11-16", "2026-11-16", "sending")


@pytest.mark.parametrize(
    ("one", "other", "sent_apart", "same"),
    [
        (days("2026-09-01", "2026-12-31"), days("2026-11-30", "2026-11-30"), 0, 1.0),
        (days("2026-09-01", "2026-12-31"), days("2025-09-01", "2025-12-31"), 365, 0.0),
        (days("2026-09-01", "2027-08-31"), days("2026-09-01", "2026-12-31"), 0, 0.7),
        (days("2026-11-30", "2026-11-30"), days("2026-12-10", "2026-12-10"), 5, 0.9),
        (
            days("2026-11-16", "2026-11-16", "sending"),
            days("2026-12-01", "2026-12-01", "sending"),
            15,
            None,
        ),
        (
            days("2026-11-16", "2026-11-16", "sending"),
            days("2025-11-16", "2025-11-16", "sending"),
            365,
            0.45,
        ),
        (None, days("2026-11-16", "2026-11-16"), None, None),
    ],
)
def test_two_times_are_the_same_as_far_as_both_tell(one, other, sent_apart, same):
    assert same_time(one, other, sent_apart=sent_apart) == same
    assert same_time(other, one, sent_apart=sent_apart) == same
