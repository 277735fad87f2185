"""The forms about people at a school and about accounts."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovTextInput
from wtforms import Form, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from directory.models import RECIPIENTS, ROLE_NAMES, Role
from foundation.forms import DayField

ADDABLE = tuple(role for role in RECIPIENTS if role is not Role.HEAD)
FARTHEST_YEARS = 2
FORMER = {
    "leaves": "They leave the school: everything that lies with them goes to the new headteacher",
    "stays_as_staff": "They stay as one of the staff, and keep the categories that they own",
}


class ButtonForm(FlaskForm):
    """Only the token against forgery: the button's address says what is meant."""


class PlaceForm(FlaskForm):
    """What a school says of somebody: job title, and the mailbox that stands behind them."""

    job_title = StringField(
        "Job title",
        widget=GovTextInput(),
        validators=[Length(max=120, message="The job title must be 120 characters or fewer.")],
    )
    mailbox = StringField(
        "Shared mailbox (optional)",
        widget=GovTextInput(),
        validators=[Length(max=254)],
        description=(
            "Mail for this person goes there instead of to their own address, for example "
            "office@school.example. They still sign in with their own address."
        ),
    )


class AddForm(FlaskForm):
    """Somebody who comes to the school."""

    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    email = StringField(
        "E-mail address",
        widget=GovTextInput(),
        validators=[Length(max=254)],
        description="Their own address: they sign in with it. No password is needed.",
    )
    role = RadioField(
        "What are they at the school?",
        widget=GovRadioInput(),
        choices=[(role.value, ROLE_NAMES[role]) for role in ADDABLE],
        default=Role.STAFF.value,
    )
    job_title = StringField(
        "Job title (optional)", widget=GovTextInput(), validators=[Length(max=120)]
    )
    mailbox = StringField(
        "Shared mailbox (optional)",
        widget=GovTextInput(),
        validators=[Length(max=254)],
        description="If their mail should go to a mailbox that several people read.",
    )

    def validate_name(self, field: StringField) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Enter the person’s full name.")

    def validate_email(self, field: StringField) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Enter the person’s e-mail address.")


class LeavingForm(FlaskForm):
    """The last day, who takes over everything, and who is head then. Lists are the view's."""

    last_day = DayField(
        "What is their last day?",
        description="If it is to come, everything stays with them until then.",
    )
    everything = SelectField(
        "Who takes over?", widget=GovSelect(), validate_choice=False, default=""
    )
    next_head = SelectField(
        "Who is the headteacher from then on?",
        widget=GovSelect(),
        validate_choice=False,
        default="",
    )

    def __init__(self, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._today = today

    def validate_last_day(self, field: DayField) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError("Enter their last day.")
        if field.data is not None and field.data.year > self._today.year + FARTHEST_YEARS:
            raise ValidationError("Enter a day within the next two years.")

    def validate_everything(self, field: SelectField) -> None:
        _must_be_listed(field)

    def validate_next_head(self, field: SelectField) -> None:
        _must_be_listed(field)


class FindForm(Form):
    """Looking for people. It is a GET form: no token."""

    q = StringField(
        "Name, e-mail address or school", widget=GovTextInput(), validators=[Optional()]
    )


class AccountForm(FlaskForm):
    """What an administrator may correct of a person."""

    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    email = StringField(
        "E-mail address",
        widget=GovTextInput(),
        validators=[Length(max=254)],
        description="They sign in with it. The old address works no more.",
    )
    telephone = StringField(
        "Telephone (optional)", widget=GovTextInput(), validators=[Length(max=40)]
    )


class HeadForm(FlaskForm):
    """Who is a school's new head, and what becomes of the one before."""

    person_id = SelectField(
        "Somebody at the school", widget=GovSelect(), validate_choice=False, default=""
    )
    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    email = StringField("E-mail address", widget=GovTextInput(), validators=[Length(max=254)])
    former = RadioField(
        "What becomes of the headteacher before?",
        widget=GovRadioInput(),
        choices=list(FORMER.items()),
        default="leaves",
    )

    def validate_person_id(self, field: SelectField) -> None:
        _must_be_listed(field)
        if not field.data and not (self.email.data or "").strip():
            raise ValidationError(
                "Choose somebody from the list, or enter a name and an e-mail address below."
            )
        if field.data and (self.email.data or "").strip():
            raise ValidationError("Choose somebody from the list or enter somebody new, not both.")


class MergeForm(FlaskForm):
    """Which of two entries is kept."""

    kept = RadioField(
        "Which entry do you want to keep?", widget=GovRadioInput(), validate_choice=False
    )

    def validate_kept(self, field: RadioField) -> None:
        if field.data not in [choice[0] for choice in field.choices or ()]:
            raise ValidationError("Choose which entry to keep.")


def _must_be_listed(field: SelectField) -> None:
    if field.data and all(value != field.data for value, *_ in field.iter_choices()):
        raise ValidationError("Choose a person from the list.")
