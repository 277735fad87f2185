"""The forms of a trust: whom it names for categories, and its people."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, ValidationError

NOBODY = "nobody"


class TrustOwnersForm(FlaskForm):
    """One person, or nobody, for one or several categories."""

    person_id = SelectField(
        "Who gets what is sent for them?", widget=GovSelect(), validate_choice=False
    )
    categories = SelectMultipleField("Categories", validate_choice=False)

    def validate_categories(self, field: SelectMultipleField) -> None:
        """Ask for at least one."""
        if not field.data:
            raise ValidationError("Tick at least one category.")

    def validate_person_id(self, field: SelectField) -> None:
        """Take only whom the list offers."""
        if not field.data or field.data not in {value for value, *_ in field.iter_choices()}:
            raise ValidationError("Choose a person, or nobody.")


class TrustPersonForm(FlaskForm):
    """Somebody who works for the trust."""

    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    email = StringField(
        "E-mail address",
        widget=GovTextInput(),
        validators=[Length(max=254)],
        description="They can sign in with it. No password is needed.",
    )
    job_title = StringField(
        "Job title (optional)",
        widget=GovTextInput(),
        validators=[Length(max=120)],
        description="For example, Finance director.",
    )
