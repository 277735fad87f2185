"""Requests for access to held data in the small world: ``size`` of each."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership
from gatekeeping.models import AccessMove, AccessRequest, AccessState, DataSet, DataSetItem
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory

SECRET = "Kestrel"


def fill_held(session: Session, hats: Mapping[str, Membership], size: int) -> dict[str, Any]:
    """Make them, the one of the world's own officer last; return what addresses name."""
    data_set = session.scalars(sa.select(DataSet).where(DataSet.key == "catering")).one()
    item = session.scalars(
        sa.select(DataSetItem).where(DataSetItem.data_set_id == data_set.id).limit(1)
    ).one()
    for number in range(size):
        request = make_request(data_set, hats["officer"] if number == size - 1 else None, session)
    return {"held": data_set.key, "item_id": item.id, "request_id": request.id}


def make_request(data_set: DataSet, by: Membership | None, session: Session) -> AccessRequest:
    """Ask for a data set."""
    by = by or OfficerFactory()
    request = AccessRequest(
        authority_id=data_set.authority_id,
        data_set_id=data_set.id,
        items=["Meals served"],
        why=f"For the {SECRET}.",
        by_id=by.person_id,
        team_id=by.team_id,
        organisation_id=by.organisation_id,
        at=NOON,
        state=AccessState.ASKED,
    )
    session.add(request)
    session.flush()
    session.add(
        AccessMove(
            authority_id=data_set.authority_id,
            request_id=request.id,
            after=AccessState.ASKED,
            by_id=by.person_id,
            at=NOON,
        )
    )
    return request
