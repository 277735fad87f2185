"""Rows of how people want to be reached, and of what waits for their digests."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import RECIPIENTS, Membership
from notifications.models import Delivery
from tests.factories.base import NOON
from tests.factories.reaching import DigestEntryFactory, DigestFactory, ReachChoiceFactory


def fill_reaching(
    session: Session, hats: dict[str, Membership], ids: dict[str, dict[str, Any]]
) -> None:
    """Let each reader have a daily digest, one that was composed and one for which items wait."""
    ids["notifications.stop_mail"] = {"token": "digest-1-of-nobody"}
    for role in RECIPIENTS:
        person_id = hats[role.value].person_id
        ReachChoiceFactory(person_id=person_id)
        composed = DigestFactory(person_id=person_id)
        items = session.scalars(
            sa.select(Delivery).where(Delivery.person_id == person_id).order_by(Delivery.id)
        ).all()
        for number, delivery in enumerate(items):
            digest_id = None if number % 2 else composed.id
            DigestEntryFactory(delivery=delivery, digest_id=digest_id, due_at=NOON)
