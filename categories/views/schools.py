"""Schools for the authority: a list to narrow, and each school's page with the next beside it."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from categories.coverage import one, schools
from categories.coverage.choosing import WRONG_WORDS, Choice
from categories.coverage.nextto import Neighbour, Standing, standing
from categories.coverage.states import WORDS, InUse, Wrong, in_use
from categories.models import Part
from categories.views import bp
from categories.views.coverage import filter_values
from categories.views.inside import INSIDERS, inside
from directory.access import hat, needs
from directory.models import ROLE_NAMES, Role, School
from foundation import clock
from foundation.paging import Pages, page_asked
from foundation.web import db_session

PARTS = {
    Part.LEAD: "owner",
    Part.SHARES: "job share",
    Part.ALSO: "reader",
    Part.DEPUTY: "deputy",
}
MOST_WEIGHT = 10**15
"""Beyond this no school's weight lies."""


@bp.get("/schools", endpoint="schools")
@needs(*INSIDERS)
def school_list() -> ResponseReturnValue:
    """List the authority's open schools by name, each with what is wrong there."""
    session, authority_id, page = db_session(), inside(), page_asked(request.args)
    choice = Choice.of({**request.args, "order": "name"})
    categories = in_use(session, authority_id)
    lines, total = schools.list_by_name(
        session,
        authority_id,
        schools.chosen_categories(categories, choice),
        choice,
        at=clock.now(),
        page=page,
    )
    return render_template(
        "categories/schools/list.html",
        **filter_values(choice, categories),
        lines=lines,
        total=total,
        pages=Pages.of(total, page, schools.PAGE, "categories.schools", choice.address),
    )


@bp.get("/schools/<int:urn>")
@needs(*INSIDERS)
def school(urn: int) -> ResponseReturnValue:
    """Show one school: facts, people, coverage, what changed; and the next one in the list."""
    session, authority_id = db_session(), inside()
    found = one.find_school(session, authority_id, urn)
    categories, choice, at = in_use(session, authority_id), Choice.of(request.args), clock.now()
    groups = one.groups_of(session, found, categories, at=at)
    people = one.people_of(session, found)
    return render_template(
        "categories/schools/show.html",
        school=found,
        groups=groups,
        faulty=[held for group in groups for held in group.faulty],
        people=people,
        heads=[person for person in people if person.role is Role.HEAD and person.active],
        came_at=max((p.last_signed_in_at for p in people if p.last_signed_in_at), default=None),
        changes=one.changes_at(session, found),
        linked=one.linked_to(session, found),
        may_write=hat().role is Role.OFFICER,
        stands=stands(found, categories, choice),
        choice=choice,
        was=weight_asked(),
        wrong_words=WORDS,
        wrongs=WRONG_WORDS,
        states=Wrong,
        role_names=ROLE_NAMES,
        parts=PARTS,
        may_act=hat().role is Role.ADMINISTRATOR,
    )


def stands(found: School, categories: tuple[InUse, ...], choice: Choice) -> Standing:
    """Return where a school stands in the list from which the request came: one statement."""
    return standing(
        db_session(),
        found.authority_id,
        schools.chosen_categories(categories, choice),
        choice,
        urn=found.urn,
        name=found.name,
        was=weight_asked(),
        at=clock.now(),
    )


def weight_asked() -> int | None:
    """Return how bad the school was when it was opened, as its address says."""
    text = request.args.get("was", "")
    return min(int(text), MOST_WEIGHT) if text.isdecimal() and len(text) < 17 else None  # noqa: PLR2004


def address_of(neighbour: Neighbour, choice: Choice) -> str:
    """Return the address of a school's page inside the list that a choice makes."""
    values: dict[str, Any] = {**choice.address, "was": neighbour.weight}
    return url_for("categories.school", urn=neighbour.urn, **values)
