"""Writing the mail of closed weeks, batch by batch; it is composed when it is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import PersonLeft
from directory.mailboxes import mailbox_at
from directory.models import Membership, Person
from foundation.bulk import update_all
from foundation.db import wake
from notifications.bulletin.week import week_at
from notifications.models_mail import Mail, MailState, Occasion
from notifications.models_reaching import Bulletin, BulletinMail, ReachChoice
from notifications.reaching.choices import COLUMNS, DEFAULT, Choice, send_after

BACK: Final = 8
"""How many weeks back the portal looks for one to close: the summer holiday and a little."""
BATCH: Final = 500


def write_mails(session: Session, authority_id: int, *, at: datetime) -> int:
    """Write the next batch of mails that readers of closed weeks have not got; return how many."""
    school_id: Any = Membership.school_id  # of places at a school it is never empty
    rows = session.execute(
        sa.select(
            BulletinMail.id,
            Membership.person_id,
            sa.func.coalesce(mailbox_at(Membership.person_id, school_id), Person.email).label(
                "address"
            ),
            ReachChoice.id.label("choice_id"),
            *COLUMNS,
        )
        .join(Bulletin, Bulletin.id == BulletinMail.bulletin_id)
        .join(Membership, Membership.id == BulletinMail.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(ReachChoice, ReachChoice.person_id == Person.id)
        .where(
            BulletinMail.authority_id == authority_id,
            BulletinMail.mail_id.is_(None),
            Bulletin.week_on >= week_at(at).monday - timedelta(weeks=BACK),
        )
        .order_by(BulletinMail.id)
        .limit(BATCH)
        .with_for_update(of=BulletinMail, skip_locked=True)
    ).all()
    mails = _insert(session, [_mail(row, authority_id, at) for row in rows])
    update_all(
        session,
        BulletinMail,
        [{"id": row.id, "mail_id": mail_id} for row, mail_id in zip(rows, mails, strict=True)],
    )
    if rows:
        wake(session, "mail")
    return len(rows)


def follow_leaver(session: Session, event: PersonLeft, at: datetime) -> None:
    """Take back the bulletins that wait to be sent to somebody who left a school."""
    del at  # an event's handler is told, and this one needs it not
    waiting = session.execute(
        sa.select(BulletinMail.id, BulletinMail.mail_id)
        .join(Mail, Mail.id == BulletinMail.mail_id)
        .join(Membership, Membership.id == BulletinMail.membership_id)
        .where(
            BulletinMail.authority_id == event.authority_id,
            Membership.person_id == event.person_id,
            Membership.school_id == event.school_id,
            Mail.state == MailState.QUEUED,
            Mail.claim.is_(None),
        )
        .order_by(BulletinMail.id)
        .limit(BATCH)
    ).all()
    for model, ids in (
        (BulletinMail, [row.id for row in waiting]),
        (Mail, [row.mail_id for row in waiting]),
    ):
        session.execute(
            sa.delete(model)
            .where(model.authority_id == event.authority_id, model.id.in_(ids))
            .execution_options(synchronize_session=False)
        )


def _mail(row: Any, authority_id: int, at: datetime) -> dict[str, Any]:
    choice = DEFAULT if row.choice_id is None else Choice(*row[-len(COLUMNS) :])
    return {
        "authority_id": authority_id,
        "occasion": Occasion.BULLETIN,
        "person_id": row.person_id,
        "address": row.address,
        "created_at": at,
        "send_after": send_after(choice, at),
    }


def _insert(session: Session, mails: Sequence[dict[str, Any]]) -> list[int]:
    """Insert mails and return their ids in the same order."""
    if not mails:
        return []
    statement = sa.insert(Mail).returning(Mail.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, list(mails)).all())
