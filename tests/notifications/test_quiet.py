from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from notifications.models_reaching import Rhythm
from notifications.reaching.quiet import LONGEST_QUIET, Choice, next_digest, send_after

NIGHT = Choice(quiet_from=time(18), quiet_to=time(7))
LUNCH = Choice(quiet_from=time(12), quiet_to=time(13, 30))
WEEKEND = Choice(quiet_weekend=True)
NIGHT_AND_WEEKEND = Choice(quiet_from=time(18), quiet_to=time(7), quiet_weekend=True)
EARLY = Choice(quiet_from=time(0, 30), quiet_to=time(1, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "moment", "leaves"),
    [
        (Choice(), "2026-11-23T03:00", "2026-11-23T03:00"),
        (NIGHT, "2026-11-23T17:59", "2026-11-23T17:59"),
        (NIGHT, "2026-11-23T18:00", "2026-11-24T07:00"),
        (NIGHT, "2026-11-23T23:59", "2026-11-24T07:00"),
        (NIGHT, "2026-11-23T00:00", "2026-11-23T07:00"),
        (NIGHT, "2026-11-23T07:00", "2026-11-23T07:00"),
        (LUNCH, "2026-11-23T12:00", "2026-11-23T13:30"),
        (LUNCH, "2026-11-23T13:30", "2026-11-23T13:30"),
        (WEEKEND, "2026-11-20T23:59", "2026-11-20T23:59"),
        (WEEKEND, "2026-11-21T00:00", "2026-11-23T00:00"),
        (WEEKEND, "2026-11-22T23:59", "2026-11-23T00:00"),
        # Friday evening: the night, the weekend, and the morning after it
        (NIGHT_AND_WEEKEND, "2026-11-20T18:00", "2026-11-23T07:00"),
        (NIGHT_AND_WEEKEND, "2026-11-22T12:00", "2026-11-23T07:00"),
        # in summer clocks in England are an hour ahead of UTC
        (NIGHT, "2026-07-06T17:30", "2026-07-07T06:00"),
        (NIGHT, "2026-07-06T16:59", "2026-07-06T16:59"),
        # the nights in which clocks change: 29 March 2026 forward, 25 October 2026 back
        (NIGHT, "2026-03-28T20:00", "2026-03-29T06:00"),
        (NIGHT, "2026-10-24T20:00", "2026-10-25T07:00"),
        (WEEKEND, "2026-03-28T12:00", "2026-03-29T23:00"),
        (WEEKEND, "2026-10-24T12:00", "2026-10-26T00:00"),
        # 01:30 never comes on 29 March: it is 02:30 instead
        (EARLY, "2026-03-29T00:45", "2026-03-29T01:30"),
        # 01:00 to 01:59 comes twice on 25 October
        (EARLY, "2026-10-25T00:10", "2026-10-25T00:30"),
        (EARLY, "2026-10-25T00:45", "2026-10-25T00:45"),
        (EARLY, "2026-10-25T01:10", "2026-10-25T01:30"),
    ],
)
def test_mail_waits_until_quiet_time_is_over(choice, moment, leaves):
    assert send_after(choice, at(moment)) == at(leaves)


DAILY = Choice(rhythm=Rhythm.DAILY)
WEEKLY = Choice(rhythm=Rhythm.WEEKLY, digest_at=time(16), digest_on=2)
SCHOOL_DAYS = Choice(rhythm=Rhythm.DAILY, quiet_weekend=True)
AT_HALF_PAST_ONE = Choice(rhythm=Rhythm.DAILY, digest_at=time(1, 30))


@pytest.mark.parametrize(
    ("choice", "moment", "due"),
    [
        (DAILY, "2026-11-23T07:00", "2026-11-23T07:30"),
        (DAILY, "2026-11-23T07:30", "2026-11-24T07:30"),
        (DAILY, "2026-07-06T07:00", "2026-07-07T06:30"),
        (WEEKLY, "2026-11-23T12:00", "2026-11-25T16:00"),
        (WEEKLY, "2026-11-25T16:00", "2026-12-02T16:00"),
        (SCHOOL_DAYS, "2026-11-20T12:00", "2026-11-23T00:00"),
        (DAILY, "2026-03-28T12:00", "2026-03-29T06:30"),
        (DAILY, "2026-10-24T12:00", "2026-10-25T07:30"),
        (AT_HALF_PAST_ONE, "2026-03-28T12:00", "2026-03-29T01:30"),
        (AT_HALF_PAST_ONE, "2026-10-24T12:00", "2026-10-25T00:30"),
        (AT_HALF_PAST_ONE, "2026-10-25T00:30", "2026-10-26T01:30"),
        (WEEKLY, "2026-10-22T12:00", "2026-10-28T16:00"),
    ],
)
def test_a_digest_is_due_at_the_chosen_time_in_england(choice, moment, due):
    assert next_digest(choice, at(moment)) == at(due)


FIRST, LAST = datetime(2026, 1, 1), datetime(2027, 1, 1)  # noqa: DTZ001 - the zone is added
TIMES = st.none() | st.times().map(lambda found: found.replace(second=0, microsecond=0))


@given(
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    TIMES,
    TIMES,
    st.booleans(),
)
def test_no_quiet_time_is_without_end(moment, start, end, weekend):
    choice = Choice(
        quiet_from=start if end else None, quiet_to=end if start else None, quiet_weekend=weekend
    )
    leaves = send_after(choice, moment)
    assert moment <= leaves <= moment + LONGEST_QUIET
    assert send_after(choice, leaves) == leaves
    assert not (weekend and clock.local_time(leaves).weekday() > 4)
