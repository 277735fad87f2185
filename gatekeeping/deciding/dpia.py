"""The data protection officer's verdict: whether a version's assessment is enough (K71)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Person, Role
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission, checked_text, newest_version
from gatekeeping.models import (
    IS_NEWEST,
    DpiaOutcome,
    DpiaVerdict,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
)

PAGE = 25
RULE = "K71"
GOOD = frozenset({DpiaOutcome.ENOUGH, DpiaOutcome.NOT_NEEDED})
JUDGED_IN = frozenset(
    {
        State.TRIAGE,
        State.IN_REVIEW,
        State.CHALLENGED,
        State.ESCALATED,
        State.APPROVED_COND,
        State.SUSPENDED,
        State.EMERGENCY_RELEASED,
        State.AFTER_REVIEW,
    }
)
OUTCOMES = {
    DpiaOutcome.ENOUGH: "The assessment is enough",
    DpiaOutcome.NOT_NEEDED: "No assessment is needed",
    DpiaOutcome.NOT_ENOUGH: "The assessment is not enough",
}
WAITS = (
    "The data protection officer must say first that the assessment is enough, or that none is "
    "needed."
)
RESTS_ON = ("personal_data", "dpia", "items", "audience", "reply_by", "attachments", "body")
"""Fields on which a verdict rests: while none of them changes, it holds for a later version."""


class NoVerdictError(Refusal):
    """The submission is not one that waits for such a verdict."""

    sentence = "This does not wait for a verdict any more."


@dataclass(frozen=True)
class Listed:
    """A submission that waits for a verdict or has one, with the newest."""

    submission: Submission
    version: SubmissionVersion
    verdict: DpiaVerdict | None


def judge(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    outcome: DpiaOutcome | None,
    note: str,
    at: datetime,
) -> DpiaVerdict:
    """Store the verdict on the version that was read; a later one replaces it, both stay.

    Raises MissingTextError, NotGatekeeperError (not the data protection officer), ConflictError or
    NoVerdictError. The same again changes nothing.
    """
    note = checked_text(note, field="note", missing="Enter what your verdict rests on.")
    if outcome is None:
        raise Refusal("Choose your verdict.", field="outcome")
    lock(session, submission)
    check_may_decide(session, submission, by.id, roles=[Role.GOVERNANCE])
    newest = newest_version(session, submission)
    made = newest_verdict(session, submission)
    if made is not None and (made.version_id, made.by_id, made.outcome, made.note) == (
        newest.id,
        by.id,
        outcome,
        note,
    ):
        return made
    if submission.state not in JUDGED_IN:
        raise NoVerdictError
    if newest.version != version:
        raise NoVerdictError("The officer has changed this since you opened it. Read it again.")
    verdict = DpiaVerdict(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version_id=newest.id,
        by_id=by.id,
        at=at,
        outcome=outcome,
        note=note,
    )
    session.add(verdict)
    session.flush()
    detail = {"version": version, "outcome": outcome.value}
    audit_submission(session, submission, "submission.dpia", by=by, at=at, detail=detail)
    return verdict


def is_asked(session: Session, version: SubmissionVersion) -> bool:
    """Tell whether this version needs a verdict, or its submission has one already."""
    needs = sa.exists().where(StoredFinding.version_id == version.id, StoredFinding.rule == RULE)
    given = sa.exists().where(
        DpiaVerdict.authority_id == version.authority_id,
        DpiaVerdict.submission_id == version.submission_id,
    )
    return bool(session.scalar(sa.select(sa.or_(needs, given))))


def newest_verdict(session: Session, submission: Submission) -> DpiaVerdict | None:
    """Return the newest verdict on any version, with who gave it: one statement."""
    return session.scalars(
        sa.select(DpiaVerdict)
        .where(
            DpiaVerdict.authority_id == submission.authority_id,
            DpiaVerdict.submission_id == submission.id,
        )
        .options(joinedload(DpiaVerdict.by))
        .order_by(DpiaVerdict.id.desc())
        .limit(1)
    ).first()


def verdict_on(session: Session, version: SubmissionVersion) -> DpiaVerdict | None:
    """Return the newest verdict when it lets this version go, else None.

    A verdict on an earlier version holds while nothing on which it rests has changed.
    """
    row = session.execute(
        sa.select(DpiaVerdict, SubmissionVersion)
        .join(SubmissionVersion, SubmissionVersion.id == DpiaVerdict.version_id)
        .where(
            DpiaVerdict.authority_id == version.authority_id,
            DpiaVerdict.submission_id == version.submission_id,
        )
        .order_by(DpiaVerdict.id.desc())
        .limit(1)
    ).first()
    if row is None or row[0].outcome not in GOOD:
        return None
    verdict, judged = row
    if judged.id == version.id:
        return verdict  # type: ignore[no-any-return]
    same = all(judged.document.get(name) == version.document.get(name) for name in RESTS_ON)
    files = [file["sha256"] for file in judged.attachments]
    same = same and files == [file["sha256"] for file in version.attachments]
    return verdict if same else None


def waiting(session: Session, authority_id: int, *, page: int = 1) -> tuple[list[Listed], int]:
    """Return a page of what needs a verdict on its newest version, and how many do.

    Without a verdict on that version first, oldest first: three statements.
    """
    needs = (
        sa.exists()
        .where(StoredFinding.version_id == SubmissionVersion.id, StoredFinding.rule == RULE)
        .correlate(SubmissionVersion)
    )
    judged = (
        sa.exists()
        .where(DpiaVerdict.version_id == SubmissionVersion.id)
        .correlate(SubmissionVersion)
    )
    query = (
        sa.select(Submission, SubmissionVersion)
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(
            Submission.authority_id == authority_id,
            Submission.state.in_(sorted(JUDGED_IN)),
            needs,
        )
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.execute(
        query.options(joinedload(Submission.team), joinedload(Submission.organisation))
        .order_by(judged, Submission.submitted_at, Submission.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    newest = _newest(session, authority_id, [row[1].id for row in rows])
    return [Listed(row[0], row[1], newest.get(row[1].id)) for row in rows], total


def _newest(
    session: Session, authority_id: int, version_ids: Sequence[int]
) -> dict[int, DpiaVerdict]:
    rows = session.scalars(
        sa.select(DpiaVerdict)
        .where(DpiaVerdict.authority_id == authority_id, DpiaVerdict.version_id.in_(version_ids))
        .order_by(DpiaVerdict.id)
        .limit(PAGE * 20)
    )
    return {row.version_id: row for row in rows}
