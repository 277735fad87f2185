"""Forms for somebody who is away, and for handing over one's own categories for a time."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovSelect
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from categories.forms.owners import is_listed, is_offered
from foundation.forms import DayField

SAME = ("", "The same person")
GROUP = "group-"


class WhoForm(FlaskForm):
    """Who is away."""

    person_id = SelectField("Who is away?", widget=GovSelect(), validate_choice=False)

    def validate_person_id(self, field: SelectField) -> None:
        if not is_offered(field):
            raise ValidationError("Choose who is away.")


class AwayForm(FlaskForm):
    """Between which days, and who stands in: one person for all, or others for some groups."""

    starts_on = DayField("First day", missing="Enter the first day.")
    ends_on = DayField("Last day", missing="Enter the last day.")
    person_id = SelectField("Who stands in?", widget=GovSelect(), validate_choice=False)

    def validate_person_id(self, field: SelectField) -> None:
        if not is_offered(field):
            raise ValidationError("Choose who stands in.")

    def by_group(self) -> list[tuple[str, SelectField]]:
        """Return the fields of the groups, by the group's slug."""
        return [
            (name.removeprefix(GROUP), field)
            for name, field in self._fields.items()
            if name.startswith(GROUP) and isinstance(field, SelectField)
        ]


class DelegateForm(FlaskForm):
    """Some of one's own categories to a colleague, until a day."""

    categories = SelectMultipleField(
        "Which categories?", widget=GovCheckboxesInput(), validate_choice=False
    )
    person_id = SelectField("To whom?", widget=GovSelect(), validate_choice=False)
    ends_on = DayField("Until which day?", missing="Enter the last day.")

    def validate_categories(self, field: SelectMultipleField) -> None:
        offered = {value for value, *_ in field.iter_choices()}
        if not field.data or not set(field.data) <= offered:
            raise ValidationError("Tick at least one of your categories.")

    def validate_person_id(self, field: SelectField) -> None:
        if not is_offered(field):
            raise ValidationError("Choose a colleague.")


class DefaultsForm(FlaskForm):
    """Whom the school names for each whole group."""

    def by_group(self) -> list[tuple[str, SelectField]]:
        """Return the fields, by the group's slug."""
        return [
            (name.removeprefix(GROUP), field)
            for name, field in self._fields.items()
            if isinstance(field, SelectField)
        ]


def away_form(groups: Iterable[tuple[str, str]], people: list[tuple[str, str]]) -> AwayForm:
    """Return the form with a list for each group (slug, heading), and its choices."""

    class Form(AwayForm):
        pass

    for slug, heading in groups:
        setattr(Form, GROUP + slug, _field(heading, "Choose somebody of the list."))
    form = Form()
    form.person_id.choices = people
    for _, field in form.by_group():
        field.choices = [SAME, *people[1:]]
    return form


def defaults_form(groups: Iterable[tuple[str, str]], people: list[tuple[str, str]]) -> DefaultsForm:
    """Return the form with a list for each group (slug, heading), and its choices."""

    class Form(DefaultsForm):
        pass

    for slug, heading in groups:
        setattr(Form, GROUP + slug, _field(heading, "Choose somebody of the list, or nobody."))
    form = Form()
    for _, field in form.by_group():
        field.choices = people
    return form


def _field(heading: str, sentence: str) -> SelectField:
    def listed(_form: FlaskForm, field: SelectField) -> None:
        if field.data and not is_listed(field):
            raise ValidationError(sentence)

    return SelectField(
        heading, widget=GovSelect(), validate_choice=False, default="", validators=[listed]
    )
