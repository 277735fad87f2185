from datetime import date

import pytest

from directory.calendar_files import (
    SHIPPED,
    carry_out,
    load_shipped,
    load_shipped_where_missing,
    plan,
)
from directory.keepers import AUTHORITY, keeper_of_trust, keeper_of_urn
from directory.models import OrganisationKind
from directory.term_dates import terms_of
from foundation.db import EVERY_AUTHORITY, narrow
from foundation.errors import BrokenFileError, NotFoundError
from tests.factories.base import NOON
from tests.factories.calendar import load_lancashire
from tests.factories.directory import OrganisationFactory, SchoolFactory

HEADING = "authority,school_year,term,from,to,days_off\n"
AUTUMN = "888,2026/27,Autumn,2026-09-02,2026-12-18,2026-10-23\n"
BUSY = "authority,from,to,what,phases,certain\n"


@pytest.fixture
def file(tmp_path):
    def write(text):
        place = tmp_path / "calendar.csv"
        place.write_text(text, encoding="utf-8")
        return place

    return write


def entered(session, authority_id, place, keeper=AUTHORITY):
    planned = plan(session, authority_id, place, keeper=keeper)
    carry_out(session, authority_id, planned, by=None, at=NOON)
    return planned.report


def told(report):
    return [(bad.line, bad.column, bad.reason) for bad in report.rejected]


def test_the_shipped_files_load_once_and_again_change_nothing(session, authority_id):
    assert load_shipped(session, authority_id, at=NOON)
    assert not load_shipped(session, authority_id, at=NOON)
    reports = [plan(session, authority_id, place).report for place in SHIPPED]
    assert [(report.unchanged, report.added) for report in reports] == [(12, 0), (9, 0)]


def test_only_lancashire_is_given_lancashires_dates(session, authority_id):
    from directory.authorities import ensure_authority

    narrow(session, EVERY_AUTHORITY)
    ensure_authority(session, la_code="999", name="Elsewhere")
    assert load_shipped_where_missing(session, at=NOON) == 1
    assert load_shipped_where_missing(session, at=NOON) == 0


def test_planning_changes_nothing_and_carrying_out_does(session, authority_id, file):
    planned = plan(session, authority_id, file(HEADING + AUTUMN))
    assert (planned.report.added, terms_of(session, authority_id, AUTHORITY)) == (1, [])
    carry_out(session, authority_id, planned, by=None, at=NOON)
    (row,) = terms_of(session, authority_id, AUTHORITY)
    assert (row.term, row.starts_on, row.days_off) == ("Autumn", date(2026, 9, 2), ["2026-10-23"])


def test_a_row_changes_the_term_of_its_name_and_leaves_the_others(session, authority_id, file):
    load_lancashire()
    report = entered(
        session, authority_id, file(HEADING + "888,2026/27,AUTUMN 2,2026-11-02,2026-12-17,\n")
    )
    assert (report.added, report.changed) == (0, 1)
    assert len(terms_of(session, authority_id, AUTHORITY)) == 12
    (row,) = [row for row in terms_of(session, authority_id, AUTHORITY) if row.term == "AUTUMN 2"]
    assert row.ends_on == date(2026, 12, 17)


