"""Held mail of the small world: ``size`` cases of each kind and state, and one of each role."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from directory.models import Membership
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from tests.factories.base import NOON
from tests.factories.bypass import SAID, make_case, make_case_move, make_case_report
from tests.factories.directory import MembershipFactory, OfficerFactory, SchoolFactory

SECRET = "Kestrel"
SAYS = replace(SAID, subject=f"{SECRET} trip", text=f"How many {SECRET}s?")
CLOSED = 118_999
"""The URN of a school that is not counted."""


def fill_bypass(hats: Mapping[str, Membership], size: int) -> dict[str, dict[str, Any]]:
    """Make them, those of the world's own people last; return what addresses name."""
    schools = [SchoolFactory(name=f"{SECRET} reached") for _ in range(size)]
    SchoolFactory(urn=CLOSED, name=f"{SECRET} closed")
    senders = [OfficerFactory() for _ in range(size)]  # all different, so that each is looked up
    for state in CaseState:
        for sender in senders:
            _case(sender, schools, state)
    for kind in (CaseKind.SEEN, CaseKind.REPORTED):
        for sender in senders:
            made = _case(sender, schools, CaseState.WAITING, kind=kind)
    review = {"is_emergency": True, "released_at": NOON}
    released = _case(senders[0], schools, CaseState.RELEASED, **review)
    for _ in range(size):
        make_case_report(made, MembershipFactory(school=SchoolFactory(name=SECRET)))
    waiting = _case(senders[-1], schools, CaseState.WAITING)
    for _ in range(size):
        make_case_move(waiting, CaseState.WAITING, by=OfficerFactory().person, note=SECRET)
    ids: dict[str, dict[str, Any]] = {
        "gatekeeping": {"case_id": waiting.id, "act": "release", "ground": "life"}
    }
    ids["gatekeeping.bypass_review"] = {"case_id": released.id}
    for role, hat in hats.items():
        for _ in range(size if role == "officer" else 1):
            own = _case(hat, schools, CaseState.WAITING)
        ids[f"gatekeeping {role}"] = {"held_id": own.id}
    return ids


def _case(sender: Membership, schools: list[Any], state: CaseState, **facts: Any) -> BypassCase:
    joined = [{"at": NOON.isoformat(), "schools": 3, "same_sender": False} for _ in schools]
    urns = [school.urn for school in schools]
    detail = {
        "why": f"It goes to {SECRET}s.",
        "counted": urns,
        "closed": [CLOSED],
        "joined": joined,
        "numbers": [{"number": "888-2627-C-00001-A", "fault": f"It is of {SECRET}s."}],
    }
    values = {"detail": detail, "explanation": f"{SECRET}s only.", "reason": SECRET}
    return make_case(state, sender=sender, schools=schools, said=SAYS, **{**values, **facts})
