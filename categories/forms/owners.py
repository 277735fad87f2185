"""The headteacher's forms: who owns a category, who stands in, the same for several at once."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovSelect,
    GovTextInput,
)
from wtforms import (
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length, Optional, ValidationError

from directory.places import with_title
from foundation.forms import DayField

EMPTY = ("", "Choose a person")
NOBODY = ("", "Nobody")


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
    person_id = SelectField("Give the ticked ones to", widget=GovSelect(), validate_choice=False)

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
        seen.setdefault(str(person_id), with_title(name, job_title))
    return [first, *seen.items()]
