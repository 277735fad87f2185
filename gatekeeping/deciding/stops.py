"""What stands in the way of an approval, whoever gives it; each with a sentence for the person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Person, Role
from foundation import clock
from foundation.dates import day
from foundation.errors import Refusal
from gatekeeping.changes.weighing import Weight
from gatekeeping.deciding import dpia, panel
from gatekeeping.deciding.conflicts import may_decide
from gatekeeping.models import (
    Condition,
    Decision,
    Override,
    Severity,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)

DPIA_RULE = "K71"
MOST_VERSIONS = 100


class TooLateError(Refusal):
    """The dates have passed while the submission waited."""


class StoppedError(Refusal):
    """Something must happen before this can be approved; the sentence says what, and by whom."""


@dataclass(frozen=True)
class Support:
    """Who stands behind an approval on the HIGH track already; ``counts`` says whether still."""

    by: Person
    at: datetime
    reason: str
    conditions: str
    counts: bool


def check_ordinary(submission: Submission) -> None:
    """Raise StoppedError for an emergency: one yes would be a way round the review that follows."""
    heard = submission.state in {State.APPROVED_COND, State.SUSPENDED}  # an appeal let it go
    if submission.track is Track.EMERGENCY and not heard:
        raise StoppedError(
            "This asks for the emergency route. The senior executive releases it under "
            "Emergencies, or has it judged as an ordinary submission first."
        )


def check_new(session: Session, submission: Submission, version: SubmissionVersion) -> None:
    """Raise StoppedError when this very version was approved before: it is resumed instead."""
    if submission.state is not State.SUSPENDED:
        return
    approved = sa.exists().where(Decision.version_id == version.id, Decision.verb == Verb.APPROVE)
    if session.scalar(sa.select(approved)):
        raise StoppedError("Nothing has changed since it was approved. Resume it instead.")


def check_dates(submission: Submission, *, at: datetime) -> None:
    """Raise TooLateError when schools were to answer before they could be asked."""
    if submission.due_on is not None and submission.due_on < clock.local_date(at):
        raise TooLateError(
            f"Schools were to answer by {day(submission.due_on)}, which has passed. "
            "Ask the officer for a new date first."
        )


def check_findings(session: Session, submission: Submission, version: SubmissionVersion) -> None:
    """Raise StoppedError while a finding stops this version that nobody has set aside.

    K71 cannot be set aside: the data protection officer's verdict answers it.
    """
    rows = session.execute(
        sa.select(StoredFinding.rule, StoredFinding.title)
        .where(
            StoredFinding.authority_id == submission.authority_id,
            StoredFinding.version_id == version.id,
            sa.or_(
                sa.and_(
                    StoredFinding.severity == Severity.BLOCK,
                    ~sa.exists().where(Override.finding_id == StoredFinding.id),
                ),
                StoredFinding.rule == DPIA_RULE,
            ),
        )
        .order_by(StoredFinding.id)
        .limit(20)
    ).all()
    for row in rows:
        if row.rule == DPIA_RULE:
            if dpia.verdict_on(session, version) is None:
                raise StoppedError(dpia.WAITS)
        else:
            raise StoppedError(
                f"“{row.title}” stops this. Return it to the officer, or set the finding aside "
                "and say why."
            )


def check_conditions(session: Session, submission: Submission) -> None:
    """Raise StoppedError while a condition that comes before sending is not confirmed."""
    left = session.scalar(
        sa.select(sa.func.count())
        .select_from(Condition)
        .where(
            Condition.authority_id == submission.authority_id,
            Condition.submission_id == submission.id,
            Condition.before_sending.is_(True),
            Condition.met_at.is_(None),
        )
    )
    if left:
        how_many = "1 condition is" if left == 1 else f"{left} conditions are"
        raise StoppedError(
            f"{how_many} not confirmed yet. Confirm everything that comes before sending first."
        )


def check_panel(session: Session, version: SubmissionVersion, answer: str, *, by: Person) -> None:
    """Raise StoppedError unless the school panel has advised and a vote against is answered."""
    votes = panel.votes_on(session, version)
    if not votes:
        raise StoppedError(panel.WAITS)
    if any(not vote.for_it for vote in votes) and not answer.strip():
        raise StoppedError(
            "A member of the school panel advises against it. Answer that advice.",
            field="answer_to_panel",
        )
    if all(vote.by_id == by.id for vote in votes):
        raise StoppedError("You advised on this for the school panel. Another must decide it.")


def check_not_alone(session: Session, submission: Submission, *, by: Person) -> None:
    """Raise StoppedError for an executive who gave it to the executive as a gatekeeper before.

    One person with both roles would else be both of the two whom the HIGH track asks for.
    """
    if submission.state is not State.ESCALATED:
        return
    own = sa.exists().where(
        Decision.authority_id == submission.authority_id,
        Decision.submission_id == submission.id,
        Decision.by_id == by.id,
        Decision.verb.in_([Verb.ESCALATE, Verb.SUPPORT]),
    )
    if session.scalar(sa.select(own)):
        raise StoppedError(
            "You said yes to this as a gatekeeper, or gave it to the executive yourself. The "
            "deputy must decide it, or hand it back to the gatekeepers."
        )


def is_high(session: Session, submission: Submission, version: SubmissionVersion) -> bool:
    """Tell whether this approval needs two gatekeepers and the school panel.

    An approval on conditions of the HIGH track had both; what follows from it confirms it, as
    long as the officer has not put something into it since that asks for more.
    """
    if submission.track is not Track.HIGH:
        return False
    if submission.state is not State.APPROVED_COND:
        return True
    before = session.scalars(
        sa.select(SubmissionVersion)
        .join(Decision, Decision.version_id == SubmissionVersion.id)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            Decision.verb.in_([Verb.APPROVE_WITH_CONDITIONS, Verb.VARY]),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    if before is None or before.track is not Track.HIGH:
        return True
    return _asks_more(session, before, version)


def _asks_more(session: Session, before: SubmissionVersion, version: SubmissionVersion) -> bool:
    """Tell whether a version between these two, the later one included, asked for more."""
    changes = session.scalars(
        sa.select(SubmissionVersion.changes)
        .where(
            SubmissionVersion.authority_id == version.authority_id,
            SubmissionVersion.submission_id == version.submission_id,
            SubmissionVersion.version > before.version,
            SubmissionVersion.version <= version.version,
        )
        .order_by(SubmissionVersion.version)
        .limit(MOST_VERSIONS)
    ).all()
    return len(changes) == MOST_VERSIONS or any(
        change["weight"] == Weight.MORE for each in changes for change in each
    )


def supports_of(
    session: Session, submission: Submission, version: SubmissionVersion
) -> Sequence[Support]:
    """Return who said yes to this version on the HIGH track, and whether that still counts.

    It does while they are active gatekeepers without a stake in it: of somebody who lost the
    role or has a conflict by now another support is needed.
    """
    rows = session.scalars(
        sa.select(Decision)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.version_id == version.id,
            Decision.verb == Verb.SUPPORT,
        )
        .options(joinedload(Decision.by))
        .order_by(Decision.id)
        .limit(20)
    ).all()
    return weighed(session, submission, rows)


def weighed(
    session: Session, submission: Submission, decisions: Iterable[Decision]
) -> Sequence[Support]:
    """Return the SUPPORTs among these decisions of one version, and whether each still counts."""
    return [
        Support(
            row.by,
            row.at,
            row.reason,
            row.conditions,
            may_decide(session, submission, row.by_id, Role.GATEKEEPER),
        )
        for row in decisions
        if row.verb is Verb.SUPPORT
    ]
