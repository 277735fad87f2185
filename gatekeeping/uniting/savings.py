"""What joining saves: the sum of the parts minus the whole (gatekeeping 4.13), at answers expected.

Everything can be worked out again from what a ``Joining`` keeps: schools, response, figures.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gatekeeping.burden import Burden, round_half_up


@dataclass(frozen=True)
class Cost:
    """What one submission costs: all minutes and pence of a year, and those that are expected."""

    schools: int
    minutes: int
    gross_pence: int
    expected_minutes: int
    expected_pence: int

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return dict(vars(self))


@dataclass(frozen=True)
class Saving:
    """What the parts cost more than the whole; below zero with the reason."""

    minutes: int
    pence: int
    why: str = ""


def cost_of(burden: Mapping[str, Any] | Burden, schools: int, response: float) -> Cost:
    """Return the cost that a burden stands for; ``response`` is the share expected to answer."""
    stored: Mapping[str, Any] = burden.as_json() if isinstance(burden, Burden) else burden
    minutes = sum(stored.get("minutes", {}).values())
    return Cost(
        schools=schools,
        minutes=minutes,
        gross_pence=stored.get("gross_pence", 0),
        expected_minutes=round_half_up(minutes * Fraction(str(response))),
        expected_pence=stored.get("expected_pence", 0),
    )


class Often(enum.Enum):
    """How often a whole is asked beside what its child asked by itself."""

    AS_BEFORE = enum.auto()
    RARER = enum.auto()
    OFTENER = enum.auto()


def saving_of(parent: Cost, child: Cost, whole: Cost, often: Often = Often.AS_BEFORE) -> Saving:
    """Return the saving, with the reason where it is below zero or comes of asking less often."""
    minutes = parent.expected_minutes + child.expected_minutes - whole.expected_minutes
    pence = parent.expected_pence + child.expected_pence - whole.expected_pence
    reasons = []
    if minutes < 0 or pence < 0:
        reasons.append("Together they cost schools more than apart.")
        if often is Often.OFTENER:
            reasons.append("What this one asks is then asked as often as the other.")
        elif whole.schools > max(parent.schools, child.schools):
            reasons.append("Schools of one of the two read, or answer, more than they would have.")
        else:
            reasons.append("What staff do for the two adds up to more in one form.")
    elif often is Often.RARER and minutes > 0:
        reasons.append("A part of it is saved because this one is asked less often.")
    return Saving(minutes, pence, " ".join(reasons))