def test_terms_may_change_places_in_one_file(session, authority_id, file):
    entered(
        session,
        authority_id,
        file(
            HEADING + "888,2026/27,A,2026-09-02,2026-10-01,\n888,2026/27,B,2026-10-02,2026-11-01,\n"
        ),
    )
    report = entered(
        session,
        authority_id,
        file(
            HEADING + "888,2026/27,A,2026-09-02,2026-10-20,\n888,2026/27,B,2026-10-21,2026-11-20,\n"
        ),
    )
    assert (report.changed, told(report)) == (2, [])


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("888,2026/28,X,2026-09-02,2026-10-22,", "school_year", "is not a school year"),
        ("888,2026/27,,2026-09-02,2026-10-22,", "term", "Name the term"),
        ("888,2026/27,X,2026-13-02,2026-10-22,", "from", "is not a date"),
        ("888,2026/27,X,2026-09-02,,", "to", "the date is missing"),
        ("888,2026/27,X,2026-10-22,2026-09-02,", "to", "The last day must be between"),
        ("888,2026/27,X,2027-09-02,2027-10-22,", "from", "not in the school year 2026/27"),
        ("888,2026/27,X,2027-01-05,2027-02-12,2027-02-20", "days_off", "not in this term"),
        ("888,2026/27,X,2027-01-05,2027-02-12,soon", "days_off", "is not a date"),
        ("888,2026/27,X,2026-12-01,2027-02-12,", "from", "overlap Autumn"),
        ("888,2026/27,autumn,2027-01-05,2027-02-12,", "term", "line 2 already gives"),
        ("888,2026/27,X,2026-09-02", None, "the row has 4 cells"),
    ],
)
def test_a_bad_row_is_named_and_loses_nothing(session, authority_id, file, row, column, reason):
    report = entered(session, authority_id, file(f"{HEADING}{AUTUMN}{row}\n"))
    assert report.added == 1
    ((line, where, why),) = told(report)
    assert (line, where) == (3, column)
    assert reason in why


def test_days_are_read_in_both_ways_of_writing_them(session, authority_id, file):
    entered(
        session,
        authority_id,
        file(HEADING + "888,2026-27,X,02/09/2026,18/12/2026,23/10/2026; 2026-11-27\n"),
    )
    (row,) = terms_of(session, authority_id, AUTHORITY)
    assert (row.school_year, row.days_off) == ("2026/27", ["2026-10-23", "2026-11-27"])


def test_rows_of_other_authorities_are_left_out(session, authority_id, file):
    report = entered(session, authority_id, file(HEADING + AUTUMN + AUTUMN.replace("888", "889")))
    assert (report.added, report.elsewhere) == (1, 1)


def test_a_school_and_a_trust_keep_dates_of_their_own(session, authority_id, file):
    school = SchoolFactory()
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    for keeper in (
        keeper_of_urn(session, authority_id, school.urn),
        keeper_of_trust(session, authority_id, trust.code),
    ):
        assert entered(session, authority_id, file(HEADING + AUTUMN), keeper).added == 1
        assert len(terms_of(session, authority_id, keeper)) == 1
    assert terms_of(session, authority_id, AUTHORITY) == []


def test_nobody_elses_school_and_no_partner_keeps_dates(session, authority_id):
    partner = OrganisationFactory()
    with pytest.raises(NotFoundError, match="999999"):
        keeper_of_urn(session, authority_id, 999999)
    with pytest.raises(NotFoundError, match="no trust"):
        keeper_of_trust(session, authority_id, partner.code)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("888,2027-01-21,2027-01-20,Census,all,yes", "to", "The last day must be"),
        ("888,2027-01-21,2027-01-21,,all,yes", "what", "Say what it is"),
        ("888,2027-01-21,2027-01-21,Census,middle,yes", "phases", "is not a phase"),
        ("888,2027-01-21,2027-01-21,Census,all,maybe", "certain", "neither yes nor"),
        ("888,2027-01-28,2027-01-28,Mocks,all,yes", "what", "line 2 already gives"),
    ],
)
def test_a_bad_busy_date_is_named(session, authority_id, file, row, column, reason):
    good = "888,2027-01-28,,Mocks,secondary;sixteen plus,approximate\n"
    report = entered(session, authority_id, file(BUSY + good + row + "\n"))
    assert report.added == 1
    ((_, where, why),) = told(report)
    assert where == column
    assert reason in why


def test_busy_dates_are_no_schools_own(session, authority_id, file):
    keeper = keeper_of_urn(session, authority_id, SchoolFactory().urn)
    with pytest.raises(BrokenFileError, match="authority’s"):
        plan(session, authority_id, file(BUSY), keeper=keeper)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "school_year,term\n2026/27,X\n"])
def test_a_file_of_neither_kind_is_refused(session, authority_id, file, text):
    with pytest.raises(BrokenFileError):
        plan(session, authority_id, file(text))
