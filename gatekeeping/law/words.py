"""What the verdicts mean, in words (gatekeeping 5.1), and which are a duty on a school."""

import enum
from types import MappingProxyType


class LegalVerdict(enum.StrEnum):
    """What a cited provision is for a council that asks schools."""

    DUTY_ON_SCHOOL = "DUTY_ON_SCHOOL"
    DUTY_ON_SCHOOL_PARTIAL = "DUTY_ON_SCHOOL_PARTIAL"
    POWER_TO_REQUIRE = "POWER_TO_REQUIRE"
    DUTY_ON_LA = "DUTY_ON_LA"
    DUTY_ON_OTHER = "DUTY_ON_OTHER"
    CONTRACT_CONDITION = "CONTRACT_CONDITION"
    GUIDANCE_ONLY = "GUIDANCE_ONLY"
    VOLUNTARY = "VOLUNTARY"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    UNRESOLVED = "UNRESOLVED"


VERDICT_NAMES = MappingProxyType(
    {
        LegalVerdict.DUTY_ON_SCHOOL: "Duty on the school",
        LegalVerdict.DUTY_ON_SCHOOL_PARTIAL: "Duty on the school, for some schools or items only",
        LegalVerdict.POWER_TO_REQUIRE: "Power of the authority, no duty by itself",
        LegalVerdict.DUTY_ON_LA: "Duty on the local authority",
        LegalVerdict.DUTY_ON_OTHER: "Duty on somebody else",
        LegalVerdict.CONTRACT_CONDITION: "Condition of a contract or grant",
        LegalVerdict.GUIDANCE_ONLY: "Guidance only",
        LegalVerdict.VOLUNTARY: "Voluntary",
        LegalVerdict.NOT_IN_FORCE: "Not in force",
        LegalVerdict.UNRESOLVED: "Not judged",
    }
)
ON_SCHOOL = frozenset({LegalVerdict.DUTY_ON_SCHOOL, LegalVerdict.DUTY_ON_SCHOOL_PARTIAL})
"""Verdicts with which a school must answer at least in part."""
