"""The headteacher's forms: who owns a category, who stands in, the same for several at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovDateInput,
    GovSelect,
    GovTextInput,
)
from wtforms import (
    DateField,
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.form import BaseForm
from wtforms.validators import Length, Optional, ValidationError

EMPTY = ("", "Choose a person")
NOBODY = ("", "Nobody")
DAY_PARTS = 3


class DayField(DateField):
    """A day in three boxes. Whatever was typed, its error says how to mend it."""

    def __init__(self, label: str, *, missing: str, **kwargs: Any) -> None:
        super().__init__(label, format="%d %m %Y", widget=GovDateInput(), **kwargs)
        self._missing = missing

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = [*valuelist, "", "", ""][:DAY_PARTS]
        self.raw_data = parts  # the widget shows three boxes, however many were sent
        if not any(part.strip() for part in parts):
            self.data = None
            return
        try:
            day, month, year = (int(part) for part in parts)
            self.data = date(year, month, day)
        except (ValueError, OverflowError):
            self.data = None
            raise ValueError("Enter a real date, like 14 12 2026.") from None

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' own signature
        if self.data is None and not self.process_errors:
            raise ValidationError(self._missing)


class OwnerForm(FlaskForm):
    """Who owns one category: somebody at the school, or nobody."""

    person_id = SelectField(
        "Who should get what is sent for this category?", widget=GovSelect(), validate_choice=False
    )
    before = HiddenField()
    """The owner whom the page showed, so that a change made meanwhile can be told."""

    def validate_person_id(self, field: SelectField) -> None:
        if not is_listed(field):
            raise ValidationError("Choose a person from the list, or nobody.")


class NewPersonForm(FlaskForm):
    """Somebody who is not at the school yet, to own one category."""

    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    email = StringField(
        "E-mail address",
        widget=GovTextInput(),
        validators=[Length(max=254)],
        description="They can sign in with it. No password is needed.",
    )
    job_title = StringField(
        "Job title (optional)", widget=GovTextInput(), validators=[Length(max=120)]
    )

    def validate_name(self, field: StringField) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Enter the person’s full name.")

    def validate_email(self, field: StringField) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Enter the person’s e-mail address.")


class CoverForm(FlaskForm):
    """Who stands in for one category, between two days."""

    person_id = SelectField("Who stands in?", widget=GovSelect(), validate_choice=False)
    starts_on = DayField("First day", missing="Enter the first day.")
    ends_on = DayField("Last day", missing="Enter the last day.")

    def validate_person_id(self, field: SelectField) -> None:
        if not is_offered(field):
            raise ValidationError("Choose who stands in.")


class SeveralForm(FlaskForm):
    """One person for several categories at once."""

    categories = SelectMultipleField("Categories", validate_choice=False)
    person_id = SelectField(
        "Give the ticked ones to", widget=GovSelect(), validate_choice=False
    )

    def validate_categories(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError("Tick at least one category.")

    def validate_person_id(self, field: SelectField) -> None:
        if not is_offered(field):
            raise ValidationError("Choose a person.")


class OwnersFilterForm(Form):
    """What narrows the list. It is a GET form: no token."""

    group = SelectField("Group", widget=GovSelect(), validators=[Optional()], default="")
    who = SelectField("Who", widget=GovSelect(), validators=[Optional()], default="")


def is_listed(field: SelectField) -> bool:
    """Tell whether what was sent is one of the choices, the empty one included."""
    return any(value == field.data for value, *_ in field.iter_choices())


def is_offered(field: SelectField) -> bool:
    """Tell whether somebody of the list was chosen."""
    return bool(field.data) and is_listed(field)


def people_choices(
    people: Sequence[tuple[int, str, str]], first: tuple[str, str] = EMPTY
) -> list[tuple[str, str]]:
    """Return the people of a school (id, name, job title) as choices, each once."""
    seen: dict[str, str] = {}
    for person_id, name, job_title in people:
        seen.setdefault(str(person_id), f"{name}, {job_title}" if job_title else name)
    return [first, *seen.items()]
