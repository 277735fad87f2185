"""The search box and the days between which things were sent."""

from datetime import date

from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from foundation.dates import day_in
from portal.library.words import MOST_TEXT


class SearchForm(Form):
    """What is looked for. It is a GET form: no token, and any text will do."""

    q = StringField(
        "Look for",
        widget=GovTextInput(),
        description="Words, a number, or an exact “phrase in quotes”",
        render_kw={"maxlength": MOST_TEXT, "type": "search", "autocomplete": "off"},
    )


class DaysForm(Form):
    """From which day to which day; either may be left out."""

    begin = StringField("From", widget=GovTextInput())
    end = StringField("To", widget=GovTextInput())

    @property
    def days(self) -> tuple[date | None, date | None]:
        """Return both days; what is no day is None."""
        return day_in(self.begin.data or ""), day_in(self.end.data or "")

    def validate_begin(self, field: StringField) -> None:
        """Refuse what is no day."""
        if (field.data or "").strip() and self.days[0] is None:
            raise ValidationError("Enter a real date, such as 14/12/2026.")

    def validate_end(self, field: StringField) -> None:
        """Refuse what is no day, or one before the first."""
        begin, end = self.days
        if (field.data or "").strip() and end is None:
            raise ValidationError("Enter a real date, such as 14/12/2026.")
        if begin and end and end < begin:
            raise ValidationError("Enter a date that is not before the first one.")
