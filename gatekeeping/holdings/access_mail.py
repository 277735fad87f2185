"""The mails about access to held data: to the owners, and back to whoever asked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from directory.models import Person
from gatekeeping.holdings.owners import owners_of
from gatekeeping.models import AccessRequest, DataSet
from notifications.mail.compose import queue_mail

EXCERPT: Final = 1_000


def tell_owners(
    session: Session, request: AccessRequest, data_set: DataSet, *, at: datetime, address: str
) -> None:
    """Tell everybody who may decide that somebody asks; the reason stands on the page."""
    lines = [
        f"Somebody asks for access to “{data_set.title}”.",
        f"What: {_things(request)}.",
        "Open the request to see who asks and why, and to grant or refuse it:",
        _link(request, address),
    ]
    owners = owners_of(session, data_set, besides=request.by_id)
    _write(session, request, owners, f"Access to {data_set.title}", lines, at=at)


def tell_asker(
    session: Session, request: AccessRequest, said: str, *, at: datetime, address: str
) -> None:
    """Tell whoever asked what the owner decided, and why or how they get it."""
    lines = [
        f"{said}: “{request.data_set.title}”.",
        f"What: {_things(request)}.",
        request.reason[:EXCERPT],
        _link(request, address),
    ]
    subject = f"{said}: {request.data_set.title}"
    _write(session, request, [request.by], subject, lines, at=at)


def _write(
    session: Session,
    request: AccessRequest,
    people: Iterable[Person],
    subject: str,
    lines: list[str],
    *,
    at: datetime,
) -> None:
    for email in sorted({person.email for person in people}):
        queue_mail(
            session,
            authority_id=request.authority_id,
            address=email,
            subject=subject,
            text="\n\n".join(lines),
            at=at,
        )


def _things(request: AccessRequest) -> str:
    return ", ".join(request.items) or "all of it"


def _link(request: AccessRequest, address: str) -> str:
    return f"{address}/data-held/asked/{request.id}"
