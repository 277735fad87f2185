"""How far a notice has come in each district and each phase: one statement for both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.routing.reasons import NOBODY_SET
from directory.models import School
from notifications.following.figures import BOUNCED, closed_unopened, opened
from notifications.models import Delivery, DeliveryState

MOST_PLACES: Final = 5_000
NO_DISTRICT: Final = "No district"
NO_PHASE: Final = "No phase"


@dataclass(frozen=True)
class Place:
    """The schools of one district or phase, by how far they are."""

    name: str
    schools: int
    read: int
    done: int
    closed: int
    bounced: int
    nobody_set: int

    @property
    def unread(self) -> int:
        """Return at how many schools nobody has opened it who still should."""
        return self.schools - self.read - self.closed

    @property
    def percent_read(self) -> int:
        """Return the share of schools that have opened it, in percent, rounded down."""
        return 100 * self.read // self.schools if self.schools else 0


@dataclass(frozen=True)
class Places:
    """The same schools twice: by district and by phase, by name; what has no name stands last."""

    districts: Sequence[Place]
    phases: Sequence[Place]


def places(session: Session, authority_id: int, notice_id: int) -> Places:
    """Return how far a notice has come by district and by phase."""
    conditions = (
        opened(),
        Delivery.state == DeliveryState.DONE,
        sa.not_(closed_unopened()),
        BOUNCED,
        Delivery.reason.in_(NOBODY_SET),
    )
    by_school = (
        sa.select(
            Delivery.school_id,
            *(
                sa.func.max(sa.case((condition, 1), else_=0)).label(f"f{place}")
                for place, condition in enumerate(conditions)
            ),
        )
        .where(Delivery.authority_id == authority_id, Delivery.notice_id == notice_id)
        .group_by(Delivery.school_id)
        .subquery()
    )
    read, done, open_, bounced, nobody = list(by_school.c)[1:]
    rows = session.execute(
        sa.select(
            School.district,
            School.phase_name,
            sa.func.count(),
            *(sa.func.sum(column) for column in (read, done, 1 - open_, bounced, nobody)),
        )
        .join(School, School.id == by_school.c.school_id)
        .group_by(School.district, School.phase_name)
        .order_by(School.district, School.phase_name)
        .limit(MOST_PLACES)
    ).all()
    plain = [(row[0], row[1], *(int(count) for count in row[2:])) for row in rows]
    return Places(
        _summed((row[0] or NO_DISTRICT, row[2:]) for row in plain),
        _summed((row[1] or NO_PHASE, row[2:]) for row in plain),
    )


def _summed(rows: Iterable[tuple[str, tuple[int, ...]]]) -> list[Place]:
    sums: dict[str, tuple[int, ...]] = {}
    for name, counts in rows:
        before = sums.get(name, (0,) * len(counts))
        sums[name] = tuple(one + other for one, other in zip(before, counts, strict=True))
    order = sorted(sums, key=lambda name: (name in (NO_DISTRICT, NO_PHASE), name))
    return [Place(name, *sums[name]) for name in order]
