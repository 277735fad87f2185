"""The forms of those who advise on a decision: panel, data protection officer, the officer."""

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea, GovTextInput
from wtforms import HiddenField, RadioField, StringField, TextAreaField

from foundation.errors import Refusal
from gatekeeping.deciding.dpia import OUTCOMES
from gatekeeping.forms import Form, tidy_line, tidy_text
from gatekeeping.models import DpiaOutcome


def long(label: str, says: str = "") -> TextAreaField:
    """Return a field for several lines."""
    return TextAreaField(label, description=says, filters=[tidy_text], widget=GovTextArea())


def line(label: str, says: str = "") -> StringField:
    """Return a field for one line."""
    return StringField(label, description=says, filters=[tidy_line], widget=GovTextInput())


class Judged(Form):
    """A form about one version: it knows which one the person had before them."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """Return the version that the person had before them; 0 when that is not known."""
        value = self.version.data or ""
        return int(value) if value.isdecimal() and len(value) < 6 else 0  # noqa: PLR2004


class HowForm(Form):
    """How the officer has met a condition."""

    how = long("How have you met it?", "Say what you changed and where. A gatekeeper checks it.")

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field."""
        self.how.errors = [*self.how.errors, str(refusal)]


class AdviceForm(Judged):
    """What a member of the school panel advises."""

    for_it = RadioField(
        "What do you advise?",
        choices=[
            ("yes", "It should go to schools"),
            ("no", "It should not go to schools like this"),
        ],
        validate_choice=False,
        widget=GovRadioInput(),
    )
    reason = long(
        "Why?", "The gatekeepers and the officer read this. Say what would make it better."
    )

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        field = self.reason if refusal.field == "reason" else self.for_it
        field.errors = [*field.errors, str(refusal)]


class VerdictForm(Judged):
    """What the data protection officer says of an assessment."""

    outcome = RadioField(
        "What is your verdict?",
        choices=[(outcome.value, OUTCOMES[outcome]) for outcome in DpiaOutcome],
        validate_choice=False,
        widget=GovRadioInput(),
    )
    note = long("What does it rest on?", "The gatekeepers and the officer read this.")

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        field = self.note if refusal.field == "note" else self.outcome
        field.errors = [*field.errors, str(refusal)]
