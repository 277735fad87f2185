"""What K11 and K12 say of held data: how fresh it is, whom it lacks, what to do instead."""

from dataclasses import replace
from datetime import date

import pytest

from directory.audience import Audience
from gatekeeping.asked import Asked
from gatekeeping.checks import k11_held, k12_census
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts import school_types
from gatekeeping.facts.school_types import OfTypes
from gatekeeping.findings import Context
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.holdings.freshness import freshness
from gatekeeping.holdings.items import HeldItem, Holding
from gatekeeping.protocol import DEFAULT
from tests.factories.base import NOON
from tests.factories.directory import SchoolFactory
from tests.gatekeeping.checks.asking import asking

TODAY = date(2026, 11, 22)
TERMLY = "termly, first Thursday of October, third of January and May"
ROLL = Holding("roll", "Pupil returns", "Pupil Data Team", TERMLY, "pupil", "all schools")
CHAIRS = OfTypes(
    {"01": 9, "34": 3},
    {"34": ((3, "Ash"), (1, "Beech"), (2, "Cedar")), "01": ((9, "Oak"),)},
)


def found(holding, *, today=TODAY, types=CHAIRS, **document):
    """Return what K11 finds when the number on roll is asked for and this data set has it."""
    item = HeldItem(holding, "Number on roll", ("pupil numbers",))
    asked = SubmissionDocument.read({**asking("Number on roll"), **document})
    context = Context(today=today, catalogue=Catalogue((holding,), (item,)), types=types)
    check = k12_census if holding.is_from_schools else k11_held
    findings = check.check(asked, context)
    assert len(findings) <= 1
    return findings[0] if findings else None


@pytest.mark.parametrize(
    ("refreshed", "stated", "today", "asked", "as_at", "propose"),
    [
        # nobody says when: the rhythm does
        (TERMLY, None, "2026-11-22", {}, "2026-10-01", "redirect"),
        (TERMLY, None, "2027-01-20", {}, "2026-10-01", "redirect"),
        (TERMLY, None, "2026-09-25", {}, "2026-05-21", "prefill"),  # October is near
        (TERMLY, None, "2026-11-22", {"as_at": "2026-10-01"}, "2026-10-01", "redirect"),
        (TERMLY, None, "2026-11-22", {"as_at": "2026-11-22"}, "2026-10-01", "prefill"),
        (TERMLY, None, "2026-11-22", {"as_at": "2026-06-01"}, "2026-05-21", "prefill"),
        (TERMLY, None, "2026-11-22", {"as_at": "2027-01-21"}, "2026-10-01", "redirect"),
        (TERMLY, None, "2026-11-22", {"as_at": "2027-01-20"}, "2026-10-01", "prefill"),
        (TERMLY, None, "2026-11-22", {"period": "autumn term 2026"}, "2026-10-01", "redirect"),
        # the owner says when, and that goes first
        (TERMLY, "2026-10-01", "2026-11-22", {}, "2026-10-01", "redirect"),
        (TERMLY, "2026-10-01", "2027-02-10", {}, "2026-10-01", "prefill"),  # January is missing
        (TERMLY, "2026-05-21", "2026-10-05", {}, "2026-05-21", "prefill"),  # four days of grace
        (TERMLY, "2026-05-21", "2026-11-22", {}, None, None),  # too old by its own rhythm
        (TERMLY, "2026-05-21", "2026-11-22", {"as_at": "2027-01-21"}, None, None),
        (TERMLY, "2026-10-01", "2026-11-22", {"as_at": "2026-06-01"}, "2026-05-21", "prefill"),
        (TERMLY, "2026-12-24", "2026-11-22", {}, "2026-10-01", "redirect"),  # a day to come
        ("live", None, "2026-11-22", {}, "2026-11-22", "redirect"),
        ("live", None, "2026-11-22", {"as_at": "2026-11-22"}, "2026-11-22", "redirect"),
        ("live", "2026-11-20", "2026-11-22", {}, "2026-11-20", "redirect"),
        ("live", "2026-03-01", "2026-11-22", {}, None, None),  # live once
        ("monthly", None, "2026-11-22", {"as_at": "2026-11-30"}, "2026-10-31", "redirect"),
        ("monthly", None, "2026-11-22", {"as_at": "2026-11-29"}, "2026-10-31", "prefill"),
        ("monthly", None, "2026-11-22", {"as_at": "2026-11-22"}, "2026-10-31", "prefill"),
        ("monthly", "2026-09-30", "2026-11-22", {}, None, None),
        ("yearly, after 31 March", None, "2026-05-01", {}, "2026-03-31", "redirect"),
        ("yearly, after 31 March", None, "2026-11-22", {}, "2026-03-31", "redirect"),
        ("yearly, after 31 March", None, "2027-03-01", {}, "2026-03-31", "prefill"),
        ("monthly", None, "2026-11-30", {}, "2026-10-31", "redirect"),
        # a snapshot tells of its own day alone
        ("once, for the review", "2026-03-01", "2026-11-22", {}, None, None),
        ("once", "2026-03-01", "2026-11-22", {"as_at": "2026-03-05"}, "2026-03-01", "redirect"),
        ("once", "2026-03-01", "2026-11-22", {"as_at": "2026-02-25"}, None, None),
        ("now and then", None, "2026-11-22", {}, None, None),
    ],
)
def test_nothing_is_called_current_that_is_not(refreshed, stated, today, asked, as_at, propose):
    holding = replace(
        ROLL, refreshed=refreshed, as_at=date.fromisoformat(stated) if stated else None
    )
    finding = found(holding, today=date.fromisoformat(today), **asked)
    if propose is None:
        assert finding is None
        return
    assert finding is not None
    assert (finding.detail["as_at"], finding.detail["propose"]) == (as_at, propose)
    if finding.detail["propose"] == "prefill":
        assert "kept up to date" not in finding.says


