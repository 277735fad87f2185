"""Who has a stake in a submission: rows that are written when the fact happens (4.4)."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership
from foundation.bulk import insert_missing
from gatekeeping.models import Interest, Stake, Submission


def note(
    session: Session, submission: Submission, person_id: int, *stakes: Stake, at: datetime
) -> None:
    """Write down that somebody has a stake in a submission; what stands there already stays.

    Call it in the transaction in which the fact happens: a text is saved (DRAFTED), an answer
    sent (ANSWERED), an endorsement given (ENDORSED). The submission must be in the database.
    """
    _write(session, submission, [(person_id, stake, at) for stake in stakes])


def note_line(session: Session, submission: Submission, *, at: datetime) -> None:
    """Write down the author's line chain of today, up and down, when a version is frozen."""
    line = {*line_up(session, submission), *line_down(session, submission)}
    _write(session, submission, [(person, Stake.LINE, at) for person in sorted(line)])


def share(session: Session, child: Submission, parent: Submission) -> None:
    """Let everybody with a stake in ``child`` have it in ``parent`` too, into which it merges."""
    stakes = session.scalars(
        sa.select(Interest)
        .where(Interest.authority_id == child.authority_id, Interest.submission_id == child.id)
        .order_by(Interest.person_id, Interest.why)
    ).all()
    found = {(row.person_id, row.why): row.at for row in stakes}
    found.setdefault((child.author_id, Stake.AUTHOR), child.created_at)
    _write(session, parent, [(person, why, at) for (person, why), at in found.items()])


def line_up(session: Session, submission: Submission) -> list[int]:
    """Return the ids of the author's managers of today, as far up as the directory knows."""
    chain = managers_of(submission.author_id)
    return list(session.scalars(sa.select(chain.c.id).order_by(chain.c.id)))


def line_down(session: Session, submission: Submission) -> list[int]:
    """Return the ids of everybody who reports to the author today, directly or not."""
    chain = (
        sa.select(Membership.person_id.label("id"))
        .where(
            Membership.authority_id == submission.authority_id,
            Membership.manager_id == submission.author_id,
            Membership.ended_at.is_(None),
        )
        .cte("reports", recursive=True)
    )
    chain = chain.union(
        sa.select(Membership.person_id)
        .join(chain, Membership.manager_id == chain.c.id)
        .where(Membership.authority_id == submission.authority_id, Membership.ended_at.is_(None))
    )
    return list(session.scalars(sa.select(chain.c.id).order_by(chain.c.id)))


def managers_of(person_id: int, name: str = "managers") -> sa.CTE:
    """Return the query of somebody's managers, theirs, and so on; circles end it."""
    chain = (
        sa.select(Membership.manager_id.label("id"))
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            Membership.manager_id.is_not(None),
        )
        .cte(name, recursive=True)
    )
    return chain.union(
        sa.select(Membership.manager_id)
        .join(chain, Membership.person_id == chain.c.id)
        .where(Membership.ended_at.is_(None), Membership.manager_id.is_not(None))
    )


def _write(
    session: Session, submission: Submission, rows: Iterable[tuple[int, Stake, datetime]]
) -> None:
    values = [
        {
            "authority_id": submission.authority_id,
            "submission_id": submission.id,
            "person_id": person_id,
            "why": stake,
            "at": at,
        }
        for person_id, stake, at in rows
    ]
    if values:
        session.flush()  # the submission itself may be new
        insert_missing(session, Interest, values)
