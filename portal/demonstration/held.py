"""Who asked for held data lately: one request that was granted, one that waits for an answer."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person
from gatekeeping.holdings.access import Asking, ask, grant
from gatekeeping.holdings.owners import owners_of
from gatekeeping.holdings.sets import find_set
from gatekeeping.models import AccessRequest
from portal.demonstration import council

GRANTED = (
    "finance-return",
    Asking(
        ["Year-end balance"],
        "To choose which schools our advisers visit first about their budgets: all maintained "
        "primary schools, as at the end of March.",
    ),
    "You find the table in the shared folder of Schools Finance from tomorrow on.",
)
WAITING = (
    "catering",
    Asking(["Meals served"], "To see before and after the new menus how many meals are taken."),
)


def ask_for_data(session: Session, authority_id: int, *, at: datetime, address: str) -> None:
    """Make the requests for access, by the real verbs."""
    officer = session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .where(Membership.authority_id == authority_id, Person.email == council.OFFICER)
        .order_by(Membership.id)
        .limit(1)
    ).one()
    key, asking, reason = GRANTED
    asked = at - timedelta(days=3)
    request = _asked(session, officer, key, asking, at=asked, address=address)
    owner = owners_of(session, request.data_set, besides=officer.person_id)[0]
    answered = asked + timedelta(hours=5)
    grant(session, request, by=owner, reason=reason, at=answered, address=address)
    key, asking = WAITING
    _asked(session, officer, key, asking, at=at - timedelta(hours=20), address=address)


def _asked(
    session: Session, officer: Membership, key: str, asking: Asking, *, at: datetime, address: str
) -> AccessRequest:
    data_set = find_set(session, officer.authority_id, key)
    if data_set is None:
        message = f"the catalogue of held data has no {key}"
        raise LookupError(message)
    return ask(session, data_set, asking, by=officer, at=at, address=address)
