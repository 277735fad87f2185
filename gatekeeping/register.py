"""The register of numbers: the list for the authority, and what of it the public may see."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Organisation, Team
from gatekeeping.models import State, Submission
from gatekeeping.numbers import parse_number
from gatekeeping.paging import MOST_COUNTED

PAGE = 25
LONGEST_QUERY = 200
SENT = frozenset({State.LIVE, State.CLOSED, State.EXPIRED})


@dataclass(frozen=True)
class Listed:
    """One page of the register and how many entries match (no further than MOST_COUNTED + 1)."""

    rows: Sequence[Submission]
    total: int


def list_register(
    session: Session,
    authority_id: int,
    *,
    query: str = "",
    state: State | None = None,
    team_id: int | None = None,
    page: int = 1,
) -> Listed:
    """Return one page of all submissions that have a number, newest first: two statements.

    ``query`` is a number (as people type it) or words of the title.
    """
    conditions = [Submission.authority_id == authority_id, Submission.number.is_not(None)]
    if state is not None:
        conditions.append(Submission.state == state)
    if team_id is not None:
        conditions.append(Submission.team_id == team_id)
    query = " ".join(query.split())[:LONGEST_QUERY]
    number = parse_number(query)
    if number is not None:
        conditions.append(Submission.number == str(number))
    elif query:
        conditions += [
            sa.or_(
                Submission.title.icontains(word, autoescape=True),
                Submission.number.icontains(word, autoescape=True),
            )
            for word in query.split()[:10]
        ]
    counted = sa.select(Submission.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(counted))
    rows = session.scalars(
        sa.select(Submission)
        .where(*conditions)
        .options(joinedload(Submission.team), joinedload(Submission.organisation))
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Listed(rows, total or 0)


def teams(session: Session, authority_id: int) -> list[tuple[int, str]]:
    """Return the teams that may have submissions, by name: id and name with its organisation."""
    rows = session.execute(
        sa.select(Team.id, Team.name, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Team.authority_id == authority_id)
        .order_by(Team.name, Organisation.name, Team.id)
        .limit(500)
    ).all()
    return [(row.id, f"{row.name}, {row.organisation}") for row in rows]
