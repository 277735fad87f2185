"""The deliveries of a notice school by school, as their sender may see them: no person's name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Category
from categories.routing.reasons import NOBODY_SET, Reason
from directory.kinds import PHASES, phase_codes
from directory.models import School
from notifications.following.figures import BOUNCED, closed_unopened, opened
from notifications.models import Delivery, DeliveryState

PAGE: Final = 50
MOST_ROWS: Final = 100_000
BATCH: Final = 2_000
_OTHER: Final = aliased(Delivery)


def _no_other(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """No delivery of the same notice at the same school is like this."""
    same = (_OTHER.notice_id == Delivery.notice_id, _OTHER.school_id == Delivery.school_id)
    return sa.not_(sa.exists().where(*same, condition).correlate(Delivery))


CONDITIONS: Final[dict[str, sa.ColumnElement[bool]]] = {
    # of these two every row of the school has to be so: as many schools as ``Figures`` counts
    "unread": sa.and_(Delivery.state == DeliveryState.UNREAD, _no_other(opened(_OTHER))),
    "closed": sa.and_(closed_unopened(), _no_other(sa.not_(closed_unopened(_OTHER)))),
    "read": opened(),
    "acknowledged": Delivery.acknowledged_at.is_not(None),
    "done": Delivery.state == DeliveryState.DONE,
    "bounced": BOUNCED,
    "nobody": Delivery.reason.in_(NOBODY_SET),
    "forwarded": Delivery.reason == Reason.FORWARDED,
}
SHOWN: Final = tuple(CONDITIONS)
FURTHEST: Final = sa.case(
    (Delivery.state == DeliveryState.UNREAD, 0),
    (Delivery.state == DeliveryState.READ, 1),
    (Delivery.state == DeliveryState.DONE, 2),
    else_=3,
)
BY_NAME: Final = (School.name, School.urn, Delivery.id)
SORTS: Final[dict[str, tuple[Any, ...]]] = {
    "school": BY_NAME,
    "district": (School.district, *BY_NAME),
    "state": (FURTHEST, *BY_NAME),
    # who has not opened it stands last, in either direction
    "read": (Delivery.read_at.is_(None), Delivery.read_at, *BY_NAME),
    "-school": (School.name.desc(), School.urn.desc(), Delivery.id.desc()),
    "-district": (School.district.desc(), *BY_NAME),
    "-state": (FURTHEST.desc(), *BY_NAME),
    "-read": (Delivery.read_at.is_(None), Delivery.read_at.desc(), *BY_NAME),
}
"""Orders of the list by their names in its address; a dash turns one round."""


@dataclass(frozen=True)
class Line:
    """One delivery, as a sender may see it: the school and the category, no person."""

    urn: int
    school: str
    district: str
    phase: str
    category: str
    reason: Reason
    state: DeliveryState
    delivered_at: datetime
    read_at: datetime | None
    acknowledged_at: datetime | None
    done_at: datetime | None
    bounced: bool


@dataclass(frozen=True)
class Choice:
    """Which deliveries are looked at: of a district, of a phase, in a state; and their order."""

    district: str = ""
    phase: str = ""
    show: str = ""
    sort: str = ""


def list_lines(
    session: Session, authority_id: int, notice_id: int, choice: Choice, *, page: int = 1
) -> tuple[list[Line], int]:
    """Return one page of deliveries by school, and how many there are: two statements."""
    chosen = _chosen(authority_id, notice_id, choice)
    counted = chosen.order_by(None).with_only_columns(sa.func.count())
    total = session.scalar(counted) or 0
    rows = session.execute(chosen.limit(PAGE).offset((page - 1) * PAGE))
    return [Line(*row) for row in rows], total


def every_line(
    session: Session, authority_id: int, notice_id: int, choice: Choice
) -> Iterator[Line]:
    """Yield every delivery of a choice in its order, for an export; read as it goes."""
    rows = session.execute(
        _chosen(authority_id, notice_id, choice).limit(MOST_ROWS),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        yield Line(*row)


def _chosen(authority_id: int, notice_id: int, choice: Choice) -> sa.Select[Any]:
    query: sa.Select[Any] = (
        sa.select(
            School.urn,
            School.name,
            School.district,
            School.phase_name,
            sa.func.coalesce(Category.heading, ""),
            Delivery.reason,
            Delivery.state,
            Delivery.delivered_at,
            Delivery.read_at,
            Delivery.acknowledged_at,
            Delivery.done_at,
            BOUNCED.label("bounced"),
        )
        .select_from(Delivery)
        .join(School, School.id == Delivery.school_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .where(Delivery.authority_id == authority_id, Delivery.notice_id == notice_id)
        .order_by(*SORTS.get(choice.sort, BY_NAME))
    )
    if choice.district:
        query = query.where(School.district == choice.district)
    if choice.phase in PHASES:
        query = query.where(School.phase_code.in_(sorted(phase_codes([choice.phase]))))
    condition = CONDITIONS.get(choice.show)
    return query if condition is None else query.where(condition)
