"""Telling people of deliveries by mail: the one door, whatever the occasion.

New, passed-on and changed items wait for the digest of readers who want one; everybody else gets a
mail, which waits until quiet hours are over. Reminders are mail also for readers of digests: they
come because a digest was not acted upon. What is urgent leaves at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mailboxes import mailbox_at
from directory.models import Person, School
from foundation.bulk import insert_missing
from foundation.db import wake
from notifications.models import Delivery
from notifications.models_mail import Mail, MailState, Occasion
from notifications.models_reaching import ReachChoice
from notifications.reaching.choices import COLUMNS
from notifications.reaching.gathering import gather
from notifications.reaching.quiet import Choice, send_after

Which = sa.Select[tuple[int]] | sa.Select[tuple[int, int | None]] | Sequence[int]
GATHERED: Final = frozenset({Occasion.ITEM, Occasion.FORWARDED, Occasion.CHANGED})
"""What goes into a digest, for those who want one."""


@dataclass(frozen=True)
class _Cause:
    """Why people are told, which time of its kind, and when."""

    occasion: Occasion
    round: int
    at: datetime
    urgent: bool


def notify(
    session: Session,
    authority_id: int,
    which: Which,
    *,
    occasion: Occasion,
    round: int = 0,  # noqa: A002 - the column's name
    at: datetime,
    urgent: bool = False,
) -> None:
    """Tell readers of these deliveries, each at most once for each occasion and round.

    ``which`` are ids of deliveries, or a select of them; a select with a second column says who is
    told instead of the reader (a deputy, a head), empty for the school's own mailbox. Whoever has
    no address is passed over. At most four statements for each thousand readers with choices of
    their own; one alone for all the others, however many. The mail is composed when it is sent.
    """
    cause = _Cause(occasion, round, at, urgent)
    told = _told(authority_id, which, cause)
    if urgent:
        _write(session, told, cause)
    else:
        _write(session, told.where(ReachChoice.id.is_(None)), cause)
        _as_chosen(session, authority_id, told, cause)
    wake(session, "mail")


def _told(authority_id: int, which: Which, cause: _Cause) -> sa.Select[tuple[int, int | None, str]]:
    """Return delivery, person and address of those who are to be told and were not yet."""
    person_id: Any = Delivery.person_id
    if isinstance(which, sa.Select):
        given = which.subquery("given")
        columns = list(given.c)
        here: Any = Delivery.id == columns[0]
        person_id = columns[1] if len(columns) > 1 else person_id
    else:
        given, here = None, Delivery.id.in_(which)
    # The mailbox that stands behind the person at that school, their own address, the school's.
    address = sa.func.coalesce(
        mailbox_at(person_id, Delivery.school_id), Person.email, School.email
    )
    before = sa.exists().where(
        Mail.delivery_id == Delivery.id, Mail.occasion == cause.occasion, Mail.round == cause.round
    )
    told = sa.select(Delivery.id, person_id, address).select_from(Delivery)
    if given is not None:
        told = told.join(given, here)
    return (
        told.join(School, School.id == Delivery.school_id)
        .outerjoin(Person, Person.id == person_id)
        .outerjoin(ReachChoice, ReachChoice.person_id == person_id)
        .where(Delivery.authority_id == authority_id, here, address != "", ~before)
    )


def _write(session: Session, told: sa.Select[tuple[int, int | None, str]], cause: _Cause) -> None:
    """Queue the mail of those who chose nothing, or for whom their choice does not count."""
    moment = sa.literal(cause.at, Mail.created_at.type)
    values: dict[str, Any] = {
        "occasion": sa.literal(cause.occasion.value),
        "round": sa.literal(cause.round),
        "subject": sa.literal(""),
        "text": sa.literal(""),
        "urgent": sa.true() if cause.urgent else sa.false(),
        "state": sa.literal(MailState.QUEUED.value),
        "created_at": moment,
        "send_after": moment,
        "tries": sa.literal(0),
    }
    written = told.add_columns(Delivery.authority_id, *values.values())
    columns = ["delivery_id", "person_id", "address", "authority_id", *values]
    session.execute(
        sa.insert(Mail.__table__).from_select(columns, written, include_defaults=False)  # type: ignore[arg-type]
    )


def _as_chosen(
    session: Session,
    authority_id: int,
    told: sa.Select[tuple[int, int | None, str]],
    cause: _Cause,
) -> None:
    """Queue mail or gather for digests as each person chose."""
    rows = session.execute(
        told.add_columns(*COLUMNS).where(ReachChoice.id.is_not(None)).order_by(Delivery.id)
    ).all()
    own = {"authority_id": authority_id, "created_at": cause.at}
    own |= {"occasion": cause.occasion, "round": cause.round}
    mails: list[dict[str, Any]] = []
    gathered: list[tuple[int, int, Choice]] = []
    for delivery_id, person_id, address, *values in rows:
        choice = Choice(*values)
        if choice.has_digest and cause.occasion in GATHERED:
            gathered.append((delivery_id, person_id, choice))
            continue
        mail = {"delivery_id": delivery_id, "person_id": person_id, "address": address}
        mails.append(own | mail | {"send_after": send_after(choice, cause.at)})
    insert_missing(session, Mail, mails)
    gather(session, authority_id, gathered, at=cause.at)
