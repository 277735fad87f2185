"""How held mail stands over all authorities, for whoever runs the portal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.mailgate.cases.moves import TO_DECIDE
from gatekeeping.models import BypassCase, CaseState

MANY_TRIES: Final = 3


@dataclass(frozen=True)
class Condition:
    """How many cases are overdue, and how many released messages the next server does not take."""

    overdue: int
    stuck: int


def condition(session: Session, *, at: datetime) -> Condition:
    """Count them: one statement, for a session of every authority."""
    overdue = sa.and_(BypassCase.state.in_(sorted(TO_DECIDE)), BypassCase.due_at < at)
    stuck = sa.and_(BypassCase.state == CaseState.RELEASING, BypassCase.tries >= MANY_TRIES)
    row = session.execute(
        sa.select(*(sa.func.sum(sa.case((each, 1), else_=0)) for each in (overdue, stuck))).where(
            sa.or_(overdue, stuck)
        )
    ).one()
    return Condition(int(row[0] or 0), int(row[1] or 0))
