"""The forms of held mail: why it needs no gate, what a gatekeeper decides, what a review found."""

from typing import Final

from govuk_frontend_wtf.wtforms_widgets import GovSelect
from wtforms import HiddenField, SelectField

from foundation.errors import Refusal
from gatekeeping.forms.advising import long
from gatekeeping.forms.afterwards import ANSWERS, YES_OR_NO, Refusable, radios
from gatekeeping.models import ExemptKind
from gatekeeping.writing.exempting import EXEMPT_KINDS

OTHER: Final = "other"


class ExplainForm(Refusable):
    """Why a sender thinks that a message needs no gate."""

    fallback = "words"
    kind = radios(
        "Why does it need no gate?",
        [
            *((kind.value, words) for kind, (words, _) in EXEMPT_KINDS.items()),
            (OTHER, "Something else"),
        ],
    )
    words = long(
        "Say it in your own words",
        "A gatekeeper reads this and decides. Name no child, parent or member of staff.",
    )
    hints: Final = [*({"hint": {"text": hint}} for _, hint in EXEMPT_KINDS.values()), {}]

    @property
    def chosen(self) -> ExemptKind | None:
        """Return the kind that was chosen; None for something else."""
        return ExemptKind(self.kind.data) if self.kind.data in set(ExemptKind) else None

    def missing(self) -> bool:
        """Put an error beside the kind when none was chosen; tell whether that was so."""
        if self.kind.data in {*set(ExemptKind), OTHER}:
            return False
        self.kind.errors = ["Choose the reason that fits best."]
        return True


class PlainForm(Refusable):
    """A button alone: nothing is typed, and what is refused stands on top of the page."""

    fallback = "shown"
    shown = HiddenField()


class ReasonForm(Refusable):
    """What a decision asks: a text, and perhaps as what it needs no gate. Its words are given."""

    fallback = "words"
    words = long("Reason")
    exempt = SelectField(
        "",
        choices=[
            ("", "It should have passed the gate"),
            *((kind.value, f"No: {words}") for kind, (words, _) in EXEMPT_KINDS.items()),
        ],
        validate_choice=False,
        widget=GovSelect(),
    )
    shown = HiddenField()
    """Where a refusal stands when no text is asked."""

    def __init__(self, label: str, says: str, why_exempt: str, kind: ExemptKind | None) -> None:
        """Give the fields their words; what has none is left out. ``kind``: what was explained."""
        super().__init__(data={"exempt": kind.value if kind else ""})
        self.words.label.text, self.words.description = label, says
        self.exempt.label.text = why_exempt
        if not why_exempt:
            del self.exempt
        if not label:
            del self.words
            self.fallback = "shown"

    @property
    def text(self) -> str:
        """Return what was typed."""
        return (self.words.data or "") if "words" in self else ""

    @property
    def kind(self) -> ExemptKind | None:
        """Return as what it needs no gate; None where it needs it, or nothing was asked."""
        chosen = self.exempt.data if "exempt" in self else ""
        return ExemptKind(chosen) if chosen in set(ExemptKind) else None

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the text, whatever the rule calls it."""
        self[self.fallback].errors = [*self[self.fallback].errors, str(refusal)]


class AfterwardsForm(Refusable):
    """What somebody else finds of an emergency release."""

    fallback = "words"
    was_right = radios("Was it right to release it at once?", YES_OR_NO)
    words = long("What did you find?", "The executive who released it reads this.")

    @property
    def answer(self) -> bool | None:
        """Return yes, no or nothing."""
        return ANSWERS.get(self.was_right.data or "")
