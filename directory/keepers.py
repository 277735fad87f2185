"""Whose term dates: the authority's, a trust's or a school's."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Organisation, OrganisationKind, School
from directory.models_calendar import TermDates
from foundation.errors import NotFoundError

MOST_TRUSTS = 1_000


@dataclass(frozen=True)
class Keeper:
    """Whose term dates: a school's, a trust's, or with neither the authority's."""

    name: str = ""
    school_id: int | None = None
    trust_id: int | None = None

    @property
    def subject(self) -> tuple[str, int | None]:
        """Return what the audit trail calls it."""
        if self.school_id is not None:
            return "school", self.school_id
        return ("organisation", self.trust_id) if self.trust_id is not None else ("authority", None)


AUTHORITY = Keeper()


def keeper_of_urn(session: Session, authority_id: int, urn: int) -> Keeper:
    """Return the school with this URN; raises NotFoundError when it is not this authority's."""
    row = session.execute(
        sa.select(School.id, School.name).where(
            School.authority_id == authority_id, School.urn == urn
        )
    ).first()
    if row is None:
        raise NotFoundError(f"URN {urn} is not a school of this authority.", field="urn")
    return Keeper(row.name, school_id=row.id)


def keeper_of_trust(session: Session, authority_id: int, code: str) -> Keeper:
    """Return the trust with this code (GIAS group UID); raises NotFoundError when there is none."""
    row = session.execute(
        sa.select(Organisation.id, Organisation.name).where(
            Organisation.authority_id == authority_id,
            Organisation.kind == OrganisationKind.TRUST,
            Organisation.code == code.strip(),
        )
    ).first()
    if row is None:
        raise NotFoundError(f"There is no trust with the code {code.strip()[:40]}.", field="trust")
    return Keeper(row.name, trust_id=row.id)


def above(session: Session, keeper: Keeper) -> tuple[Keeper, ...]:
    """Return whose dates count when a keeper has none: a school's trust, then the authority."""
    if keeper.school_id is None:
        return (AUTHORITY,)
    row = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .join(School, School.trust_id == Organisation.id)
        .where(School.id == keeper.school_id)
    ).first()
    return (Keeper(row.name, trust_id=row.id), AUTHORITY) if row else (AUTHORITY,)


def trusts_of(session: Session, authority_id: int) -> list[tuple[str, str]]:
    """Return code and name of the authority's trusts, by name."""
    rows = session.execute(
        sa.select(Organisation.code, Organisation.name)
        .where(
            Organisation.authority_id == authority_id,
            Organisation.kind == OrganisationKind.TRUST,
        )
        .order_by(Organisation.name, Organisation.code)
        .limit(MOST_TRUSTS)
    )
    return [(row.code, row.name) for row in rows]


@dataclass(frozen=True)
class OwnDates:
    """A school or trust that has term dates of its own, and for which school years."""

    name: str
    code: str
    is_trust: bool
    first_year: str
    last_year: str


def own_dates(session: Session, authority_id: int, *, page: int, size: int) -> list[OwnDates]:
    """Return who has term dates of its own, trusts first, then by name; one more than a page."""
    code = sa.case(
        (TermDates.trust_id.is_not(None), Organisation.code), else_=sa.cast(School.urn, sa.String)
    ).label("code")
    name = sa.func.coalesce(Organisation.name, School.name).label("name")
    is_trust = TermDates.trust_id.is_not(None).label("is_trust")
    rows = session.execute(
        sa.select(
            name,
            code,
            is_trust,
            sa.func.min(TermDates.school_year).label("first_year"),
            sa.func.max(TermDates.school_year).label("last_year"),
        )
        .outerjoin(School, School.id == TermDates.school_id)
        .outerjoin(Organisation, Organisation.id == TermDates.trust_id)
        .where(
            TermDates.authority_id == authority_id,
            sa.or_(TermDates.school_id.is_not(None), TermDates.trust_id.is_not(None)),
        )
        .group_by(name, code, is_trust)
        .order_by(is_trust.desc(), name, code)
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    return [
        OwnDates(row.name, row.code, bool(row.is_trust), row.first_year, row.last_year)
        for row in rows
    ]
