"""Saying where data is held, as at when, and for which schools it is not (K11, K12)."""

from typing import Any

from foundation.dates import day
from gatekeeping.holdings.held import Held
from gatekeeping.holdings.refreshed import always_fresh
from gatekeeping.school_types import covers_everyone


def where(found: Held) -> str:
    """Return the sentences that name the data set, its owner, its date and its gaps."""
    holding = found.holding
    items = _list([f"“{item}”" for item in found.items])
    verb = "is" if len(found.items) == 1 else "are"
    parts = [f"{items} {verb} in “{holding.title}”, held by {holding.owner}{_as_at(found)}."]
    if found.outside:
        is_all = f"{found.outside:,} of the schools you ask {'is' if found.outside == 1 else 'are'}"
        parts.append(f"It covers {holding.covers}: {is_all} not in it.")
    elif found.outside is None and not covers_everyone(holding.covers):
        parts.append(f"It covers {holding.covers}; ask the owner about the rest.")
    return " ".join(parts)


def detail(found: Held) -> dict[str, Any]:
    """Return the finding's numbers and names as ``design.md`` writes them."""
    holding = found.holding
    return {
        "holding": holding.key,
        "title": holding.title,
        "owner": holding.owner,
        "as_at": found.as_at.isoformat() if found.as_at else "",
        "next_on": found.next_on.isoformat() if found.next_on else "",
        "refreshed": holding.refreshed,
        "grain": holding.grain,
        "covers": holding.covers,
        "not_covered": found.outside,
        "items": list(found.items),
    }


def _as_at(found: Held) -> str:
    if found.as_at is None:
        return ""
    if always_fresh(found.holding.refreshed):
        return f", kept up to date (last on {day(found.as_at)})"
    words = f" as at {day(found.as_at)}"
    if found.next_on is not None:
        return f"{words}, and again from {day(found.next_on)}"
    if found.wanted is not None and found.wanted > found.as_at:
        behind = (found.wanted - found.as_at).days
        return f"{words}, {behind:,} day{'' if behind == 1 else 's'} before the date you ask about"
    return words


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
