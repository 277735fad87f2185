"""What the pages about owners ask first: the lines, the people, the day."""

from datetime import date

from sqlalchemy.orm import Session
from wtforms import SelectField

from categories.forms.owners import EMPTY, people_choices
from categories.owning.overview import Line, overview
from directory.access import hat, school_of_hat
from directory.people import staff_of_school
from foundation import clock


def lines_of_hat(session: Session) -> list[Line]:
    """Return every category with its owner at the school of whoever asks: one statement."""
    today = clock.local_date(clock.now())
    return overview(session, hat().authority_id, school_of_hat(), today=today)


def people_of_hat(session: Session, first: tuple[str, str] = EMPTY) -> list[tuple[str, str]]:
    """Return the people of the school as choices for a list: one statement."""
    places = staff_of_school(session, hat().authority_id, school_of_hat())
    people = [(place.person_id, place.person.name, place.job_title) for place in places]
    return people_choices(people, first)


def label_of(field: SelectField) -> str:
    """Return the name of whom was chosen in a list of people, without the job title."""
    label = next(label for value, label, *_ in field.iter_choices() if value == field.data)
    return str(label).partition(", ")[0]


def people_without(
    people: list[tuple[str, str]], person_id: int | None, first: tuple[str, str] = EMPTY
) -> list[tuple[str, str]]:
    """Return the choices of a list without one person, and with another first line."""
    return [first, *(each for each in people[1:] if each[0] != str(person_id))]


def today() -> date:
    """Return the day in England on which the page is asked for."""
    return clock.local_date(clock.now())
