"""The form kit: a day in three boxes, in the GOV.UK way, for the forms of every package."""

from datetime import date
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovDateInput
from wtforms import DateField

LATEST_YEAR = 2100
_PARTS = 3


class DayInput(GovDateInput):
    """Day, month and year in three boxes; boxes that were not posted are empty."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> Any:
        """Fill up what is missing before GOV.UK's widget unpacks three values."""
        if field.raw_data is not None:
            field.raw_data = [*field.raw_data, "", "", ""][:_PARTS]
        return super().map_gov_params(field, **kwargs)


class DayField(DateField):
    """A day, typed as three numbers. Nothing typed is no day; half a day is an error."""

    widget = DayInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read day, month and year; the error says what a date looks like."""
        typed = [str(part).strip() for part in [*valuelist, "", "", ""][:_PARTS]]
        self.data = None
        if not any(typed):
            return
        try:
            day, month, year = (int(part) for part in typed)
            found = date(year, month, day)
        except (ValueError, OverflowError):
            found = date.min
        if not LATEST_YEAR - 100 <= found.year <= LATEST_YEAR:
            raise ValueError("Enter a real date, such as 14 12 2026.")
        self.data = found
