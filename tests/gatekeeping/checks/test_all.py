"""Every check has a table of cases: what must fire, and beside it what must not."""

import importlib
import random
from datetime import date
from pathlib import Path

import pytest

from directory.calendars import Share
from directory.school_days import calendar_of
from gatekeeping import checks as package
from gatekeeping.checks import checks, run_checks
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import text_of
from gatekeeping.facts.days import Days
from gatekeeping.facts.school_types import OfTypes
from gatekeeping.findings import Context
from gatekeeping.law.duties import shipped
from gatekeeping.law.facts import judged
from tests.directory.lancashire import YEAR_2025, YEAR_2026

TODAY = date(2026, 11, 22)
KINDS = {("01", "2"): 400, ("34", "4"): 80, ("34", "2"): 151, ("11", "7"): 20, ("15", "1"): 24}
TYPES = OfTypes({"01": 400, "34": 231, "11": 20, "15": 24})
DAYS = Days(shares=(Share(calendar_of(YEAR_2025 + YEAR_2026), 612),))
RULES = {rule.RULE: rule for rule in checks()}
WELSH = "Annwyl bennaeth, mae'r fwydlen newydd ar gael. Diolch yn fawr am eich help eleni. "
ROBUST = {
    "empty": "",
    "spaces": " \u00a0\t\n " * 50,
    "long": "Please tell us how many pupils have meals, and sign in ink by post, s.251. " * 2_700,
    "one long word": "a" * 200_000,
    "digits and dashes": "888-2627-D-00417 " * 1_000,
    "stops": "." * 20_000,
    "brackets": "(((" * 6_000,
    "Welsh": WELSH * 20,
    "capitals": "PLEASE SEND US YOUR NUMBER ON ROLL. PRINT, SIGN AND SCAN. " * 10,
    "table": "School\tPupils\tMeals\n" + "North Primary\t210\t180\n" * 300,
    "odd dashes": "888\u20132627\u2014D\u201100417\u2212X, 3\u20135 pupils\u00a0each",
    "lone marks": "\ufeff\u200b“”‘’…•☐_____?!",
}


def table(rule):
    return importlib.import_module(f"tests.gatekeeping.checks.{rule.lower()}")


def cases(kind):
    return [
        pytest.param(rule, case, id=f"{rule}-{place}")
        for rule in RULES
        for place, case in enumerate(getattr(table(rule), kind))
    ]


def prepared(case):
    """Return document and context of a case; its own facts go before the usual ones."""
    given, facts = case if isinstance(case, tuple) else (case, {})
    document = SubmissionDocument.read(given)
    law = judged(document, shipped(), {}, KINDS, TODAY)
    usual = {"today": TODAY, "law": law, "types": TYPES, "days": DAYS}
    return document, Context(**{**usual, **facts})


def test_every_check_has_a_table_with_cases_of_both_kinds():
    names = {path.name[:3] for path in Path(package.__path__[0]).glob("k*.py")}
    assert names == {rule.lower() for rule in RULES}
    for rule in RULES:
        assert table(rule).FIRES, rule
        assert table(rule).SILENT, rule


@pytest.mark.parametrize(("rule", "case"), cases("FIRES"))
def test_it_fires_and_says_what_to_do(rule, case):
    document, context = prepared(case)
    found = RULES[rule].check(document, context)
    assert found
    for finding in found:
        assert (finding.rule, finding.rule_version) == (rule, RULES[rule].VERSION)
        assert finding.says.strip() == finding.says
        assert finding.says.endswith((".", "?", "”"))
        for span in finding.evidence:
            assert text_of(document.as_json(), span.field)[span.start : span.end] == span.text


@pytest.mark.parametrize(("rule", "case"), cases("SILENT"))
def test_it_does_not_fire(rule, case):
    document, context = prepared(case)
    assert RULES[rule].check(document, context) == []


def test_the_same_text_has_the_same_findings_whatever_the_order(monkeypatch):
    document, context = prepared(
        {
            "kind": "data_request",
            "title": "Statutory audit",
            "body": "Print, sign and scan. Please send us your number on roll. s.251 applies.",
            "items": [{"name": "Number on roll"}, {"name": "Names of governors"}],
            "number": "888-2627-D-00417-Y",
        }
    )
    first = run_checks(document, context)
    assert len({finding.rule for finding in first}) > 4
    for seed in range(5):
        shuffled = list(checks())
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - any order will do
        monkeypatch.setattr(package, "checks", lambda shuffled=shuffled: tuple(shuffled))
        assert run_checks(document, context) == first


@pytest.mark.parametrize("name", ROBUST)
def test_no_text_is_too_odd_or_too_long(name):
    text = ROBUST[name]
    given = {"kind": "data_request", "body": text, "items": [{"definition": text[:100_000]}]}
    document, context = prepared(given)
    for finding in run_checks(document, context):
        for span in finding.evidence:
            assert text_of(document.as_json(), span.field)[span.start : span.end] == span.text


def test_a_plain_letter_in_welsh_asks_nothing_of_the_register():
    document, context = prepared({"kind": "communication", "body": WELSH, "categories": ["x"]})
    found = {finding.rule for finding in run_checks(document, context)}
    assert not found & {"K10", "K11", "K12", "K60", "K61", "K62", "K80"}
