from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gatekeeping.deadlines.working_days import add_working_days, working_days, working_moment


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-27", 1, "2026-11-30"),  # a Friday
        ("2026-11-28", 1, "2026-11-30"),  # from a weekend it counts as from the Friday
        ("2026-11-29", 1, "2026-11-30"),
        ("2026-12-24", 1, "2026-12-29"),  # Christmas, a weekend, and Boxing Day in lieu
        ("2026-04-02", 1, "2026-04-07"),  # Easter
        ("2026-11-23", 20, "2026-12-21"),
    ],
)
def test_working_days_are_added_over_weekends_and_bank_holidays(start, count, end):
    begin, found = date.fromisoformat(start), date.fromisoformat(end)
    assert add_working_days(begin, count) == found
    assert working_days(begin, found) == count


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T10:00", 2, "2026-11-23T12:00"),
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
        ("2026-11-23T07:30", 2, "2026-11-23T11:00"),  # before opening
        ("2026-11-23T15:00", 2, "2026-11-23T17:00"),  # ends with the day
        ("2026-11-23T16:00", 2, "2026-11-24T10:00"),
        ("2026-11-23T17:00", 2, "2026-11-24T11:00"),
        ("2026-11-23T22:00", 1, "2026-11-24T10:00"),
        ("2026-11-27T16:30", 2, "2026-11-30T10:30"),  # over a weekend
        ("2026-11-28T12:00", 2, "2026-11-30T11:00"),  # on a Saturday
        ("2026-11-29T12:00", 2, "2026-11-30T11:00"),  # on the Sunday: the same
        ("2026-12-24T16:00", 2, "2026-12-29T10:00"),
        ("2026-03-27T16:00", 2, "2026-03-30T10:00"),  # the clocks go forward on the 29th
        ("2026-10-23T16:00", 2, "2026-10-26T10:00"),  # and back on the 25th
        ("2026-11-23T09:00", 8, "2026-11-23T17:00"),
        ("2026-11-23T09:00", 20, "2026-11-25T13:00"),
        ("2026-11-23T16:30", 0.75, "2026-11-24T09:15"),
    ],
)
def test_working_hours_pass_only_while_offices_work(start, hours, end):
    assert working_moment(local(start), hours) == local(end)
    assert working_moment(local(start).astimezone(UTC), hours) == local(end).astimezone(UTC)


def test_hours_on_englands_clock_are_meant_in_summer_too():
    found = working_moment(datetime(2026, 7, 1, 8, 30, tzinfo=UTC), 1)
    assert found == datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    assert working_moment(datetime(2026, 7, 1, 7, 0, tzinfo=UTC), 1) == datetime(
        2026, 7, 1, 9, 0, tzinfo=UTC
    )


def test_an_authority_may_work_other_hours():
    found = working_moment(local("2026-11-23T17:30"), 1, opens=8, closes=18)
    assert found == local("2026-11-24T08:30")
