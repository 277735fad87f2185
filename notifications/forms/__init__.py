"""The forms of the reading pages."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect
from wtforms import Form, SelectField
from wtforms.validators import Optional


class DoneForm(FlaskForm):
    """Only the token against forgery: the button's address says what is meant."""


class SentFilterForm(Form):
    """What narrows the list of everything sent to the school. It is a GET form: no token."""

    person = SelectField("Person", widget=GovSelect(), validators=[Optional()], default="")
    category = SelectField("Category", widget=GovSelect(), validators=[Optional()], default="")
    who = SelectField(
        "Sent to",
        widget=GovSelect(),
        validators=[Optional()],
        default="",
        choices=[("", "Anybody"), ("governors", "Governors and their clerk")],
    )
    attention = SelectField(
        "What it asks",
        widget=GovSelect(),
        validators=[Optional()],
        default="",
        choices=[
            ("", "Anything"),
            ("urgent", "Urgent"),
            ("action", "Action"),
            ("information", "Information"),
        ],
    )
    state = SelectField(
        "State",
        widget=GovSelect(),
        validators=[Optional()],
        default="",
        choices=[
            ("", "Any state"),
            ("unread", "Unread"),
            ("read", "Read, not done"),
            ("done", "Done"),
            ("closed", "Closed"),
            ("overdue", "Overdue"),
        ],
    )
