"""Lists of mail that name themselves, directly or through other lists."""

from collections.abc import Mapping, Sequence


def in_circles(lists: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the lists from which a way leads back to themselves, in the order given.

    Lists that lead nowhere, and those that nothing leads to, are taken away until none is left:
    what stays lies in a circle or between two.
    """
    ahead = {name: {each for each in members if each in lists} for name, members in lists.items()}
    left = _without_ends(ahead)
    behind: dict[str, set[str]] = {name: set() for name in left}
    for name in left:
        for each in ahead[name] & left:
            behind[each].add(name)
    circled = _without_ends(behind)
    return [name for name in lists if name in circled]


def _without_ends(ahead: Mapping[str, set[str]]) -> set[str]:
    """Return the names from which one can go on for ever."""
    behind: dict[str, list[str]] = {name: [] for name in ahead}
    open_ways = {name: len(targets) for name, targets in ahead.items()}
    for name, targets in ahead.items():
        for target in targets:
            behind[target].append(name)
    ends = [name for name, count in open_ways.items() if not count]
    gone = set(ends)
    while ends:
        for name in behind[ends.pop()]:
            open_ways[name] -= 1
            if not open_ways[name]:
                gone.add(name)
                ends.append(name)
    return set(ahead) - gone
