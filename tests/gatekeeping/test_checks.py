import re
from datetime import date

import pytest

from gatekeeping.alike.asked_before import Earlier
from gatekeeping.checks import checks, run_checks
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, fields_of
from gatekeeping.models import Severity, Track

CATEGORIES = {
    slug: ((slug, slug.title()),) for slug in ("attendance", "budget", "energy", "catering")
}
TODAY = date(2026, 11, 23)


def findings(rule, document, **context):
    context = {"today": TODAY, "categories": CATEGORIES, **context}
    found = run_checks(SubmissionDocument.read(document), Context(**context))
    return [finding for finding in found if finding.rule == rule]


def test_every_module_of_the_folder_is_a_check_with_an_id_a_version_and_a_title():
    rules = [rule.RULE for rule in checks()]
    assert rules == sorted(set(rules))
    assert all(re.fullmatch(r"K\d\d", rule) for rule in rules)
    assert all(rule.VERSION >= 1 and rule.TITLE for rule in checks())


@pytest.mark.parametrize(
    ("document", "fires"),
    [
        ({"body": "This is a statutory return."}, True),
        ({"body": "This is a statutory return.", "legal_claim": "EA 1996 s 537A"}, False),
        ({"body": "Statutory under section 537A of the Education Act 1996."}, False),
        ({"legal_claim": "Children Act 2004"}, True),
        ({"legal_claim": "statutory"}, True),
        ({"legal_claim": "Education Act 1996, section 537A"}, False),
        ({"origin": "statute"}, True),
        ({"origin": "statute", "legal_claim": "s 11 Children Act 2004"}, False),
        ({"body": "This is not statutory: there is no statutory duty."}, False),
        ({"body": "You may answer if you wish."}, False),
    ],
)
def test_a_claim_without_a_provision_is_challenged(document, fires):
    found = findings("K01", document)
    assert bool(found) == fires
    assert all(finding.severity is Severity.CHALLENGE for finding in found)


@pytest.mark.parametrize(
    ("schools", "track", "severity"),
    [
        (0, Track.LIGHT, None),
        (20, Track.LIGHT, None),
        (21, Track.STANDARD, Severity.INFO),
        (656, Track.HIGH, Severity.INFO),
        (21, Track.EMERGENCY, Severity.CHALLENGE),
    ],
)
def test_more_than_twenty_schools_are_counted(schools, track, severity):
    found = findings("K20", {}, schools=schools, track=track)
    assert [finding.severity for finding in found] == ([severity] if severity else [])
    assert all(finding.detail["schools"] == schools for finding in found)


@pytest.mark.parametrize(
    "text",
    [
        "A wet signature is needed.",
        "Please sign in ink.",
        "Sign in black ink and return the form.",
        "Print, sign and scan the form.",
        "Please print the form, sign it and email it back.",
        "Sign and return by post to County Hall.",
        "Return a signed paper copy.",
        "We need the original signed form.",
        "Send the original documents by post.",
        "The form must be hand-signed.",
        "Post the signed form to us.",
    ],
)
def test_words_of_ink_and_paper_are_found_with_their_place(text):
    (found,) = findings("K30", {"body": text})
    assert found.severity is Severity.CHALLENGE
    assert all(text[span.start : span.end] == span.text for span in found.evidence)


@pytest.mark.parametrize(
    "document",
    [
        {"body": "No wet signature is needed."},
        {"body": "You do not need to print, sign or scan anything."},
        {"body": "Recycle your printer ink cartridges."},
        {"body": "An original song by year 6."},
        {"body": "Sign in to the portal to answer."},
        {"body": "Read the sign by the post office."},
        {"signature": "login"},
        {"body": "Sign in ink.", "signature": "deed", "legal_claim": "LPA 1989 s 1"},
    ],
)
def test_other_signs_and_inks_are_let_be(document):
    assert findings("K30", document) == []


@pytest.mark.parametrize("signature", ["ink", "deed"])
def test_asking_for_ink_or_a_deed_without_a_provision_is_challenged(signature):
    (found,) = findings("K30", {"signature": signature})
    assert [(span.field, span.text) for span in found.evidence] == [("signature", signature)]


@pytest.mark.parametrize(
    ("chosen", "unknown", "fires"),
    [
        ([], [], True),
        (["attendance"], [], False),
        (["attendance", "budget", "energy"], [], False),
        (["attendance", "budget", "energy", "catering"], [], True),
        (["attendance", "nonsense"], ["nonsense"], True),
    ],
)
def test_one_to_three_known_categories_are_asked_for(chosen, unknown, fires):
    found = findings("K81", {"categories": chosen})
    assert bool(found) == fires
    assert all(finding.severity is Severity.WARN for finding in found)
    assert all(finding.detail["unknown"] == unknown for finding in found)


def test_a_category_finding_says_where_nobody_is_set():
    (found,) = findings("K81", {"categories": ["attendance", "x"]}, unset={"attendance": 12})
    assert "“attendance”, 12 schools have nobody set" in found.says


def earlier(score=0.95, number="888-2627-D-00417-A"):
    return Earlier(7, number, "Autumn return", score, 220)


def test_a_near_identical_text_names_the_number_the_score_and_the_shared_schools():
    (found,) = findings("K10", {"body": "x"}, earlier=(earlier(),))
    assert "No. 888-2627-D-00417-A" in found.says
    assert "220 schools" in found.says
    assert found.detail["score"] == 0.95
    assert found.detail["shared_schools"] == 220


@pytest.mark.parametrize(
    ("score", "renews", "fires"),
    [
        (0.9, "", True),
        (1.0, "888-2627-D-00417-A", False),
        (1.0, "888-2627-D-00417-A v2", False),
        (1.0, "888-2627-D-00418-B", True),
    ],
)
def test_only_what_is_alike_and_not_renewed_is_a_duplicate(score, renews, fires):
    found = findings("K10", {"body": "x", "renews": renews}, earlier=(earlier(score),))
    assert bool(found) == fires


def test_findings_come_in_one_order_and_point_into_the_text():
    document = SubmissionDocument.read(
        {
            "title": "Statutory audit",
            "body": "Statutory. Sign in ink. Statutory. Print, sign and scan.",
            "items": [{"name": "Signed paper copy"}],
            "origin": "statute",
        }
    )
    context = Context(today=TODAY, schools=30, categories=CATEGORIES)
    found = run_checks(document, context)
    assert found == run_checks(document, context)
    ours = [finding.rule for finding in found if finding.rule in {"K01", "K30", "K81", "K20"}]
    assert ours == ["K01", "K30", "K81", "K20"]
    texts = dict(
        fields_of(document, "title", "body", "items", "origin", "legal_claim", "signature")
    )
    for finding in found:
        for span in finding.evidence:
            assert texts[span.field][span.start : span.end] == span.text
        assert list(finding.evidence) == sorted(finding.evidence)
