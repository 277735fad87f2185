"""In which capacity a person acts: the plain facts of a membership that pages need."""

from dataclasses import dataclass
from typing import Protocol

from directory.models import Role


class Hat(Protocol):
    """What rules need to know of a membership; the row itself serves as well as ``Worn``."""

    @property
    def id(self) -> int:
        """The membership's id."""

    @property
    def authority_id(self) -> int:
        """The authority in which it counts."""

    @property
    def person_id(self) -> int:
        """Whose it is."""

    @property
    def role(self) -> Role:
        """What it lets the person do."""

    @property
    def school_id(self) -> int | None:
        """The school, if it is one at a school."""

    @property
    def organisation_id(self) -> int | None:
        """The organisation, if it is one at an organisation."""

    @property
    def team_id(self) -> int | None:
        """The team inside the organisation, if any."""


@dataclass(frozen=True, slots=True)
class Named:
    """A school, organisation or team as a page mentions it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Worn:
    """A current membership as read together with who is signed in."""

    id: int
    authority_id: int
    person_id: int
    role: Role
    job_title: str
    school: Named | None
    organisation: Named | None
    team: Named | None
    may_help: bool = False
    """Whether the headteacher lets them say who owns what."""

    @property
    def manages_owners(self) -> bool:
        """Whether they may say who owns what at their school: its head, and whoever helps."""
        return self.role is Role.HEAD or (self.role is Role.STAFF and self.may_help)

    @property
    def school_id(self) -> int | None:
        """The school, if it is a membership at a school."""
        return self.school.id if self.school else None

    @property
    def organisation_id(self) -> int | None:
        """The organisation, if it is a membership at an organisation."""
        return self.organisation.id if self.organisation else None

    @property
    def team_id(self) -> int | None:
        """The team inside the organisation, if any."""
        return self.team.id if self.team else None
