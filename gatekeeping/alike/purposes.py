"""What an answer is wanted for, in a few plain kinds."""

import re
from collections.abc import Mapping

_KINDS: Mapping[str, str] = {
    "funding": r"fund\w*|grants?|allocat\w+|claims?|budget|payments?|financ\w+",
    "inspection": r"inspect\w*|ofsted|audit\w*|assurance",
    "planning": r"plan(?:ning)? (?:of )?(?:places|capacity|provision|routes|services)|place planning|sufficiency|capacity|forecast\w*",
    "contract": r"contract\w*|procure\w*|tender\w*|supplier|commission\w*",
    "statutory": r"statutory|census|dfe return|section \d+|regulations?",
    "safety": r"safeguard\w*|safety|risk|emergenc\w+|incident",
    "research": r"research\w*|study|universit\w+|evaluat\w+|survey",
    "training": r"training|courses?|cpd|workshops?",
    "report": r"scrutiny|cabinet|committee|board report|annual report|members",
    "support": r"support|targeted?|advis\w+|offer",
    "directory": r"contact list|directory|mailing|distribution list|up to date records",
    "event": r"event|conference|celebration|competition",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _KINDS.items()}


def purposes_of(text: str) -> frozenset[str]:
    """Return the kinds of purpose that a text names."""
    return frozenset(kind for kind, pattern in _PATTERNS.items() if pattern.search(text))


def same_purpose(ours: frozenset[str], theirs: frozenset[str]) -> float | None:
    """Return how much the purposes are the same; None where one is not told."""
    if not ours or not theirs:
        return None
    return len(ours & theirs) / len(ours | theirs)
