"""Forms of the first time: choosing owners for many categories, bringing people in."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea, GovTextInput
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from categories.starting.pasting import MOST_TEXT

LONGEST = 40_000


class ChoosingForm(FlaskForm):
    """A person for each category of a page (``owner-<id>``), or one for those that are ticked."""

    choices = HiddenField()
    """Carries no value: what is wrong with a choice is said here, above the list with this id."""
    shown = HiddenField(validators=[Length(max=LONGEST)])
    """What the page showed as set, so that a change made meanwhile is seen."""
    ticked = SelectMultipleField("Categories", validate_choice=False, coerce=str)
    to = SelectField("Give the ticked ones to", widget=GovSelect(), validate_choice=False)


class PasteForm(FlaskForm):
    """Many people at once, as they come out of a spreadsheet."""

    people = TextAreaField(
        "Paste or type a list",
        widget=GovTextArea(),
        validators=[Length(max=MOST_TEXT, message="Paste fewer people at a time.")],
        description="One person a line: name, e-mail, job title. Columns of a spreadsheet will do.",
    )


class OnePersonForm(FlaskForm):
    """One colleague."""

    name = StringField("Full name", widget=GovTextInput(), validators=[Length(max=200)])
    email = StringField("E-mail address", widget=GovTextInput(), validators=[Length(max=254)])
    job_title = StringField("Job title", widget=GovTextInput(), validators=[Length(max=120)])


class HelperForm(FlaskForm):
    """Who may say who owns what beside the head."""

    place_id = SelectField(
        "Let a colleague help with this", widget=GovSelect(), validate_choice=False
    )
