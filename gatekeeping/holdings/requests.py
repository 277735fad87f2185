"""Reading requests for access: one's own, those to decide, those of a data set."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import SCHOOL_ROLES, Role
from foundation.errors import NotFoundError
from foundation.paging import MOST_COUNTED
from gatekeeping.holdings.owners import STAND_INS, data_sets_owned, nobody_linked
from gatekeeping.models import AccessMove, AccessRequest, AccessState, DataSet

PAGE: Final = 50
RECENT: Final = 10
SHOWN: Final = {"own": "Yours", "decide": "For you to decide", "all": "All"}
READERS_OF_ALL: Final = frozenset(set(Role) - {Role.OFFICER, *SCHOOL_ROLES})
"""Who may read every request: they answer for the catalogue, or oversee it."""


def list_requests(
    session: Session, authority_id: int, *, show: str, person_id: int, role: Role, page: int
) -> tuple[Sequence[AccessRequest], int]:
    """Return a page of requests, the newest first, and how many there are (counted to a limit).

    ``show`` is a key of SHOWN; "all" is for READERS_OF_ALL.
    """
    wanted = [
        AccessRequest.authority_id == authority_id,
        _shown(show, person_id=person_id, role=role),
    ]
    count = (
        sa.select(AccessRequest.id)
        .join(AccessRequest.data_set)
        .where(*wanted)
        .limit(MOST_COUNTED + 1)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(count.subquery())) or 0
    found = session.scalars(
        sa.select(AccessRequest)
        .join(AccessRequest.data_set)
        .where(*wanted)
        .options(*_READ)
        .order_by(AccessRequest.at.desc(), AccessRequest.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return found, total


def find_request(
    session: Session, authority_id: int, request_id: int, *, person_id: int, role: Role
) -> AccessRequest:
    """Return a request that this person may read: who asked, who decides, who oversees.

    Raises NotFoundError.
    """
    readable = [
        AccessRequest.by_id == person_id,
        AccessRequest.decided_by_id == person_id,
        data_sets_owned(person_id),
    ]
    if role in READERS_OF_ALL:
        readable = [sa.true()]
    found = session.scalars(
        sa.select(AccessRequest)
        .join(AccessRequest.data_set)
        .where(
            AccessRequest.authority_id == authority_id,
            AccessRequest.id == request_id,
            sa.or_(*readable),
        )
        .options(*_READ)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def history_of(session: Session, request: AccessRequest) -> Sequence[AccessMove]:
    """Return the steps of a request, the first first, with who made them."""
    return session.scalars(
        sa.select(AccessMove)
        .where(AccessMove.authority_id == request.authority_id, AccessMove.request_id == request.id)
        .options(joinedload(AccessMove.by))
        .order_by(AccessMove.at, AccessMove.id)
        .limit(PAGE)
    ).all()


def recent_of(session: Session, data_set: DataSet) -> Sequence[AccessRequest]:
    """Return who asked for a data set lately, the newest first."""
    return session.scalars(
        sa.select(AccessRequest)
        .where(
            AccessRequest.authority_id == data_set.authority_id,
            AccessRequest.data_set_id == data_set.id,
        )
        .options(*_READ)
        .order_by(AccessRequest.at.desc(), AccessRequest.id.desc())
        .limit(RECENT)
    ).all()


_READ = (
    joinedload(AccessRequest.data_set),
    joinedload(AccessRequest.by),
    joinedload(AccessRequest.team),
    joinedload(AccessRequest.organisation),
    joinedload(AccessRequest.decided_by),
)


def _shown(show: str, *, person_id: int, role: Role) -> sa.ColumnElement[bool]:
    if show == "all" and role in READERS_OF_ALL:
        return sa.true()
    if show != "decide":
        return AccessRequest.by_id == person_id
    theirs = data_sets_owned(person_id)
    if role in STAND_INS:
        theirs = sa.or_(theirs, nobody_linked(AccessRequest.by_id))
    return sa.and_(
        theirs, AccessRequest.state == AccessState.ASKED, AccessRequest.by_id != person_id
    )
