"""Saying where data is held, as at when, and for which schools it is not (K11, K12)."""

from typing import Any

from foundation.dates import day
from gatekeeping.attached.attached_asks import asked_in_files, files_as_json
from gatekeeping.facts.school_types import covers_everyone
from gatekeeping.holdings.held import Held, Propose

_SAID = 3
"""So many schools are named in a sentence; the finding's detail names more."""


def where(found: Held) -> str:
    """Return the sentences that name the data set, its owner, its date and its gaps."""
    holding = found.holding
    items = _list([f"“{item}”" for item in found.items])
    verb = "is" if len(found.items) == 1 else "are"
    parts = [f"{items} {verb} in “{holding.title}”, held by {holding.owner}{_as_at(found)}."]
    if found.files:
        own = any(not one.field.startswith("attachments") for one in found.evidence)
        parts.append(asked_in_files(found.files, also=own).strip())
    if found.missed is not None:
        parts.append(
            f"It was due to be refreshed on {day(found.missed)}, and its owner has not said that "
            "it was."
        )
    if found.coarse:
        parts.append("It does not have everything that you ask in that detail, or that often.")
    if found.outside:
        is_all = f"{found.outside:,} of the schools you ask {'is' if found.outside == 1 else 'are'}"
        parts.append(f"It covers {holding.covers}: {is_all} not in it{_named(found)}.")
    elif found.outside is None and not covers_everyone(holding.covers):
        parts.append(f"It covers {holding.covers}; ask the owner about the rest.")
    return " ".join(parts)


def proposal(found: Held, redirect: str) -> str:
    """Return the sentence that asks for what could be done; ``redirect`` when it has it all."""
    if found.propose is Propose.ASK_UNCOVERED:
        only = "that one" if found.outside == 1 else f"those {found.outside:,}"
        return f"Could you get the rest from the owner, and ask only {only}?"
    if found.propose is Propose.PREFILL:
        return (
            "Could you get it from the owner, fill in what is known, and ask schools only for what "
            "has changed or is missing?"
        )
    return redirect


def detail(found: Held) -> dict[str, Any]:
    """Return the finding's numbers and names as ``design.md`` writes them.

    ``uncovered`` are URNs of the asked schools that it does not cover, the first by name, and
    ``uncovered_names`` their names; ``not_covered`` counts them all, None where nobody knows.
    """
    holding = found.holding
    return {
        "holding": holding.key,
        "title": holding.title,
        "owner": holding.owner,
        "as_at": found.as_at.isoformat() if found.as_at else "",
        "next_on": found.next_on.isoformat() if found.next_on else "",
        "missed": found.missed.isoformat() if found.missed else "",
        "refreshed": holding.refreshed,
        "grain": holding.grain,
        "covers": holding.covers,
        "not_covered": found.outside,
        "uncovered": [urn for urn, _ in found.uncovered],
        "uncovered_names": [name for _, name in found.uncovered],
        "items": list(found.items),
        "propose": found.propose.value,
        "attachments": files_as_json(found.files),
    }


def _as_at(found: Held) -> str:
    if found.as_at is None:
        return ""
    if found.always:
        return f", kept up to date (last on {day(found.as_at)})"
    words = f" as at {day(found.as_at)}"
    if found.next_on is not None:
        return f"{words}, and again from {day(found.next_on)}"
    if found.wanted is not None and found.wanted > found.as_at:
        behind = (found.wanted - found.as_at).days
        return f"{words}, {behind:,} day{'' if behind == 1 else 's'} before the date you ask about"
    return words


def _named(found: Held) -> str:
    names = [name for _, name in found.uncovered[:_SAID]]
    if not names or found.outside is None:
        return ""
    more = found.outside - len(names)
    return f" ({_list([*names, f'{more:,} more'] if more else names)})"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
