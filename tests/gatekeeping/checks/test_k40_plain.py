import pytest

from gatekeeping.models import Severity
from gatekeeping.protocol import Protocol
from tests.judging import findings

LONG = (
    "Please tell us, having regard to the talks which were held over the course of the last year "
    "between officers and heads and having looked at what came of them, how many laptops you have."
)


def request(body, **more):
    return {"kind": "data_request", "due_on": "2027-01-20", "body": body, **more}


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (LONG, "long_sentences"),
        ("Please leverage synergies to tell us how many you have.", "jargon"),
        ("Please complete the LCPMG return.", "short_forms"),
        ("This is about laptops. We hold a list.", "no_ask"),
    ],
)
def test_what_slows_a_reader_down_is_pointed_out(body, key):
    (found,) = findings("K40", request(body))
    assert found.severity is Severity.WARN
    assert {name for name, value in found.detail.items() if value} == {key}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Please tell us how many laptops you have. It helps us plan.",
        "PLEASE RETURN THE FORM BY FRIDAY. Thank you.",
        "Please send your SEND policy to the SENCO network.",
        "Please complete the Schools Capacity Return (SCR). The SCR helps us.",
        "Please complete the SCR (Schools Capacity Return). The SCR helps us.",
        "Please do NOT send names. You MUST reply by Friday. ACTION REQUIRED: please reply.",
        "Please confirm under EA 1996 and ASCLA 2009 that you have read this.",
        "Please tell us about KS2. See www.ABCD.gov.uk or data@XYZ.example, PR1 8XJ.",
        "Please fill in:\n\nName\tBoilers\tAge\tFuel\tCost\nA\t1\t2\t3\t4",
        "Please utilise the form to tell us how many you have.",
        "A ddylech chi lenwi hyn? Mae'n rhaid i'r ysgol ddychwelyd y ffurflen erbyn dydd Gwener.",
    ],
)
def test_plain_texts_are_let_be(body):
    assert findings("K40", request(body)) == []


@pytest.mark.parametrize(
    ("document", "fires"),
    [
        ({"body": "Please tell us."}, True),
        ({"body": "Please tell us by Friday."}, False),
        ({"body": "Please tell us by 12 January 2027."}, False),
        ({"body": "Please tell us within ten days."}, False),
        ({"body": "Please tell us.", "due_on": "2027-01-20"}, False),
        ({"body": "Roadworks begin soon.", "kind": "communication"}, False),
    ],
)
def test_a_request_needs_a_day(document, fires):
    found = findings("K40", {"kind": "data_request", **document})
    assert [one.detail["no_due_date"] for one in found] == [True] * fires


def test_the_protocol_says_how_long_a_sentence_may_be():
    protocol = Protocol(longest_sentence=5)
    (found,) = findings("K40", request("Please tell us how many you have."), protocol=protocol)
    assert found.detail["long_sentences"] == [7]


def test_jargon_comes_with_what_could_be_said_instead():
    body = "Please utilise the form and commence work. Tell us how many you have."
    (found,) = findings("K40", request(body))
    assert "for “utilise” say “use”" in found.says
