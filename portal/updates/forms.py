"""The administrator's forms about schools that change."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, ValidationError

from directory.models import Membership

SAME, NEW, ASK, LEAVE = "same", "new", "ask", "leave"
STAYS, LEAVES = "stays_as_staff", "leaves"
SOMEBODY_ELSE = "0"


class UploadForm(FlaskForm):
    """A file of schools from GIAS, and one of links if there is one."""

    file = FileField("File of schools")
    links = FileField("File of links (optional)")
    apply_details = BooleanField("Apply addresses, pupil numbers and other details at once")


class ChooseForm(FlaskForm):
    """Which changes of one page are ticked."""

    change = SelectMultipleField("Changes", coerce=int, validate_choice=False)


class HeadForm(FlaskForm):
    """Who is head of a school, where GIAS gives another name."""

    answer = RadioField("Who is the headteacher?", validate_choice=False)
    person_id = SelectField("Who is it?", validate_choice=False)
    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    email = StringField("E-mail address", widget=GovTextInput(), validators=[Length(max=254)])
    former = RadioField(
        "What becomes of the headteacher before?",
        choices=[
            (LEAVES, "They left: everything that is theirs goes to the new headteacher"),
            (STAYS, "They stay as one of the staff, with the categories that they own"),
        ],
        default=LEAVES,
        validate_choice=False,
    )

    def offer(self, staff: Sequence[Membership]) -> None:
        """Offer the school's people to choose from."""
        people = {str(place.person_id): place.person.name for place in staff}
        self.person_id.choices = [
            (SOMEBODY_ELSE, "Somebody who is not in the portal yet"),
            *people.items(),
        ]

    def validate_answer(self, field: RadioField) -> None:
        """Ask for an answer."""
        if field.data not in (SAME, NEW, ASK, LEAVE):
            raise ValidationError("Say who the headteacher is, or leave it for now.")

    def validate_person_id(self, field: SelectField) -> None:
        """Take nobody whom the page did not offer."""
        if self.answer.data == NEW and field.data not in {
            str(choice[0]) for choice in field.choices or ()
        }:
            raise ValidationError("Choose a person from the list.")

    def validate_name(self, field: StringField) -> None:
        """Ask for the name of somebody new."""
        if self._is_newcomer() and not (field.data or "").strip():
            raise ValidationError("Enter the headteacher’s full name.")

    def validate_email(self, field: StringField) -> None:
        """Ask for the address of somebody new."""
        if self._is_newcomer() and not (field.data or "").strip():
            raise ValidationError("Enter the headteacher’s e-mail address.")

    def validate_former(self, field: RadioField) -> None:
        """Ask what becomes of the former head."""
        if self.answer.data == NEW and field.data not in (LEAVES, STAYS):
            raise ValidationError("Say what becomes of the headteacher before.")

    def _is_newcomer(self) -> bool:
        return bool(self.answer.data == NEW and self.person_id.data in (None, "", SOMEBODY_ELSE))
