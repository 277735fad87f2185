"""Comparing a submission as it is written now with one of its frozen versions."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import school_ids
from gatekeeping.changes.differences import File, Reach, changes
from gatekeeping.changes.weighing import Change, Weight
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Decision, Submission, SubmissionVersion, Verb

MOST_VERSIONS = 100


def changed_since_frozen(submission: Submission, version: SubmissionVersion) -> bool:
    """Tell whether the document or its attachments differ from this frozen version."""
    now = SubmissionDocument.read(submission.document)
    # an older version lacks the fields that documents got since
    then = SubmissionDocument.read(version.document)
    return now != then or files_now(submission) != files_then(version)


def changes_since(
    session: Session,
    submission: Submission,
    version: SubmissionVersion,
    document: SubmissionDocument,
) -> list[Change]:
    """Return what the document changes against a version, in the order of the form.

    Schools are compared as they are open today: one statement.
    """
    before = SubmissionDocument.read(version.document)
    return changes(
        before,
        document,
        reach=_reach(session, submission.authority_id, before, document),
        files=(files_then(version), files_now(submission)),
        valid_to=submission.expires_on,
    )


def changes_since_frozen(
    session: Session, submission: Submission, document: SubmissionDocument
) -> list[Change]:
    """Return what the document changes against the newest version; nothing when there is none."""
    if not submission.version:
        return []
    version = session.scalars(
        sa.select(SubmissionVersion).where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            SubmissionVersion.version == submission.version,
        )
    ).one()
    return changes_since(session, submission, version, document)


def approval_reaches(session: Session, submission: Submission, version: int) -> bool:
    """Tell whether a version was approved and every later one asks no more than the one before.

    Then what carries the older number, on paper for instance, still counts: one statement.
    """
    rows = session.execute(
        sa.select(
            SubmissionVersion.version,
            SubmissionVersion.changes,
            sa.exists()
            .where(Decision.version_id == SubmissionVersion.id, Decision.verb == Verb.APPROVE)
            .label("approved"),
        )
        .where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            SubmissionVersion.version >= version,
        )
        .order_by(SubmissionVersion.version)
        .limit(MOST_VERSIONS)
    ).all()
    if not rows or rows[0].version != version or not rows[0].approved:
        return False
    later = [change for row in rows[1:] for change in row.changes]
    return len(rows) < MOST_VERSIONS and all(change["weight"] != Weight.MORE for change in later)


def files_now(submission: Submission) -> list[File]:
    """Return the name and the content's hash of every file that is attached now."""
    return [(file.name, file.sha256) for file in submission.attachments]


def files_then(version: SubmissionVersion) -> list[File]:
    """Return the same of a frozen version."""
    return [(file["name"], file["sha256"]) for file in version.attachments]


def _reach(
    session: Session, authority_id: int, before: SubmissionDocument, after: SubmissionDocument
) -> Reach:
    if before.audience == after.audience:
        return Reach()
    old = school_ids(authority_id, before.audience.as_audience())
    new = school_ids(authority_id, after.audience.as_audience())
    found = session.execute(
        sa.select(_only_in(new, old).label("added"), _only_in(old, new).label("dropped"))
    ).one()
    return Reach(added=found.added, dropped=found.dropped)


def _only_in(first: sa.Select[tuple[int]], second: sa.Select[tuple[int]]) -> sa.ScalarSelect[int]:
    chosen, other = first.subquery(), second.subquery()
    return (
        sa.select(sa.func.count())
        .select_from(chosen)
        .where(chosen.c.id.not_in(sa.select(other.c.id)))
        .scalar_subquery()
    )
