"""Term dates and busy dates for tests: Lancashire's as shipped, and single ones."""

from datetime import date

from directory.calendar_files import load_shipped
from directory.models_calendar import BusyDate, TermDates
from tests.factories.base import NOON, InAuthority, authority_id, current


def load_lancashire() -> None:
    """Load the term and busy dates that the portal ships for Lancashire."""
    load_shipped(current["session"], authority_id(), at=NOON)


class TermDatesFactory(InAuthority):
    """A term of 2026/27: the authority's, unless ``school_id`` or ``trust_id`` is given."""

    class Meta:
        model = TermDates

    school_year = "2026/27"
    term = "Autumn 2"
    starts_on = date(2026, 11, 2)
    ends_on = date(2026, 12, 18)
    days_off: list[str] = []


class BusyDateFactory(InAuthority):
    class Meta:
        model = BusyDate

    starts_on = date(2027, 1, 21)
    ends_on = date(2027, 1, 21)
    what = "Spring school census"
    phases: list[str] = []
