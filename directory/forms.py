"""The administrator's forms: a term, a busy date, a file of either."""

import re
from datetime import date

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import BooleanField, FileField, HiddenField, SelectMultipleField, StringField
from wtforms import TextAreaField as AreaField
from wtforms.validators import Length, ValidationError

from directory.busy_dates import MOST_WHAT, BusyEntry
from directory.calendar_rows import read_day
from directory.kinds import PHASE_NAMES
from directory.models_calendar import BusyDate, TermDates
from directory.term_dates import MOST_TERM, Term, TermError, read_year
from foundation.forms import DayField
from foundation.spreadsheets import BadCellError

MOST_LINES = 2_000


class TermForm(FlaskForm):
    """One term of a school year."""

    school_year = StringField(
        "School year", widget=GovTextInput(), description="For example, 2026/27."
    )
    term = StringField(
        "Name of the term", widget=GovTextInput(), description="For example, Autumn 1."
    )
    starts_on = DayField("First day of term")
    ends_on = DayField("Last day of term")
    days_off = AreaField(
        "Days off inside the term (optional)",
        widget=GovTextArea(),
        validators=[Length(max=MOST_LINES)],
        description="INSET days and the like, one on a line, for example 23/10/2026. "
        "Bank holidays and weekends need not be listed.",
    )

    def validate_school_year(self, field: StringField) -> None:
        """Take the usual ways of writing a school year."""
        try:
            field.data = read_year(field.data or "")
        except TermError as fault:
            raise ValidationError("Enter a school year, for example 2026/27.") from fault

    def validate_term(self, field: StringField) -> None:
        """Ask for a name."""
        if not 1 <= len(" ".join((field.data or "").split())) <= MOST_TERM:
            message = f"Name the term, in at most {MOST_TERM} characters, such as Autumn 1."
            raise ValidationError(message)

    def validate_starts_on(self, field: DayField) -> None:
        """Ask for the first day."""
        if field.data is None and not field.errors:
            raise ValidationError("Enter the first day of term.")

    def validate_ends_on(self, field: DayField) -> None:
        """Ask for the last day."""
        if field.data is None and not field.errors:
            raise ValidationError("Enter the last day of term.")

    def validate_days_off(self, _field: AreaField) -> None:
        """Read each day, so that a wrong one is named."""
        try:
            self.off()
        except BadCellError as fault:
            raise ValidationError(f"{fault}.".replace("2026-09-02", "23/10/2026")) from fault

    def off(self) -> tuple[date, ...]:
        """Return the days off; raises BadCellError."""
        parts = re.split(r"[;,\s]+", self.days_off.data or "")
        return tuple(sorted({read_day("days_off", part) for part in parts if part}))

    def as_term(self) -> Term:
        """Return what was entered, once the form is valid."""
        return Term(
            self.school_year.data or "",
            " ".join((self.term.data or "").split()),
            self.starts_on.data or date.min,
            self.ends_on.data or date.min,
            self.off(),
        )

    @staticmethod
    def values(row: TermDates) -> dict[str, object]:
        """Return what the form shows of a term."""
        days = [date.fromisoformat(off) for off in row.days_off]
        return {
            "school_year": row.school_year,
            "term": row.term,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "days_off": "\n".join(f"{off:%d/%m/%Y}" for off in days),
        }


class BusyForm(FlaskForm):
    """One thing that keeps schools busy."""

    what = StringField(
        "What is it?", widget=GovTextInput(), description="For example, Spring school census."
    )
    starts_on = DayField("First day")
    ends_on = DayField("Last day (optional)", description="Leave it empty for a single day.")
    phases = SelectMultipleField(
        "Which schools? (optional)",
        widget=GovCheckboxesInput(),
        choices=list(PHASE_NAMES.items()),
        description="Tick none for all schools.",
    )
    approximate = BooleanField("The dates are not certain yet", widget=GovCheckboxInput())

    def validate_what(self, field: StringField) -> None:
        """Ask what it is."""
        if not 1 <= len(" ".join((field.data or "").split())) <= MOST_WHAT:
            raise ValidationError(f"Say what it is, in at most {MOST_WHAT} characters.")

    def validate_starts_on(self, field: DayField) -> None:
        """Ask for the first day."""
        if field.data is None and not field.errors:
            raise ValidationError("Enter the first day.")

    def as_entry(self) -> BusyEntry:
        """Return what was entered, once the form is valid."""
        first = self.starts_on.data or date.min
        return BusyEntry(
            " ".join((self.what.data or "").split()),
            first,
            self.ends_on.data or first,
            tuple(phase for phase in PHASE_NAMES if phase in (self.phases.data or ())),
            bool(self.approximate.data),
        )

    @staticmethod
    def values(row: BusyDate) -> dict[str, object]:
        """Return what the form shows of a busy date."""
        return {
            "what": row.what,
            "starts_on": row.starts_on,
            "ends_on": None if row.ends_on == row.starts_on else row.ends_on,
            "phases": list(row.phases),
            "approximate": row.approximate,
        }


class FileForm(FlaskForm):
    """A file of term dates or busy dates; ``text`` carries it from the preview to the change."""

    file = FileField("Choose a file")
    text = HiddenField()


class MailFileForm(FlaskForm):
    """A file of the mail directory."""

    file = FileField("Choose a file")
    replace = BooleanField("The file is complete: remove addresses that it does not name")
    sure = BooleanField("Remove most of what is there")
