"""K50 notice, K51 holiday, K52 busy week: plain values in, findings out."""

from datetime import date

import pytest

from directory.calendars import Busy, Share
from directory.school_days import Calendar, calendar_of
from gatekeeping.checks import k50_notice, k51_holiday, k52_crunch
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.days import Days, asked_phases
from gatekeeping.facts.load import Asked, WeekLoad
from gatekeeping.findings import Context
from gatekeeping.models import Severity, Track
from gatekeeping.protocol import Protocol
from tests.directory.lancashire import YEAR_2025, YEAR_2026, term

LANCASHIRE = calendar_of(YEAR_2025 + YEAR_2026)
TWO_WEEKS = calendar_of((*YEAR_2025, term("2026/27", "2026-09-02", "2026-10-16"), *YEAR_2026[1:]))
"""A trust whose autumn half term begins a week sooner."""
UNKNOWN = Calendar(frozenset(), ())
ALL = (Share(LANCASHIRE, 612),)


def found(check, send_on, due_on, *, kind="data_request", track=Track.STANDARD, **facts):
    document = SubmissionDocument.read({"kind": kind, "send_on": send_on, "due_on": due_on})
    days = Days(**{"shares": ALL, **facts})
    context = Context(today=date(2026, 11, 23), track=track, schools=612, days=days)
    answers = check.check(document, context)
    for answer in answers:
        for span in answer.evidence:
            assert str(getattr(document, span.field))[span.start : span.end] == span.text
        assert check.check(document, context) == answers
    return answers[0] if answers else None


class TestNotice:
    @pytest.mark.parametrize(
        ("send_on", "due_on", "school_days"),
        [
            ("2026-12-14", "2027-01-11", 9),
            ("2026-12-14", "2027-01-25", 19),
            ("2026-12-14", "2027-01-26", None),
            ("2026-11-23", "2026-12-18", 19),
            ("2026-11-20", "2026-12-18", None),
            ("2026-07-10", "2026-08-28", 7),
            ("2026-11-23", "2026-11-23", 0),
            ("2026-11-23", "2026-11-20", 0),
            ("", "2026-11-20", None),
            ("2026-11-23", "", None),
            ("", "", None),
        ],
    )
    def test_twenty_school_days_are_asked_for(self, send_on, due_on, school_days):
        finding = found(k50_notice, send_on, due_on)
        assert (finding and finding.detail["school_days"]) == school_days
        if finding:
            assert finding.severity is Severity.CHALLENGE
            assert (finding.detail["needed"], finding.detail["schools"]) == (20, 612)

    @pytest.mark.parametrize(
        ("track", "due_on", "needed"),
        [
            (Track.LIGHT, "2026-12-04", 10),
            (Track.LIGHT, "2026-12-07", None),
            (Track.HIGH, "2026-12-07", 20),
            (Track.EMERGENCY, "2026-11-24", None),
        ],
    )
    def test_the_track_says_how_many(self, track, due_on, needed):
        finding = found(k50_notice, "2026-11-23", due_on, track=track)
        assert (finding and finding.detail["needed"]) == needed

    def test_a_communication_needs_no_notice(self):
        assert found(k50_notice, "2026-11-23", "2026-11-24", kind="communication") is None

    def test_the_earliest_due_date_is_worked_out_and_said(self):
        finding = found(k50_notice, "2026-12-14", "2027-01-11")
        assert finding.detail["earliest_due"] == "2027-01-26"
        assert "9 school days for 612 schools" in finding.says
        assert "26 January 2027" in finding.says

    def test_each_calendar_counts_for_its_own_schools(self):
        shares = (Share(LANCASHIRE, 600), Share(TWO_WEEKS, 12))
        finding = found(k50_notice, "2026-09-18", "2026-10-16", shares=shares)
        assert finding is None
        finding = found(k50_notice, "2026-09-28", "2026-11-02", shares=shares)
        assert finding.detail["by_school_days"] == [
            {"school_days": 15, "schools": 12},
            {"school_days": 19, "schools": 600},
        ]
        assert finding.detail["earliest_due"] == "2026-11-09"
        assert "15 to 19 school days for 612 schools" in finding.says

    def test_only_the_schools_with_too_little_notice_are_counted(self):
        shares = (Share(LANCASHIRE, 600), Share(TWO_WEEKS, 12))
        finding = found(k50_notice, "2026-09-28", "2026-11-04", shares=shares)
        assert (finding.detail["school_days"], finding.detail["schools"]) == (17, 12)

    def test_a_better_date_is_named_when_the_earliest_falls_badly(self):
        finding = found(k50_notice, "2026-11-23", "2026-11-24")
        assert finding.detail["earliest_due"] == "2027-01-05"
        assert finding.detail["suggested_due"] == "2027-01-08"
        assert "8 January 2027" in finding.says

    def test_missing_term_dates_are_told_and_count_in_favour(self):
        finding = found(k50_notice, "2027-09-06", "2027-09-10", shares=(Share(UNKNOWN, 5),))
        assert finding.detail["unknown_from"] == "2027-09-07"
        assert "Term dates are not known" in finding.says
        assert found(k50_notice, "2027-09-06", "2027-10-04", shares=(Share(UNKNOWN, 5),)) is None

    def test_an_authority_may_ask_for_other_notice(self):
        document = SubmissionDocument.read(
            {"kind": "data_request", "send_on": "2026-11-23", "due_on": "2026-11-30"}
        )
        context = Context(
            today=date(2026, 11, 23), days=Days(shares=ALL), protocol=Protocol(notice_days=5)
        )
        assert k50_notice.check(document, context) == []


