"""The administrator's form at a school: somebody, new or known, for categories that need one."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from directory.models import RECIPIENTS, ROLE_NAMES, Role

SOMEBODY_NEW = ""
NOTHING_YET = "none"


class SomebodyForm(FlaskForm):
    """Who, and what for. Who is new has an e-mail address instead of a place in the list."""

    wanted = SelectField("What for?", widget=GovSelect(), validate_choice=False)
    person_id = SelectField("Who?", widget=GovSelect(), validate_choice=False)
    email = StringField(
        "E-mail address",
        widget=GovTextInput(),
        validators=[Length(max=254)],
        description="They can sign in with it. No password is needed.",
    )
    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    job_title = StringField(
        "Job title (optional)", widget=GovTextInput(), validators=[Length(max=120)]
    )
    role = SelectField(
        "Role",
        widget=GovSelect(),
        choices=[(role.value, ROLE_NAMES[role]) for role in RECIPIENTS],
        default=Role.STAFF.value,
        description="A new headteacher replaces the one before.",
    )
    seen = HiddenField()
    """Who led what when the page was made: what somebody else changed meanwhile stays."""

    def validate_wanted(self, field: SelectField) -> None:
        if not field.data or field.data not in {value for value, *_ in field.iter_choices()}:
            raise ValidationError("Choose what they should get.")

    def validate_person_id(self, field: SelectField) -> None:
        if self.is_new and field.data == SOMEBODY_NEW:
            return
        if field.data == SOMEBODY_NEW:
            raise ValidationError("Choose a person, or enter the e-mail address of somebody new.")
        if self.is_new:
            raise ValidationError("Choose a person or enter somebody new, not both.")
        if field.data not in {value for value, *_ in field.iter_choices()}:
            raise ValidationError("Choose a person from the list.")

    @property
    def is_new(self) -> bool:
        """Tell whether somebody new is meant."""
        return bool((self.email.data or "").strip())
