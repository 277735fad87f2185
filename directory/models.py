"""Organisations, schools, people, and the memberships that tie them together."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.model import Base, InAuthority, Key


class OrganisationKind(enum.StrEnum):
    """What an organisation is. A responsible body is an authority or a trust."""

    AUTHORITY = "authority"
    TRUST = "trust"
    PARTNER = "partner"
    NETWORK = "network"
    SUPPLIER = "supplier"


class Organisation(Base):
    """A body that is not a school. ``authority_id`` is empty for an authority itself."""

    __tablename__ = "organisation"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "kind", "code"),
        sa.Index("ix_organisation_authority_id_name", "authority_id", "name"),
    )

    id: Mapped[Key]
    authority_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[OrganisationKind]
    code: Mapped[str] = mapped_column(sa.String(40))
    """An authority's LA code, a trust's GIAS group UID, a short word for a partner."""
    name: Mapped[str] = mapped_column(sa.String(200))


class AuthorityProfile(Base):
    """How an authority shows itself: its name is the organisation's, the rest stands here."""

    __tablename__ = "authority_profile"

    authority_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    la_code: Mapped[str] = mapped_column(sa.String(3), unique=True)
    service_name: Mapped[str] = mapped_column(sa.String(80), default="Schools Portal")
    colour: Mapped[str] = mapped_column(sa.String(7), default="#00543c")
    help_email: Mapped[str] = mapped_column(sa.String(254))
    help_telephone: Mapped[str] = mapped_column(sa.String(40), default="")
    host: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    """The host name under which this authority's pages are served, when it has its own."""
    privacy_notice: Mapped[str] = mapped_column(sa.Text, default="")
    keep_months: Mapped[int] = mapped_column(default=84, server_default=sa.text("84"))
    """For how long what was sent is kept, in months, where its category says nothing."""

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Team(InAuthority, Base):
    """A team of officers inside the authority or a partner."""

    __tablename__ = "team"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(sa.String(120))


class SchoolStatus(enum.StrEnum):
    """Where a school is in its life, as GIAS says."""

    OPEN = "open"
    CLOSED = "closed"
    CLOSING = "closing"  # open, but proposed to close: still gets everything
    PROPOSED = "proposed"  # proposed to open: gets nothing yet


OPEN_STATUSES = (SchoolStatus.OPEN, SchoolStatus.CLOSING)


class School(InAuthority, Base):
    """An establishment with a URN: the unit that counts.

    Its phases and types (as submissions name them) follow from ``phase_code`` and ``type_code``
    by the tables in ``directory.kinds``.
    """

    __tablename__ = "school"
    __table_args__ = (
        sa.Index("ix_school_authority_id_status_name", "authority_id", "status", "name"),
    )

    id: Mapped[Key]
    urn: Mapped[int] = mapped_column(unique=True)
    ukprn: Mapped[int | None]
    la_code: Mapped[str] = mapped_column(sa.String(3))
    establishment_number: Mapped[int | None]
    name: Mapped[str] = mapped_column(sa.String(200))
    type_code: Mapped[str] = mapped_column(sa.String(3))
    type_name: Mapped[str] = mapped_column(sa.String(100))
    type_group_code: Mapped[str] = mapped_column(sa.String(3), default="")
    phase_code: Mapped[str] = mapped_column(sa.String(2))
    phase_name: Mapped[str] = mapped_column(sa.String(60))
    status: Mapped[SchoolStatus]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    low_age: Mapped[int | None]
    high_age: Mapped[int | None]
    pupils: Mapped[int | None]
    capacity: Mapped[int | None]
    gender: Mapped[str] = mapped_column(sa.String(40), default="")
    religious_character: Mapped[str] = mapped_column(sa.String(100), default="")
    nursery_provision: Mapped[str] = mapped_column(sa.String(60), default="")
    sixth_form: Mapped[str] = mapped_column(sa.String(60), default="")
    trust_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    federation_code: Mapped[str] = mapped_column(sa.String(40), default="")
    federation_name: Mapped[str] = mapped_column(sa.String(200), default="")
    district_code: Mapped[str] = mapped_column(sa.String(12), default="")
    district: Mapped[str] = mapped_column(sa.String(100), default="")
    street: Mapped[str] = mapped_column(sa.String(200), default="")
    locality: Mapped[str] = mapped_column(sa.String(200), default="")
    address_line: Mapped[str] = mapped_column(sa.String(200), default="")
    town: Mapped[str] = mapped_column(sa.String(100), default="")
    county: Mapped[str] = mapped_column(sa.String(100), default="")
    postcode: Mapped[str] = mapped_column(sa.String(10), default="")
    website: Mapped[str] = mapped_column(sa.String(300), default="")
    telephone: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    """The school's own mailbox. GIAS does not publish it; ``portal people import`` may set it."""
    head_title: Mapped[str] = mapped_column(sa.String(40), default="")
    head_first_name: Mapped[str] = mapped_column(sa.String(100), default="")
    head_last_name: Mapped[str] = mapped_column(sa.String(100), default="")
    head_job_title: Mapped[str] = mapped_column(sa.String(120), default="")
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    changed_in_gias_on: Mapped[date | None]
    imported_at: Mapped[datetime]

    trust: Mapped[Organisation | None] = relationship(foreign_keys=[trust_id])

    @property
    def is_open(self) -> bool:
        """Tell whether the school takes part: open, or open and proposed to close."""
        return self.status in OPEN_STATUSES


