"""The forms of the catalogue of held data: data sets, items, files, and asking for access."""

from collections.abc import Sequence
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovFileInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from directory.kinds import TYPE_NAMES
from directory.models import Team
from foundation.errors import Refusal
from foundation.forms import DayField
from gatekeeping.forms import Form, tidy_line, tidy_text
from gatekeeping.models import AccessState, DataSet, DataSetItem

LONGEST_SEEN = 9


def _line(label: str, hint: str = "") -> StringField:
    return StringField(label, description=hint, filters=[tidy_line], widget=GovTextInput())


def _text(label: str, hint: str = "") -> TextAreaField:
    return TextAreaField(label, description=hint, filters=[tidy_text], widget=GovTextArea())


class Refusable(Form):
    """A form that shows what a rule refuses beside the field that it is about."""

    def show(self, refusal: Refusal) -> None:
        """Put a refusal beside its field, else beside the last one that people type into."""
        name = refusal.field if refusal.field in self._fields else "why"
        field = self._fields.get(name) or next(iter(self))
        field.errors = [*field.errors, str(refusal)]


class Changing(Refusable):
    """What every change of the catalogue has: over which version, and why."""

    seen = HiddenField()
    why = _text("Why do you change it?", "Everybody who works with the catalogue can read this.")

    overtaken = False
    """Somebody else changed it while the form was open."""

    @property
    def seen_version(self) -> int:
        """Return the version over which it was filled in; -1 when that makes no sense."""
        seen = self.seen.data or ""
        return int(seen) if seen.isdecimal() and len(seen) < LONGEST_SEEN else -1


class DataSetForm(Changing):
    """What is said of a data set."""

    key = _line(
        "Short name",
        "Letters, figures and hyphens, for example school-census. It stands in addresses and "
        "files and cannot be changed later.",
    )
    title = _line("Title")
    owner = _line("Owner", "The team that answers for it, as people call it.")
    team_id = SelectField(
        "Team that is asked for access",
        description="Its members are written to and decide. Without a team or a person the "
        "gatekeepers and administrators are asked.",
        widget=GovSelect(),
        validate_choice=False,
    )
    contact = _line(
        "Person who is asked for access",
        "The e-mail address with which they sign in. Leave it empty if the team is enough.",
    )
    refreshed = _line(
        "How often it is refreshed",
        "Begin with live, daily, weekly, monthly, termly or yearly, then say when, for example "
        "“yearly, after 31 March”. For a single collection begin with “once”.",
    )
    as_at = DayField(
        "Last refreshed on",
        description="Leave it empty if it keeps its rhythm by itself. Once a day stands here, the "
        "checks believe it and nothing newer: enter it again after each refresh.",
    )
    grain = _line("What one row is about", "For example pupil, member of staff, school, building.")
    covers = _line("Which schools it covers, in words", "For example “maintained schools”.")
    types = SelectMultipleField(
        "Which kinds of schools that is",
        description="Choose none if the words above say it, or if it goes by something else, such "
        "as who buys a service.",
        widget=GovCheckboxesInput(),
        choices=list(TYPE_NAMES.items()),
    )

    def offer(self, teams: Sequence[Team]) -> None:
        """Offer these teams."""
        self.team_id.choices = [("", "None"), *((str(team.id), team.name) for team in teams)]

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the verbs take it."""
        team = self.team_id.data or ""
        return {
            **{name: self[name].data or "" for name in _TYPED},
            "types": self.types.data or [],
            "as_at": self.as_at.data,
            "team_id": int(team) if team.isdecimal() and len(team) < LONGEST_SEEN else None,
        }


_TYPED = ("title", "owner", "contact", "refreshed", "grain", "covers")


class ItemForm(Changing):
    """What is said of an item."""

    name = _line("Name")
    called = _text(
        "Other names that people use",
        "One on each line. The checks find it by these, so write them as people do.",
    )
    personal = BooleanField("It is personal data", widget=GovCheckboxInput())
    code = _line("Code in a national collection", "For example N00145, if it has one.")

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the verbs take it."""
        return {
            "name": self.name.data or "",
            "called": (self.called.data or "").replace(";", "\n").split("\n"),
            "personal": bool(self.personal.data),
            "code": self.code.data or "",
        }


class RetireForm(Changing):
    """Why something goes out of use or comes back."""


class FileForm(Refusable):
    """A file of held data."""

    file = FileField(
        "A list of held data",
        description="CSV or Excel, with the columns of the list that you can download here.",
        widget=GovFileInput(),
    )


class TakeForm(Changing):
    """The same list, shown to the person who now says yes."""

    listed = HiddenField()


class AskForm(Refusable):
    """What somebody needs of a data set, and why."""

    items = SelectMultipleField(
        "What do you need?",
        description="Choose nothing to ask for all of it.",
        widget=GovCheckboxesInput(),
        validate_choice=False,
    )
    why = _text(
        "What do you need it for?",
        "Say for which schools, which dates and in which detail. The owner decides by this.",
    )


class AnswerAccessForm(Refusable):
    """What the owner decides."""

    answer = RadioField(
        "What do you decide?",
        choices=[
            (AccessState.GRANTED.value, "They may have it"),
            (AccessState.REFUSED.value, "They may not have it"),
        ],
        widget=GovRadioInput(),
        validate_choice=False,
    )
    reason = _text("How do they get it, or why not?", "They read this by e-mail and on the page.")


def values_of_set(data_set: DataSet) -> dict[str, Any]:
    """Return what the form shows of a data set."""
    return {
        **{name: getattr(data_set, name) for name in _TYPED if name != "contact"},
        "contact": data_set.contact.email if data_set.contact else "",
        "team_id": str(data_set.team_id or ""),
        "types": data_set.types,
        "as_at": data_set.as_at,
        "seen": str(data_set.version),
    }


def values_of_item(data_set: DataSet, item: DataSetItem | None) -> dict[str, Any]:
    """Return what the form shows of an item, or of a new one."""
    if item is None:
        return {"seen": str(data_set.version)}
    return {
        "name": item.name,
        "called": "\n".join(item.called),
        "personal": item.personal,
        "code": item.code,
        "seen": str(data_set.version),
    }
