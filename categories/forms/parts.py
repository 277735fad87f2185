"""Forms about one category beside its lead: who shares it, who gets it as well, the deputy."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput, GovSelect
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from categories.forms.owners import is_listed, is_offered
from categories.models import Part


class BesideForm(FlaskForm):
    """Somebody beside the lead."""

    person_id = SelectField("Who else?", widget=GovSelect(), validate_choice=False)
    part = RadioField(
        "What for?",
        widget=GovRadioInput(),
        choices=[
            (Part.SHARES.value, "Shares the job: what one of them does is done for both"),
            (Part.ALSO.value, "Gets it as well: to know, not to answer"),
        ],
        validate_choice=False,
    )

    def validate_person_id(self, field: SelectField) -> None:
        if not is_offered(field):
            raise ValidationError("Choose who else should get it.")

    def validate_part(self, field: RadioField) -> None:
        if field.data not in (Part.SHARES, Part.ALSO):
            raise ValidationError("Choose whether they share the job or get it as well.")


class DeputyForm(FlaskForm):
    """Who gets it when the lead cannot."""

    person_id = SelectField(
        "Who gets it when the owner cannot?", widget=GovSelect(), validate_choice=False
    )

    def validate_person_id(self, field: SelectField) -> None:
        if not is_listed(field):
            raise ValidationError("Choose a person from the list, or nobody.")


class PartForm(FlaskForm):
    """A button beside a name: which person, and what to do with their part."""

    person_id = HiddenField()
    do = HiddenField()


class DeputiesForm(FlaskForm):
    """Who gets all of some groups when the lead cannot."""

    groups = SelectMultipleField(
        "For which groups?", widget=GovCheckboxesInput(), validate_choice=False
    )
    person_id = SelectField("Who is the deputy?", widget=GovSelect(), validate_choice=False)

    def validate_groups(self, field: SelectMultipleField) -> None:
        offered = {value for value, *_ in field.iter_choices()}
        if not field.data or not set(field.data) <= offered:
            raise ValidationError("Tick at least one group.")

    def validate_person_id(self, field: SelectField) -> None:
        if not is_offered(field):
            raise ValidationError("Choose who is the deputy.")
