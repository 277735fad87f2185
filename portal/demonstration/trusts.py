"""The demonstration's trust: its academies, who leads it, and whom it names for all of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Owner
from categories.owning.trusts import set_trust_owners
from directory.kinds import type_codes
from directory.models import OPEN_STATUSES, Organisation, OrganisationKind, School
from directory.organisations import add_to_organisation
from portal.demonstration import council

MOST_SCHOOLS = 6
OWN_NOBODY = 0.6
"""The share of the trust's schools that leave these categories to the trust."""


def name_trust_owners(session: Session, authority_id: int, *, random: Random, at: datetime) -> None:
    """Make a trust of some academies, with a lead and a director of finance.

    The lists of schools that may be published name no trusts, so that this one is invented. Its
    director is named for some categories, and most of its schools leave them to the trust.
    """
    schools = session.scalars(
        sa.select(School)
        .where(
            School.authority_id == authority_id,
            School.status.in_(OPEN_STATUSES),
            School.type_code.in_(sorted(type_codes(["academy"]))),
        )
        .order_by(School.urn)
        .limit(MOST_SCHOOLS)
    ).all()
    if not schools:
        return
    trust = Organisation(
        authority_id=authority_id,
        kind=OrganisationKind.TRUST,
        code=council.TRUST_CODE,
        name=council.TRUST_NAME,
    )
    session.add(trust)
    session.flush()  # the schools need its id
    for school in schools:
        school.trust_id = trust.id
    lead, director = (
        add_to_organisation(
            session,
            organisation_id=trust.id,
            email=email,
            name=name,
            job_title=title,
            by=None,
            at=at,
        ).person_id
        for email, name, title in council.TRUST_PEOPLE
    )
    ids = session.scalars(
        sa.select(Category.id)
        .where(Category.authority_id == authority_id, Category.slug.in_(council.TRUST_OWNS))
        .order_by(Category.number)
    ).all()
    _leave_to_trust(session, trust, ids, random=random, at=at)
    set_trust_owners(
        session, trust_id=trust.id, choices=dict.fromkeys(ids, director), by=lead, at=at
    )


def _leave_to_trust(
    session: Session,
    trust: Organisation,
    category_ids: Sequence[int],
    *,
    random: Random,
    at: datetime,
) -> None:
    schools = session.scalars(
        sa.select(School.id)
        .where(School.authority_id == trust.authority_id, School.trust_id == trust.id)
        .order_by(School.id)
    ).all()
    chosen = [school for school in schools if random.random() < OWN_NOBODY]
    session.execute(
        sa.update(Owner)
        .where(
            Owner.authority_id == trust.authority_id,
            Owner.school_id.in_(chosen),
            Owner.category_id.in_(category_ids),
            Owner.ended_at.is_(None),
        )
        .values(ended_at=at - timedelta(days=100))
    )
