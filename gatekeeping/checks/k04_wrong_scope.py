"""K04: the duty is on schools, but not on schools of some types or phases that are asked."""

from collections import Counter
from collections.abc import Mapping

from directory.kinds import PHASE_NAMES, phases_of, types_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.law.duties import Duty
from gatekeeping.law.trial import SpokenOf, challenge, on_trial
from gatekeeping.law.words import ON_SCHOOL, LegalVerdict

RULE = "K04"
VERSION = 1
TITLE = "Not these schools"
_REACHING = ON_SCHOOL | {LegalVerdict.POWER_TO_REQUIRE}

_NAMES = {
    "maintained": ("maintained school", "maintained schools"),
    "academy": ("academy", "academies"),
    "independent": ("independent school", "independent schools"),
    "college": ("college", "colleges"),
    "special": ("special school", "special schools"),
    "early_years": ("early years setting", "early years settings"),
    "nursery": ("nursery school", "nursery schools"),
    "pru": ("pupil referral unit", "pupil referral units"),
}


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Count the asked schools that no provision cited as a duty reaches."""
    reaching = [one for one in on_trial(document, context) if one.opinion.verdict in _REACHING]
    duties = [one.opinion.duty for one in reaching if one.opinion.duty]
    if not reaching or len(duties) < len(reaching):
        return []
    outside = {
        codes: count
        for codes, count in context.law.asked.items()
        if not any(duty.covers(*codes) for duty in duties)
    }
    if not outside:
        return []
    first = reaching[0]
    detail = {
        "schools": sum(outside.values()),
        "of": sum(context.law.asked.values()),
        "by_type": dict(_by_type(outside)),
        "by_phase": dict(_by_phase(outside)),
    }
    says = _says(first, duties[0], outside)
    return [challenge((RULE, VERSION, TITLE), says, first, context, **detail)]


def _by_type(outside: Mapping[tuple[str, str], int]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for (type_code, _), count in sorted(outside.items()):
        kinds = [kind for kind in types_of(type_code) if kind in _NAMES]
        counted[kinds[0] if kinds else "other"] += count
    return counted


def _by_phase(outside: Mapping[tuple[str, str], int]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for (_, phase_code), count in sorted(outside.items()):
        for phase in phases_of(phase_code):
            counted[phase] += count
    return counted


def _says(one: SpokenOf, duty: Duty, outside: Mapping[tuple[str, str], int]) -> str:
    total = sum(outside.values())
    return (
        f"{one.reading}{one.name} applies to {_scope(duty)}. Your list holds "
        f"{_listed(duty, outside)} outside that. Please take {'it' if total == 1 else 'them'} "
        f"out, name the provision that reaches {'it' if total == 1 else 'them'}, or ask "
        f"{'it' if total == 1 else 'them'} as voluntary."
    )


def _scope(duty: Duty) -> str:
    taken = [_NAMES[word][1] for word in duty.types if not word.startswith("-")]
    left_out = [_NAMES[word[1:]][1] for word in duty.types if word.startswith("-")]
    phases = [PHASE_NAMES[phase].lower() for phase in duty.phases]
    scope = " and ".join(taken) or "schools"
    if phases:
        scope += f" with {' or '.join(phases)} pupils"
    if left_out:
        scope += f", without {' and '.join(left_out)},"
    return f"{scope} only"


def _listed(duty: Duty, outside: Mapping[tuple[str, str], int]) -> str:
    by_type = {
        name: count
        for name, count in _by_type(outside).items()
        if name in _NAMES and name not in duty.types
    }
    if duty.types and sum(by_type.values()) == sum(outside.values()):
        named = [f"{count:,} {_NAMES[name][count != 1]}" for name, count in by_type.items()]
        return " and ".join([*filter(None, [", ".join(named[:-1])]), *named[-1:]])
    total = sum(outside.values())
    return f"{total:,} school{'' if total == 1 else 's'}"
