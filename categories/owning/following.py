"""Owners follow when somebody leaves or was entered twice: handlers of the directory's events.

Each may run twice and late: it looks at what holds now. Items follow by the events that the verbs
publish in turn.
"""

from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Cover, GroupDefault, Owner, TrustOwner
from categories.owning.handing import hand_over
from categories.owning.places import NotAtSchoolError
from directory.events import PeopleMerged, PersonLeft
from directory.receiving import is_receiving
from foundation.bulk import insert_all


def follow_leaver(session: Session, event: PersonLeft, at: datetime) -> None:
    """Give what a leaver still owns to whom they named (the handler of ``PersonLeft``).

    Without such a person it stays as it is: a gap that coverage shows, until the school says who.
    Does nothing when the leaver has a place there again meanwhile.
    """
    if event.to_id is None or event.to_id == event.person_id:
        return
    if is_receiving(session, event.authority_id, event.school_id, event.person_id):
        return
    if is_receiving(session, event.authority_id, event.school_id, event.to_id):
        hand_over(
            session,
            school_id=event.school_id,
            from_id=event.person_id,
            to=event.to_id,
            by=event.by_id,
            at=at,
        )


def follow_merge(session: Session, event: PeopleMerged, at: datetime) -> None:
    """Give everything that a duplicate owns to the entry that is kept (of ``PeopleMerged``).

    Where both have a part in a category the weightier one stays: who was deputy of themselves
    leads. What the duplicate had at a school where neither is any more ends.
    """
    for school_id in _schools(session, event.authority_id, event.gone_id):
        hand = partial(
            hand_over,
            session,
            school_id=school_id,
            from_id=event.gone_id,
            by=event.by_id,
            at=at,
        )
        try:
            hand(to=event.kept_id)
        except NotAtSchoolError:
            hand(to={})
    _take_from_trusts(session, event, at)


def _schools(session: Session, authority_id: int, person_id: int) -> list[int]:
    """Return the schools at which a person has any part, cover or default now."""
    found = sa.union(
        *(
            sa.select(table.school_id).where(
                table.authority_id == authority_id,
                table.person_id == person_id,
                table.ended_at.is_(None),
            )
            for table in (Owner, Cover, GroupDefault)
        )
    ).subquery()
    return list(session.scalars(sa.select(found.c.school_id).order_by(found.c.school_id)))


def _take_from_trusts(session: Session, event: PeopleMerged, at: datetime) -> None:
    """A trust names one person for a category: the same one goes on under the kept entry."""
    mine = session.execute(
        sa.update(TrustOwner)
        .where(
            TrustOwner.authority_id == event.authority_id,
            TrustOwner.person_id == event.gone_id,
            TrustOwner.ended_at.is_(None),
        )
        .values(ended_at=at)
        .returning(TrustOwner.trust_id, TrustOwner.category_id)
    ).all()
    session.flush()
    insert_all(
        session,
        TrustOwner,
        [
            {
                "authority_id": event.authority_id,
                "trust_id": row.trust_id,
                "category_id": row.category_id,
                "person_id": event.kept_id,
                "set_by_id": event.by_id,
                "set_at": at,
            }
            for row in mine
        ],
    )
