"""The forms with which a legal reviewer rules on a provision or on one claim."""

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from foundation.forms import DayField
from gatekeeping.forms import tidy_text
from gatekeeping.forms.advising import Judged
from gatekeeping.law.words import VERDICT_NAMES, LegalVerdict

LONGEST_WHY = 4_000


class ClaimForm(Judged):
    """A verdict with its reason."""

    verdict = RadioField(
        "What is it for a council that asks schools?",
        choices=[
            (verdict.value, name)
            for verdict, name in VERDICT_NAMES.items()
            if verdict is not LegalVerdict.UNRESOLVED
        ],
        widget=GovRadioInput(),
        validators=[InputRequired("Choose a verdict.")],
    )
    why = TextAreaField(
        "Why?",
        description="Name the words of the law that you rely on. Officers and schools read this.",
        filters=[tidy_text],
        widget=GovTextArea(),
        validators=[
            DataRequired("Say why. Officers and schools will read it."),
            Length(max=LONGEST_WHY, message=f"Use {LONGEST_WHY:,} characters or fewer."),
        ],
    )


class ProvisionForm(ClaimForm):
    """A verdict that is used again, until its review date."""

    review_on = DayField(
        "When should it be looked at again?",
        validators=[InputRequired("Enter the date of the next review.")],
    )
