"""The mail of reminders and escalations: one for each person and day, whatever it is about.

A single item goes through the door that all mail about deliveries takes; several become one mail
that lists them, the soonest due first.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.mailboxes import mailbox_at
from directory.models import Person, School
from foundation import clock
from foundation.bulk import batches, insert_all
from foundation.dates import day
from foundation.db import wake
from notifications.mail.message import PORTAL, one_line
from notifications.models import Attention, Delivery, Notice
from notifications.models_mail import Mail, MailState, Occasion
from notifications.models_reaching import Chase, ChaseStep, ReachChoice
from notifications.reaching.choices import COLUMNS
from notifications.reaching.notifying import notify
from notifications.reaching.quiet import Choice, send_after

MOST_LISTED: Final = 30
OCCASIONS: Final = {
    ChaseStep.READER: Occasion.REMINDER,
    ChaseStep.DEPUTY: Occasion.DEPUTY,
    ChaseStep.HEAD: Occasion.HEAD,
}


@dataclass(frozen=True)
class Told:
    """One chase as its mail tells it; ``delivery_id`` is what the person told may open."""

    step: ChaseStep
    number: int
    delivery_id: int
    person_id: int | None
    address: str
    reference: str
    title: str
    due_on: date | None
    urgent: bool
    school: str
    person: str
    reader: str
    choice: Choice


def write_reminders(session: Session, authority_id: int, *, after: int, at: datetime) -> None:
    """Write the mail of the chases after an id: one for each person, or two with an urgent one."""
    grouped: dict[tuple[object, ...], list[Told]] = defaultdict(list)
    for told in _told(session, authority_id, after):
        if told.address:
            grouped[told.step, told.person_id, told.address, told.urgent].append(told)
    rows: list[dict[str, Any]] = []
    singles: dict[tuple[ChaseStep, int, bool], list[Told]] = defaultdict(list)
    for some in grouped.values():
        first = some[0]
        if len(some) == 1 and first.step is not ChaseStep.DEPUTY:
            singles[first.step, first.number, first.urgent].append(first)
        else:
            rows.append(_own_mail(authority_id, some, at))
    insert_all(session, Mail, rows)
    for (step, number, urgent), alike in singles.items():
        for some in batches(alike):
            _notify(session, authority_id, step, number, some, at=at, urgent=urgent)
    wake(session, "mail")


def _notify(
    session: Session,
    authority_id: int,
    step: ChaseStep,
    number: int,
    some: Sequence[Told],
    *,
    at: datetime,
    urgent: bool,
) -> None:
    ids = [told.delivery_id for told in some]
    which = (
        sa.select(Chase.delivery_id, Chase.person_id).where(
            Chase.authority_id == authority_id,
            Chase.step == step,
            Chase.number == number,
            Chase.delivery_id.in_(ids),
        )
        if step is ChaseStep.HEAD
        else ids
    )
    notify(
        session,
        authority_id,
        which,
        occasion=OCCASIONS[step],
        round=number,
        at=at,
        urgent=urgent,
    )


def _told(session: Session, authority_id: int, after: int) -> list[Told]:
    """Return the chases after an id with whom they tell, soonest due first: one statement."""
    whom, reader, deputys = aliased(Person), aliased(Person), aliased(Delivery)
    address = sa.func.coalesce(
        mailbox_at(Chase.person_id, Delivery.school_id), whom.email, School.email, ""
    )
    rows = session.execute(
        sa.select(
            Chase.step,
            Chase.number,
            sa.func.coalesce(deputys.id, Delivery.id).label("delivery_id"),
            Chase.person_id,
            address.label("address"),
            Notice.reference,
            Notice.title,
            Notice.due_on,
            Notice.attention,
            School.name.label("school"),
            sa.func.coalesce(whom.name, "").label("person"),
            sa.func.coalesce(reader.name, "").label("reader"),
            ReachChoice.id.label("choice_id"),
            *COLUMNS,
        )
        .select_from(Chase)
        .join(Delivery, Delivery.id == Chase.delivery_id)
        .join(Notice, Notice.id == Chase.notice_id)
        .join(School, School.id == Delivery.school_id)
        .outerjoin(whom, whom.id == Chase.person_id)
        .outerjoin(reader, reader.id == Delivery.person_id)
        .outerjoin(ReachChoice, ReachChoice.person_id == Chase.person_id)
        .outerjoin(
            deputys,
            sa.and_(
                Chase.step == ChaseStep.DEPUTY,
                deputys.notice_id == Chase.notice_id,
                deputys.school_id == Delivery.school_id,
                deputys.person_id == Chase.person_id,
            ),
        )
        .where(Chase.authority_id == authority_id, Chase.id > after)
        .order_by(Notice.due_on, Chase.id)
    )
    return [_as_told(row) for row in rows]


def _as_told(row: sa.Row[Any]) -> Told:
    chosen = row[-len(COLUMNS) :]
    return Told(
        step=row.step,
        number=row.number,
        delivery_id=row.delivery_id,
        person_id=row.person_id,
        address=row.address,
        reference=row.reference,
        title=row.title,
        due_on=row.due_on,
        urgent=row.attention is Attention.URGENT,
        school=row.school,
        person=row.person,
        reader=row.reader,
        choice=Choice() if row.choice_id is None else Choice(*chosen),
    )


def _own_mail(authority_id: int, some: Sequence[Told], at: datetime) -> dict[str, Any]:
    first = some[0]
    return {
        "authority_id": authority_id,
        "person_id": first.person_id,
        "address": first.address,
        "occasion": OCCASIONS[first.step],
        "subject": subject_of(some),
        "text": text_of(some, today=clock.local_date(at)),
        "urgent": first.urgent,
        "state": MailState.QUEUED,
        "created_at": at,
        "send_after": at if first.urgent else send_after(first.choice, at),
    }


def subject_of(some: Sequence[Told]) -> str:
    """Return the subject: how many wait, and for whom where several read the mailbox."""
    many = f"{len(some)} items wait" if len(some) > 1 else "1 item waits"
    return {
        ChaseStep.READER: f"Reminder: {many} for you",
        ChaseStep.DEPUTY: f"Not acted on yet: {many} for you as deputy",
        ChaseStep.HEAD: f"Not acted on yet: {many} at your school",
    }[some[0].step]


def text_of(some: Sequence[Told], *, today: date) -> str:
    """Return the text: whom it is for, each item with its due date and link, what to do."""
    first = some[0]
    opening = {
        ChaseStep.READER: "These items still wait for you. If you have done one, open it and "
        "mark it as done.",
        ChaseStep.DEPUTY: "Nobody has acted on these by their due date. You are the deputy, so "
        "they are in your inbox too. Whoever does one first has done it for both of you.",
        ChaseStep.HEAD: "Nobody has acted on these by their due date, and reminders did not help.",
    }[first.step]
    blocks = [f"This is for {first.person or 'the office'} at {first.school}.", opening]
    blocks += [_item(told, today) for told in some[:MOST_LISTED]]
    if len(some) > MOST_LISTED:
        blocks.append(f"And {len(some) - MOST_LISTED} more, in the inbox:\n{PORTAL}/inbox")
    blocks.append("We never remind anybody more often than the sender was allowed to.")
    return "\n\n".join(blocks)


def _item(told: Told, today: date) -> str:
    due = ""
    if told.due_on is not None:
        late = told.due_on < today
        due = f" {'It was due' if late else 'It is due'} on {day(told.due_on)}."
    whose = ""
    if told.step is not ChaseStep.READER:
        whose = f" It lies with {told.reader or 'the school’s own mailbox'}."
    title = one_line(f"{told.reference}: {told.title}")
    return f"{title}.{due}{whose}\n{PORTAL}/inbox/{told.delivery_id}"
