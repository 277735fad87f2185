"""Reading what the book is made of: a statement for each, bounded and in order."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.spelling import domain_of, names_of
from directory.models import (
    OPEN_STATUSES,
    RECIPIENTS,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    School,
    Team,
)
from directory.models_mail import MailEntry, MailEntryKind

MOST = 500_000


@dataclass(frozen=True)
class Line:
    """An entry of the mail directory."""

    kind: MailEntryKind
    urns: frozenset[int]
    members: tuple[str, ...]
    team: str
    is_closed: bool


@dataclass(frozen=True)
class Place:
    """Somebody's current place: at a school (its URN), or with the authority or a partner."""

    address: str
    person_id: int
    role: Role
    urn: int | None
    mailbox: str
    team_id: int | None
    team: str


def lines(session: Session, authority_id: int, *only: sa.ColumnElement[bool]) -> dict[str, Line]:
    """Return every entry by its address, or those of which the conditions hold."""
    # reading JSON is most of the work, and only lists have members
    members = sa.case((MailEntry.kind == MailEntryKind.LIST, MailEntry.members), else_=sa.null())
    rows = session.execute(
        sa.select(
            MailEntry.address,
            MailEntry.kind,
            MailEntry.urns,
            members,
            MailEntry.team,
            MailEntry.is_closed,
        )
        .where(MailEntry.authority_id == authority_id, *only)
        .order_by(MailEntry.id)
        .limit(MOST)
    )
    return {
        address: Line(kind, frozenset(urns), tuple(named or ()), team, is_closed)
        for address, kind, urns, named, team, is_closed in rows
    }


def lines_about(session: Session, authority_id: int, spelled: str) -> dict[str, Line]:
    """Return the entries that tell of one address: its own, its domains', and its neighbours'."""
    domain = domain_of(spelled)
    is_near = MailEntry.address.endswith(f"@{domain}", autoescape=True) if domain else sa.false()
    return lines(session, authority_id, sa.or_(MailEntry.address.in_(names_of(spelled)), is_near))


def schools(session: Session, authority_id: int) -> list[tuple[int, bool, str]]:
    """Return URN, whether it is open, and mailbox of every school on record."""
    rows = session.execute(
        sa.select(School.urn, School.status, School.email)
        .where(School.authority_id == authority_id)
        .order_by(School.urn)
        .limit(MOST)
    )
    return [(urn, status in OPEN_STATUSES, email) for urn, status, email in rows]


def places(session: Session, authority_id: int) -> list[Place]:
    """Return the current places of everybody to whom mail comes, trusts' people left out.

    Who is at a trust is at its schools only where they have a place at a school, too.
    """
    is_ours = sa.and_(
        Organisation.kind != OrganisationKind.TRUST,
        Membership.role.not_in([*RECIPIENTS, Role.PANEL, Role.TRUST]),
    )
    rows = session.execute(
        sa.select(
            Person.email,
            Person.id,
            Membership.role,
            School.urn,
            Membership.mailbox,
            Membership.team_id,
            sa.func.coalesce(Team.name, ""),
        )
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(School, School.id == Membership.school_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.ended_at.is_(None),
            sa.or_(Membership.role.in_(RECIPIENTS), is_ours),
        )
        .order_by(Membership.id)
        .limit(MOST)
    )
    return [Place(*row) for row in rows]


def former_addresses(session: Session, authority_id: int) -> list[tuple[str, int]]:
    """Return the addresses of entries that were merged, each with the person who goes on."""
    rows = session.execute(
        sa.select(Person.email, Person.merged_into_id)
        .where(Person.authority_id == authority_id, Person.merged_into_id.is_not(None))
        .order_by(Person.id)
        .limit(MOST)
    )
    return [(email, kept) for email, kept in rows if kept is not None]


def teams(session: Session, authority_id: int) -> dict[str, int]:
    """Return the id of each team by its name in lower case; of several alike the oldest."""
    rows = session.execute(
        sa.select(Team.name, Team.id)
        .where(Team.authority_id == authority_id)
        .order_by(Team.id.desc())
        .limit(MOST)
    )
    return {name.casefold(): team_id for name, team_id in rows}
