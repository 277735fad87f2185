"""Thresholds and rates of the gate (gatekeeping 4.1, 4.6, 4.12), each with its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

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


def setting(default: Any, says: str, unit: str, *, least: float = 0, most: float = 10_000) -> Any:
    """Return a field that an administrator may change between two bounds; ``says`` explains it."""
    return field(
        default=default, metadata={"says": says, "unit": unit, "least": least, "most": most}
    )


@dataclass(frozen=True)
class Protocol:
    """What an authority may set about its gate; the values are those of the protocol itself.

    ``version`` 0 is the protocol as shipped; an authority's own editions count from 1.
    """

    version: int = 0
    most_schools_without_gate: int = setting(
        20, "More distinct open schools than this take the full track (K20, K21).", "schools"
    )
    rolling_days: int = setting(
        30, "Small lists within so many days are counted together (K20, K21).", "days", most=366
    )
    light_minutes: int = setting(
        5, "A voluntary request may take this long at one school and still be light.", "minutes"
    )
    high_cost_pence: int = setting(
        1_000_000,
        "From this yearly cost to schools on it takes the high track (K61).",
        "pence",
        most=1_000_000_000,
    )
    most_categories: int = setting(
        3, "More categories than this are asked about (K81).", "categories", least=1, most=85
    )
    alike_from: float = setting(
        0.9, "From this likeness on, two texts are near-identical (K10, K21).", "of 1", most=1
    )
    same_from: float = setting(
        0.45,
        "From this score on, two submissions are taken to ask the same (K10).",
        "of 1",
        least=0.05,
        most=1,
    )
    overlap_from: float = setting(
        0.45,
        "From this share of what one asks on, two submissions overlap (K10).",
        "of 1",
        least=0.05,
        most=1,
    )
    shared_items_from: float = setting(
        0.8, "From this share of items asked before on, it is a duplicate (K10).", "of 1", most=1
    )
    duplicate_days: int = setting(
        731, "How far back an earlier submission counts as asked before (K10).", "days"
    )
    longest_sentence: int = setting(30, "A longer sentence is pointed out (K40).", "words", least=5)
    least_jargon: int = setting(
        2, "So many different words of the office are pointed out (K40).", "words", least=1
    )
    urgent_days: int = setting(
        10, "Urgent, but due more than so many calendar days after sending (K41).", "days"
    )
    notice_days: int = setting(
        20, "School days of notice on the standard and high tracks (K50).", "school days"
    )
    notice_days_light: int = setting(
        10, "School days of notice on the light track (K50).", "school days"
    )
    first_days: int = setting(
        3, "Nothing is due on the first days after a long closure (K51).", "school days"
    )
    closure_days: int = setting(
        7, "A closure of so many days or more is a long one (K51).", "days", least=1
    )
    crunch_minutes: int = setting(
        480, "More than this asked of one school in one week is too much (K52).", "minutes"
    )
    least_minutes_a_question: int = setting(
        1, "Fewer minutes than this for each question are not believed (K60).", "minutes"
    )
    family_times: int = setting(
        3, "So many times the usual minutes of its kind are asked about (K60).", "times", least=1
    )
    prefill_from: float = setting(
        0.8,
        "Held termly or yearly data that is so far towards its next refresh is filled in, for "
        "schools to say what has changed, and not taken instead of asking (K11, K12).",
        "of 1",
        most=1,
    )
    opens_at: int = setting(9, "Working hours begin.", "o’clock", most=12)
    closes_at: int = setting(17, "Working hours end.", "o’clock", least=13, most=23)
    lease_hours: int = setting(
        2, "How long a gatekeeper's claim lasts.", "working hours", least=1, most=40
    )
    first_look_days: int = setting(1, "First look at a submission.", "working days", least=1)
    light_days: int = setting(2, "Decision on the light track.", "working days", least=1)
    standard_days: int = setting(5, "Decision on the standard track.", "working days", least=1)
    high_days: int = setting(10, "Decision on the high track.", "working days", least=1)
    answer_days: int = setting(10, "Answer to a challenge.", "working days", least=1)
    remind_days: int = setting(
        5, "After so many days without an answer the officer is reminded.", "working days", least=1
    )
    lapse_days: int = setting(
        20, "After so many days without an answer it lapses.", "working days", least=1
    )
    verdict_days: int = setting(
        5, "Verdict of the legal reviewer or data protection officer.", "working days", least=1
    )
    escalation_days: int = setting(3, "Decision of the senior executive.", "working days", least=1)
    appeal_lodge_days: int = setting(
        10, "An appeal is lodged within so many days.", "working days", least=1
    )
    appeal_hear_days: int = setting(
        10, "An appeal is heard within so many days.", "working days", least=1
    )
    deputy_days: int = setting(
        3,
        "So long after its due date the deputy of a reader who has not acted is told.",
        "school days",
        least=1,
        most=60,
    )
    head_days: int = setting(
        5,
        "So long after its due date the headteacher is told.",
        "school days",
        least=1,
        most=60,
    )
    emergency_hours: int = setting(1, "Answer to an emergency.", "hours", least=1, most=24)
    review_start_days: int = setting(
        2, "The after-review of an emergency begins within so many days.", "working days", least=1
    )
    review_days: int = setting(
        10, "The after-review of an emergency ends within so many days.", "working days", least=1
    )
    emergency_valid_days: int = setting(
        14, "An emergency's number is valid so long.", "days", least=1
    )
    emergency_most_days: int = setting(
        90, "An emergency's number is never valid longer, extensions included.", "days", least=1
    )
    breaches: int = setting(
        2, "Emergencies not confirmed in 12 months that cost a team the route.", "times", least=1
    )
    challenges_raised: int = setting(
        5, "Open challenges of so many schools raise it to the executive.", "schools", least=1
    )
    bypass_days: int = setting(
        1, "A gatekeeper acts on mail that the gateway held.", "working days", least=1
    )
    bypass_raise_days: int = setting(
        2, "After so many days it is raised to the senior executive.", "working days", least=1
    )
    bypass_lapse_days: int = setting(
        20,
        "Held mail that its sender does not come back to lapses after so many days.",
        "working days",
        least=5,
    )
    bypass_keep_days: int = setting(
        30,
        "What held mail said is deleted so many days after its case was closed.",
        "days",
        least=1,
        most=366,
    )
    bypass_repeats: int = setting(
        2, "So many cases of a team within 12 months are shown to its head.", "cases", least=1
    )
    one_off_days: int = setting(30, "A one-off number is valid so long after the due date.", "days")
    recurring_months: int = setting(12, "A recurring number is valid so long.", "months", least=1)
    statutory_months: int = setting(
        36, "A number for a verified duty on schools is valid so long.", "months", least=1
    )
    undo_seconds: int = setting(
        60, "A decision can be undone for so long before it takes effect.", "seconds", most=600
    )
    reading_words_a_minute: int = setting(
        230, "How fast a reader reads.", "words a minute", least=50, most=1_000
    )
    rates_name: str = "2025-26"
    rates: Mapping[str, int] = field(default_factory=lambda: RATES_2025_26)
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The authority's own challenge text for a rule, where it has one."""


DEFAULT = Protocol()
