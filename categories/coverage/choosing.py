"""Which schools are looked at: what an officer narrows a list to, and travels in the address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Self

import sqlalchemy as sa

from categories.coverage.states import MENDABLE, WORDS, Wrong
from directory.kinds import TYPES, type_codes
from directory.models import (
    OPEN_STATUSES,
    RECIPIENTS,
    Membership,
    Organisation,
    Person,
    PersonState,
    Role,
    School,
)

LONGEST = 100
SLUGS: Final = {wrong.name.lower(): wrong for wrong in MENDABLE}
"""What is wrong with pairs, as it stands in an address."""
AT_THE_SCHOOL: Final = {
    "no_head": "No head known",
    "no_mailbox": "No mailbox known",
    "never_engaged": "Nobody ever signed in",
}
"""What is wrong with a school as a whole."""
WRONG_WORDS: Final = {slug: WORDS[wrong] for slug, wrong in SLUGS.items()} | AT_THE_SCHOOL
PHASES: Final = {
    "nursery": ("1",),
    "primary": ("2", "3"),
    "secondary": ("4", "5"),
    "all_through": ("7",),
    "sixteen_plus": ("6",),
}
"""GIAS codes of each phase. Beside ``directory.kinds`` all-through schools stand by themselves, so
that the schools of all phases together are all schools; what has no phase is ``other``."""
OTHER: Final = "other"
PHASE_WORDS: Final = {
    "nursery": "Nursery",
    "primary": "Primary",
    "secondary": "Secondary",
    "all_through": "All-through",
    "sixteen_plus": "16 plus",
    OTHER: "Special, PRU, other",
}
ORDERS: Final = ("worst", "name")


@dataclass(frozen=True)
class Choice:
    """Which open schools, and in what order. Each empty field leaves all in.

    ``q`` is part of a name or town, or a URN; ``phase`` is one of ``PHASE_WORDS``, ``type`` a
    word of ``directory.kinds``; ``trust`` is a GIAS group UID or part of a trust's name; ``wrong``
    is one of ``WRONG_WORDS``. ``category`` and ``group`` are slugs: what is wrong is then looked
    for in these categories alone.
    """

    q: str = ""
    district: str = ""
    phase: str = ""
    type: str = ""
    trust: str = ""
    wrong: str = ""
    category: str = ""
    group: str = ""
    order: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """Read it from an address; what is not offered is left out."""
        values = {name: " ".join(args.get(name, "").split())[:LONGEST] for name in cls.names()}
        offered: dict[str, Mapping[str, object] | tuple[str, ...]] = {
            "phase": PHASE_WORDS,
            "type": TYPES,
            "wrong": WRONG_WORDS,
            "order": ORDERS,
        }
        known = {
            name: value if name not in offered or value in offered[name] else ""
            for name, value in values.items()
        }
        return cls(**known)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names under which it stands in an address."""
        return tuple(cls.__dataclass_fields__)

    @property
    def address(self) -> dict[str, str]:
        """Return what stands in an address: what is chosen, nothing else."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def narrows(self) -> bool:
        """Tell whether some schools may be left out."""
        return bool(set(self.address) - {"order"})

    @property
    def wrong_pair(self) -> Wrong | None:
        """Return the state that a school must have in some pair; None when none is asked."""
        return SLUGS.get(self.wrong)

    @property
    def by_name(self) -> bool:
        """Tell whether the schools come by name instead of worst first."""
        return self.order == "name"


def school_conditions(authority_id: int, choice: Choice) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on ``school`` that need no pairs: all but the states of pairs."""
    conditions: list[sa.ColumnElement[bool]] = []
    if choice.q.isdecimal():
        conditions.append(School.urn == min(int(choice.q), 99_999_999))
    elif choice.q:
        # The one slash that LIKE would read as an escape is escaped by contains itself.
        conditions.append(
            sa.or_(
                School.name.icontains(choice.q, autoescape=True),
                School.town.icontains(choice.q, autoescape=True),
            )
        )
    if choice.district:
        conditions.append(School.district == choice.district)
    if choice.phase:
        conditions.append(_in_phase(choice.phase))
    if choice.type:
        conditions.append(School.type_code.in_(sorted(type_codes([choice.type]))))
    if choice.trust:
        conditions.append(_in_trust(authority_id, choice.trust))
    special = {
        "no_head": ~has_head(),
        "no_mailbox": School.email == "",
        "never_engaged": ~anybody_came(),
    }.get(choice.wrong)
    return conditions if special is None else [*conditions, special]


def phase_of(phase_code: str) -> str:
    """Return the one phase under which a school with this GIAS code is counted."""
    return next((phase for phase, codes in PHASES.items() if phase_code in codes), OTHER)


def open_schools(authority_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that every school looked at here meets."""
    return (School.authority_id == authority_id, School.status.in_(OPEN_STATUSES))


def has_head() -> sa.ColumnElement[bool]:
    """Return the condition that a head is known who may sign in."""
    return _somebody(Membership.role == Role.HEAD)


def anybody_came() -> sa.ColumnElement[bool]:
    """Return the condition that somebody with a place at the school has ever signed in."""
    return _somebody(Membership.role.in_(RECIPIENTS), Person.last_signed_in_at.is_not(None))


def _somebody(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(
            Membership.school_id == School.id,
            Membership.ended_at.is_(None),
            Person.id == Membership.person_id,
            Person.state == PersonState.ACTIVE,
            *conditions,
        )
        .correlate(School)
    )


def _in_phase(phase: str) -> sa.ColumnElement[bool]:
    if phase == OTHER:
        return School.phase_code.not_in([code for codes in PHASES.values() for code in codes])
    return School.phase_code.in_(PHASES[phase])


def _in_trust(authority_id: int, trust: str) -> sa.ColumnElement[bool]:
    return School.trust_id.in_(
        sa.select(Organisation.id).where(
            Organisation.authority_id == authority_id,
            sa.or_(
                Organisation.code == trust,
                Organisation.name.icontains(trust, autoescape=True),
            ),
        )
    )
