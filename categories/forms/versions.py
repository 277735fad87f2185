"""The administrator's forms about the list of categories: a file, a day, where a category went."""

from flask_wtf import FlaskForm
from wtforms import FileField, SelectMultipleField

from foundation.forms import DayField


class ListForm(FlaskForm):
    """A new list of categories."""

    file = FileField("CSV file or Excel workbook")


class ConfirmForm(FlaskForm):
    """From which day a list is in force."""

    valid_from = DayField(
        "From which day is it in force? (optional)",
        description="For example, 1 4 2027. Leave it empty for at once.",
    )


class WentForm(FlaskForm):
    """Where a category went: into none, one or several of the new list."""

    new = SelectMultipleField("Where it went", validate_choice=False)
