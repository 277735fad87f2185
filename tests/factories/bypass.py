"""Cases of held, seen and reported mail in any state, with what a judgement leaves behind."""

import hashlib
import itertools
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from directory.models import Membership, School
from foundation.settings import Settings
from gatekeeping.mailgate.cases.moves import OPEN
from gatekeeping.mailgate.cases.outlines import HeldFile, Outline, close_outline, held_mail_seal
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseMove, CaseReport, CaseState
from tests.factories.base import NOON, authority_id, current
from tests.factories.directory import OfficerFactory, SchoolFactory

sequence = itertools.count(1)
SEAL = held_mail_seal(Settings(secret_key="for-tests-only"))
"""The seal of the application in tests."""
SAID = Outline(
    subject="Trip to the wetlands",
    from_address="officer@portal.example",
    recipients=("office@one.school.example", "office@two.school.example"),
    text="Please tell us by Friday how many pupils come.",
    attachments=(HeldFile("form.docx", "application/msword", 40_000),),
)


def detail_of(urns: list[int], **more: Any) -> dict[str, Any]:
    """Return what a judgement says of itself: counts and plain facts."""
    count = len(urns)
    return {
        "schools": count,
        "verdict": "hold",
        "reason": "many",
        "why": f"It goes to {count} schools; more than 20 need the gate.",
        "counted": sorted(urns),
        "own": sorted(urns),
        "joined": [],
        "closed": [],
        **more,
    }


def make_case(
    state: CaseState = CaseState.WAITING,
    *,
    kind: CaseKind = CaseKind.HELD,
    sender: Membership | str | None = None,
    schools: list[School] | None = None,
    said: Outline | None = SAID,
    **facts: Any,
) -> BypassCase:
    """Make a case of an officer's mail, or of an address that is nobody's, sealed as in tests.

    The message itself is not in it, only what is ``said`` of it.
    """
    session: Session = current["session"]
    sender = sender or OfficerFactory()
    urns = [school.urn for school in (schools if schools is not None else [SchoolFactory()])]
    received: datetime = facts.pop("received_at", NOON)
    is_open = state in OPEN
    values: dict[str, Any] = {
        "token": hashlib.sha256(f"token {next(sequence)}".encode()).hexdigest(),
        "content_key": hashlib.sha256(f"content {next(sequence)}".encode()).hexdigest(),
        **_whose(sender),
        "why": "many",
        "schools": len(urns),
        "urns": urns,
        "detail": detail_of(urns),
        "size": 4_000,
        "received_at": received,
        "due_at": received + timedelta(days=1) if is_open else None,
        "closed_at": None if is_open else received + timedelta(hours=5),
        "delete_on": date(2027, 1, 31),
    }
    made = BypassCase(authority_id=authority_id(), kind=kind, state=state, **{**values, **facts})
    if said is not None:
        close_outline(made, said, SEAL)
    session.add(made)
    session.flush()
    return made


def _whose(sender: Membership | str) -> dict[str, Any]:
    if isinstance(sender, str):
        return {"sender": sender}
    return {
        "sender": sender.person.email.lower(),
        "sender_id": sender.person_id,
        "team_id": sender.team_id,
        "team": sender.team.name if sender.team else "",
    }


def make_case_move(case: BypassCase, after: CaseState, **facts: Any) -> CaseMove:
    """Note that a case went from where it was made to ``after``; the case stays as it is."""
    session: Session = current["session"]
    values: dict[str, Any] = {"before": CaseState.WAITING, "at": NOON, "note": ""}
    made = CaseMove(
        authority_id=case.authority_id, case_id=case.id, after=after, **{**values, **facts}
    )
    session.add(made)
    session.flush()
    return made


def make_case_report(case: BypassCase, who: Membership) -> CaseReport:
    """Let a school's person report what the case is about."""
    session: Session = current["session"]
    made = CaseReport(
        authority_id=case.authority_id,
        case_id=case.id,
        school_id=who.school_id,
        person_id=who.person_id,
        at=NOON,
    )
    session.add(made)
    session.flush()
    return made
