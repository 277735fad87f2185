from datetime import date

import pytest

from directory.audience import Audience
from directory.calendars import (
    AUTHORITY,
    busy_between,
    calendar_of_place,
    calendars_for,
    kept_by,
)
from directory.models import OrganisationKind
from directory.school_days import later
from tests.factories.calendar import BusyDateFactory, TermDatesFactory, load_lancashire
from tests.factories.directory import OrganisationFactory, SchoolFactory

SEND, DUE = date(2026, 12, 14), date(2027, 1, 11)
EVERYBODY = Audience(all=True)


def trust():
    return OrganisationFactory(kind=OrganisationKind.TRUST)


def counts(session, authority_id, audience=EVERYBODY):
    """How many school days after sending, and at how many schools."""
    shares = calendars_for(session, authority_id, audience, SEND, DUE)
    return [(share.calendar.school_days_after(SEND, DUE), share.schools) for share in shares]


def longer_holiday(**place):
    """A year of its own in which the spring begins a week later."""
    TermDatesFactory(**place)
    TermDatesFactory(
        term="Spring 1", starts_on=date(2027, 1, 11), ends_on=date(2027, 2, 12), **place
    )


def test_all_schools_keep_the_authoritys_calendar(session, authority_id):
    load_lancashire()
    SchoolFactory.create_batch(3)
    assert counts(session, authority_id) == [(9, 3)]


def test_a_schools_own_calendar_comes_before_its_trusts_and_that_before_the_authoritys(
    session, authority_id
):
    load_lancashire()
    other = trust()
    SchoolFactory.create_batch(3)
    SchoolFactory.create_batch(2, trust=other)
    own = SchoolFactory(trust=other)
    longer_holiday(trust_id=other.id)
    TermDatesFactory(school_id=own.id, ends_on=date(2026, 12, 15))
    TermDatesFactory(
        school_id=own.id, term="Spring", starts_on=date(2027, 1, 5), ends_on=date(2027, 3, 25)
    )
    assert sorted(counts(session, authority_id)) == [(5, 2), (6, 1), (9, 3)]
    assert counts(session, authority_id, Audience(urns=(own.urn,))) == [(6, 1)]


def test_an_own_calendar_counts_only_for_the_years_in_which_there_is_one(session, authority_id):
    load_lancashire()
    school = SchoolFactory()
    TermDatesFactory(
        school_id=school.id,
        school_year="2025/26",
        starts_on=date(2025, 9, 8),
        ends_on=date(2025, 12, 1),
    )
    (share,) = calendars_for(session, authority_id, EVERYBODY, date(2026, 8, 1), DUE)
    assert not share.calendar.is_school_day(date(2025, 9, 3))
    assert share.calendar.school_days_after(SEND, DUE) == 9


def test_schools_with_the_same_days_share_a_calendar_whoever_entered_them(session, authority_id):
    for school in SchoolFactory.create_batch(40):
        longer_holiday(school_id=school.id)
    assert counts(session, authority_id) == [(5, 40)]


@pytest.mark.sqlite_only
def test_it_takes_two_statements_whatever_the_number_of_calendars(
    session, authority_id, statements
):
    load_lancashire()
    for number, school in enumerate(SchoolFactory.create_batch(20)):
        TermDatesFactory(school_id=school.id, ends_on=later(date(2026, 11, 20), number))
    session.flush()
    statements.clear()
    assert len(calendars_for(session, authority_id, EVERYBODY, SEND, DUE)) == 20
    assert len(statements) == 2


def test_without_schools_the_authoritys_calendar_is_given(session, authority_id):
    load_lancashire()
    assert counts(session, authority_id) == [(9, 0)]


def test_without_term_dates_working_days_count(session, authority_id):
    SchoolFactory()
    assert counts(session, authority_id) == [(14, 1)]


def test_the_calendar_reaches_far_enough_to_find_a_later_date(session, authority_id):
    load_lancashire()
    SchoolFactory()
    (share,) = calendars_for(session, authority_id, EVERYBODY, SEND, DUE)
    assert share.calendar.add_school_days(SEND, 20) == date(2027, 1, 26)


def test_phases_of_the_asked_schools_are_told(session, authority_id):
    SchoolFactory(phase_code="2")
    SchoolFactory(phase_code="7")
    SchoolFactory(phase_code="0")
    kept = kept_by(session, authority_id, EVERYBODY, SEND, DUE)
    assert kept.phases == {"primary", "secondary"}


def test_a_place_shows_its_own_year_or_the_one_above_it(session, authority_id):
    load_lancashire()
    other = trust()
    school = SchoolFactory(trust=other)
    longer_holiday(trust_id=other.id)
    day = date(2027, 1, 6)
    for place, is_open in [
        (AUTHORITY, True),
        ((None, other.id), False),
        ((school.id, None), False),
    ]:
        calendar = calendar_of_place(session, authority_id, place, "2026/27")
        assert calendar.is_school_day(day) is is_open


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2027, 1, 21), ["Spring school census"]),
        (date(2027, 1, 22), []),
        (date(2027, 5, 12), ["GCSE and A level examinations", "Key stage 2 tests"]),
    ],
)
def test_busy_dates_are_found_by_day(session, authority_id, day, found):
    load_lancashire()
    assert [busy.what for busy in busy_between(session, authority_id, day, day)] == found


def test_a_busy_date_tells_its_phases_and_whether_it_is_certain(session, authority_id):
    BusyDateFactory(phases=["primary"], approximate=True)
    (busy,) = busy_between(session, authority_id, date(2027, 1, 1), date(2027, 2, 1))
    assert (busy.phases, busy.approximate) == (("primary",), True)