class TestHoliday:
    @pytest.mark.parametrize(
        ("send_on", "due_on", "parts"),
        [
            ("2026-11-23", "2026-12-18", None),
            ("2026-12-21", "2027-02-10", ["send_closed"]),
            ("2026-12-12", "2027-01-29", ["send_closed"]),
            ("2026-11-23", "2026-12-12", ["due_closed"]),
            ("2026-11-09", "2026-12-22", ["due_closed"]),
            ("2026-11-02", "2027-01-05", ["just_reopened"]),
            ("2026-11-02", "2027-01-07", ["just_reopened"]),
            ("2026-11-02", "2027-01-08", None),
            ("2026-11-23", "2026-11-30", None),  # a Monday
            ("2026-12-14", "2027-01-11", ["mostly_closed"]),
            ("2026-10-22", "2026-11-05", ["mostly_closed"]),
            ("2026-11-23", "", None),
            ("2026-11-22", "", ["send_closed"]),
            ("", "2026-12-25", ["due_closed"]),
            ("", "2027-01-05", ["just_reopened"]),
            ("", "", None),
            ("2026-12-18", "2026-12-01", None),  # the form says that the order is wrong
        ],
    )
    def test_dates_that_fall_badly_are_told(self, send_on, due_on, parts):
        finding = found(k51_holiday, send_on, due_on)
        assert (finding and finding.detail["parts"]) == parts
        assert finding is None or finding.severity is Severity.CHALLENGE

    def test_the_day_and_the_closure_are_named_with_the_nearest_good_dates(self):
        finding = found(k51_holiday, "2026-12-19", "2027-01-05")
        assert "Saturday 19 December 2026, is not a school day" in finding.says
        assert "closed from 19 December 2026 to 4 January 2027" in finding.says
        assert finding.detail["closure"] == ["2026-12-19", "2027-01-04"]
        assert finding.detail["suggested_send"] == "2027-01-05"
        assert finding.detail["suggested_due"] == "2027-02-02"  # 20 school days later

    def test_what_it_proposes_it_does_not_object_to(self):
        for send_on, due_on in [
            ("2026-12-14", "2027-01-11"),
            ("2026-12-19", "2027-01-05"),
            ("2026-10-22", "2026-11-05"),
            ("2026-07-21", "2026-09-02"),
        ]:
            detail = found(k51_holiday, send_on, due_on).detail
            better = (detail["suggested_send"] or send_on, detail["suggested_due"] or due_on)
            assert found(k51_holiday, *better) is None
            assert found(k50_notice, *better) is None

    def test_the_schools_whose_holiday_it_is_are_counted(self):
        shares = (Share(LANCASHIRE, 600), Share(TWO_WEEKS, 12))
        finding = found(k51_holiday, "2026-09-14", "2026-10-20", shares=shares)
        assert finding.detail["schools"] == 12
        assert "at 12 of the 612 schools" in finding.says
        assert finding.detail["suggested_due"] == "2026-11-05"

    def test_an_emergency_does_not_wait_for_monday(self):
        assert found(k51_holiday, "2026-11-22", "2026-11-22", track=Track.EMERGENCY) is None

    def test_a_letter_is_asked_about_its_send_date_too(self):
        finding = found(k51_holiday, "2026-12-23", "", kind="communication")
        assert finding.detail["suggested_send"] == "2027-01-05"

    @pytest.mark.parametrize(
        ("due_on", "fires"), [("2027-11-10", False), ("2027-11-13", True), ("2028-08-09", True)]
    )
    def test_unknown_terms_alarm_only_where_every_school_is_closed(self, due_on, fires):
        finding = found(k51_holiday, "", due_on, shares=(Share(UNKNOWN, 3),))
        assert bool(finding) is fires


