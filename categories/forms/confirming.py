"""The form behind “All of them are right”."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange

LARGEST = 2**62


class ConfirmForm(FlaskForm):
    """A group, and the newest part that its reader saw."""

    group = HiddenField()
    newest = IntegerField(validators=[NumberRange(min=0, max=LARGEST)])
