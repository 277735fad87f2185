"""What this package tells those above it."""

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class OwnersChanged(Event):
    """Somebody else may receive what is sent for these categories at a school from now on.

    Published in the transaction of the change, once for everything that one act changed.
    """

    school_id: int
    category_ids: list[int]


@dataclass(frozen=True)
class CategoriesChanged(Event):
    """Another list of categories came into force; its owners are carried over already."""

    framework_id: int


@dataclass(frozen=True)
class NotMine(Event):
    """An owner says that a category is not theirs any more; they keep it until the head acts."""

    school_id: int
    category_id: int
    person_id: int


@dataclass(frozen=True)
class ConfirmationDue(Event):
    """A school has not said for a year that its owners are right, and is to be asked now."""

    school_id: int
