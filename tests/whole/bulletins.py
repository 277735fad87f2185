"""Bulletins of a week, and private addresses, for the pages of readers."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from directory.models import SCHOOL_ROLES, Membership
from notifications.models import Delivery
from tests.factories.base import NOON
from tests.factories.bulletins import BulletinFactory, BulletinMailFactory, PrivateAddressFactory
from tests.factories.categories import CategoryFactory
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory

MONDAY = date(2026, 11, 9)
IN_WEEK = datetime(2026, 11, 11, 9, 0, tzinfo=UTC)
UNKNOWN = "no-such-address"


def fill_bulletins(
    session: Session,
    hats: dict[str, Membership],
    ids: dict[str, dict[str, Any]],
    secret: str,
    size: int,
) -> None:
    """Make ``size`` items of a week for each role, their bulletins, and private addresses."""
    for number in range(size):
        bulletin = BulletinFactory(week_on=MONDAY - timedelta(weeks=number))
        BulletinMailFactory(bulletin_id=bulletin.id, membership_id=hats["head"].id)
    sources = itertools.count(2_000_000)  # no id of a submission's version
    for role in sorted(SCHOOL_ROLES):
        for number in range(size):
            category = CategoryFactory(group_heading=f"Group {number}")
            item = DeliveryFactory.to(
                hats[role],
                delivered_at=IN_WEEK,
                notice__title=f"{secret} week {number}",
                notice__source_id=next(sources),
                category_id=category.id,
            )
            NoticeAttachmentFactory(notice_id=item.notice_id)
            address = PrivateAddressFactory(
                person_id=hats[role].person_id, membership_id=hats[role].id
            )
        opened = session.get_one(Delivery, ids[f"notifications {role}"]["delivery_id"])
        opened.notice.due_on = NOON.date()
    own = {"week": MONDAY.isoformat(), "address_id": address.id, "kind": "atom", "token": UNKNOWN}
    for endpoint in (
        *("bulletin_week", "bulletin_print", "bulletin_file", "print_bulletin"),
        *("atom_feed", "calendar_feed", "end_feed", "make_feed"),
    ):
        ids[f"notifications.{endpoint}"] = own
