"""One row of everything that may happen to a submission, for the small world."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from directory.models import Membership
from gatekeeping.models import (
    Appeal,
    AppealMember,
    Approach,
    ApproachKind,
    Awaited,
    Condition,
    ConditionKind,
    Decision,
    DpiaOutcome,
    DpiaVerdict,
    Endorsement,
    Exempt,
    ExemptKind,
    Ground,
    Interest,
    Override,
    PanelVote,
    PendingDecision,
    ProtocolEdition,
    Reminder,
    SchoolChallenge,
    Stake,
    State,
    StoredFinding,
    Submission,
    Track,
    Training,
    Verb,
)
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, PersonFactory
from tests.factories.gatekeeping import (
    make_decision,
    make_finding,
    make_submission,
    version_of,
)
from tests.joining import make_joining

SECRET = "Kestrel"
DAY = date(2027, 1, 15)


def fill_process(
    session: Session,
    hats: Mapping[str, Membership],
    made: Mapping[State, Submission],
    decision: Decision,
) -> dict[str, int]:
    """Store one of each row and return the ids of those that have a page."""
    officer, gatekeeper, panel = (
        hats[role].person_id for role in ("officer", "gatekeeper", "panel")
    )
    own = {"authority_id": decision.authority_id}
    refused = make_decision(made[State.APPEAL], hats["gatekeeper"], Verb.REFUSE)
    finding: StoredFinding = make_finding(version_of(made[State.IN_REVIEW]), "K40")
    appeal = Appeal(
        **own,
        submission_id=made[State.APPEAL].id,
        decision_id=refused.id,
        lodged_by_id=officer,
        lodged_at=NOON,
        grounds=f"{SECRET}s count.",
        hear_by=DAY,
    )
    session.add(appeal)
    session.flush()
    challenge = SchoolChallenge(
        **own,
        submission_id=made[State.LIVE].id,
        version=1,
        school_id=hats["head"].school_id,
        by_id=hats["head"].person_id,
        at=NOON,
        ground=Ground.TOO_MUCH,
        text=f"Too many {SECRET}s.",
    )
    condition = Condition(
        **own,
        decision_id=make_decision(
            made[State.APPROVED_COND], hats["gatekeeper"], Verb.APPROVE_WITH_CONDITIONS
        ).id,
        submission_id=made[State.APPROVED_COND].id,
        kind=ConditionKind.SHORTEN,
        text=f"Fewer {SECRET}s.",
        due_on=DAY,
        before_sending=True,
    )
    session.add_all(
        [
            challenge,
            condition,
            AppealMember(
                **own,
                appeal_id=appeal.id,
                person_id=panel,
                from_school=True,
                appointed_by_id=hats["executive"].person_id,
                appointed_at=NOON,
            ),
            Override(**own, finding_id=finding.id, by_id=gatekeeper, at=NOON, why=SECRET),
            Interest(
                **own,
                submission_id=made[State.TRIAGE].id,
                person_id=officer,
                why=Stake.DRAFTED,
                at=NOON,
            ),
            Exempt(
                **own,
                kind=ExemptKind.CASEWORK,
                organisation_id=hats["officer"].organisation_id,
                team_id=hats["officer"].team_id,
                by_id=officer,
                at=NOON,
            ),
            PendingDecision(
                **own,
                submission_id=made[State.IN_REVIEW].id,
                verb=Verb.REFUSE,
                version=1,
                values={"code": "no_use", "reason": SECRET},
                by_id=gatekeeper,
                made_at=NOON,
                due_at=NOON,
                refused_because="You are no longer a gatekeeper.",
            ),
            Approach(
                **own,
                submission_id=made[State.TRIAGE].id,
                other_id=made[State.LIVE].id,
                kind=ApproachKind.JOINING,
                text=SECRET,
                by_id=officer,
                at=NOON,
            ),
            Reminder(
                **own,
                version_id=version_of(made[State.IN_REVIEW]).id,
                what=Awaited.DPIA,
                at=NOON,
            ),
            Endorsement(
                **own,
                submission_id=made[State.DRAFT].id,
                digest="0" * 64,
                by_id=hats["executive"].person_id,
                at=NOON,
            ),
            PanelVote(
                **own,
                submission_id=made[State.IN_REVIEW].id,
                version_id=version_of(made[State.IN_REVIEW]).id,
                by_id=panel,
                at=NOON,
                for_it=True,
                reason=SECRET,
            ),
            DpiaVerdict(
                **own,
                submission_id=made[State.IN_REVIEW].id,
                version_id=version_of(made[State.IN_REVIEW]).id,
                by_id=hats["governance"].person_id,
                at=NOON,
                outcome=DpiaOutcome.ENOUGH,
                note=SECRET,
            ),
            ProtocolEdition(
                **own,
                version=1,
                values={"notice_days": 20},
                texts={},
                by_id=hats["administrator"].person_id,
                at=NOON,
                why=SECRET,
            ),
            Training(
                **own,
                organisation_id=hats["officer"].organisation_id,
                team_id=hats["officer"].team_id,
                by_id=hats["administrator"].person_id,
                at=NOON,
                note=SECRET,
            ),
        ]
    )
    made[State.MERGED].merged_into_id = made[State.TRIAGE].id
    joining = make_joining(made[State.TRIAGE], made[State.MERGED])
    session.flush()
    return {
        "joining_id": joining.id,
        "appeal_id": appeal.id,
        "challenge_id": challenge.id,
        "condition_id": condition.id,
        "finding_id": finding.id,
    }


def fill_heavy(session: Session, hats: Mapping[str, Membership], size: int) -> Submission:
    """Store submissions of the high track that wait for advice and a verdict; return the last."""
    for number in range(size):
        made = make_submission(
            State.TRIAGE,
            author=hats["officer"],
            document={"kind": "data_request", "title": f"{SECRET}, heavy, {number}"},
            track=Track.HIGH,
        )
        version = version_of(made)
        make_finding(version, "K71")
        make_decision(made, GatekeeperFactory(), Verb.SUPPORT)
        for for_it in (True, False):
            session.add(
                PanelVote(
                    authority_id=made.authority_id,
                    submission_id=made.id,
                    version_id=version.id,
                    by_id=PersonFactory().id,
                    at=NOON,
                    for_it=for_it,
                    reason=SECRET,
                )
            )
        child = make_submission(State.MERGED, author=hats["officer"])
        child.merged_into_id = made.id
        make_joining(made, child)
    session.flush()
    return made
