"""In which form an answer is wanted: a number, names, money, a date, yes or no, an opinion ..."""

from collections.abc import Mapping

from gatekeeping.alike.vocabulary import named

_NEAR: Mapping[frozenset[str], float] = {
    frozenset(pair.split()): near
    for pair, near in {
        "count share": 0.85,
        "count amount": 0.8,
        "count names": 0.4,
        "share names": 0.35,
        "money amount": 0.3,
        "count money": 0.35,
        "date yes": 0.75,
        "date paper": 0.7,
        "paper yes": 0.7,
        "contact names": 0.8,
        "contact yes": 0.7,
        "count yes": 0.7,
        "why yes": 0.7,
        "why paper": 0.5,
        "why view": 0.6,
        "why count": 0.5,
        "plan count": 0.45,
        "plan yes": 0.7,
        "plan why": 0.7,
        "names date": 0.6,
        "amount share": 0.6,
        "count date": 0.6,
        "money yes": 0.6,
    }.items()
}
_APART = 0.4


def measures_of(text: str) -> frozenset[str]:
    """Return the forms in which an answer is wanted; empty where the words do not tell."""
    return named("measure", text)


def same_measure(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Return how well answers in these forms serve each other: 1 the same, or not told."""
    if not ours or not theirs:
        return 1.0
    shared = ours & theirs
    if shared:
        return 0.75 + 0.25 * len(shared) / len(ours | theirs)
    return max(_NEAR.get(frozenset((one, other)), _APART) for one in ours for other in theirs)
