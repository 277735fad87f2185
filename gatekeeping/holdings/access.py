"""Asking the owner of a data set for access: asked, granted, refused or withdrawn.

Each verb locks the request, moves it by the table below, writes its history and queues the mails.
None commits. The same verb again by the same person changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.hats import Hat
from directory.models import Person
from foundation import audit
from foundation.errors import NotFoundError, Refusal
from gatekeeping.deciding.recording import checked_text
from gatekeeping.holdings.access_mail import tell_asker, tell_owners
from gatekeeping.holdings.owners import owners_of
from gatekeeping.models import AccessMove, AccessRequest, AccessState, DataSet

S = AccessState
MOVES: Final[Mapping[AccessState, frozenset[AccessState]]] = {
    S.ASKED: frozenset({S.GRANTED, S.REFUSED, S.WITHDRAWN}),
    S.GRANTED: frozenset(),
    S.REFUSED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
STATE_NAMES: Final[Mapping[AccessState, str]] = {
    S.ASKED: "Waiting for the owner",
    S.GRANTED: "Granted",
    S.REFUSED: "Refused",
    S.WITHDRAWN: "Withdrawn",
}


class EndedError(Refusal):
    """The request was answered or withdrawn before."""

    sentence = "This request has been answered or withdrawn already. Nothing was changed."


class NotOwnerError(Refusal):
    """Somebody decides about data that are not theirs, or about their own request."""

    sentence = (
        "Only the owner of the data decides about access to it, and nobody decides about their "
        "own request. Nothing was changed."
    )


class WaitingError(Refusal):
    """There is an open request of this person for this data set."""

    sentence = (
        "You have asked for this data set already and the owner has not answered yet. Withdraw "
        "that request first if you need something else."
    )


class RetiredError(Refusal):
    """The data set is not in use any more."""

    sentence = "This data set is no longer kept up. Nobody can grant access to it."


@dataclass(frozen=True)
class Asking:
    """What is asked for: the names of items (none means all of them), and why."""

    items: Sequence[str]
    why: str


def ask(
    session: Session, data_set: DataSet, asking: Asking, *, by: Hat, at: datetime, address: str
) -> AccessRequest:
    """Ask the owner of a data set for access, and tell the owner by mail.

    The same request again while the first waits returns that one. Raises MissingTextError,
    RetiredError, WaitingError, NotFoundError for an item that it does not have.
    """
    why = checked_text(
        asking.why, field="why", missing="Enter what you need it for. The owner decides by this."
    )
    if data_set.retired_at is not None:
        raise RetiredError
    items = _items(data_set, asking.items)
    waiting = waiting_of(session, data_set, by.person_id)
    if waiting is not None:
        return _same(waiting, items, why)
    request = AccessRequest(
        authority_id=data_set.authority_id,
        data_set_id=data_set.id,
        items=items,
        why=why,
        by_id=by.person_id,
        team_id=by.team_id,
        organisation_id=by.organisation_id,
        at=at,
        state=S.ASKED,
    )
    try:
        with session.begin_nested():
            session.add(request)
            session.flush()
    except IntegrityError as fault:  # of two at once the second meets the first
        raise WaitingError from fault
    _note(session, request, before=None, by=by.person_id, at=at, note=why)
    tell_owners(session, request, data_set, at=at, address=address)
    return request


def waiting_of(session: Session, data_set: DataSet, person_id: int) -> AccessRequest | None:
    """Return what this person has asked of a data set that waits for its owner: one statement."""
    return session.scalars(
        sa.select(AccessRequest).where(
            AccessRequest.authority_id == data_set.authority_id,
            AccessRequest.data_set_id == data_set.id,
            AccessRequest.by_id == person_id,
            AccessRequest.state == S.ASKED,
        )
    ).first()


def grant(
    session: Session,
    request: AccessRequest,
    *,
    by: Person,
    reason: str,
    at: datetime,
    address: str,
) -> None:
    """Let whoever asked have it; ``reason`` tells how they get it.

    Raises MissingTextError, NotOwnerError, EndedError.
    """
    missing = "Enter how they get it: a link, a report, or when you send it."
    if _decide(session, request, S.GRANTED, by=by, reason=reason, missing=missing, at=at):
        tell_asker(session, request, "You may have the data", at=at, address=address)


def refuse(
    session: Session,
    request: AccessRequest,
    *,
    by: Person,
    reason: str,
    at: datetime,
    address: str,
) -> None:
    """Refuse it, with why and what to do instead.

    Raises MissingTextError, NotOwnerError, EndedError.
    """
    missing = "Enter why, and what they could do instead."
    if _decide(session, request, S.REFUSED, by=by, reason=reason, missing=missing, at=at):
        tell_asker(session, request, "You cannot have the data", at=at, address=address)


def withdraw(session: Session, request: AccessRequest, *, by: Person, at: datetime) -> None:
    """Take one's own request back. Raises NotFoundError for another's, EndedError."""
    _lock(session, request)
    if request.by_id != by.id:
        raise NotFoundError
    if request.state is S.WITHDRAWN:
        return
    _move(session, request, to=S.WITHDRAWN, by=by.id, at=at)


def may_decide(session: Session, request: AccessRequest, person_id: int) -> bool:
    """Tell whether this person decides about a request."""
    owners = owners_of(session, request.data_set, besides=request.by_id)
    return any(one.id == person_id for one in owners)


def _decide(
    session: Session,
    request: AccessRequest,
    to: AccessState,
    *,
    by: Person,
    reason: str,
    missing: str,
    at: datetime,
) -> bool:
    """Decide a request; False when the same person said the same before."""
    reason = checked_text(reason, field="reason", missing=missing)
    _lock(session, request)
    if (request.state, request.decided_by_id, request.reason) == (to, by.id, reason):
        return False
    if not may_decide(session, request, by.id):
        raise NotOwnerError
    _move(session, request, to=to, by=by.id, at=at, note=reason)
    request.decided_by_id, request.decided_at, request.reason = by.id, at, reason
    session.flush()
    return True


def _move(
    session: Session,
    request: AccessRequest,
    *,
    to: AccessState,
    by: int,
    at: datetime,
    note: str = "",
) -> None:
    """Move a request by the table and write its history; EndedError where it does not lead."""
    before = request.state
    if to not in MOVES[before]:
        raise EndedError
    request.state = to
    _note(session, request, before=before, by=by, at=at, note=note)


def _note(
    session: Session,
    request: AccessRequest,
    *,
    before: AccessState | None,
    by: int,
    at: datetime,
    note: str,
) -> None:
    session.add(
        AccessMove(
            authority_id=request.authority_id,
            request_id=request.id,
            before=before,
            after=request.state,
            by_id=by,
            at=at,
            note=note,
        )
    )
    session.flush()
    audit.record(
        session,
        authority_id=request.authority_id,
        action=f"access.{request.state.value}",
        subject="access_request",
        subject_id=request.id,
        by=by,
        at=at,
        detail={"data_set": request.data_set_id, "items": len(request.items)},
    )


def _lock(session: Session, request: AccessRequest) -> None:
    session.flush()
    session.refresh(request, with_for_update={"of": AccessRequest})


def _items(data_set: DataSet, names: Sequence[str]) -> list[str]:
    known = [item.name for item in data_set.items if item.retired_at is None]
    if any(name not in known for name in names):
        raise NotFoundError
    return [name for name in known if name in names]


def _same(waiting: AccessRequest, items: list[str], why: str) -> AccessRequest:
    if (waiting.items, waiting.why) != (items, why):
        raise WaitingError(field="why")
    return waiting
