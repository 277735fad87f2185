"""People of the small world who are going to leave, and what addresses of their pages name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from directory.models import Membership
from portal.staff.models import Leaving
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, PersonFactory

SECRET = "Kestrel"


def fill_staff(session: Session, hats: Mapping[str, Membership], size: int) -> dict[str, Any]:
    """Let colleagues of the world's head leave on a day to come; name the last one."""
    head = hats["head"]
    for number in range(size):
        place = MembershipFactory(school=head.school, person__name=f"{SECRET} leaver {number}")
        session.add(
            Leaving(
                authority_id=head.authority_id,
                school_id=head.school_id,
                person_id=place.person_id,
                last_day=date(2099, 7, 20),
                to_id=head.person_id,
                choices={},
                set_by_id=head.person_id,
                set_at=NOON,
            )
        )
    session.flush()
    return {
        "person_id": place.person_id,
        "school_id": head.school_id,
        "other_id": PersonFactory(name=f"{SECRET} twice").id,
    }
