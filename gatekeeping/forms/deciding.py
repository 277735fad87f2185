"""The forms with which gatekeepers decide and officers answer."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovTextArea
from wtforms import (
    Field,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part

from foundation.errors import Refusal
from foundation.forms import DayField
from gatekeeping.deciding.decisions import REFUSAL_CODES
from gatekeeping.deciding.recording import CONDITION_NAMES
from gatekeeping.deciding.terms import MOST_TERMS
from gatekeeping.forms import Form, tidy_line, tidy_text
from gatekeeping.forms.advising import Judged, line, long
from gatekeeping.models import Verb

LEAST_ROWS = 2
SHOWN_TO = "The officer and the letter show this."

VERB_NAMES = {
    Verb.APPROVE: "Approve it",
    Verb.APPROVE_WITH_CONDITIONS: "Approve it on conditions",
    Verb.CHALLENGE: "Ask the officer",
    Verb.RETURN: "Return it to be mended",
    Verb.REDIRECT: "Redirect it to data that is held",
    Verb.MERGE: "Join it to another",
    Verb.REFUSE: "Refuse it",
    Verb.ESCALATE: "Give it to the senior executive",
    Verb.HAND_BACK: "Hand it back to the gatekeepers",
    Verb.SUSPEND: "Suspend it",
    Verb.RESUME: "Resume it",
}
"""What can be decided on the page, in the words of the choices."""

VALUES: Mapping[Verb, Mapping[str, str]] = {
    Verb.APPROVE: {"reason": "approve_reason", "answer_to_panel": "answer_to_panel"},
    Verb.APPROVE_WITH_CONDITIONS: {
        "reason": "conditions_reason",
        "conditions": "conditions",
        "answer_to_panel": "answer_to_panel",
    },
    Verb.CHALLENGE: {"text": "question", "again": "again"},
    Verb.RETURN: {"reason": "return_reason"},
    Verb.REDIRECT: {
        "source": "source",
        "owner": "owner",
        "access": "access",
        "reason": "redirect_reason",
    },
    Verb.MERGE: {"into": "into", "reason": "merge_reason"},
    Verb.REFUSE: {"code": "code", "reason": "refuse_reason"},
    Verb.ESCALATE: {"reason": "escalate_reason"},
    Verb.HAND_BACK: {"reason": "hand_back_reason"},
    Verb.SUSPEND: {"reason": "suspend_reason"},
    Verb.RESUME: {"reason": "resume_reason"},
}
"""Which field of the form gives which value of a verb; a refusal goes back the same way."""


NOT_ASKED = frozenset({"answer_to_panel", "access"})
"""Fields that tell nothing of a choice: the first belongs to two, the page proposes the second."""


class ConditionPart(Part):
    """One condition."""

    kind = SelectField(
        "What kind",
        choices=[("", "Choose"), *((kind.value, name) for kind, name in CONDITION_NAMES.items())],
        validate_choice=False,
        widget=GovSelect(),
    )
    text = line("What the officer must do")
    due_on = DayField("By when")
    when = SelectField(
        "Before or after it is sent",
        choices=[("before", "Before it is sent"), ("after", "After it is sent")],
        validate_choice=False,
        widget=GovSelect(),
    )

    @property
    def is_typed(self) -> bool:
        """Tell whether anything stands in the row."""
        return bool(self.kind.data or self.text.data or self.due_on.data or self.due_on.errors)


class DecideForm(Judged):
    """What a gatekeeper decides: one verb, each with fields of its own.

    What the verbs themselves refuse (an empty reason) becomes an error beside the field; the rule
    stands in one place. Everything that was typed comes back, whichever choice it belongs to.
    """

    verb = StringField()
    answer_to_panel = long(
        "Your answer to the school panel", "It becomes part of the reason, if you approve."
    )
    approve_reason = long("Why do you approve it?", SHOWN_TO)
    conditions_reason = long("Why do you approve it on conditions?", SHOWN_TO)
    conditions = FieldList(FormField(ConditionPart), max_entries=MOST_TERMS)
    question = long(
        "What do you ask?",
        "One question on each line; they are numbered. Ask everything at once: the clock stops "
        "until the answer.",
    )
    again = long("Why do you ask again?", "Say why it could not be asked the first time.")
    return_reason = long(
        "What must be mended?", "Use this only when it cannot be judged as it is. " + SHOWN_TO
    )
    source = line("Where is the data?", "The name of the data set, table or report.")
    owner = line("Who owns it?", "A team or person that the officer can ask.")
    access = long("How does the officer get at it?")
    redirect_reason = long("Why does that answer the request?", SHOWN_TO)
    into = line(
        "Number of the other submission",
        "For example 888-2627-D-00417-X. You see what the two are together before it is done.",
    )
    merge_reason = long("Why do they belong together?", "Both officers are told.")
    code = RadioField(
        "Which reason fits best?",
        choices=list(REFUSAL_CODES.items()),
        validate_choice=False,
        widget=GovRadioInput(),
    )
    refuse_reason = long(
        "Why do you refuse it?", "Say what the officer could do instead. " + SHOWN_TO
    )
    escalate_reason = long("Why must the senior executive decide?")
    hand_back_reason = long("Why can the gatekeepers decide it?")
    suspend_reason = long(
        "Why do you suspend it?", "Nothing is sent and nobody is reminded until it is resumed."
    )
    resume_reason = long("Why can it go on?", SHOWN_TO)
    why = long("Why do you set it aside?", "The officer and the letter show this, with your name.")

    def validate_verb(self, field: StringField) -> None:
        """Refuse what is none of the choices."""
        if field.data not in set(VERB_NAMES):
            raise ValidationError("Choose what you decide.")

    @property
    def chosen(self) -> Verb | None:
        """Return the verb that was chosen, if any."""
        return Verb(self.verb.data) if self.verb.data in set(VERB_NAMES) else None

    @property
    def typed_verbs(self) -> list[Verb]:
        """Return the verbs for which something was typed that should not be lost."""
        return [
            verb
            for verb, fields in VALUES.items()
            if any(self._is_typed(name) for name in fields.values() if name not in NOT_ASKED)
        ]

    @property
    def is_typed(self) -> bool:
        """Tell whether anything was typed that should not be lost."""
        return bool(self.typed_verbs or self.answer_to_panel.data)

    def _is_typed(self, name: str) -> bool:
        if name == "conditions":
            return any(row.form.is_typed for row in self.conditions)
        # what stands in one line was proposed by the page as a rule
        return isinstance(self[name], TextAreaField) and bool(self[name].data)

    def values(self, verb: Verb) -> dict[str, Any]:
        """Return what the verb is called with, as plain JSON."""
        return {
            name: self._rows() if field == "conditions" else self[field].data or ""
            for name, field in VALUES[verb].items()
        }

    def take(self, verb: Verb, values: Mapping[str, Any]) -> None:
        """Show a decision that was taken back, with everything that was typed for it."""
        self.verb.data = verb.value
        for name, field in VALUES.get(verb, {}).items():
            if field == "conditions":
                self.set_rows(values.get(name, ()))
            else:
                self[field].data = str(values.get(name, ""))

    def set_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show these conditions, as ``values`` gives them."""
        while self.conditions.entries:
            self.conditions.pop_entry()
        for row in rows:
            entry = self.conditions.append_entry().form
            entry.kind.data, entry.text.data = row.get("kind", ""), row.get("text", "")
            entry.when.data = "before" if row.get("before_sending", True) else "after"
            due_on = str(row.get("due_on") or "")
            entry.due_on.process_formdata(due_on.split("-")[::-1])
        self.add_rows()

    def add_rows(self, more: int = 0) -> None:
        """Offer ``more`` empty conditions, and two in all at least."""
        wanted = min(max(len(self.conditions) + more, LEAST_ROWS), MOST_TERMS)
        while len(self.conditions) < wanted:
            self.conditions.append_entry()

    def ask(self, question: str) -> None:
        """Add a question to those that are typed, once, and choose to ask."""
        typed = self.question.data or ""
        one_line = tidy_line(question)
        if one_line not in typed:
            self.question.data = f"{typed}\n{one_line}".strip()
        self.verb.data = Verb.CHALLENGE.value

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        field = self._field_of(refusal.field or "")
        field.errors = [*field.errors, str(refusal)]
        # a list of rows keeps their errors by itself
        self.conditions.errors = [row.errors for row in self.conditions if row.errors]

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "kind": row.form.kind.data or "",
                "text": row.form.text.data or "",
                "due_on": row.form.due_on.data.isoformat() if row.form.due_on.data else "",
                "before_sending": row.form.when.data != "after",
            }
            for row in self.conditions
            if row.form.is_typed
        ]

    def _field_of(self, name: str) -> Field:
        verb = self.chosen
        if name == "why":
            return self.why
        if verb is None or name.split(".", maxsplit=1)[0] not in VALUES[verb]:
            return self.verb
        if not name.startswith("conditions"):
            return cast("Field", self[VALUES[verb][name]])
        typed = [row.form for row in self.conditions if row.form.is_typed]
        _, _, place = name.partition(".")
        if not place:
            self.add_rows()
            return self.conditions[0].form.kind
        number, part = place.split(".")
        return typed[int(number)]["when" if part == "before_sending" else part]


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
