"""Rows of reminders, and of mail that came back."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership
from notifications.models import Attention, Delivery, Notice
from notifications.models_mail import Mail, MailState
from notifications.models_reaching import Chase, ChaseStep, ReturnedMail
from tests.factories.base import NOON


def fill_chasing(
    session: Session, hats: dict[str, Membership], ids: dict[str, dict[str, Any]]
) -> None:
    """Remind each reader of what was sent, and let a mail to each come back."""
    live = ids["gatekeeping.delivered"]
    for endpoint in ("reminders", "change_reminders"):
        ids[f"gatekeeping.{endpoint}"] = {**live, "what": "stop"}
    rows = session.execute(
        sa.select(Delivery, Notice)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(Delivery.person_id.is_not(None))
        .order_by(Delivery.id)
    ).all()
    for delivery, notice in rows:
        notice.attention, notice.reminders = Attention.ACTION, 2
        notice.deputy_after, notice.head_after = 3, 5
        own = {"authority_id": delivery.authority_id}
        about = {"notice_id": notice.id, "delivery_id": delivery.id}
        session.add(Chase(**own, **about, step=ChaseStep.READER, number=1, at=NOON))
    for hat in hats.values():
        mail = Mail(
            authority_id=hat.authority_id,
            person_id=hat.person_id,
            address=hat.person.email,
            state=MailState.RETURNED,
            created_at=NOON,
            send_after=NOON,
            returned_at=NOON,
            returned_why="5.1.1 No such mailbox",
        )
        session.add(mail)
        session.flush()
        session.add(
            ReturnedMail(
                authority_id=hat.authority_id, mail_id=mail.id, kind="bounce", digest="0", at=NOON
            )
        )
