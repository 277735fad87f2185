"""What a check of ``portal doctor`` found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What one check found. ``do`` is empty when all is well."""

    name: str
    says: str
    do: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether nothing has to be done."""
        return not self.do
