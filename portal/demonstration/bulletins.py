"""Past bulletins: weeks that are closed, and last week's by mail to those who sign in."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import RECIPIENTS, Membership, Person
from foundation.bulk import insert_missing
from notifications.bulletin.closing import close, mailed_at
from notifications.bulletin.composing import counts
from notifications.bulletin.mailing import BACK
from notifications.bulletin.week import week_at
from notifications.models_reaching import Bulletin, BulletinMail
from notifications.reading.inbox import reader_of

WEEKS: Final = BACK


def close_weeks(
    session: Session, authority_id: int, people: tuple[str, ...], *, at: datetime
) -> None:
    """Close the weeks before ``at``, without telling six thousand invented people of them.

    The last one is told to ``people`` (addresses) alone; its mail is written once a worker runs.
    """
    week = week_at(at)
    closed = []
    for _ in range(WEEKS):
        week = week.previous
        if mailed_at(session, authority_id, week) <= at:
            close(session, authority_id, week, with_mail=False, at=at)
            closed.append(week)
    if not closed:
        return
    bulletin_id = session.scalar(
        sa.select(Bulletin.id).where(
            Bulletin.authority_id == authority_id, Bulletin.week_on == closed[0].monday
        )
    )
    places = session.scalars(
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.role.in_(RECIPIENTS),
            Membership.ended_at.is_(None),
            Person.email.in_(people),
        )
        .order_by(Membership.id)
    ).all()
    insert_missing(
        session,
        BulletinMail,
        [
            {"authority_id": authority_id, "bulletin_id": bulletin_id, "membership_id": place.id}
            for place in places
            if counts(session, reader_of(place), closed[:1])[closed[0]]
        ],
    )
