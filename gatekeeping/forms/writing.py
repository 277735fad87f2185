"""The forms with which an officer writes a submission, one per page."""

import re
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from foundation.forms import DayField
from gatekeeping.afterwards.grounds import GROUNDS_IN_WORDS, grounds_of
from gatekeeping.documents import MOST_TEXT, SubmissionDocument
from gatekeeping.forms import Form, WholeField, tidy_line, tidy_text
from gatekeeping.models import Kind
from gatekeeping.wording import FREQUENCIES, KINDS, ORIGINS, PERSONAL_DATA, REPLIES, SIGNATURES

LONGEST_LINE = 2_000
LONGEST_PURPOSE = 10_000


def line(label: str, hint: str = "", *, most: int = LONGEST_LINE, needed: str = "") -> StringField:
    """Return a one-line field; ``needed`` is the error when it is empty."""
    rules: list[Any] = [Length(max=most, message=f"Use {most:,} characters or fewer.")]
    if needed:
        rules.insert(0, DataRequired(needed))
    return StringField(
        label, description=hint, widget=GovTextInput(), filters=[tidy_line], validators=rules
    )


def text(label: str, hint: str = "", *, most: int = LONGEST_PURPOSE) -> TextAreaField:
    """Return a field of several lines."""
    rule = Length(max=most, message=f"Shorten this to {most:,} characters or fewer.")
    return TextAreaField(
        label, description=hint, widget=GovTextArea(), filters=[tidy_text], validators=[rule]
    )


def choice(label: str, choices: dict[str, str], hint: str = "") -> RadioField:
    """Return radio buttons."""
    return RadioField(
        label,
        description=hint,
        widget=GovRadioInput(),
        choices=list(choices.items()),
        validators=[DataRequired("Choose one.")],
    )


class StartForm(Form):
    """The first page: what it is, and what it is called."""

    kind = choice("What do you want to do?", KINDS)
    title = line(
        "Title", "Schools see it first. Say what it is about.", most=300, needed="Enter a title."
    )


class AboutForm(Form):
    """What it is, and why."""

    kind = choice("What is it?", KINDS, "A letter that asks something is a request, too.")
    title = line(
        "Title", "Schools see it first. Say what it is about.", most=300, needed="Enter a title."
    )
    purpose = text(
        "Why is it needed?", "Name the decision that it feeds. Two sentences are enough."
    )
    decision_maker = line("Who takes that decision?", "A post or a committee, and when.")


class TextForm(Form):
    """The text as schools will read it."""

    body = TextAreaField(
        "Text",
        widget=GovTextArea(),
        filters=[tidy_text],
        validators=[
            Length(
                max=MOST_TEXT,
                message=f"The text is too long. Shorten it to {MOST_TEXT:,} characters, or add the "
                "long part as a file.",
            )
        ],
    )


class ClaimForm(Form):
    """Where it comes from, and whether the law demands it."""

    origin = choice("Where does this come from?", ORIGINS)
    legal_claim = text(
        "Does a law say that schools must do this?",
        "If so, name the Act or regulations and the section, for example “Education Act 1996, "
        "section 537A”. If not, leave it empty: you can still ask.",
    )


class ReplyForm(Form):
    """How schools answer."""

    reply_by = choice("How do schools answer?", REPLIES)
    signature = choice(
        "Does the answer need a signature?",
        SIGNATURES,
        "Signing in with a declaration is enough unless a law asks for more.",
    )
    personal_data = choice("Does it ask for personal data?", PERSONAL_DATA)
    dpia = line("Data protection impact assessment", "Its reference, if there is one.")
    voluntary = BooleanField("Schools may choose whether to answer", widget=GovCheckboxInput())


class NeedForm(Form):
    """Why schools have to be asked, and what becomes of the answers."""

    if_not = text(
        "What happens if you do not ask?", "One or two sentences. It shows what the answers weigh."
    )
    asked_elsewhere = text(
        "Who else did you ask?",
        "Colleagues, the data team, the Department: who may hold it, and what they said.",
    )
    results_back = text("How will schools see the outcome?", "When, and where.")
    retention = text("How long do you keep the answers?", "And who deletes them.", most=2_000)
    budget_owner = line(
        "Whose budget gains by the answers?",
        "The e-mail address of whoever holds it, if money depends on them. That person does not "
        "decide about this submission.",
        most=254,
    )

    def validate_budget_owner(self, field: StringField) -> None:
        """Refuse what is no address."""
        if field.data and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", field.data):
            raise ValidationError("Enter an e-mail address, such as name@council.example.")


