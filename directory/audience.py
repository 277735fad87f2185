"""Which schools a submission asks for: from the words of a document to rows of schools."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.kinds import phase_codes, type_codes
from directory.models import OPEN_STATUSES, Organisation, School

MOST_URNS = 30_000


@dataclass(frozen=True)
class Audience:
    """All schools, or those that match every dimension given, plus the listed URNs.

    ``districts`` are district codes or names, ``trusts`` are GIAS group UIDs or names, both
    matched without regard to case.
    """

    all: bool = False
    phases: Sequence[str] = ()
    types: Sequence[str] = ()
    districts: Sequence[str] = ()
    trusts: Sequence[str] = ()
    urns: Sequence[int] = field(default_factory=tuple)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was chosen."""
        return not (
            self.all or self.phases or self.types or self.districts or self.trusts or self.urns
        )


@dataclass(frozen=True)
class LeftOut:
    """Listed URNs that will get nothing, and why."""

    unknown: tuple[int, ...]
    closed: tuple[tuple[int, str, date | None], ...]  # URN, name, day it closed


def school_ids(authority_id: int, audience: Audience) -> sa.Select[tuple[int]]:
    """Return the select of the ids of the open schools that the audience names.

    It is a select, not a list, so that counting and delivering stay one statement each.
    """
    return sa.select(School.id).where(
        School.authority_id == authority_id,
        School.status.in_(OPEN_STATUSES),
        names_school(authority_id, audience),
    )


def names_school(authority_id: int, audience: Audience) -> sa.ColumnElement[bool]:
    """Return the condition by which a row of ``school`` is named, whether or not it is open."""
    if audience.all:
        return sa.true()
    either = []
    matching = _matching(authority_id, audience)
    if matching:
        either.append(sa.and_(*matching))
    if audience.urns:
        either.append(School.urn.in_(list(audience.urns)[:MOST_URNS]))
    return sa.or_(*either) if either else sa.false()


def count_schools(session: Session, authority_id: int, audience: Audience) -> int:
    """Return how many open schools the audience names, each counted once."""
    chosen = school_ids(authority_id, audience).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(chosen)) or 0


def count_by_kind(
    session: Session, authority_id: int, audience: Audience
) -> dict[tuple[str, str], int]:
    """Return how many open schools of each GIAS type and phase code the audience names."""
    rows = session.execute(
        sa.select(School.type_code, School.phase_code, sa.func.count().label("schools"))
        .where(
            School.authority_id == authority_id, School.id.in_(school_ids(authority_id, audience))
        )
        .group_by(School.type_code, School.phase_code)
        .order_by(School.type_code, School.phase_code)
        .limit(1_000)
    ).all()
    return {(row.type_code, row.phase_code): row.schools for row in rows}


def left_out(session: Session, authority_id: int, audience: Audience) -> LeftOut:
    """Return which of the listed URNs are not schools of this authority, and which are shut."""
    if not audience.urns:
        return LeftOut((), ())
    listed = list(audience.urns)[:MOST_URNS]
    rows = session.execute(
        sa.select(School.urn, School.name, School.closed_on, School.status)
        .where(School.authority_id == authority_id, School.urn.in_(listed))
        .order_by(School.urn)
    ).all()
    known = {row.urn for row in rows}
    closed = tuple(
        (row.urn, row.name, row.closed_on) for row in rows if row.status not in OPEN_STATUSES
    )
    return LeftOut(tuple(sorted(set(listed) - known)), closed)


def _matching(authority_id: int, audience: Audience) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if audience.phases:
        conditions.append(School.phase_code.in_(sorted(phase_codes(audience.phases))))
    if audience.types:
        conditions.append(School.type_code.in_(sorted(type_codes(audience.types))))
    if audience.districts:
        wanted = [district.casefold() for district in audience.districts]
        conditions.append(
            sa.or_(
                sa.func.lower(School.district).in_(wanted),
                sa.func.lower(School.district_code).in_(wanted),
            )
        )
    if audience.trusts:
        wanted = [trust.casefold() for trust in audience.trusts]
        trusts = sa.select(Organisation.id).where(
            Organisation.authority_id == authority_id,
            sa.or_(
                sa.func.lower(Organisation.code).in_(wanted),
                sa.func.lower(Organisation.name).in_(wanted),
            ),
        )
        conditions.append(School.trust_id.in_(trusts))
    return conditions