class PersonState(enum.StrEnum):
    """Whether a person may sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"


class Person(InAuthority, Base):
    """Anyone who signs in. The e-mail address, in lower case, is unique in the authority."""

    __tablename__ = "person"
    __table_args__ = (sa.UniqueConstraint("authority_id", "email"),)

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(200))
    telephone: Mapped[str] = mapped_column(sa.String(40), default="")
    state: Mapped[PersonState] = mapped_column(default=PersonState.ACTIVE)
    created_at: Mapped[datetime]
    privacy_seen_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]
    """When they last came in; empty for somebody who never did."""
    mail_failing_since: Mapped[datetime | None]
    """Since when mail to their address comes back; empty while it arrives."""
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """As whom they go on, when they turned out to be a duplicate; they are disabled then."""

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", order_by="Membership.id", foreign_keys="Membership.person_id"
    )


class Role(enum.StrEnum):
    """What a membership lets a person do."""

    HEAD = "head"
    STAFF = "staff"
    GOVERNOR = "governor"
    CLERK = "clerk"
    EARLY_YEARS = "early_years"
    OFFICER = "officer"
    PANEL = "panel"
    GATEKEEPER = "gatekeeper"
    LEGAL = "legal"
    GOVERNANCE = "governance"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    TRUST = "trust"


SCHOOL_ROLES = frozenset(
    {Role.HEAD, Role.STAFF, Role.GOVERNOR, Role.CLERK, Role.EARLY_YEARS, Role.PANEL}
)
RECIPIENTS = (Role.HEAD, Role.STAFF, Role.GOVERNOR, Role.CLERK, Role.EARLY_YEARS)
"""Who at a school can be sent something; its panel members advise the gate, no more."""
ORGANISATION_ROLES = frozenset(Role) - SCHOOL_ROLES
ROLE_NAMES = {
    Role.HEAD: "Headteacher",
    Role.STAFF: "School staff",
    Role.GOVERNOR: "Governor",
    Role.CLERK: "Clerk to governors",
    Role.EARLY_YEARS: "Early years provider",
    Role.OFFICER: "Officer",
    Role.PANEL: "School panel member",
    Role.GATEKEEPER: "Gatekeeper",
    Role.LEGAL: "Legal reviewer",
    Role.GOVERNANCE: "Data protection officer",
    Role.EXECUTIVE: "Senior executive",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
    Role.TRUST: "Trust lead",
}


class Membership(InAuthority, Base):
    """Ties a person to a school or to an organisation, in one role, until it is ended."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("(school_id IS NULL) <> (organisation_id IS NULL)", name="one_place"),
        sa.Index("ix_membership_school_id_role", "school_id", "role"),
        sa.Index(
            "uq_membership_current_school",
            "person_id",
            "school_id",
            "role",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND school_id IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND school_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_membership_given_by_trust_id",
            "given_by_trust_id",
            sqlite_where=sa.text("ended_at IS NULL AND given_by_trust_id IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND given_by_trust_id IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school.id"))
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    job_title: Mapped[str] = mapped_column(sa.String(120), default="")
    mailbox: Mapped[str] = mapped_column(sa.String(254), default="", server_default="")
    """A shared mailbox of the school that their mail goes to instead of their own address; it
    stands behind the person, who alone signs in."""
    manages_owners: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the headteacher lets them say who owns what at the school."""
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Whom an officer reports to: endorses what is heavy, and decides nothing of theirs."""
    acting_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """For whom somebody acts who was lent this role: that person's conflicts come with it."""
    given_by_trust_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    """The trust that named them for its schools and so gave them this place at one of them."""

    person: Mapped[Person] = relationship(back_populates="memberships", foreign_keys=[person_id])
    school: Mapped[School | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])
    team: Mapped[Team | None] = relationship()
