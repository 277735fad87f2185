"""Which GIAS codes make up the phases and types that a submission may ask for.

GIAS numbers phases 0 to 7 and establishment types 01 to 59. Our words (``design.md``, Submission
document) are coarser; these tables are the one place where they are translated.
"""

from collections.abc import Iterable

PHASES: dict[str, frozenset[str]] = {
    "nursery": frozenset({"1"}),
    "primary": frozenset({"2", "3", "7"}),  # 3: middle deemed primary, 7: all-through
    "secondary": frozenset({"4", "5", "7"}),  # 5: middle deemed secondary
    "sixteen_plus": frozenset({"6"}),
}
PHASE_NAMES = {
    "nursery": "Nursery",
    "primary": "Primary",
    "secondary": "Secondary",
    "sixteen_plus": "16 plus",
}

TYPES: dict[str, frozenset[str]] = {
    # community, voluntary aided and controlled, foundation, their special schools, local
    # authority nurseries and pupil referral units
    "maintained": frozenset({"01", "02", "03", "05", "07", "12", "14", "15"}),
    # sponsored, converter, special, alternative provision, 16 to 19, free schools of any kind,
    # university technical colleges, studio schools, secure academies
    "academy": frozenset(
        {"28", "33", "34", "35", "36", "38", "39", "40", "41", "42", "43", "44", "45", "46", "57"}
    ),
    "special": frozenset({"07", "08", "10", "12", "33", "36", "44"}),
    "independent": frozenset({"10", "11"}),
    "college": frozenset({"18", "31", "32", "39", "45", "46", "49"}),
    "early_years": frozenset({"15", "47"}),
}
TYPE_NAMES = {
    "maintained": "Maintained schools",
    "academy": "Academies and free schools",
    "special": "Special schools",
    "independent": "Independent schools",
    "college": "Colleges",
    "early_years": "Early years",
}


def phase_codes(phases: Iterable[str]) -> frozenset[str]:
    """Return the GIAS phase codes of any of these phases; raises KeyError on an unknown one."""
    return frozenset().union(*(PHASES[phase] for phase in phases))


def type_codes(types: Iterable[str]) -> frozenset[str]:
    """Return the GIAS type codes of any of these types; raises KeyError on an unknown one."""
    return frozenset().union(*(TYPES[kind] for kind in types))


def phases_of(phase_code: str) -> tuple[str, ...]:
    """Return the phases that a school with this GIAS code belongs to (all-through: two)."""
    return tuple(phase for phase, codes in PHASES.items() if phase_code in codes)


def types_of(type_code: str) -> tuple[str, ...]:
    """Return the types that a school with this GIAS code belongs to (special academy: two)."""
    return tuple(kind for kind, codes in TYPES.items() if type_code in codes)
