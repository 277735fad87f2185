"""One submission of every kind of outcome, so that every page has something to show.

Made by the real verbs, at moments of the last days.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import Audience, count_schools
from directory.models import Membership, Person, Role, School
from directory.people import person_by_email
from foundation import clock
from gatekeeping.afterwards import appeal_panel, appeals, emergencies, school_challenges
from gatekeeping.deciding.decisions import approve_with_conditions, refuse
from gatekeeping.deciding.handing import redirect
from gatekeeping.deciding.leases import claim
from gatekeeping.models import Ground, State, Submission, SubmissionVersion
from portal.demonstration import council
from portal.demonstration.heavy import panel_of, submit_endorsed
from portal.demonstration.waiting import draft_of

DATA = Path(__file__).parent / "data" / "outcomes.toml"
AFFECTED = 3
SCHOOLS_BEHIND = 200
"""How far down the list of schools the affected ones lie; the demonstration's own is first."""


@dataclass(frozen=True)
class Stage:
    """Who plays, and when."""

    session: Session
    authority_id: int
    at: datetime
    address: str
    gatekeeper: Person
    executive: Person

    def common(self, at: datetime) -> dict[str, Any]:
        """Return what every verb takes."""
        return {"at": at, "address": self.address}


def make_outcomes(session: Session, authority_id: int, *, at: datetime, address: str) -> int:
    """Make the submissions and what came of them; return how many."""
    found = tomllib.loads(DATA.read_text(encoding="utf-8"))
    stage = Stage(
        session,
        authority_id,
        at,
        address,
        _person(session, authority_id, council.GATEKEEPERS[0]),
        _person(session, authority_id, council.EXECUTIVE),
    )
    for name, story in STORIES.items():
        submitted = at - timedelta(hours=found[name]["hours_ago"], minutes=20)
        entry = _with_schools(session, authority_id, found[name])
        submission = draft_of(session, authority_id, entry, submitted + timedelta(minutes=20))
        submit_endorsed(session, submission, by=submission.author, at=submitted)
        story(stage, submission, submitted)
    _challenge(stage)
    return len(STORIES)


def _released(stage: Stage, submission: Submission, submitted: datetime) -> None:
    emergencies.release(
        stage.session,
        submission,
        by=stage.executive,
        version=submission.version,
        reason="Gas was measured in two classrooms; the fire service asked for it.",
        **stage.common(submitted + timedelta(minutes=6)),
    )


def _waits(stage: Stage, submission: Submission, submitted: datetime) -> None:
    """Leave it before the gate."""


def _refused(stage: Stage, submission: Submission, submitted: datetime) -> None:
    looked = submitted + timedelta(hours=20)
    claim(stage.session, submission, by=stage.gatekeeper, at=looked)
    refuse(
        stage.session,
        submission,
        by=stage.gatekeeper,
        version=submission.version,
        code="no_use",
        reason="No decision hangs on it. A speech can do with the travel survey of 2025.",
        **stage.common(looked + timedelta(minutes=12)),
    )
    lodged = looked + timedelta(hours=26)
    appeal = appeals.lodge(
        stage.session,
        submission,
        by=submission.author,
        grounds="The travel survey asked pupils, not staff. Parking near schools is on the agenda "
        "of the transport committee in March.",
        **stage.common(lodged),
    )
    panel = panel_of(stage.session, stage.authority_id)[: appeal_panel.SEATS]
    if len(panel) == appeal_panel.SEATS:
        appeal_panel.appoint(
            stage.session,
            appeal,
            panel,
            by=stage.executive,
            **stage.common(lodged + timedelta(hours=3)),
        )


def _redirected(stage: Stage, submission: Submission, submitted: datetime) -> None:
    looked = submitted + timedelta(hours=19)
    claim(stage.session, submission, by=stage.gatekeeper, at=looked)
    redirect(
        stage.session,
        submission,
        by=stage.gatekeeper,
        version=submission.version,
        source="School census of October 2026: number on roll and first language, by school.",
        owner="Pupil Data Team",
        access="Ask for the extract “roll and language”; it takes a day.",
        reason="Schools gave both in the census seven weeks ago.",
        **stage.common(looked + timedelta(minutes=9)),
    )


def _conditions(stage: Stage, submission: Submission, submitted: datetime) -> None:
    looked = submitted + timedelta(hours=21)
    claim(stage.session, submission, by=stage.gatekeeper, at=looked)
    due = clock.local_date(stage.at) + timedelta(days=11)
    approve_with_conditions(
        stage.session,
        submission,
        by=stage.gatekeeper,
        version=submission.version,
        reason="The use is clear and the schools are few.",
        conditions=[
            {
                "kind": "cut_items",
                "text": "Leave out what the school would pay: the price list says it.",
                "due_on": due.isoformat(),
                "before_sending": True,
            },
            {
                "kind": "results_back",
                "text": "Tell the schools in March which courses were chosen.",
                "due_on": (due + timedelta(days=100)).isoformat(),
                "before_sending": False,
            },
        ],
        **stage.common(looked + timedelta(minutes=15)),
    )


STORIES: Mapping[str, Callable[[Stage, Submission, datetime], None]] = {
    "released": _released,
    "emergency": _waits,
    "refused": _refused,
    "redirected": _redirected,
    "conditions": _conditions,
}


def _challenge(stage: Stage) -> None:
    """Let the demonstration's head challenge the newest thing that the school received."""
    head = _person(stage.session, stage.authority_id, council.HEAD)
    school_id = stage.session.scalars(
        sa.select(Membership.school_id)
        .where(Membership.person_id == head.id, Membership.role == Role.HEAD)
        .limit(1)
    ).one()
    version_id = stage.session.scalars(
        sa.select(SubmissionVersion.id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            Submission.authority_id == stage.authority_id,
            Submission.state == State.LIVE,
            SubmissionVersion.version == Submission.version,
        )
        .order_by(Submission.sent_at.desc(), Submission.id.desc())
        .limit(1)
    ).first()
    if version_id is None or school_id is None:
        return
    school_challenges.challenge(
        stage.session,
        version_id,
        who=school_challenges.Raising(school_id, head),
        ground=Ground.TOO_SOON.value,
        text="This comes in the week of our inspection. Can it wait until January?",
        **stage.common(stage.at - timedelta(hours=3)),
    )


def _with_schools(session: Session, authority_id: int, entry: dict[str, Any]) -> dict[str, Any]:
    """Return the entry with schools: the affected ones where it names none, all for want of any."""
    named = Audience(**entry["document"]["audience"])
    if named != Audience(urns=[]):
        has_schools = count_schools(session, authority_id, named)
        document = entry["document"] | ({} if has_schools else {"audience": {"all": True}})
        return entry | {"document": document}
    urns = session.scalars(
        sa.select(School.urn)
        .where(School.authority_id == authority_id, School.status == "open")
        .order_by(School.urn)
    ).all()
    affected = urns[-min(SCHOOLS_BEHIND, len(urns)) :][:AFFECTED]
    document = entry["document"] | {"audience": {"urns": list(affected)}}
    return entry | {"document": document}


def _person(session: Session, authority_id: int, email: str) -> Person:
    person = person_by_email(session, authority_id, email)
    if person is None:
        message = f"{email} is missing"
        raise RuntimeError(message)
    return person
