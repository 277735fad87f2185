"""Places that trusts give: whom a trust named has a place at each of its schools, and no longer.

Nothing goes to anybody who has no place at a school (decision 15), so naming somebody for a whole
trust gives them one. It ends when the trust names them no more, or the school leaves the trust;
one that the school itself came to use stays, as the school's own.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Cover, GroupDefault, Owner, TrustOwner
from directory.events import PersonLeft, TrustChanged
from directory.models import (
    OPEN_STATUSES,
    RECIPIENTS,
    Membership,
    Person,
    PersonState,
    Role,
    School,
)
from foundation import audit
from foundation.db import EVERY_AUTHORITY, Database
from foundation.model import BigId
from foundation.outbox import publish

MOST = 10_000
TITLE = "Trust"


def keep_all_places(database: Database, *, at: datetime) -> int:
    """Bring the places that trusts give up to date, wherever trusts name anybody; return how many.

    Schools change trusts by an import, too: it is made up for within a minute.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        named = sa.select(TrustOwner.authority_id).where(TrustOwner.ended_at.is_(None))
        given = sa.select(Membership.authority_id).where(
            Membership.given_by_trust_id.is_not(None), Membership.ended_at.is_(None)
        )
        authorities = sorted(session.scalars(named.union(given)))
    done = 0
    for authority_id in authorities:
        with database.transaction(authority=authority_id) as session:
            done += keep_places(session, authority_id, at=at)
    return done


def follow_change(session: Session, event: TrustChanged, at: datetime) -> None:
    """End the places that a school's former trust gave, give those of the new (of TrustChanged)."""
    ended = end_places(session, event.authority_id, at=at)
    given = 0 if event.after_id is None else ensure_places(session, event.after_id, at)
    _record(session, event.authority_id, given, ended, at)


def keep_places(session: Session, authority_id: int, *, at: datetime) -> int:
    """Give what places lack and end what nobody needs; return how many. Again: nothing happens."""
    ended = end_places(session, authority_id, at=at)
    given = give_places(session, authority_id, at=at)
    _record(session, authority_id, given, ended, at)
    return ended + given


def ensure_places(session: Session, trust_id: int, at: datetime) -> int:
    """Give whom a trust named their places at its open schools; return how many were missing."""
    authority_id = session.scalar(
        sa.select(School.authority_id).where(School.trust_id == trust_id).limit(1)
    )
    if authority_id is None:
        return 0
    return give_places(session, authority_id, at=at, trust_id=trust_id, again=True)


def give_places(
    session: Session,
    authority_id: int,
    *,
    at: datetime,
    trust_id: int | None = None,
    again: bool = False,
) -> int:
    """Write the missing places in one statement; return how many.

    A place that somebody ended since the trust named the person is given ``again`` only if that
    is said: a school may have meant it.
    """
    at_trust = (
        sa.select(sa.func.max(Membership.job_title))
        .where(
            Membership.person_id == TrustOwner.person_id,
            Membership.organisation_id == TrustOwner.trust_id,
            Membership.ended_at.is_(None),
        )
        .correlate(TrustOwner)
        .scalar_subquery()
    )
    known = sa.exists().where(
        Membership.person_id == TrustOwner.person_id,
        Membership.school_id == School.id,
        Membership.role.in_(RECIPIENTS),
        sa.or_(
            Membership.ended_at.is_(None),
            sa.false() if again else Membership.ended_at > TrustOwner.set_at,
        ),
    )
    title = sa.func.coalesce(sa.literal(f"{TITLE}, ") + sa.func.nullif(at_trust, ""), TITLE)
    rows = (
        sa.select(
            sa.literal(authority_id, BigId),
            TrustOwner.person_id,
            School.id,
            sa.literal(Role.STAFF.value),
            sa.func.substr(sa.func.max(title), 1, 120),
            sa.literal(at, Membership.started_at.type),
            TrustOwner.trust_id,
        )
        .join(School, School.trust_id == TrustOwner.trust_id)
        .join(Person, Person.id == TrustOwner.person_id)
        .where(
            TrustOwner.authority_id == authority_id,
            TrustOwner.ended_at.is_(None),
            TrustOwner.trust_id == trust_id if trust_id is not None else sa.true(),
            School.status.in_(OPEN_STATUSES),
            Person.state == PersonState.ACTIVE,
            ~known,
        )
        .group_by(TrustOwner.person_id, School.id, TrustOwner.trust_id)
    )
    names = ["authority_id", "person_id", "school_id", "role", "job_title", "started_at"]
    # Without the option PostgreSQL's driver does not say how many rows an INSERT wrote.
    done = session.connection().execute(
        sa.insert(Membership).from_select([*names, "given_by_trust_id"], rows),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount


def end_places(session: Session, authority_id: int, *, at: datetime) -> int:
    """End the places that no trust gives any more; return how many.

    Where the school itself named the person for something it becomes the school's own place.
    PersonLeft is published for every other, so that nothing stays lying with them.
    """
    needed = sa.exists().where(
        School.id == Membership.school_id,
        School.trust_id == Membership.given_by_trust_id,
        School.status.in_(OPEN_STATUSES),
        TrustOwner.trust_id == Membership.given_by_trust_id,
        TrustOwner.person_id == Membership.person_id,
        TrustOwner.ended_at.is_(None),
    )
    used = sa.or_(
        *(
            sa.exists().where(
                table.school_id == Membership.school_id,
                table.person_id == Membership.person_id,
                table.ended_at.is_(None),
            )
            for table in (Owner, Cover, GroupDefault)
        )
    )
    rows = session.execute(
        sa.select(Membership.id, Membership.person_id, Membership.school_id, used.label("used"))
        .where(
            Membership.authority_id == authority_id,
            Membership.given_by_trust_id.is_not(None),
            Membership.ended_at.is_(None),
            ~needed,
        )
        .order_by(Membership.id)
        .limit(MOST)
    ).all()
    kept = [row.id for row in rows if row.used]
    gone = [row for row in rows if not row.used]
    _update(session, kept, given_by_trust_id=None)
    _update(session, [row.id for row in gone], ended_at=at)
    for row in gone:
        publish(session, PersonLeft(authority_id, row.school_id, row.person_id), at=at)
    return len(gone)


def _record(session: Session, authority_id: int, given: int, ended: int, at: datetime) -> None:
    """Note what the portal did by itself; what a trust's lead did is noted where they did it."""
    if given or ended:
        audit.record(
            session,
            authority_id=authority_id,
            action="trust_places.kept",
            subject="authority",
            subject_id=authority_id,
            by=None,
            at=at,
            detail={"places_given": given, "places_ended": ended},
        )


def _update(session: Session, ids: list[int], **values: datetime | None) -> None:
    if ids:
        session.execute(
            sa.update(Membership)
            .where(Membership.id.in_(ids))
            .values(**values)
            .execution_options(synchronize_session="fetch")
        )
