"""The forms with which gatekeepers decide and officers answer."""

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import HiddenField, RadioField, StringField, TextAreaField, ValidationError

from foundation.errors import Refusal
from gatekeeping.decisions import REFUSAL_CODES
from gatekeeping.forms import Form, tidy_text
from gatekeeping.models import Verb

FIELDS = {
    (Verb.APPROVE, "reason"): "approve_reason",
    (Verb.APPROVE, "conditions"): "conditions",
    (Verb.CHALLENGE, "text"): "question",
    (Verb.REFUSE, "code"): "code",
    (Verb.REFUSE, "reason"): "refuse_reason",
}
"""Which field of the form a verb's refusal is about."""


class DecideForm(Form):
    """What a gatekeeper decides: one of three verbs, each with its own reason.

    What the verbs themselves refuse (an empty reason) becomes an error beside the field; the rule
    stands in one place.
    """

    version = HiddenField()
    verb = StringField()  # the name of the button that was pressed
    approve_reason = TextAreaField(
        "Why do you approve it?",
        description="The officer and the letter show this.",
        filters=[tidy_text],
        widget=GovTextArea(),
    )
    conditions = TextAreaField(
        "Conditions, if any",
        description="What the officer must do. For example: leave out question 4.",
        filters=[tidy_text],
        widget=GovTextArea(),
    )
    question = TextAreaField(
        "What do you ask?",
        description="Put all your questions into one message. The clock stops until the answer.",
        filters=[tidy_text],
        widget=GovTextArea(),
    )
    code = RadioField(
        "Which reason fits best?",
        choices=list(REFUSAL_CODES.items()),
        validate_choice=False,
        widget=GovRadioInput(),
    )
    refuse_reason = TextAreaField(
        "Why do you refuse it?",
        description="Say what the officer could do instead. The officer and the letter show this.",
        filters=[tidy_text],
        widget=GovTextArea(),
    )

    def validate_verb(self, field: StringField) -> None:
        """Refuse what is none of the three buttons."""
        if field.data not in set(Verb):
            raise ValidationError("Choose what you decide: press one of the three buttons.")

    @property
    def is_typed(self) -> bool:
        """Tell whether anything was typed that should not be lost."""
        texts = (self.approve_reason, self.conditions, self.question, self.refuse_reason)
        return any(field.data for field in texts)

    @property
    def seen_version(self) -> int:
        """Return the version that the person had before them; 0 when that is not known."""
        value = self.version.data or ""
        return int(value) if value.isdecimal() and len(value) < 6 else 0  # noqa: PLR2004

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        verb = Verb(self.verb.data) if self.verb.data in set(Verb) else None
        name = FIELDS.get((verb, refusal.field or "")) if verb else None
        field = self[name or "verb"]
        field.errors = [*field.errors, str(refusal)]


class AnswerForm(Form):
    """The officer's answer to all questions."""

    text = TextAreaField(
        "Your answer",
        description="Answer every question. The gatekeeper reads this beside your submission.",
        filters=[tidy_text],
        widget=GovTextArea(),
    )

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field."""
        self.text.errors = [*self.text.errors, str(refusal)]
