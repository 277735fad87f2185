"""How well the demonstration's owners are kept: who signs in, whose mail fails, who left or helps.

Its own random numbers: what is made here changes nothing of what was made before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import GroupDefault, Owner, Part
from directory.models import SCHOOL_ROLES, Membership, Person, Role, School
from foundation.bulk import batches, insert_all, update_all
from portal.demonstration import council
from portal.demonstration.people import Staffed
from portal.demonstration.posts import DEPUTY, HEAD, MANAGER, OFFICE, SENCO, TITLES

NEVER_ENGAGED = 0.03
"""The share of schools at which nobody ever signed in."""
NEVER_CAME = 0.07
FAILS = 0.008
LEFT = 0.015
LONG_UNCONFIRMED = 0.15
"""The share of schools that have not looked at their owners for more than a year."""
WITH_DEPUTIES, DEPUTISED = 0.3, 0.4
SHARED, ALSO = 0.01, 0.015
WITH_DEFAULTS = 0.15
BEHIND_MAILBOX = 0.1
HELPERS = (DEPUTY, MANAGER, OFFICE, SENCO)
DEFAULTS = (("finance", MANAGER), ("premises", MANAGER), ("curriculum", DEPUTY))


@dataclass(frozen=True)
class Keeping:
    """Gives people and owners a past: signed in or never, confirmed or not, deputies, leavers."""

    session: Session
    authority_id: int
    staffed: Sequence[Staffed]
    people: dict[str, int]
    random: Random
    at: datetime

    def write(self) -> None:
        """Write all of it."""
        self._sign_in()
        self._leave()
        self._confirm()
        self._help()
        self._stand_behind_mailboxes()

    def _named(self) -> set[int]:
        return {person for email, person in self.people.items() if email in council.NAMED}

    def _sign_in(self) -> None:
        named = self._named()
        asleep = {
            self.people[email]
            for school in self.staffed
            if self._may(NEVER_ENGAGED) and not school.is_demo
            for email in school.posts.values()
        } - named
        rows: list[dict[str, Any]] = []
        for person in self.people.values():
            comes, fails = not self._may(NEVER_CAME), self._may(FAILS)
            is_named = person in named
            came = is_named or (comes and person not in asleep)
            rows.append(
                {
                    "id": person,
                    "last_signed_in_at": self._before(hours=2400) if came else None,
                    "mail_failing_since": self._before(hours=2000)
                    if fails and not is_named
                    else None,
                }
            )
        for some in batches(rows):
            update_all(self.session, Person, some)

    def _leave(self) -> None:
        """End places without a hand-over, as happens when a school tells nobody."""
        gone = {
            (self.people[email], school.school_id)
            for school in self.staffed
            for post, email in school.posts.items()
            if post != HEAD and not school.is_demo and self._may(LEFT)
        }
        named = self._named()
        places = self.session.execute(
            sa.select(Membership.id, Membership.person_id, Membership.school_id)
            .where(Membership.authority_id == self.authority_id, Membership.role == Role.STAFF)
            .order_by(Membership.id)
        )
        rows = [
            {"id": place.id, "ended_at": self._before(hours=4800)}
            for place in places
            if (place.person_id, place.school_id) in gone and place.person_id not in named
        ]
        for some in batches(rows):
            update_all(self.session, Membership, some)

    def _confirm(self) -> None:
        """Most schools said within the year that their owners are still right."""
        for school in self.staffed:
            if self._may(LONG_UNCONFIRMED) and not school.is_demo:
                continue
            self.session.execute(
                sa.update(Owner)
                .where(Owner.authority_id == self.authority_id, Owner.school_id == school.school_id)
                .values(confirmed_at=self._before(hours=8400))
            )

    def _help(self) -> None:
        """Name deputies, sharers, who gets it as well, and whom whole groups fall to."""
        owners: dict[int, list[tuple[int, int]]] = {}
        for row in self.session.execute(
            sa.select(Owner.school_id, Owner.category_id, Owner.person_id)
            .where(Owner.authority_id == self.authority_id)
            .order_by(Owner.id)
        ):
            owners.setdefault(row.school_id, []).append((row.category_id, row.person_id))
        beside: list[dict[str, Any]] = []
        defaults: list[dict[str, Any]] = []
        for school in self.staffed:
            beside += self._beside(school, owners.get(school.school_id, ()))
            if self._may(WITH_DEFAULTS) and not school.is_new:
                defaults += self._defaults(school)
        for some in batches(beside):
            insert_all(self.session, Owner, some)
        self.session.add_all(GroupDefault(**row) for row in defaults)
        self.session.flush()

    def _beside(
        self, school: Staffed, owners: Sequence[tuple[int, int]]
    ) -> Iterator[dict[str, Any]]:
        helpers = [self.people[school.posts[post]] for post in HELPERS if post in school.posts]
        has_deputies = self._may(WITH_DEPUTIES) or school.is_demo
        for category_id, owner_id in owners:
            part = self._part(has_deputies=has_deputies)
            others = [person for person in helpers if person != owner_id]
            if part is not None and others:
                yield {
                    "authority_id": self.authority_id,
                    "school_id": school.school_id,
                    "category_id": category_id,
                    "person_id": self.random.choice(others),
                    "part": part,
                    "assigned_at": self._before(hours=8400),
                }

    def _defaults(self, school: Staffed) -> Iterator[dict[str, Any]]:
        for group, post in DEFAULTS:
            if post in school.posts:
                yield {
                    "authority_id": self.authority_id,
                    "school_id": school.school_id,
                    "group": group,
                    "person_id": self.people[school.posts[post]],
                    "set_at": self._before(hours=8400),
                }

    def _part(self, *, has_deputies: bool) -> Part | None:
        drawn = self.random.random()
        if drawn < SHARED:
            return Part.SHARES
        if drawn < SHARED + ALSO:
            return Part.ALSO
        return Part.DEPUTY if has_deputies and self._may(DEPUTISED) else None

    def _stand_behind_mailboxes(self) -> None:
        """Let the mail of some office staff go to the school's shared mailbox."""
        places = self.session.execute(
            sa.select(Membership.id, School.email)
            .join(School, School.id == Membership.school_id)
            .where(
                Membership.authority_id == self.authority_id,
                Membership.role.in_(SCHOOL_ROLES),
                Membership.job_title == TITLES[OFFICE],
            )
            .order_by(Membership.id)
        )
        rows = [
            {"id": place.id, "mailbox": place.email}
            for place in places
            if self._may(BEHIND_MAILBOX)
        ]
        for some in batches(rows):
            update_all(self.session, Membership, some)

    def _may(self, share: float) -> bool:
        return self.random.random() < share

    def _before(self, *, hours: int) -> datetime:
        return self.at - timedelta(hours=self.random.randrange(3, hours))
