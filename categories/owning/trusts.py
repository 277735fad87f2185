"""Whom a trust names for a category at all of its schools; a school's own owner comes first."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.events import OwnersChanged
from categories.models import Category, TrustOwner
from categories.owning.trust_places import end_places, ensure_places
from directory.acting import id_of
from directory.models import (
    OPEN_STATUSES,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PersonState,
    School,
)
from foundation import audit
from foundation.bulk import insert_all
from foundation.db import EVERY_AUTHORITY
from foundation.errors import NotFoundError, Refusal
from foundation.outbox import publish

MOST_SCHOOLS = 1_000


class NotOfTrustError(Refusal):
    """The person chosen belongs neither to the trust nor to one of its schools."""

    sentence = "Choose somebody of the trust, or of one of its schools, who may sign in."


def set_trust_owners(
    session: Session,
    *,
    trust_id: int,
    choices: Mapping[int, int | None],
    by: Person | int | None,
    at: datetime,
) -> list[int]:
    """Name people (or None: nobody) for categories; return the categories that changed.

    Whoever is named gets a place at each open school of the trust; whoever is named for nothing
    more loses the places that the trust gave. Raises NotOfTrustError and NotFoundError (a trust or
    category that there is not). Publishes OwnersChanged for each open school, and records one
    audit entry. The same again changes nothing.
    """
    trust = trust_of(session, trust_id, hold=True)
    _check_categories(session, trust, choices.keys())
    _check_people(session, trust, {person for person in choices.values() if person is not None})
    current = {
        row.category_id: row
        for row in session.scalars(
            sa.select(TrustOwner).where(
                TrustOwner.authority_id == trust.authority_id,
                TrustOwner.trust_id == trust.id,
                TrustOwner.category_id.in_(choices.keys()),
                TrustOwner.ended_at.is_(None),
            )
        )
    }
    changed = {
        category_id: person_id
        for category_id, person_id in choices.items()
        if (current[category_id].person_id if category_id in current else None) != person_id
    }
    if changed:
        for category_id in changed.keys() & current.keys():
            current[category_id].ended_at = at
        session.flush()  # only one may be current when the next is written
        _write(session, trust, changed, by=id_of(by), at=at)
    return sorted(changed)


def trust_of(session: Session, trust_id: int, *, hold: bool = False) -> Organisation:
    """Return a trust; raises NotFoundError for anything else. ``hold``: until the commit."""
    query = sa.select(Organisation).where(
        Organisation.id == trust_id, Organisation.kind == OrganisationKind.TRUST
    )
    trust = session.scalars(query.with_for_update(key_share=True) if hold else query).first()
    if trust is None or session.info["authority"] not in (EVERY_AUTHORITY, trust.authority_id):
        raise NotFoundError
    return trust


def _write(
    session: Session,
    trust: Organisation,
    changed: Mapping[int, int | None],
    *,
    by: int | None,
    at: datetime,
) -> None:
    authority_id = trust.authority_id or 0
    insert_all(
        session,
        TrustOwner,
        [
            {
                "authority_id": authority_id,
                "trust_id": trust.id,
                "category_id": category_id,
                "person_id": person_id,
                "set_by_id": by,
                "set_at": at,
            }
            for category_id, person_id in changed.items()
            if person_id is not None
        ],
    )
    given = ensure_places(session, trust.id, at)
    ended = end_places(session, authority_id, at=at)
    schools = session.scalars(
        sa.select(School.id)
        .where(
            School.authority_id == authority_id,
            School.trust_id == trust.id,
            School.status.in_(OPEN_STATUSES),
        )
        .order_by(School.id)
        .limit(MOST_SCHOOLS)
    ).all()
    for school_id in schools:
        publish(session, OwnersChanged(authority_id, school_id, sorted(changed)), at=at)
    audit.record(
        session,
        authority_id=authority_id,
        action="trust_owner.set",
        subject="organisation",
        subject_id=trust.id,
        by=by,
        at=at,
        detail={
            "now": {str(key): person for key, person in sorted(changed.items())},
            "places_given": given,
            "places_ended": ended,
        },
    )


def _check_categories(session: Session, trust: Organisation, category_ids: Collection[int]) -> None:
    found = session.scalar(
        sa.select(sa.func.count())
        .select_from(Category)
        .where(
            Category.authority_id == trust.authority_id,
            Category.id.in_(category_ids),
            Category.retired_at.is_(None),
        )
    )
    if found != len(set(category_ids)):
        raise NotFoundError("A category is no longer in use. Look at the list again.")


def _check_people(session: Session, trust: Organisation, people: Collection[int]) -> None:
    if not people:
        return
    found = session.scalar(
        sa.select(sa.func.count())
        .select_from(Person)
        .where(
            Person.authority_id == trust.authority_id,
            Person.id.in_(people),
            Person.state == PersonState.ACTIVE,
            belongs(trust.id),
        )
    )
    if found != len(set(people)):
        raise NotOfTrustError(field="person_id")


def belongs(trust_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a person has a place at the trust or at one of its open schools."""
    schools = sa.select(School.id).where(
        School.trust_id == trust_id, School.status.in_(OPEN_STATUSES)
    )
    return sa.exists().where(
        Membership.person_id == Person.id,
        Membership.ended_at.is_(None),
        sa.or_(Membership.organisation_id == trust_id, Membership.school_id.in_(schools)),
    )
