"""Once a year: is it still right? One button for each group."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from categories.forms.confirming import ConfirmForm
from categories.models import Part
from categories.owning.confirming import Standing, confirm_group, standings
from categories.owning.listing import people_beside
from categories.owning.overview import Line, in_groups
from categories.views import bp
from categories.views.asking import lines_of_hat
from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session


@dataclass(frozen=True)
class Group:
    """A group with its categories and how far it is confirmed; ``at`` is None without owners."""

    slug: str
    heading: str
    lines: list[Line]
    at: Standing | None

    @property
    def is_done(self) -> bool:
        """Tell whether everybody in it was said to be right within a year."""
        return self.at is not None and self.at.due == 0

    @property
    def right(self) -> int:
        """Return of how many categories the button says that they are right."""
        return len(self.lines) - self.unset

    @property
    def unset(self) -> int:
        """Return how many categories nobody leads who can receive."""
        return sum(not line.is_set for line in self.lines)


@bp.get("/school/owners/confirm")
@manages_owners()
def confirm() -> ResponseReturnValue:
    """Show who has what, group by group, what is due first."""
    groups = _groups()
    asked = [group for group in groups if group.at is not None]
    return render_template(
        "categories/owning/confirm.html",
        due=[group for group in asked if not group.is_done],
        done=[group for group in asked if group.is_done],
        empty=[group for group in groups if group.at is None],
        asked=len(asked),
        beside=people_beside(db_session(), hat().authority_id, school_of_hat()),
        also=Part.ALSO,
        deputy=Part.DEPUTY,
    )


@bp.post("/school/owners/confirm")
@manages_owners()
def confirmed() -> ResponseReturnValue:
    """Note that a group is right, and go on to the next."""
    session = db_session()
    form = ConfirmForm()
    headings = {group.slug: group.heading for group in _groups()}
    if form.validate_on_submit() and form.group.data in headings:
        try:
            confirm_group(
                session,
                school_id=school_of_hat(),
                group=form.group.data,
                newest=form.newest.data or 0,
                by=signed_in_person(),
                at=clock.now(),
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            flash(str(refusal))
        else:
            flash(f"Thank you. {headings[form.group.data]} is confirmed.")
    return redirect(url_for("categories.confirm"))


def _groups() -> list[Group]:
    session = db_session()
    found = standings(session, hat().authority_id, school_of_hat(), at=clock.now())
    return [
        Group(lines[0].at.group, heading, lines, found.get(lines[0].at.group))
        for heading, lines in in_groups(lines_of_hat(session))
    ]