class RenewalForm(Form):
    """What came of an earlier round."""

    renews = line("Number of the earlier round", "As on the letter, for example 888-2526-D-00417.")
    used_before = text(
        "What did the last answers change?",
        "Say what was decided with them. A renewal cannot be submitted without this.",
    )


LONGEST_GROUNDS = 500
GROUNDS = {kind.value: words[0].upper() + words[1:] for kind, words in GROUNDS_IN_WORDS.items()}
EMERGENCY = {"no": "No", "yes": "Yes"}


class EmergencyForm(Form):
    """Whether it goes out before it is judged, and on which grounds."""

    emergency = choice("Is this an emergency?", EMERGENCY)
    ground = RadioField(
        "Which of these is it?",
        widget=GovRadioInput(),
        choices=list(GROUNDS.items()),
        validators=[Optional()],
    )
    what = TextAreaField(
        "What has happened?",
        description="Who is affected, and what would happen if schools were told later. "
        f"{LONGEST_GROUNDS} characters at most.",
        widget=GovTextArea(),
        filters=[tidy_text],
        validators=[
            Length(
                max=LONGEST_GROUNDS,
                message=f"Shorten this to {LONGEST_GROUNDS} characters or fewer.",
            )
        ],
    )

    def validate_ground(self, field: RadioField) -> None:
        """Ask for the ground of an emergency."""
        if self.emergency.data == "yes" and not field.data:
            raise ValidationError("Choose the ground, or say that it is no emergency.")

    def validate_what(self, field: TextAreaField) -> None:
        """Ask for the reason of an emergency."""
        if self.emergency.data == "yes" and not field.data:
            raise ValidationError("Say what has happened, and who is affected.")

    def changes(self) -> dict[str, Any]:
        """Return the two fields of the document: the ground in words begins the text."""
        if self.emergency.data != "yes":
            return {"emergency": False, "emergency_grounds": ""}
        ground, what = GROUNDS.get(self.ground.data or "", ""), self.what.data or ""
        return {"emergency": True, "emergency_grounds": f"{ground}: {what}" if ground else what}

    @staticmethod
    def values(document: SubmissionDocument) -> dict[str, Any]:
        """Return what the form shows of a document."""
        said = document.emergency_grounds
        chosen = [value for value, words in GROUNDS.items() if said.startswith(f"{words}: ")]
        what = said.removeprefix(f"{GROUNDS[chosen[0]]}: ") if chosen else said
        read = grounds_of(document)
        return {
            "emergency": "yes" if document.emergency else "no",
            "ground": chosen[0] if chosen else read.value if read else None,
            "what": what,
        }


class DatesForm(Form):
    """When it goes out, and when answers are due."""

    send_on = DayField("When should it be sent?", description="For example, 14 12 2026.")
    due_on = DayField(
        "When are answers due?",
        description="Give schools at least 20 school days. Leave out the last week of term and "
        "the first three days after a holiday. Leave it empty if nothing is asked.",
    )
    as_at = DayField(
        "Which day are the answers about?",
        description="Leave it empty if they are about no particular day.",
    )
    period = line("Or which time are they about?", "For example, “autumn term 2026”.")
    times = WholeField(
        "How many times?",
        widget=GovTextInput(),
        default=1,
        validators=[Optional(), NumberRange(1, 1000, "Enter a number from 1 to 1,000.")],
    )
    per = SelectField("In each", widget=GovSelect(), choices=list(FREQUENCIES.items()))

    def changes(self) -> dict[str, Any]:
        """Return the dates and the frequency as the document writes them."""
        values = super().changes()
        times, per = values.pop("times") or 1, values.pop("per")
        return {**values, "frequency": {"times": times, "per": per}}

    def refuse_order(self, kind: Kind) -> bool:
        """Put an error beside the due date when it cannot follow the send date; tell so."""
        sent, due = self.send_on.data, self.due_on.data
        if sent is None or due is None or due > sent:
            return False
        what = "Answers" if kind is Kind.DATA_REQUEST else "The due date"
        self.due_on.errors = [f"{what} must be due after the send date."]
        return True
