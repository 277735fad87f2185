"""The forms for schools, categories, what is asked, effort and files."""

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovCheckboxInput, GovTextInput
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from directory.kinds import PHASE_NAMES, TYPE_NAMES
from gatekeeping.documents import MOST_ITEMS, AudienceWords, SubmissionDocument
from gatekeeping.forms import Form, PoundsField, WholeField, tidy_line, tidy_text
from gatekeeping.wording import ROLES
from gatekeeping.writing.urns import Listed, urns_of_text

MOST_ROWS = MOST_ITEMS
MOST_CATEGORIES = 3
LONGEST_NAME, LONGEST_DEFINITION = 300, 2_000


class AudienceForm(Form):
    """Which schools: all, those of some kinds and places, a list, or both together."""

    all = BooleanField("All open schools", widget=GovCheckboxInput())
    phases = SelectMultipleField(
        "Phase", widget=GovCheckboxesInput(), choices=list(PHASE_NAMES.items())
    )
    types = SelectMultipleField(
        "Type", widget=GovCheckboxesInput(), choices=list(TYPE_NAMES.items())
    )
    districts = SelectMultipleField("District")
    trusts = SelectMultipleField("Trust")
    urns = TextAreaField("URNs", filters=[tidy_text])
    file = FileField("File of URNs")
    listed: Listed = Listed((), ())

    def offer(
        self, districts: list[str], trusts: list[tuple[str, str]], saved: AudienceWords
    ) -> None:
        """Offer these districts and trusts (code and name), and those that were saved before."""
        names = dict(trusts)
        for code in saved.trusts:
            names.setdefault(code, code)
        self.trusts.choices = list(names.items())
        places = dict.fromkeys([*districts, *saved.districts])
        self.districts.choices = [(name, name) for name in places]

    def read_list(self) -> Listed:
        """Read the pasted URNs; lines without one become an error beside the field."""
        self.listed = urns_of_text(self.urns.data or "")
        return self.listed

    def changes(self) -> dict[str, Any]:
        """Return the audience as the document writes it; bad lines are left out."""
        return {
            "audience": {
                "all": bool(self.all.data),
                "phases": self.phases.data or [],
                "types": self.types.data or [],
                "districts": self.districts.data or [],
                "trusts": self.trusts.data or [],
                "urns": list(self.read_list().urns),
            }
        }

    @staticmethod
    def values(document: SubmissionDocument) -> dict[str, Any]:
        """Return what the form shows of a document."""
        audience = document.audience
        return {**audience.model_dump(), "urns": "\n".join(str(urn) for urn in audience.urns)}


class CategoriesForm(Form):
    """Up to three categories."""

    categories = SelectMultipleField("Categories")

    def validate_categories(self, field: SelectMultipleField) -> None:
        """Refuse more than three."""
        if len(field.data or ()) > MOST_CATEGORIES:
            raise ValidationError(
                f"You chose {len(field.data or ())}. Choose {MOST_CATEGORIES} at most: the ones "
                "whose owners do the work."
            )


def short(label: str, most: int) -> StringField:
    """Return a field of a row."""
    rule = Length(max=most, message=f"Use {most:,} characters or fewer.")
    return StringField(label, filters=[tidy_line], validators=[rule])


class ItemPart(Part):
    """One thing asked for."""

    name = short("Name", LONGEST_NAME)
    definition = short("What exactly", LONGEST_DEFINITION)
    why = short("Why it is needed", LONGEST_DEFINITION)
    personal = BooleanField("It is personal data")
    in_mis = BooleanField("Schools have it in their information system")
    asked_by = HiddenField(filters=[tidy_line])


class ItemsForm(Form):
    """What is asked, item by item."""

    items = FieldList(FormField(ItemPart), max_entries=MOST_ROWS)

    def changes(self) -> dict[str, Any]:
        """Return the rows that are not empty."""
        return {
            "items": [row for row in self.items.data if row["name"] or row["definition"]],
        }


def minutes(label: str) -> WholeField:
    """Return a field of whole minutes; nothing typed is none."""
    rule = NumberRange(0, 100_000, "Enter whole minutes, 0 or more.")
    return WholeField(label, widget=GovTextInput(), default=0, validators=[Optional(), rule])


class EffortPart(Part):
    """The work of one kind of staff at one school."""

    role = SelectField("Who", choices=list(ROLES.items()), default="office")
    people = WholeField(
        "How many",
        default=1,
        validators=[Optional(), NumberRange(0, 1000, "Enter a number from 0 to 1,000.")],
    )
    read = minutes("Read")
    gather = minutes("Gather")
    complete = minutes("Complete")
    check = minutes("Check")
    send = minutes("Send")
    asked_by = HiddenField(filters=[tidy_line])
    schools = HiddenField(filters=[tidy_line])


STAGES = ("read", "gather", "complete", "check", "send")


def pounds(label: str) -> PoundsField:
    """Return a field of money for one school and one round."""
    rule = NumberRange(0, 100_000_000, "Enter an amount of less than a million pounds.")
    return PoundsField(label, default=0, validators=[Optional(), rule])


THINGS = ("print", "post", "courier", "licence")
COST_FIELDS = ("effort", "costs_pence", "expected_response", "reminders", "chase_minutes")
"""The document's fields that the page of effort edits."""


class EffortForm(Form):
    """How long it takes whom at a typical school, what it costs beside, and the chasing."""

    effort = FieldList(FormField(EffortPart), max_entries=50)
    print = pounds("Printing")
    post = pounds("Postage")
    courier = pounds("Courier")
    licence = pounds("Licences")
    response = WholeField(
        "How many in a hundred schools will answer?",
        widget=GovTextInput(),
        default=100,
        validators=[Optional(), NumberRange(0, 100, "Enter a number from 0 to 100.")],
    )
    reminders = WholeField(
        "How often do you remind?",
        widget=GovTextInput(),
        default=0,
        validators=[Optional(), NumberRange(0, 100, "Enter a number from 0 to 100.")],
    )
    chase_minutes = minutes("Minutes of a school’s office for each reminder")

    def changes(self) -> dict[str, Any]:
        """Return the rows in which somebody has something to do, and the other costs."""
        rows = [
            {
                "role": row["role"],
                "people": 1 if row["people"] is None else row["people"],
                "minutes": {stage: row[stage] or 0 for stage in STAGES},
                "asked_by": row["asked_by"] or "",
                "schools": int(row["schools"]) if (row["schools"] or "").isdecimal() else None,
            }
            for row in self.effort.data
        ]
        response = 100 if self.response.data is None else self.response.data
        return {
            "effort": [row for row in rows if any(row["minutes"].values())],
            "costs_pence": {thing: self[thing].data or 0 for thing in THINGS},
            "expected_response": response / 100,
            "reminders": self.reminders.data or 0,
            "chase_minutes": self.chase_minutes.data or 0,
        }

    @staticmethod
    def values(document: SubmissionDocument) -> dict[str, Any]:
        """Return what the form shows of a document."""
        rows = [
            {
                "role": row.role,
                "people": row.people,
                **row.minutes.model_dump(),
                "asked_by": row.asked_by,
                "schools": "" if row.schools is None else str(row.schools),
            }
            for row in document.effort
        ]
        return {
            "effort": rows,
            **document.costs_pence.model_dump(),
            "response": round(document.expected_response * 100),
            "reminders": document.reminders,
            "chase_minutes": document.chase_minutes,
        }


class FilesForm(Form):
    """Files that go with the text."""

    files = MultipleFileField("Add files")
