"""The gate's forms: fields in the GOV.UK way, shared by the forms of this folder."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovDateInput
from wtforms import DateField, IntegerField

LATEST_YEAR = 2100
LONGEST_NUMBER = 15
"""Digits that are read: what follows cannot make a number smaller that is too large already."""
_PARTS = 3


class Form(FlaskForm):
    """A form of the gate; its fields carry the GOV.UK widgets."""

    def changes(self) -> dict[str, Any]:
        """Return the fields' values by the names that the submission document uses."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    def legend(self, name: str, size: str = "m", **more: Any) -> dict[str, Any]:
        """Return what gives a group of boxes its label as a legend of this size.

        GOV.UK's widgets drop the label as soon as anything is said of the legend.
        """
        legend = {"text": self[name].label.text, "classes": f"govuk-fieldset__legend--{size}"}
        return {"fieldset": {"legend": legend}, **more}


class WholeField(IntegerField):
    """A whole number, typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; nothing typed is no number."""
        typed = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = int(typed[:LONGEST_NUMBER])
        except ValueError:
            raise ValueError("Enter a whole number, such as 15.") from None


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


def tidy_line(value: str | None) -> str:
    """Return a line of text with single spaces and no ends."""
    return " ".join((value or "").split())


def tidy_text(value: str | None) -> str:
    """Return text with plain line ends and no blank ends."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
