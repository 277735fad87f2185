"""Setting findings aside: a gatekeeper says why a check's advice does not count here.

Nothing is removed: the finding stays on the page and in the letter, with who set it aside and why.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from directory.models import Person
from foundation.errors import NotFoundError, Refusal
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.deciding.deciders import roles_in
from gatekeeping.deciding.leases import AlreadyDoneError, lock, what_happened
from gatekeeping.deciding.recording import audit_submission, checked_text, newest_version
from gatekeeping.deciding.stops import DPIA_RULE
from gatekeeping.models import Override, State, StoredFinding, Submission, SubmissionVersion

OPEN_IN = frozenset(
    {State.TRIAGE, State.IN_REVIEW, State.ESCALATED, State.APPROVED_COND, State.SUSPENDED}
)


class NotAsideError(Refusal):
    """The finding is answered by somebody else, not set aside by a gatekeeper."""

    sentence = "The data protection officer answers this finding. It cannot be set aside."


def set_aside(
    session: Session,
    submission: Submission,
    finding_ids: Collection[int],
    *,
    why: str,
    by: Person,
    at: datetime,
) -> list[Override]:
    """Set findings of the newest version aside, all or none; the same again changes nothing.

    Raises MissingTextError, NotGatekeeperError, ConflictError, AlreadyDoneError, NotAsideError and
    NotFoundError for a finding of another version.
    """
    why = checked_text(why, field="why", missing="Enter why you set it aside.")
    if not finding_ids:
        raise Refusal("Choose what you set aside.", field="findings")
    lock(session, submission)
    check_may_decide(session, submission, by.id, roles=roles_in(session, submission))
    if submission.state not in OPEN_IN:
        raise AlreadyDoneError(what_happened(session, submission))
    version = newest_version(session, submission)
    found = [row for row in _findings(session, version) if row.id in set(finding_ids)]
    if len(found) != len(set(finding_ids)):
        raise NotFoundError
    if any(finding.rule == DPIA_RULE for finding in found):
        raise NotAsideError(field="findings")
    made = [_set(finding, why=why, by=by.id, at=at) for finding in found]
    new = [row for row in made if row is not None]
    session.flush()
    if new:
        detail = {"version": version.version, "rules": sorted({row.rule for row in found})}
        audit_submission(session, submission, "finding.set_aside", by=by, at=at, detail=detail)
    return new


def carry_over(session: Session, submission: Submission, version: SubmissionVersion) -> int:
    """Copy what was set aside on the version before to the same findings of this one.

    The same finding has the same rule, the same advice, and rests on the same words. Call it once
    the findings of a new version are stored. Returns how many findings stay aside.
    """
    before = session.scalars(
        sa.select(SubmissionVersion)
        .where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            SubmissionVersion.version < version.version,
        )
        .order_by(SubmissionVersion.version.desc())
        .limit(1)
    ).first()
    if before is None:
        return 0
    aside = {_same(row): row.overrides for row in _findings(session, before) if row.overrides}
    if not aside:
        return 0
    carried = 0
    for finding in _findings(session, version):
        overrides = aside.get(_same(finding), ())
        carried += bool(overrides)
        for override in overrides:
            _set(finding, why=override.why, by=override.by_id, at=override.at)
    session.flush()
    return carried


def _findings(session: Session, version: SubmissionVersion) -> Sequence[StoredFinding]:
    return session.scalars(
        sa.select(StoredFinding)
        .where(
            StoredFinding.authority_id == version.authority_id,
            StoredFinding.version_id == version.id,
        )
        .options(selectinload(StoredFinding.overrides))
        .order_by(StoredFinding.id)
        .limit(1_000)
    ).all()


def _same(finding: StoredFinding) -> tuple[Any, ...]:
    pieces = tuple((piece["field"], piece["text"]) for piece in finding.evidence)
    return finding.rule, finding.says, pieces


def _set(finding: StoredFinding, *, why: str, by: int, at: datetime) -> Override | None:
    if any((row.by_id, row.why) == (by, why) for row in finding.overrides):
        return None
    override = Override(
        authority_id=finding.authority_id, finding_id=finding.id, by_id=by, at=at, why=why
    )
    finding.overrides.append(override)
    return override
