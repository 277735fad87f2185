"""The checks of the law, K01 to K08: what must fire and what must not."""

from datetime import date

import pytest

from gatekeeping.law.opinions import Precedent
from gatekeeping.law.words import LegalVerdict
from gatekeeping.models import Severity
from tests.gatekeeping.law.judging import ROOT, TODAY, findings, only, rules

LISTED = [{"name": "UPN"}, {"name": "Ethnic group"}, {"name": "Date of birth"}]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"legal_claim": "s251 ASCL Act 2009"}, ["K03"]),
        ({"legal_claim": "s.251"}, ["K03", "K07"]),
        ({"legal_claim": "Section 251 return"}, ["K03", "K07"]),
        ({"legal_claim": "KCSIE 2025"}, ["K02"]),
        ({"body": "KCSIE requires all schools to send us this audit."}, ["K02"]),
        ({"body": "Please update your policy in line with KCSIE 2025 by Friday."}, []),
        ({"legal_claim": "Working Together 2023 s.11"}, ["K02"]),
        ({"body": "Ofsted will ask for this, so please complete it."}, ["K02"]),
        ({"legal_claim": "Children Act 2004, section 11"}, ["K03"]),
        ({"legal_claim": "Section 11 audit"}, ["K03", "K07"]),
        ({"legal_claim": "Education Act 2002, s 175", "kind": "data_request"}, ["K04", "K08"]),
        ({"legal_claim": "S175/157 EA02", "kind": "data_request"}, ["K08"]),
        ({"legal_claim": "SSFA 1998 s.42(3)"}, ["K04", "K05"]),
        ({"legal_claim": "Education Act 2002 s 30"}, ["K04", "K05"]),
        (
            {"legal_claim": "Education (Pupil Registration) (England) Regulations 2006, reg 12"},
            ["K06"],
        ),
        ({"legal_claim": "SI 2006/1751 reg 12"}, ["K06"]),
        ({"legal_claim": "Pupil Information (Wales) Regulations 2011, reg 3"}, ["K06"]),
        ({"legal_claim": "Children's Wellbeing and Schools Act 2026, section 38"}, ["K06"]),
        ({"legal_claim": "Children's Wellbeing and Schools Bill"}, ["K06"]),
        ({"legal_claim": "Education Act 2022, s 5"}, ["K07"]),
        ({"legal_claim": "Education Act 2022"}, ["K01", "K07"]),
        ({"legal_claim": "Education Act"}, ["K01", "K07"]),
        ({"legal_claim": "Children Act 2004"}, ["K01"]),
        ({"legal_claim": "Health and Safety at Work etc. Act 1974"}, ["K01"]),
        (
            {
                "legal_claim": "Education Act 1996, section 537A",
                "items": LISTED,
            },
            [],
        ),
        (
            {
                "legal_claim": "Education Act 1996, section 537A",
                "items": [*LISTED, {"name": "Favourite author"}],
            },
            ["K08"],
        ),
        ({"legal_claim": "SI2024/208 r.13", "items": [{"name": "Joined"}]}, []),
        ({"legal_claim": "SI 2012/674 reg 3"}, ["K04"]),
        ({"legal_claim": "ESA 2008 s 14"}, ["K04"]),
        ({"legal_claim": "section 16H Children Act 2004"}, []),
        ({"legal_claim": "None. This is not a statutory request."}, []),
        ({"legal_claim": "GDPR requires you to send this"}, ["K01"]),
        ({"legal_claim": "Lawful basis: UK GDPR Art 6(1)(e)"}, []),
        ({"body": "This is a mandatory return."}, ["K01"]),
        ({"body": "You must return the form."}, ["K01"]),
        ({"body": "This is required under section 251 of the ASCL Act 2009."}, ["K03"]),
        (
            {"purpose": "So that the council meets its own duty under section 251 ASCL Act 2009."},
            [],
        ),
        ({"voluntary": True, "legal_claim": "Education Act 2002 s 30"}, []),
        ({"legal_claim": "Prevent Duty return"}, ["K02"]),
        ({"legal_claim": "condition of grant"}, ["K02"]),
        ({"legal_claim": "letter from the DfE of 3 May 2026"}, ["K02"]),
        ({"legal_claim": "Scrutiny committee requires it"}, ["K02"]),
        ({"legal_claim": "School Admissions Code"}, ["K02"]),
        ({"legal_claim": "Education Act 1996, section 29"}, ["K03"]),
        ({"legal_claim": "statutory guidance"}, ["K02"]),
        (
            {
                "legal_claim": "KCSIE and section 175 Education Act 2002",
                "kind": "data_request",
            },
            ["K04", "K08"],
        ),
        ({"legal_claim": "UK GDPR Art 6(1)(c) requires schools to provide it"}, ["K03"]),
        ({"legal_claim": "Freedom of Information Act 2000 s 1"}, ["K05"]),
        ({"legal_claim": "DfE mandatory survey"}, ["K02"]),
        ({"origin": "statute", "legal_claim": "KCSIE"}, ["K02"]),
        ({"origin": "statute"}, ["K01"]),
        (
            {
                "origin": "statute",
                "legal_claim": "Reg 3 SI 2013/2094",
                "items": LISTED,
            },
            [],
        ),
        ({"legal_claim": "Education Act 2003 s 175"}, ["K07"]),
        ({"legal_claim": "regulation 12 of the 2006 Regulations"}, ["K07"]),
        ({"legal_claim": "CTSA 2015 s 26", "kind": "data_request"}, ["K08"]),
        ({"body": "We hold your data under the Data Protection Act 2018 and UK GDPR."}, []),
        (
            {"body": "Statutory guidance (KCSIE) was updated. Training dates are below."},
            [],
        ),
    ],
)
def test_each_fault_of_a_claim_is_found_once(document, expected):
    assert sorted(rules(document)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x " * 100_000,
        "Mae hwn yn ofynnol o dan adran 175 o Ddeddf Addysg 2002.",
        "THIS IS NOT STATUTORY. NO SCHOOL MUST ANSWER.",
        "Name\tUPN\tDate of birth\n" * 4_000,
        "Please see section\u00a02 \u2013 it explains the form.",
        "(" * 100_000,
        "under under under " * 8_000,
        "requires " * 20_000,
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.parametrize("field", ["legal_claim", "body"])
def test_odd_texts_are_read_without_harm_or_alarm(field, text):
    assert rules({field: text}) == set()


def test_a_finding_says_what_it_rests_on():
    found = only("K03", {"legal_claim": "As in s251 ASCL Act 2009."})
    assert found.severity is Severity.CHALLENGE
    assert found.detail["id"] == f"{ROOT}ukpga/2009/22/section/251"
    assert (found.detail["verdict"], found.detail["verified"]) == ("DUTY_ON_LA", False)
    assert [span.text for span in found.evidence] == ["s251 ASCL Act 2009"]
    assert "local authority" in found.says
    assert "voluntary" in found.says


def test_schools_outside_a_duty_are_counted_by_type():
    found = only("K04", {"legal_claim": "Education Act 2002, s 175"})
    assert found.detail["by_type"] == {"independent": 20, "academy": 231}
    assert (found.detail["schools"], found.detail["of"]) == (251, 675)
    assert "maintained schools only" in found.says
    assert "231 academies" in found.says


@pytest.mark.parametrize(
    ("kinds", "fires"),
    [({("01", "2"): 5}, False), ({("34", "2"): 1}, True), ({}, False)],
)
def test_a_scope_is_only_wrong_when_somebody_outside_is_asked(kinds, fires):
    assert ("K04" in rules({"legal_claim": "Education Act 2002 s 44"}, kinds=kinds)) == fires


def test_primary_schools_are_outside_a_duty_about_young_people_of_16():
    found = only("K04", {"legal_claim": "Education and Skills Act 2008, section 14"})
    assert found.detail["by_phase"]["primary"] == 551


def test_what_replaced_a_dead_provision_is_named():
    found = only("K06", {"legal_claim": "SI 2006/1751, reg 12"})
    expected = "School Attendance (Pupil Registration) (England) Regulations 2024"
    assert found.detail["replaced_by"] == expected
    assert expected in found.says


def test_a_wrong_year_is_asked_about_and_never_taken_for_another():
    found = only("K07", {"legal_claim": "Education Act 2003, section 175"})
    assert found.detail["id"] == ""
    assert "Did you mean section 175 of the Education Act 2002?" in found.says


def test_items_outside_the_list_are_named_by_their_numbers():
    items = [{"name": "UPN"}, {"name": "Favourite author"}, {"name": "Sex"}, {"name": "Shoe size"}]
    found = only("K08", {"legal_claim": "Education Act 1996 s 537A", "items": items})
    assert found.detail["items"] == [2, 4]
    assert "items 2, 4 are not among" in found.says
    assert [span.text for span in found.evidence][:2] == ["Favourite author", "Shoe size"]


def test_a_legal_reviewers_verdict_is_used_again_until_its_review_date():
    key = f"{ROOT}ukpga/2009/22/section/251"
    said = {key: Precedent(LegalVerdict.POWER_TO_REQUIRE, "We read it so.", TODAY, TODAY)}
    document = {"legal_claim": "s251(1) ASCL Act 2009"}
    found = only("K05", document, precedents=said)
    assert found.detail["verified"]
    assert "not verified" not in found.says
    late = {key: Precedent(LegalVerdict.POWER_TO_REQUIRE, "So.", TODAY, date(2026, 11, 22))}
    assert not only("K05", document, precedents=late).detail["verified"]


def test_every_piece_of_evidence_stands_in_the_text():
    text = "s251 ASCL Act 2009, KCSIE requires it; Education Act 2022 s 5 \u2013 CA2004 s.11"
    for found in findings({"legal_claim": text}):
        assert found.evidence
        assert all(text[span.start : span.end] == span.text for span in found.evidence)
