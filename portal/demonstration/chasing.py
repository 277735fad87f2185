"""Reminders of what was sent lately, as they would have gone out, and mail that came back."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.calendars import kept_apart
from directory.models import Person, School
from foundation import clock
from foundation.bulk import insert_all
from gatekeeping.protocol import DEFAULT
from notifications.chasing.escalating import tell_deputies, tell_heads
from notifications.chasing.open_items import chased
from notifications.chasing.rule import asked_of, steps
from notifications.chasing.working import remind
from notifications.models import Attention, Notice, NoticeKind
from notifications.models_mail import Mail, MailState
from notifications.models_reaching import ChaseStep, ReturnedMail
from notifications.returned.reading import BOUNCE

REMINDERS: Final = 2
LATELY: Final = timedelta(days=150)
MOST: Final = 300
WHYS: Final = (
    "550 5.1.1 The email account that you tried to reach does not exist",
    "550 5.1.10 Recipient not found",
    "452 4.2.2 The mailbox is full",
)


def chase_the_past(session: Session, authority_id: int, *, at: datetime) -> None:
    """Write the chases of what was sent lately, as of the days on which they came; no mail."""
    asks = sa.or_(Notice.kind == NoticeKind.DATA_REQUEST, Notice.due_on.is_not(None))
    session.execute(
        sa.update(Notice)
        .where(Notice.authority_id == authority_id, asks, Notice.sent_at > at - LATELY)
        .values(
            attention=Attention.ACTION,
            reminders=REMINDERS,
            deputy_after=DEFAULT.deputy_days,
            head_after=DEFAULT.head_days,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    notices = session.scalars(
        sa.select(Notice)
        .where(*chased(authority_id, at))
        .order_by(Notice.sent_at.desc(), Notice.id)
        .limit(MOST)
    ).all()
    every = sa.select(School.id).where(School.authority_id == authority_id)
    today = clock.local_date(at)
    apart = kept_apart(session, authority_id, every, today - LATELY, today + LATELY)
    for notice in notices:
        for step in steps(asked_of(notice), apart.calendar(None, None)):
            if step.at <= at:
                _chase(session, notice, step.step, step.at)


def _chase(session: Session, notice: Notice, step: ChaseStep, at: datetime) -> None:
    if step is ChaseStep.READER:
        remind(session, notice, sa.true(), since=at, at=at)
    elif step is ChaseStep.DEPUTY:
        tell_deputies(session, notice, sa.true(), at=at)
    else:
        tell_heads(session, notice, sa.true(), at=at)


def return_mail(session: Session, authority_id: int) -> None:
    """Give everybody whose mail comes back the mail that did."""
    people = session.execute(
        sa.select(Person.id, Person.email, Person.mail_failing_since)
        .where(Person.authority_id == authority_id, Person.mail_failing_since.is_not(None))
        .order_by(Person.id)
    ).all()
    own = {"authority_id": authority_id}
    insert_all(
        session,
        Mail,
        [
            {
                **own,
                "person_id": person_id,
                "address": email,
                "subject": "A message for you",
                "state": MailState.RETURNED,
                "created_at": since,
                "send_after": since,
                "sent_at": since,
                "returned_at": since,
                "returned_why": WHYS[person_id % len(WHYS)],
            }
            for person_id, email, since in people
        ],
    )
    returned = session.execute(
        sa.select(Mail.id, Mail.returned_why, Mail.returned_at)
        .where(Mail.authority_id == authority_id, Mail.state == MailState.RETURNED)
        .order_by(Mail.id)
    ).all()
    insert_all(
        session,
        ReturnedMail,
        [
            {
                **own,
                "mail_id": mail_id,
                "kind": BOUNCE,
                "status": why.split(" ")[1],
                "says": why,
                "digest": hashlib.sha256(str(mail_id).encode()).hexdigest(),
                "at": at,
            }
            for mail_id, why, at in returned
        ],
    )
