"""How many categories, as part of a sentence."""


def counted(count: int) -> str:
    """Return it in words: 1 category, 12 categories."""
    return "1 category" if count == 1 else f"{count:,} categories"
