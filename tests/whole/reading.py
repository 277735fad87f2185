"""What readers keep for themselves, for the pages of the inbox: notes and views; what came on."""

import itertools
from typing import Any

from directory.models import Membership
from notifications.models import Attention, Delivery
from notifications.reading import agenda
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.reading import DeliveryNoteFactory, SavedViewFactory

sources = itertools.count(6_000_000)  # no id of a submission's version
READERS = ("head", "staff", "governor", "clerk", "early_years")


def fill_reading(
    hats: dict[str, Membership], ids: dict[str, dict[str, Any]], secret: str, size: int
) -> None:
    """Make ``size`` of each for everybody who reads, and name what addresses need."""
    for role in READERS:
        place = hats[role]
        items: list[Delivery] = []
        colleague = MembershipFactory(school=place.school)
        for number in range(size):
            view = SavedViewFactory(
                person_id=place.person_id,
                school_id=place.school_id,
                name=f"{secret} {number}",
                filters={"show": "unread"},
            )
            item = DeliveryFactory.to(
                place,
                notice__source_id=next(sources),
                notice__title=f"{secret} dated {number}",
                notice__attention=Attention.ACTION,
            )
            DeliveryNoteFactory(
                delivery_id=item.id, person_id=place.person_id, text=f"{secret} note"
            )
            DeliveryFactory.to(
                place,
                notice__source_id=next(sources),
                reason="forwarded",
                forwarded_by_id=colleague.person_id,
                read_at=NOON,
            )
            items.append(item)
        SavedViewFactory(
            person_id=place.person_id,
            school_id=place.school_id,
            name=agenda.NAME,
            filters={"items": [item.id for item in items]},
        )
        ids["notifications.remind_colleague"] = {"person_id": place.person_id}
        ids[f"notifications {role}"]["view_id"] = ids["notifications"]["view_id"] = view.id
