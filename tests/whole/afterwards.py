"""Emergencies, appeals and schools' challenges of the small world: ``size`` of each."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from directory.models import Membership
from gatekeeping.models import (
    Appeal,
    AppealMember,
    Ground,
    SchoolChallenge,
    State,
    Submission,
    Verb,
)
from tests.factories.afterwards import make_emergency, make_panel_member
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, MembershipFactory, OfficerFactory
from tests.factories.gatekeeping import make_decision, make_finding, make_submission, version_of

SECRET = "Kestrel"
DAY = date(2027, 1, 15)
EMERGENCY_PAGES = (
    "emergency",
    "release_emergency",
    "judge_as_ordinary",
    "extend_emergency",
)


def fill_afterwards(
    session: Session, hats: Mapping[str, Membership], size: int
) -> dict[str, dict[str, Any]]:
    """Make them, those of the world's own people last; return what addresses name."""
    waiting = _emergencies(hats, size, State.TRIAGE)
    reviewed = _emergencies(hats, size, State.AFTER_REVIEW)
    for _ in range(2 * size):  # teams that lost the emergency route
        ended = make_emergency(State.NOT_RATIFIED, author=OfficerFactory(team=hats["officer"].team))
        make_decision(ended, GatekeeperFactory(), Verb.NOT_RATIFY)
    appeal, member = _appeals(session, hats, size)
    challenge = _challenges(session, hats, size)
    ids: dict[str, dict[str, Any]] = {
        f"gatekeeping.{page}": {"submission_id": waiting.id} for page in EMERGENCY_PAGES
    }
    for page in ("begin_review", "end_review"):
        ids[f"gatekeeping.{page}"] = {"submission_id": reviewed.id}
    for page in ("appeal", "appoint_panel", "remove_member", "vote_on_appeal"):
        ids[f"gatekeeping.{page}"] = {"appeal_id": appeal.id, "member_id": member.id}
    ids["gatekeeping.appeal_submission"] = {"submission_id": appeal.submission_id}
    for page in ("challenge", "answer_challenge"):
        ids[f"gatekeeping.{page}"] = {"challenge_id": challenge.id}
    return ids


def _emergencies(hats: Mapping[str, Membership], size: int, state: State) -> Submission:
    for number in range(size):
        author = hats["officer"] if number == size - 1 else OfficerFactory()
        made = make_emergency(
            state,
            author=author,
            document={"title": f"{SECRET} loose", "body": f"A {SECRET} is loose."},
        )
        if state is not State.TRIAGE:
            make_decision(made, hats["executive"], Verb.RELEASE)
    return made


def _appeals(
    session: Session, hats: Mapping[str, Membership], size: int
) -> tuple[Appeal, AppealMember]:
    for number in range(size):
        last = number == size - 1
        submission = make_submission(
            State.APPEAL,
            author=hats["officer"] if last else OfficerFactory(),
            document={"title": f"{SECRET} appeal"},
        )
        make_finding(version_of(submission))
        appeal = Appeal(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            decision_id=make_decision(submission, GatekeeperFactory(), Verb.REFUSE).id,
            lodged_by_id=submission.author_id,
            lodged_at=NOON,
            grounds=f"{SECRET}s count.",
            hear_by=DAY,
        )
        session.add(appeal)
        session.flush()
        for panel in (hats["panel"], make_panel_member()):
            member = AppealMember(
                authority_id=appeal.authority_id,
                appeal_id=appeal.id,
                person_id=panel.person_id,
                from_school=True,
                appointed_by_id=hats["executive"].person_id,
                appointed_at=NOON,
            )
            session.add(member)
            session.flush()
    for _ in range(size):  # who may be appointed
        make_panel_member()
    return appeal, member


def _challenges(session: Session, hats: Mapping[str, Membership], size: int) -> SchoolChallenge:
    submission = make_submission(State.LIVE, author=hats["officer"])
    for number in range(size):
        who = hats["head"] if number == size - 1 else MembershipFactory()
        made = SchoolChallenge(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version=1,
            school_id=who.school_id,
            by_id=who.person_id,
            at=NOON,
            ground=Ground.TOO_MUCH,
            text=f"Too many {SECRET}s.",
        )
        session.add(made)
        session.flush()
    return made
