"""People and submissions for what happens afterwards: emergencies, appeals, schools' challenges."""

from typing import Any

from directory.models import Membership, Role
from gatekeeping.models import State, Submission, Track
from tests.factories.directory import MembershipFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission, number

GROUNDS = "A gas leak has closed the site, and children are at risk."
EMERGENCY: dict[str, Any] = {
    "title": "Gas leak in Mill Lane",
    "body": "Keep everybody inside and the windows shut. Call 01772 000000.",
    "emergency": True,
    "emergency_grounds": GROUNDS,
    "send_on": "2026-11-23",
}


def make_executive(**facts: Any) -> Membership:
    """Make a senior executive, in a team of their own."""
    made: Membership = OfficerFactory(role=Role.EXECUTIVE, **facts)
    return made


def make_panel_member(**facts: Any) -> Membership:
    """Make a member of the school panel, each at a school of their own."""
    made: Membership = MembershipFactory(role=Role.PANEL, job_title="Headteacher", **facts)
    return made


def make_emergency(state: State = State.TRIAGE, **facts: Any) -> Submission:
    """Make a submission on the emergency track, to every school unless ``document`` says else."""
    document = {**EMERGENCY, **facts.pop("document", {})}
    values = {"track": Track.EMERGENCY, "number": number("E"), "schools": 2}
    return make_submission(state, document=document, **{**values, **facts})
