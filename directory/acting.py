"""Who does something, as verbs take it: a person, a person's id, or nobody: the portal itself."""

from directory.models import Person


def id_of(by: Person | int | None) -> int | None:
    """Return the person's id; None for the portal itself."""
    return by.id if isinstance(by, Person) else by
