"""The forms of signing in."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import EmailField, HiddenField, SubmitField
from wtforms.validators import Email, InputRequired, Length


class AskForm(FlaskForm):
    """Asks for the address to which the link goes, and remembers the page asked for first."""

    email = EmailField(
        "E-mail address",
        widget=GovTextInput(),
        filters=[lambda text: text.strip() if text else text],
        validators=[
            InputRequired("Enter your e-mail address"),
            Email("Enter an e-mail address in the correct format, like name@school.example"),
            Length(max=254, message="The e-mail address must be 254 characters or fewer"),
        ],
    )
    next = HiddenField()
    submit = SubmitField("E-mail me a link", widget=GovSubmitInput())


class ContinueForm(FlaskForm):
    """A single button."""

    submit = SubmitField("Continue", widget=GovSubmitInput())
