"""The table of moves of a proposed change, and the one function that makes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models_updates import ChangeState, SchoolChange

S = ChangeState  # the table below is read, not typed

MOVES: Final[dict[ChangeState, frozenset[ChangeState]]] = {
    S.WAITING: frozenset({S.CHOSEN, S.APPLIED, S.PASSED_OVER, S.STALE}),
    S.CHOSEN: frozenset({S.APPLIED, S.REFUSED, S.STALE, S.WAITING}),
    S.PASSED_OVER: frozenset({S.WAITING, S.STALE}),
    S.APPLIED: frozenset(),
    S.REFUSED: frozenset(),
    S.STALE: frozenset(),
}
"""What is applied, refused or out of date stays so: the next file proposes it again if it must."""


def move(
    session: Session,
    authority_id: int,
    conditions: Sequence[sa.ColumnElement[bool]],
    to: ChangeState,
    *,
    since: Sequence[ChangeState],
    by: int | None,
    at: datetime,
    **values: Any,
) -> int:
    """Move the changes that meet the conditions and stand in a state of ``since``; return how many.

    One statement. Of two who move the same change at once the second moves nothing, because it
    does not stand there any more. ``since`` are states from which the table leads to ``to``.
    """
    assert all(to in MOVES[state] for state in since)  # noqa: S101 - a fault of ours, not of a person
    moved = session.execute(
        sa.update(SchoolChange)
        .where(
            SchoolChange.authority_id == authority_id,
            SchoolChange.state.in_(since),
            *conditions,
        )
        .values(state=to, settled_by_id=by, settled_at=at, **values)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return int(moved.rowcount)  # type: ignore[attr-defined]
