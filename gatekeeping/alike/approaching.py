"""Asking another team for its answers, or to be joined to theirs; taking over dates and rounds.

None commits. The same asked twice changes nothing and writes to nobody again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from directory.models import Person, Role
from foundation import clock
from foundation.errors import Refusal
from gatekeeping.alike.side_by_side import NAMING
from gatekeeping.authors import check_may_write
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission, checked_text
from gatekeeping.documents import SubmissionDocument
from gatekeeping.letters.addressees import people_in, write_to
from gatekeeping.models import Approach, ApproachKind, State, StoredFinding, Submission
from gatekeeping.writing.submissions import save

MOST: Final = 50
EXCERPT: Final = 1_000
UNASKED: Final = frozenset({State.DRAFT, State.WITHDRAWN})
MISSING: Final = {
    ApproachKind.ANSWERS: "Enter what you need of their answers, and for what.",
    ApproachKind.JOINING: "Enter why the two belong together.",
}


class NoDatesError(Refusal):
    """The other has no date that is still to come."""

    sentence = "The other submission has no date that is still to come, so yours stay as they are."


class SameError(Refusal):
    """Somebody asks themselves."""

    sentence = "That is the same submission."


class NotAskedError(Refusal):
    """The other was never asked of schools."""

    sentence = "The other submission is not asked of schools, so there is nobody to ask."


def approach(
    session: Session,
    submission: Submission,
    other: Submission,
    kind: ApproachKind,
    *,
    text: str,
    by: Person,
    at: datetime,
    address: str,
) -> Approach:
    """Ask the other's owner for its answers, or the gatekeeper to join the two; kept and mailed.

    Raises MissingTextError, SameError, NotAskedError, NotYourSubmissionError.
    """
    text = checked_text(text, field="text", missing=MISSING[kind])
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.id == other.id:
        raise SameError
    if other.state in UNASKED:
        raise NotAskedError
    known = _known(session, submission, other, kind)
    if known is not None:
        return known
    made = Approach(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        other_id=other.id,
        kind=kind,
        text=text,
        by_id=by.id,
        at=at,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:  # of two at once the second meets the first
        return _known(session, submission, other, kind) or made
    audit_submission(
        session,
        submission,
        "submission.approached",
        by=by,
        at=at,
        detail={"other": other.id, "kind": kind.value},
    )
    _tell(session, made, submission, other, by, at=at, address=address)
    return made


def approaches_of(session: Session, submission: Submission) -> Sequence[Approach]:
    """Return what was asked for a submission, and of it, the newest first: one statement."""
    return session.scalars(
        sa.select(Approach)
        .where(
            Approach.authority_id == submission.authority_id,
            sa.or_(Approach.submission_id == submission.id, Approach.other_id == submission.id),
        )
        .options(
            joinedload(Approach.by),
            joinedload(Approach.submission).joinedload(Submission.organisation),
            joinedload(Approach.submission).joinedload(Submission.team),
            joinedload(Approach.other),
        )
        .order_by(Approach.at.desc(), Approach.id.desc())
        .limit(MOST)
    ).all()


def approaches_named(
    session: Session, submission: Submission, findings: Sequence[StoredFinding]
) -> Sequence[Approach]:
    """Return the same where a finding names another submission; else nothing, without asking."""
    if not any(finding.rule in NAMING for finding in findings):
        return ()
    return approaches_of(session, submission)


def dates_to_come(send_on: date | None, due_on: date | None, today: date) -> dict[str, date]:
    """Return the dates that are still to come, by the names of the document.

    None where answers were due before: nothing can be aligned with what is over.
    """
    if due_on is not None and due_on < today:
        return {}
    dates = {"send_on": send_on, "due_on": due_on}
    return {name: on for name, on in dates.items() if on is not None and on >= today}


def take_dates(
    session: Session,
    submission: Submission,
    theirs: SubmissionDocument,
    *,
    by: Person,
    at: datetime,
) -> dict[str, date]:
    """Set the draft's dates to the other's, and return them.

    Raises NoDatesError, FrozenError, NotYourSubmissionError.
    """
    dates = dates_to_come(theirs.send_on, theirs.due_on, clock.local_date(at))
    if not dates:
        raise NoDatesError
    changes: dict[str, Any] = {name: on.isoformat() for name, on in dates.items()}
    save(session, submission, changes, by=by, at=at)
    return dates


def renew_other(
    session: Session, submission: Submission, other: Submission, *, by: Person, at: datetime
) -> None:
    """Say in the draft that it is the next round of the other. Raises what ``save`` raises."""
    if submission.id == other.id or not other.number:
        raise SameError
    save(session, submission, {"renews": other.number}, by=by, at=at)


def _known(
    session: Session, submission: Submission, other: Submission, kind: ApproachKind
) -> Approach | None:
    return session.scalars(
        sa.select(Approach).where(
            Approach.authority_id == submission.authority_id,
            Approach.submission_id == submission.id,
            Approach.other_id == other.id,
            Approach.kind == kind,
        )
    ).one_or_none()


def _tell(
    session: Session,
    made: Approach,
    submission: Submission,
    other: Submission,
    by: Person,
    *,
    at: datetime,
    address: str,
) -> None:
    if made.kind is ApproachKind.ANSWERS:
        lines = [
            (
                f"{by.name} ({by.email}) is about to ask schools for much the same as you, and "
                "would rather use the answers that you get:"
            ),
            made.text[:EXCERPT],
            "Please reply to them. Send personal data only where you may share it.",
            f"{address}/submissions/{other.id}",
        ]
        write_to(session, other, [other.author], "May we use your answers?", lines, at=at)
        return
    holder = submission.claimed_by
    if holder is None and submission.state is State.DRAFT:
        return  # the gatekeeper who takes it sees it on the page
    people = [holder] if holder else people_in(session, submission.authority_id, Role.GATEKEEPER)
    lines = [
        f"{by.name} asks to have it joined to {other.number}:",
        made.text[:EXCERPT],
        f"{address}/queue/{submission.id}/join?into={other.number}",
    ]
    write_to(session, submission, people, "Could be joined", lines, at=at)
