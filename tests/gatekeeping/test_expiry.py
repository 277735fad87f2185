from datetime import date

import pytest

from gatekeeping.deadlines.expiry import months_after, valid_until
from gatekeeping.models import State, Track
from gatekeeping.protocol import DEFAULT
from tests.factories.gatekeeping import make_submission, version_of

TODAY = date(2026, 11, 23)
YEARLY = {"frequency": {"times": 1, "per": "year"}}
DUTY = {"verdict": "DUTY_ON_SCHOOL", "verified": True}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("document", "law", "track", "until"),
    [
        ({"send_on": "2026-12-01", "due_on": "2027-01-11"}, {}, Track.STANDARD, date(2027, 2, 10)),
        ({"send_on": "2026-12-01"}, {}, Track.STANDARD, date(2026, 12, 31)),
        ({}, {}, Track.LIGHT, date(2026, 12, 23)),
        ({"send_on": "2026-01-01"}, {}, Track.LIGHT, date(2026, 12, 23)),
        (YEARLY, {}, Track.STANDARD, date(2027, 11, 23)),
        (YEARLY, DUTY, Track.HIGH, date(2029, 11, 23)),
        (YEARLY, {**DUTY, "verified": False}, Track.HIGH, date(2027, 11, 23)),
        (YEARLY, {**DUTY, "verdict": "POWER_TO_REQUIRE"}, Track.HIGH, date(2027, 11, 23)),
        ({"due_on": "2027-01-11"}, DUTY, Track.HIGH, date(2027, 2, 10)),
        (YEARLY, DUTY, Track.EMERGENCY, date(2026, 12, 7)),
    ],
)
def test_how_long_a_number_is_good(session, document, law, track, until):
    submission = make_submission(State.IN_REVIEW, document=document, track=track)
    version = version_of(submission)
    version.law = law
    assert valid_until(submission, version, TODAY, DEFAULT) == until


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 36, date(2029, 12, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_end_on_a_day_that_exists(start, months, end):
    assert months_after(start, months) == end
