"""Keys of rows as they come back in an address or a form: text that may be anything."""

MOST_DIGITS = 18
"""What has no more digits fits into a key's column on both databases."""


def key_in(text: str | None) -> int | None:
    """Return the number that a text is, if a row can have it as its key; None for anything else."""
    if not text or len(text) > MOST_DIGITS or not (text.isascii() and text.isdecimal()):
        return None
    return int(text)
