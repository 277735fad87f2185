"""Two requests that belong together, for the tests of joining."""

from typing import Any

from sqlalchemy.orm import Session

from gatekeeping.burden import burden, kept
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Joining, JoiningKind, Kind, State, Submission
from gatekeeping.protocol import DEFAULT
from tests.factories.base import NOON, current
from tests.factories.directory import SchoolFactory
from tests.factories.gatekeeping import make_submission, version_of

PRIMARY, SECONDARY = "2", "4"
MEALS: dict[str, Any] = {
    "kind": "data_request",
    "title": "Free school meals take-up",
    "purpose": "To plan the kitchens of the spring.",
    "body": "Please tell us how many pupils take a free school meal.",
    "items": [
        {"name": "Pupils eligible for free school meals", "definition": "On the day of the census"},
        {"name": "Meals served each day"},
    ],
    "audience": {"phases": ["primary"]},
    "categories": ["catering"],
    "send_on": "2027-01-12",
    "due_on": "2027-02-26",
    "effort": [
        {
            "role": "office",
            "people": 1,
            "minutes": {"read": 5, "gather": 20, "complete": 10, "check": 5, "send": 1},
        }
    ],
    "reply_by": "portal",
}
HUNGER: dict[str, Any] = {
    "kind": "data_request",
    "title": "Hunger in the holidays",
    "purpose": "To place the holiday clubs.",
    "body": "Please tell us who may need food in the holidays.",
    "items": [
        {"name": "Number of pupils eligible for free school meals"},
        {"name": "Holiday clubs at the school", "definition": "Run by anybody"},
    ],
    "audience": {"all": True},
    "categories": ["catering"],
    "send_on": "2027-01-12",
    "due_on": "2027-02-19",
    "effort": [
        {
            "role": "office",
            "people": 1,
            "minutes": {"read": 5, "gather": 30, "complete": 10, "check": 5, "send": 2},
        }
    ],
    "reply_by": "portal",
}


def make_schools(primaries: int = 3, secondaries: int = 1) -> None:
    """Make open schools of two phases."""
    for _ in range(primaries):
        SchoolFactory(phase_code=PRIMARY)
    for _ in range(secondaries):
        SchoolFactory(phase_code=SECONDARY)


def make_request(
    document: dict[str, Any], schools: int, state: State = State.TRIAGE, **facts: Any
) -> Submission:
    """Make a request whose newest version carries the burden of its own document."""
    made = make_submission(state, document=document, schools=schools, **facts)
    read = SubmissionDocument.read(made.document)
    assert read.kind is Kind.DATA_REQUEST
    version_of(made).burden = kept(burden(read, schools, DEFAULT), DEFAULT)
    return made


def make_joining(parent: Submission, child: Submission, **facts: Any) -> Joining:
    """Store that a submission is joined to another."""
    session: Session = current["session"]
    before = version_of(parent)
    cost = {"schools": 3}
    values: dict[str, Any] = {
        "kind": JoiningKind.UNITED,
        "child_version_id": version_of(child).id,
        "base_id": before.id,
        "before_id": before.id,
        "after_id": before.id,
        "brought": {
            "items": [
                {"name": "Clubs", "definition": "", "take": "as_well", "same_as": "", "of": ""}
            ]
        },
        "figures": {"parent": cost, "child": cost, "both": 2, "schools": 4},
        "saving_minutes": 90,
        "saving_pence": 3_300,
        "reason": "The same question.",
        "by_id": parent.author_id,
        "at": NOON,
    }
    joining = Joining(
        authority_id=parent.authority_id,
        parent_id=parent.id,
        child_id=child.id,
        **{**values, **facts},
    )
    session.add(joining)
    session.flush()
    return joining
