"""The forms with which a gatekeeper joins two submissions, and takes them apart."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from foundation.errors import Refusal
from gatekeeping.documents import MOST_ITEMS
from gatekeeping.forms import Form
from gatekeeping.forms.advising import Judged, line, long
from gatekeeping.uniting.pairing import Take

TAKES = {
    Take.SAME: "Asked once, for both",
    Take.AS_WELL: "Asked as well",
    Take.OUT: "Left out",
}
"""What becomes of an item, in the words of the choice."""


class JoinForm(Judged):
    """To which submission this is joined, why, and as which version of that it was looked at."""

    into = line("Number of the other submission", "For example 888-2627-D-00417-X.")
    parent_version = HiddenField()
    reason = long("Why do they belong together?", "Both officers and their letters show this.")

    @property
    def seen_parent(self) -> int | None:
        """Return the other's version that the person had before them, if they had one."""
        value = self.parent_version.data or ""
        return int(value) if value.isdecimal() and len(value) < 6 else None  # noqa: PLR2004

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        field = self.reason if refusal.field == "reason" else self.into
        field.errors = [*field.errors, str(refusal)]


def items_chosen(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was chosen for each item, by its place; anything else is passed over."""
    found: dict[str, Any] = {}
    for place in range(MOST_ITEMS):
        value = typed.get(f"item-{place}", "")
        if value in set(Take):
            found[str(place)] = value
    return found


class PartForm(Form):
    """Why two submissions are taken apart again."""

    reason = long("Why do they no longer belong together?", "Both officers are told.")

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field."""
        self.reason.errors = [*self.reason.errors, str(refusal)]