CENSUS = Busy(date(2027, 1, 21), date(2027, 1, 21), "Spring school census", (), False)
EXAMS = Busy(
    date(2027, 5, 10), date(2027, 6, 23), "Examinations", ("secondary", "sixteen_plus"), True
)


def week(minutes, *submissions):
    return WeekLoad(
        date(2027, 1, 18),
        date(2027, 1, 24),
        minutes,
        60,
        urn=119100,
        school="Oak School",
        schools_over=3,
        submissions=submissions,
    )


class TestBusyWeek:
    @pytest.mark.parametrize(
        ("busy", "phases", "fires"),
        [
            ((), {"primary"}, False),
            ((CENSUS,), {"primary"}, True),
            ((CENSUS,), set(), True),
            ((EXAMS,), {"primary", "nursery"}, False),
            ((EXAMS,), {"primary", "secondary"}, True),
        ],
    )
    def test_a_busy_day_counts_for_the_phases_it_concerns(self, busy, phases, fires):
        finding = found(k52_crunch, "2026-11-23", "2027-01-21", busy=busy, phases=frozenset(phases))
        assert bool(finding) is fires
        assert finding is None or finding.severity is Severity.WARN

    def test_phases_and_doubt_are_told(self):
        finding = found(
            k52_crunch, "2027-03-01", "2027-05-12", busy=(EXAMS,), phases=frozenset({"secondary"})
        )
        assert "10 May 2027 to 23 June 2027 (secondary schools)" in finding.says
        assert "not certain yet" in finding.says

    def test_a_day_after_the_busy_time_is_proposed(self):
        finding = found(k52_crunch, "2026-11-23", "2027-01-21", busy=(CENSUS,))
        assert finding.says.endswith("Could it be due on another day, for example 22 January 2027?")
        assert finding.detail["suggested_due"] == "2027-01-22"

    @pytest.mark.parametrize(("minutes", "fires"), [(480, False), (481, True)])
    def test_more_than_eight_hours_in_a_week_are_too_much(self, minutes, fires):
        asked = Asked(7, "888-2627-D-00001-A", "Meals", minutes - 60)
        finding = found(k52_crunch, "2026-11-23", "2027-01-20", load=week(minutes, asked))
        assert bool(finding) is fires
        if finding:
            assert "8 hours 1 minute are asked of Oak School (URN 119100)" in finding.says
            assert "888-2627-D-00001-A, “Meals” (421 minutes)" in finding.says
            assert finding.detail["minutes"] == 481
            assert finding.detail["schools"] == 3

    def test_one_that_alone_is_too_much_is_asked_for_less(self):
        finding = found(k52_crunch, "2026-11-23", "2027-01-20", load=week(500))
        assert "this alone asks 8 hours 20 minutes" in finding.says
        assert "ask for less" in finding.says

    def test_a_communication_with_a_due_date_counts_too(self):
        assert found(k52_crunch, "", "2027-01-21", kind="communication", busy=(CENSUS,))
        assert found(k52_crunch, "2027-01-21", "", kind="communication", busy=(CENSUS,)) is None


@pytest.mark.parametrize(
    ("audience", "schools", "asked"),
    [
        ({"all": True}, {"primary", "secondary"}, {"primary", "secondary"}),
        ({"phases": ["primary"]}, {"primary", "secondary"}, {"primary"}),  # all-through schools
        ({"phases": ["primary"], "urns": [1]}, {"primary", "secondary"}, {"primary", "secondary"}),
        ({"urns": [1]}, {"nursery"}, {"nursery"}),
        ({"phases": ["secondary"]}, set(), {"secondary"}),
    ],
)
def test_the_phases_asked_are_those_named_else_those_of_the_schools(audience, schools, asked):
    words = SubmissionDocument.read({"audience": audience}).audience.as_audience()
    assert asked_phases(words, frozenset(schools)) == asked
