"""What every page that sets many owners does: read choices, save them, show what clashed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from categories.forms.starting import ChoosingForm
from categories.owning.overview import Line
from categories.owning.owners import Assigned, Clash, assign_many
from categories.starting.choosing import Row, changes, read_shown
from categories.starting.suggesting import Colleague
from categories.views.asking import lines_of_hat
from categories.wording import counted
from directory.access import hat, school_of_hat, signed_in_person
from directory.models import RECIPIENTS
from directory.people import staff_of_school
from directory.places import with_title
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal

GONE = "Somebody you chose does not work at the school any more. Choose again where it says so."


@dataclass(frozen=True)
class Setting:
    """The categories and the people of the school, as every such page needs them."""

    lines: list[Line]
    people: list[Colleague]

    @property
    def options(self) -> list[tuple[int, str]]:
        """Return everybody as a list offers them."""
        return [(one.id, with_title(one.name, one.job_title)) for one in self.people]

    @property
    def names(self) -> dict[int, str]:
        """Return each person's name by id."""
        return {one.id: one.name for one in self.people}


@dataclass(frozen=True)
class Clashed:
    """A clash in words: what somebody else chose meanwhile, and what was chosen here."""

    clash: Clash
    heading: str
    theirs: str
    mine: str


def setting(session: Session) -> Setting:
    """Read the categories and the people: two statements."""
    return Setting(lines_of_hat(session), colleagues(session))


def colleagues(session: Session) -> list[Colleague]:
    """Return everybody at the school who can be sent something, each once: the head's place first.

    One statement.
    """
    found: dict[int, Colleague] = {}
    for place in staff_of_school(session, hat().authority_id, school_of_hat()):
        one = Colleague(place.person_id, place.person.name, place.job_title, place.role)
        known = found.get(one.id)
        if known is None or RECIPIENTS.index(one.role) < RECIPIENTS.index(known.role):
            found[one.id] = one
    return list(found.values())


def chosen(form: ChoosingForm, rows: Sequence[Row], people: Setting) -> dict[int, int | None]:
    """Return what was chosen otherwise than it is set; what cannot be stands as an error."""
    answers: MultiDict[str, str] = request.form
    found, wrong = changes(rows, answers, people.names)
    if wrong:
        form.choices.errors = [GONE]
    return found


def save(
    session: Session, form: ChoosingForm, choices: Mapping[int, int | None]
) -> Assigned | None:
    """Set the owners and commit; None when it was refused, and the form says why."""
    try:
        done = assign_many(
            session,
            school_id=school_of_hat(),
            choices=choices,
            before=read_shown(form.shown.data),
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return done


def tell(done: Assigned, name: str | None = None) -> None:
    """Say on the next page what was saved."""
    count = len(done.changed)
    if not count:
        flash("Nothing had to be changed.")
    elif name:
        flash(f"{counted(count)} {'goes' if count == 1 else 'go'} to {name} now.")
    else:
        flash(f"Saved: {counted(count)}.")


def clashed(done: Assigned, people: Setting) -> list[Clashed]:
    """Return the clashes in words, in the order of the categories."""
    headings = {line.at.category_id: line.at.heading for line in people.lines}
    return [
        Clashed(one, headings[one.category_id], _name(one.theirs, people), _name(one.mine, people))
        for one in done.clashes
        if one.category_id in headings
    ]


def back(otherwise: str) -> str:
    """Return where the form came from, a page about owners, else the one named."""
    place = request.form.get("back", "")
    own = url_for("categories.owners")
    safe = place.startswith(f"{own}/") and "//" not in place and "\\" not in place
    return place if safe else url_for(otherwise)


def _name(person_id: int | None, people: Setting) -> str:
    if person_id is None:
        return "nobody"
    return people.names.get(person_id, "somebody who has left")
