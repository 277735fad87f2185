import pytest

from gatekeeping.afterwards.grounds import grounds_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Severity, Track
from tests.judging import findings


def emergency(text):
    return {"emergency": True, "emergency_grounds": text}


@pytest.mark.parametrize(
    "text",
    [
        "Risk to life",
        "Gas leak on the site; three schools must close today.",
        "Child at risk: a man is approaching pupils outside schools.",
        "critical incident",
        "UKHSA direction: measles outbreak in two schools",
        "Public health direction",
        "Court order requires records by Thursday",
        "Court deadline not of our own making",
        "Site closure",
        "Water main burst, no running water at 4 schools",
        "Missing child, last seen near the school",
        "Product recall: milk contaminated",
        "A coach crash has injured pupils.",
        "Severe weather: red warning for snow",
        "RAAC found in ceilings; buildings unsafe",
        "Cyber attack on the school systems",
        "critical_incident",
        "Danger to children from a dangerous toy. The press has also called.",
        "Power cut across the district",
        "life",
        "Loss of heating in special schools",
        "A stranger has tried to abduct a child",
        "Judge has ordered disclosure by noon",
        "Police ask for a lockdown of three schools",
        "Smoke from a large fire at a chemical works; police advise people to stay indoors",
        "Two pupils were taken to hospital after eating sweets sold near schools",
        "A man with a knife was seen near the primary school",
        "High Court has given us until noon tomorrow to produce the records",
        "Electricity substation failed: eleven schools have no power",
    ],
)
def test_grounds_are_recognised(text):
    assert grounds_of(SubmissionDocument.read(emergency(text)))
    assert findings("K93", emergency(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Late planning",
        "A councillor has asked for the numbers by Friday",
        "Press query about school meals",
        "The team was short staffed and did not get this out in time",
        "The chief executive needs it for a meeting",
        "We forgot to send this in September",
        "Member's enquiry",
        "The committee meets tomorrow and needs the figures",
        "The BBC wants figures for tonight's programme",
        "The MP is asking about the risk to children from traffic.",
        "We missed the court deadline because we forgot.",
        "It is very urgent",
        "The deadline is tomorrow",
        "There is no risk to life.",
        "Director wants it",
        "We are behind schedule with the return",
        "FOI request",
        "The cabinet member wants to know about school closures",
        "We need the data for the Ofsted visit",
        "journalist asking about asbestos in schools",
        "The grant must be spent by the end of the financial year",
    ],
)
def test_what_is_no_grounds_is_challenged(text):
    (found,) = findings("K93", emergency(text), track=Track.HIGH)
    assert found.severity is Severity.CHALLENGE
    assert found.detail["judged_as"] == "HIGH"
    assert "HIGH" in found.says


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Late planning", "late planning"),
        ("A councillor asked", "councillor’s or MP’s enquiry"),
        ("A press query", "query from the press"),
    ],
)
def test_what_is_known_to_be_none_is_named_back(text, words):
    (found,) = findings("K93", emergency(text))
    assert words in found.says


def test_what_is_no_emergency_needs_no_grounds():
    assert findings("K93", {"emergency_grounds": "Late planning"}) == []
    assert grounds_of(SubmissionDocument.read({"emergency_grounds": "Gas leak"})) is None