def test_a_refresh_of_which_the_owner_says_nothing_is_never_taken_as_done():
    holding = replace(ROLL, as_at=date(2026, 10, 1))
    finding = found(holding, today=date(2027, 2, 10))
    assert finding.detail["missed"] == "2027-01-21"
    assert "due to be refreshed on 21 January 2027" in finding.says
    now = freshness(holding, date(2027, 2, 10))
    assert (now.as_at, now.stated, now.always) == (date(2026, 10, 1), True, False)
    assert freshness(holding, date(2027, 1, 25)).missed is None  # a few days to tell of it


@pytest.mark.parametrize(
    ("covers", "types", "missing", "uncovered", "propose"),
    [
        ("maintained schools", (), 3, [3, 1, 2], "ask_uncovered"),
        ("maintained schools and academies", (), 0, [], "redirect"),
        ("every establishment", (), None, [], "redirect"),
        ("schools that buy payroll", (), None, [], "prefill"),
        ("schools that buy payroll", ("maintained", "academy"), 0, [], "redirect"),
        ("schools that buy payroll", ("academy",), 9, [9], "ask_uncovered"),
    ],
)
def test_the_schools_that_it_lacks_are_counted_and_named(
    covers, types, missing, uncovered, propose
):
    finding = found(replace(ROLL, covers=covers, types=types))
    assert finding.detail["not_covered"] == missing
    assert finding.detail["uncovered"] == uncovered
    assert finding.detail["propose"] == propose
    if missing == 3:
        assert "3 of the schools you ask are not in it (Ash, Beech and Cedar)." in finding.says
        assert "ask only those 3" in finding.says


def test_it_is_silent_where_it_has_none_of_the_schools():
    assert found(replace(ROLL, covers="maintained schools"), types=OfTypes({"34": 3})) is None


def test_what_is_coarser_in_part_is_proposed_to_be_filled_in():
    weekly = {"name": "Number on roll", "definition": "Every week, please."}
    finding = found(ROLL, items=[{"name": "Number on roll"}, weekly])
    assert finding.detail["propose"] == "prefill"
    assert "in that detail" in finding.says
    assert found(ROLL, items=[weekly]) is None


def test_the_asked_schools_are_counted_by_type_and_the_first_named(session, authority_id):
    for number in range(60):
        SchoolFactory(type_code="34", name=f"Academy {number:02}")
    last = SchoolFactory(type_code="01", name="Zion Primary")
    SchoolFactory(type_code="34", status="closed", name="Abbey")
    session.flush()
    audience = Audience(all=True)
    asked = Asked(
        authority_id, SubmissionDocument.read({}), audience, NOON, TODAY, DEFAULT, schools=61
    )
    types = school_types.facts(session, asked)
    assert types.counts == {"34": 60, "01": 1}
    assert types.first["01"] == ((last.urn, "Zion Primary"),)
    assert [name for _, name in types.first["34"]] == [f"Academy {n:02}" for n in range(50)]
    assert types.count_outside(frozenset({"01"})) == 60
