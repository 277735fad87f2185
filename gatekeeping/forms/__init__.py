"""The gate's forms: fields in the GOV.UK way, shared by the forms of this folder."""

import re
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import Field, IntegerField

LONGEST_NUMBER = 15
"""Digits that are read: what follows cannot make a number smaller that is too large already."""
POUNDS = re.compile(r"([0-9]{0,9})(?:\.([0-9]{1,2}))?")


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


class PoundsField(Field):
    """An amount in pounds, typed; its data are whole pence."""

    widget = GovTextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; nothing typed is nothing to pay."""
        typed = str(valuelist[0]).strip().removeprefix("£").replace(",", "") if valuelist else ""
        self.data = 0
        if not typed:
            return
        amount = POUNDS.fullmatch(typed)
        if amount is None:
            raise ValueError("Enter pounds and pence, such as 1.20.")
        self.data = int(amount[1] or 0) * 100 + int((amount[2] or "").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data / 100:.2f}" if self.data else ""


def tidy_line(value: str | None) -> str:
    """Return a line of text with single spaces and no ends."""
    return " ".join((value or "").split())


def tidy_text(value: str | None) -> str:
    """Return text with plain line ends and no blank ends."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
