"""The form kit: a day in three boxes, in the GOV.UK way, and refusals beside their fields."""

from datetime import date
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovDateInput
from sqlalchemy.orm import Session
from wtforms import DateField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from foundation.errors import Refusal

LATEST_YEAR = 2100
_PARTS = 3


class DayInput(GovDateInput):
    """Day, month and year in three boxes; boxes that were not posted are empty.

    A day that was kept stands there as people write it: 1 3 2027, not 01 03 2027.
    """

    def map_gov_params(self, field: Any, **kwargs: Any) -> Any:
        """Fill up what is missing before GOV.UK's widget unpacks three values."""
        if field.raw_data is not None:
            field.raw_data = [*field.raw_data, "", "", ""][:_PARTS]
        elif field.data:
            field.raw_data = [str(field.data.day), str(field.data.month), str(field.data.year)]
        return super().map_gov_params(field, **kwargs)


class DayField(DateField):
    """A day, typed as three numbers. Half a day is an error; nothing typed is no day.

    ``missing`` is what to say where a day has to be: then nothing typed is an error, too.
    """

    widget = DayInput()

    def __init__(self, label: str | None = None, *, missing: str = "", **kwargs: Any) -> None:
        """Take what a DateField takes, by name."""
        super().__init__(label, **kwargs)
        self._missing = missing

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' own signature
        """Ask for the day where it is missing."""
        if self._missing and self.data is None and not self.process_errors:
            raise ValidationError(self._missing)

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


def show_refusal(
    session: Session, form: BaseForm, refusal: Refusal, *, otherwise: str = ""
) -> None:
    """Put a refusal beside the field that it names, else beside ``otherwise``, else the first.

    The session is rolled back: nothing of what was tried stays.
    """
    session.rollback()
    name = next((each for each in (refusal.field or "", otherwise) if each in form), "")
    field = form[name] if name else next(iter(form))
    field.errors = [*field.errors, str(refusal)]
