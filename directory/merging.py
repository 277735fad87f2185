"""One person who was entered twice: the two entries become one.

Everything of the one that goes is taken to the one that is kept: places here, owners and items by
the handlers of PeopleMerged. It cannot be undone.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts import person_of
from directory.events import PeopleMerged
from directory.models import ORGANISATION_ROLES, Membership, Person, PersonState, Role
from directory.people import PersonRefusal
from foundation import audit
from foundation.outbox import publish

JUDGED = (ORGANISATION_ROLES - {Role.TRUST}) | {Role.PANEL}
"""Roles in which what a person does is judged by who they are: two entries must stay two."""


class MergeRefusal(PersonRefusal):
    """These two entries cannot become one."""


def check_merge(session: Session, gone: Person, kept: Person) -> None:
    """Raise MergeRefusal unless the first may be merged into the second."""
    if gone.id == kept.id:
        raise MergeRefusal("This is one entry. Choose another one to merge it with.")
    if gone.merged_into_id is not None:
        raise MergeRefusal("This entry has been merged into another one already.")
    if kept.state is not PersonState.ACTIVE:
        raise MergeRefusal("The entry that you want to keep may not sign in. Open it first.")
    for person in (gone, kept):
        if _is_judged(session, person):
            raise MergeRefusal(
                f"{person.name} has or had a role in the council, with a partner or on the school "
                "panel. What people do there is checked against who they are, so this entry "
                "stays as it is. End the places of the other entry instead."
            )


def merge(
    session: Session, authority_id: int, *, gone_id: int, kept_id: int, by: int, at: datetime
) -> None:
    """Let everything of one entry be the other's from now on. Raises MergeRefusal.

    The one that goes is disabled; its address stays its own, so that signing in with it and files
    that name it lead to the kept one. The same merge again does nothing.
    """
    gone, kept = (person_of(session, authority_id, key) for key in (gone_id, kept_id))
    _take_turns(session, authority_id, gone_id, kept_id)
    if gone.merged_into_id == kept.id:
        return
    check_merge(session, gone, kept)
    _take_places(session, gone, kept, at)
    session.execute(
        sa.update(Person)
        .where(Person.authority_id == authority_id, Person.merged_into_id == gone.id)
        .values(merged_into_id=kept.id)
    )
    gone.state = PersonState.DISABLED
    gone.merged_into_id = kept.id
    seen = [each.last_signed_in_at for each in (gone, kept) if each.last_signed_in_at]
    kept.last_signed_in_at = max(seen, default=None)
    kept.telephone = kept.telephone or gone.telephone
    session.flush()
    publish(session, PeopleMerged(authority_id, gone.id, kept.id, by_id=by), at=at)
    audit.record(
        session,
        authority_id=authority_id,
        action="person.merged",
        subject="person",
        subject_id=kept.id,
        by=by,
        at=at,
        detail={"gone": gone.id},
    )


def _take_turns(session: Session, authority_id: int, *people: int) -> None:
    """Let two merges of the same people follow one another, and see what the first one left."""
    session.scalars(
        sa.select(Person)
        .where(Person.authority_id == authority_id, Person.id.in_(people))
        .order_by(Person.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _is_judged(session: Session, person: Person) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Membership.authority_id == person.authority_id,
                    Membership.person_id == person.id,
                    Membership.role.in_(sorted(JUDGED)),
                )
            )
        )
    )


def _take_places(session: Session, gone: Person, kept: Person, at: datetime) -> None:
    """End each place of the one, and begin it with the other unless they have it already."""
    theirs = {_where(place): place for place in _current(session, kept)}
    for place in _current(session, gone):
        place.ended_at = at
        held = theirs.get(_where(place))
        if held is None:
            held = theirs[_where(place)] = _same_place(place, kept, at)
            session.add(held)
        held.job_title = held.job_title or place.job_title
        held.mailbox = held.mailbox or place.mailbox
        held.manages_owners = held.manages_owners or place.manages_owners
        # a place that the school itself gave one of them does not end with the trust's
        held.given_by_trust_id = held.given_by_trust_id and place.given_by_trust_id
    session.flush()
    # somebody who is head by one entry and staff by the other is the head
    heads = {place.school_id: place for place in theirs.values() if place.role is Role.HEAD}
    for place in theirs.values():
        if place.role is Role.STAFF and place.school_id in heads:
            head = heads[place.school_id]
            head.mailbox = head.mailbox or place.mailbox
            place.ended_at = at
    session.flush()


def _where(place: Membership) -> tuple[int | None, int | None, Role]:
    return place.school_id, place.organisation_id, place.role


def _same_place(place: Membership, kept: Person, at: datetime) -> Membership:
    return Membership(
        authority_id=place.authority_id,
        person_id=kept.id,
        role=place.role,
        school_id=place.school_id,
        organisation_id=place.organisation_id,
        team_id=place.team_id,
        job_title=place.job_title,
        mailbox=place.mailbox,
        manages_owners=place.manages_owners,
        given_by_trust_id=place.given_by_trust_id,
        started_at=at,
    )


def _current(session: Session, person: Person) -> list[Membership]:
    return list(
        session.scalars(
            sa.select(Membership)
            .where(
                Membership.authority_id == person.authority_id,
                Membership.person_id == person.id,
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.id)
        )
    )
