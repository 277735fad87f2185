"""Thresholds and rates of the gate (gatekeeping 4.1, 4.6, 4.12), each with its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

RATES_2025_26 = MappingProxyType(
    {
        "head": 6200,
        "deputy": 4800,
        "teacher": 3900,
        "business_manager": 3500,
        "clerk": 2400,
        "office": 2200,
        "governor": 0,  # a volunteer: hours are counted, never money
        "unknown": 2500,
    }
)
"""Pence an hour by role, price year 2025/26 (gatekeeping 4.12)."""


@dataclass(frozen=True)
class Protocol:
    """What an authority may set about its gate; the values are those of the protocol itself."""

    most_schools_without_gate: int = 20
    """More distinct open schools than this are volume (K20), and no longer light."""
    light_minutes: int = 5
    """A voluntary request may take this long at one school and still be light."""
    high_cost_pence: int = 1_000_000
    most_categories: int = 3
    alike_from: float = 0.9
    """From this likeness on, two texts are near-identical (K10)."""
    duplicate_days: int = 365
    """How far back a submission that is no longer live counts as an earlier one (K10)."""
    reading_words_a_minute: int = 230
    rates_name: str = "2025-26"
    rates: Mapping[str, int] = field(default_factory=lambda: RATES_2025_26)


DEFAULT = Protocol()
