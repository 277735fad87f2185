"""The form with which an officer asks another team, and the box of “asked before”."""

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import RadioField, TextAreaField

from foundation.errors import Refusal
from gatekeeping.forms import Form, tidy_text
from gatekeeping.forms.advising import long

LONGEST = 200_000


class ApproachForm(Form):
    """What is asked of the other team, and what becomes of one's own meanwhile."""

    text = long("What do you ask, and why?")
    then = RadioField(
        "What becomes of yours?",
        choices=[("keep", "Keep it for now"), ("withdraw", "Withdraw it")],
        default="keep",
        validate_choice=False,
        widget=GovRadioInput(),
    )

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field."""
        self.text.errors = [*self.text.errors, str(refusal)]


class AskedBeforeForm(Form):
    """A sentence, a list or a whole text about what one means to ask."""

    text = TextAreaField(
        "What do you want to know from schools?",
        description=(
            "A sentence will do, or paste a letter, a list or a table. Nothing is saved or sent."
        ),
        filters=[tidy_text, lambda text: (text or "")[:LONGEST]],
        widget=GovTextArea(),
    )
