"""The forms of the page that says for how long things are kept."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import SelectField, StringField

from foundation.errors import Refusal
from notifications.documents.periods import PeriodError

PREFIX: Final = "category-"
LONGEST: Final = 4


class _Refusable(FlaskForm):
    fallback = ""

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        name = refusal.field if refusal.field in self._fields else self.fallback
        self[name].errors = [*self[name].errors, str(refusal)]


class PeriodsForm(_Refusable):
    """The authority's months, and another category that differs.

    The months of categories that differ already are plain boxes of the page's table, which
    ``categories`` reads.
    """

    fallback = "authority"

    authority = StringField(
        "How many months are items kept?",
        description="12 months are a year, 84 are seven.",
        widget=GovTextInput(),
    )
    category = SelectField(
        "A category that is kept for longer or shorter",
        validate_choice=False,
        widget=GovSelect(),
        description="Optional. One at a time.",
    )
    months = StringField("How many months is that category kept?", widget=GovTextInput())

    def offer(self, headings: Sequence[Any]) -> None:
        """Offer the categories that do not differ yet; no others are read."""
        self._known = {str(row.id) for row in headings}
        plain = [(str(row.id), row.heading) for row in headings if row.keep_months is None]
        self.category.choices = [("", "None"), *plain]

    def default(self) -> int:
        """Return the authority's months; PeriodError when there is no such number."""
        return _number(self.authority.data, "authority")

    def categories(self, posted: Mapping[str, str]) -> dict[int, int | None]:
        """Return the months of categories: None where a box was emptied. Raises PeriodError."""
        found: dict[int, int | None] = {}
        for name, value in posted.items():
            key = name.removeprefix(PREFIX)
            if name.startswith(PREFIX) and key in self._known:
                found[int(key)] = _number(value, name) if value.strip() else None
        if self.category.data:
            offered = {each[0] for each in self.category.choices or ()}
            if self.category.data in offered:
                found[int(self.category.data)] = _number(self.months.data, "months")
        return found


class HoldForm(_Refusable):
    """What must be kept beyond its time, and why."""

    fallback = "number"

    number = StringField("Number", widget=GovTextInput(), description="Such as 888-2627-C-00012-K.")
    why = StringField(
        "Why must it be kept?",
        widget=GovTextInput(),
        description="Name the case or the inquiry, not a person.",
    )


def _number(text: str | None, field: str) -> int:
    plain = (text or "").strip()
    if not plain.isdecimal() or len(plain) > LONGEST:
        raise PeriodError(field)
    return int(plain)
