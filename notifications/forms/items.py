"""The forms of what a reader does about one item."""

from collections.abc import Sequence
from datetime import date
from typing import Final, cast

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from directory.models import Membership
from foundation.dates import day
from foundation.forms import DayField
from notifications.reading import snoozing
from notifications.reading.filters import key_in
from notifications.reading.not_mine import Suggested

OTHER: Final = "other"
NOBODY: Final = ("", "Choose a colleague")


class SnoozeForm(FlaskForm):
    """Until when an item is snoozed."""

    until = RadioField(
        "When do you want to see it again?", widget=GovRadioInput(), validate_choice=False
    )
    on = DayField("If on another day: on which?", description="For example, 14 12 2026")
    past_due = BooleanField("Snooze it past the day it is due", widget=GovCheckboxInput())

    def offer(self, today: date, due_on: date | None) -> None:
        """Offer the days that make sense today."""
        self._days = {"tomorrow": snoozing.tomorrow(today)}
        words = {"tomorrow": "Tomorrow"}
        monday = snoozing.next_monday(today)
        if monday != self._days["tomorrow"]:
            self._days["monday"], words["monday"] = monday, "Next Monday"
        before = snoozing.week_before(due_on, today)
        if before is not None:
            self._days["before"] = before
            words["before"] = "A week before it is due"
        self.until.choices = [
            *((key, f"{text}, {day(self._days[key])}") for key, text in words.items()),
            (OTHER, "On another day"),
        ]

    def day(self) -> date:
        """Return the chosen day; the form must be valid."""
        return self._days.get(self.until.data or "") or cast("date", self.on.data)

    def validate_until(self, field: RadioField) -> None:
        """One of the days must be chosen."""
        if field.data not in labels_of(field):
            raise ValidationError("Choose when you want to see it again.")

    def validate_on(self, field: DayField) -> None:
        """Ask for the day where it was announced."""
        if self.until.data == OTHER and field.data is None:
            raise ValidationError("Enter the day on which you want to see it again.")


class NoteForm(FlaskForm):
    """What one writes down for oneself."""

    text = TextAreaField("Your note", widget=GovTextArea())


class PassOnForm(FlaskForm):
    """To whom, and a message."""

    person_id = SelectField("To whom?", widget=GovSelect(), validate_choice=False)
    message = StringField(
        "Message (optional)",
        widget=GovTextInput(),
        description="They see it with the item. Name no pupils.",
    )

    def offer(self, places: Sequence[Membership], *, without: int | None) -> None:
        """Offer the people of the school but one."""
        self.person_id.choices = colleagues(places, without)

    def person(self) -> int | None:
        """Return the id of whom was chosen."""
        return key_in(self.person_id.data or "")

    def name(self) -> str:
        """Return the name of whom was chosen."""
        return name_in(self.person_id)

    def validate_person_id(self, field: SelectField) -> None:
        """Only who is offered can be chosen."""
        if not field.data or field.data not in labels_of(field):
            raise ValidationError("Choose a colleague.")


class GiveForm(FlaskForm):
    """Whose it is, and whether that is to be so from now on."""

    suggested = RadioField("Whose is it?", widget=GovRadioInput(), validate_choice=False)
    person_id = SelectField("Somebody else", widget=GovSelect(), validate_choice=False)
    message = StringField(
        "Message (optional)",
        widget=GovTextInput(),
        description="They see it with the item. Name no pupils.",
    )
    always = BooleanField("From now on, too", widget=GovCheckboxInput())

    def say(self, heading: str, *, may_change: bool) -> None:
        """Say at the box what it does for the category: changing the owner, or asking for it."""
        self.always.label.text = (
            f"From now on, too: make them the owner of “{heading}”"
            if may_change
            else f"From now on, too: ask the headteacher who should get “{heading}”"
        )

    def offer(
        self,
        suggested: Sequence[Suggested],
        places: Sequence[Membership],
        *,
        without: int | None,
    ) -> None:
        """Offer who is likely, and everybody."""
        self.suggested.choices = [
            *(
                (
                    str(each.person_id),
                    f"{each.name}{f', {each.job_title}' if each.job_title else ''}: {each.why}",
                )
                for each in suggested
            ),
            (OTHER, "Somebody else"),
        ]
        self._names = {str(each.person_id): each.name for each in suggested}
        self.person_id.choices = colleagues(places, without)
        if not suggested:
            self.person_id.label.text = "Whose is it?"
            self.suggested.data = self.suggested.data or OTHER

    def person(self) -> int | None:
        """Return the id of whom was chosen."""
        picked = self.suggested.data or ""
        return key_in(self.person_id.data or "" if picked == OTHER else picked)

    def name(self) -> str:
        """Return the name of whom was chosen."""
        return self._names.get(self.suggested.data or "") or name_in(self.person_id)

    def validate_suggested(self, field: RadioField) -> None:
        """One of those offered must be chosen."""
        if field.data not in labels_of(field):
            raise ValidationError("Choose whose it is.")

    def validate_person_id(self, field: SelectField) -> None:
        """Somebody else is somebody."""
        chosen = field.data and field.data in labels_of(field)
        if self.suggested.data == OTHER and not chosen:
            raise ValidationError("Choose a colleague.")


def colleagues(places: Sequence[Membership], without: int | None) -> list[tuple[str, str]]:
    """Return people of a school as choices, each once."""
    found = {
        str(
            place.person_id
        ): f"{place.person.name}{f', {place.job_title}' if place.job_title else ''}"
        for place in reversed(places)
        if place.person_id != without
    }
    return [NOBODY, *reversed(found.items())]


def name_in(field: SelectField) -> str:
    """Return the name of whom was chosen in a list, without the job title."""
    return labels_of(field).get(field.data or "", "").partition(", ")[0]


def labels_of(field: SelectField | RadioField) -> dict[str, str]:
    """Return what a list of choices offers: values and words."""
    return {str(value): str(words) for value, words, *_ in field.iter_choices()}
