"""The forms of emergencies, appeals and schools' challenges.

What a rule refuses becomes an error beside the field that the refusal names.
"""

from collections.abc import Iterable, Sequence

from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxInput,
    GovRadioInput,
    GovSelect,
)
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField

from foundation.errors import Refusal
from foundation.forms import DayField
from gatekeeping.afterwards.after_review import DPIA, VERDICTS
from gatekeeping.afterwards.appeal_panel import SEATS, Candidate
from gatekeeping.afterwards.emergencies import LONGEST_REASON
from gatekeeping.afterwards.hearing import VOTES
from gatekeeping.afterwards.school_challenges import GROUNDS
from gatekeeping.forms import Form, tidy_text
from gatekeeping.forms.advising import Judged, long
from gatekeeping.models import Ground, Verb

YES_OR_NO = [("yes", "Yes"), ("no", "No")]
ANSWERS = {"yes": True, "no": False}


def radios(label: str, choices: Iterable[tuple[str, str]], says: str = "") -> RadioField:
    """Return a choice of one; what was not chosen is refused by the rule."""
    return RadioField(
        label,
        description=says,
        choices=list(choices),
        validate_choice=False,
        widget=GovRadioInput(),
    )


class Refusable(Form):
    """A form that shows a refusal beside the field that it names, else beside ``fallback``."""

    fallback = "reason"

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        name = refusal.field if refusal.field in self._fields else self.fallback
        self[name].errors = [*self[name].errors, str(refusal)]


def short(label: str, says: str) -> TextAreaField:
    """Return a field for at most ``LONGEST_REASON`` characters, which are counted."""
    return TextAreaField(label, description=says, filters=[tidy_text], widget=GovCharacterCount())


class EmergencyForm(Refusable, Judged):
    """Release an emergency, or judge it as an ordinary submission: one reason, two buttons."""

    reason = short(
        f"Your reason, in at most {LONGEST_REASON} characters",
        "The officer and the review read this. It is kept for good.",
    )


class ExtendForm(Refusable):
    """A later last day for an emergency's number."""

    until = DayField("Valid to", description="For example, 14 1 2027.")
    reason = short("Why is it still needed?", "The officer reads this.")


class ReviewForm(Refusable):
    """What the review of an emergency found."""

    grounds = radios("", YES_OR_NO)
    foreseen = radios("", YES_OR_NO)
    schools = radios("", YES_OR_NO)
    content = radios("", YES_OR_NO)
    dpia = radios("", YES_OR_NO)
    verdict = radios(
        "What did you find?", [(verb.value, words) for verb, words in VERDICTS.items()]
    )
    reason = long("What happened, and why do you find so?", "The letter shows this.")
    lessons = long(
        "What is there to learn, or which rule was broken?",
        "Leave this empty when everything was right.",
    )

    def __init__(self, questions: dict[str, str]) -> None:
        """Give the questions their words; what is not asked is left out."""
        super().__init__()
        for name, words in questions.items():
            self[name].label.text = words
        if DPIA not in questions:
            del self.dpia

    @property
    def answers(self) -> dict[str, bool | None]:
        """Return yes, no or nothing for each question."""
        names = ("grounds", "foreseen", "schools", "content", DPIA)
        return {name: ANSWERS.get(self[name].data or "") for name in names if name in self}

    @property
    def chosen(self) -> Verb | None:
        """Return the verdict, if it is one."""
        found = self.verdict.data or ""
        return Verb(found) if found in {verb.value for verb in VERDICTS} else None


class TrainingForm(Refusable):
    """A team that lost the emergency route was trained."""

    fallback = "note"
    who = HiddenField()
    note = long("Who was trained, by whom and when?")


class AppealForm(Refusable):
    """Why the officer thinks that a decision is wrong."""

    fallback = "grounds"
    grounds = long(
        "Why do you think that the decision is wrong?",
        "Three people read this who had no part in the decision. Say what they should know.",
    )


class PanelForm(Refusable):
    """Who hears an appeal: one list for each seat that is free."""

    fallback = "first"
    first = SelectField("First member, from a school", validate_choice=False, widget=GovSelect())
    second = SelectField("Second member, from a school", validate_choice=False, widget=GovSelect())
    third = SelectField(
        "Third member, from a school or the council", validate_choice=False, widget=GovSelect()
    )

    def __init__(self, offered: Sequence[Candidate], free: int, schools: int) -> None:
        """Offer who may sit: ``schools`` lists of school people and the rest of anybody."""
        super().__init__()
        everybody = [("", "Choose somebody")] + [
            (str(each.person_id), f"{each.name}, {each.place}") for each in offered
        ]
        school = [everybody[0]] + [
            (str(each.person_id), f"{each.name}, {each.place}")
            for each in offered
            if each.from_school
        ]
        names = ("first", "second", "third")
        for place, name in enumerate(names):
            if place < SEATS - free:
                del self[name]
            else:
                from_school = place - (SEATS - free) < schools
                self[name].choices = school if from_school else everybody
                kind = "from a school" if from_school else "from a school or the council"
                self[name].label.text = f"{name.capitalize()} member, {kind}"
        self.fallback = next(iter(field.name for field in self if field.name in names), "")

    @property
    def people(self) -> list[int]:
        """Return the ids of those who were chosen."""
        chosen = (str(field.data or "") for field in self if field.name != "csrf_token")
        return [int(value) for value in chosen if value.isdecimal() and len(value) < 19]  # noqa: PLR2004 - digits of a key


class VoteForm(Refusable):
    """A member's vote on an appeal."""

    choice = radios("How do you vote?", [(verb.value, words) for verb, words in VOTES.items()])
    conditions = long(
        "Conditions, if it may be sent on conditions",
        "Put each condition on a line of its own. For example: Leave out question 4.",
    )
    reason = long("Why?", "The officer and the letter show the reasons of those who agree.")

    @property
    def chosen(self) -> Verb | None:
        """Return the vote, if it is one."""
        found = self.choice.data or ""
        return Verb(found) if found in {verb.value for verb in VOTES} else None


class ChallengeForm(Refusable):
    """Why a school challenges what it received."""

    fallback = "text"
    ground = radios("Why do you challenge it?", [(each.value, GROUNDS[each]) for each in Ground])
    text = long(
        "What is wrong with it?",
        "A gatekeeper reads this and answers you. Do not name pupils or staff.",
    )


class SchoolAnswerForm(Refusable):
    """What a gatekeeper answers a school."""

    fallback = "answer"
    upheld = radios(
        "Is the school right?",
        [("yes", "Yes, at least in part"), ("no", "No")],
    )
    answer = long("Your answer to the school", "The school reads this.")
    suspending = BooleanField(
        "Suspend the approval",
        description="Reminders stop, and every school sees that it need not answer now.",
        widget=GovCheckboxInput(),
    )
