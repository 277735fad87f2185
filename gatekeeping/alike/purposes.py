"""What an answer is wanted for, in a few plain kinds."""

from gatekeeping.alike.vocabulary import named


def purposes_of(text: str) -> frozenset[str]:
    """Return the kinds of purpose that a text names."""
    return named("purpose", text)


def same_purpose(ours: frozenset[str], theirs: frozenset[str]) -> float | None:
    """Return how much the purposes are the same; None where one is not told."""
    if not ours or not theirs:
        return None
    return len(ours & theirs) / len(ours | theirs)
