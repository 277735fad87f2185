"""One group of categories: somebody for each, or one person for those that are ticked."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from categories.forms.owners import EMPTY
from categories.forms.starting import ChoosingForm
from categories.owning.owners import Assigned
from categories.starting.choosing import Row, kept, rows, shown
from categories.starting.progress import following, progress
from categories.starting.suggesting import suggest
from categories.views import bp
from categories.views.choosing import (
    Clashed,
    Setting,
    chosen,
    clashed,
    save,
    setting,
    tell,
)
from directory.access import manages_owners
from foundation.errors import NotFoundError
from foundation.web import db_session


@bp.route("/school/owners/group/<slug>", methods=["GET", "POST"])
@manages_owners()
def group(slug: str) -> ResponseReturnValue:
    """Show one group with whoever is set or suggested; save it, or give the ticked ones away."""
    session = db_session()
    people = setting(session)
    mine = _of_group(people, slug)
    form = _form(people)
    if not form.validate_on_submit():
        return _page(form, mine, people)
    giving = request.form.get("do") == "give"
    choices = _ticked(form, mine, people) if giving else chosen(form, mine, people)
    done = None if form.errors else save(session, form, choices)
    if done is None:
        return _page(form, kept(mine, request.form), people)
    tell(done, people.names[int(form.to.data)] if giving else None)
    now = setting(session)
    if giving or done.clashes:
        return _page(_form(now), _left(now, slug, done), now, clashed(done, now))
    return redirect(_next(now, slug))


def _form(people: Setting) -> ChoosingForm:
    form = ChoosingForm()
    form.to.choices = [EMPTY, *((str(number), words) for number, words in people.options)]
    return form


def _of_group(people: Setting, slug: str) -> list[Row]:
    members = [line for line in people.lines if line.at.group == slug]
    if not members:
        raise NotFoundError
    return rows(members, suggest([line.at for line in people.lines], people.people))


def _ticked(form: ChoosingForm, mine: list[Row], people: Setting) -> dict[int, int | None]:
    """Return the ticked categories, all for the one person chosen; what lacks is an error."""
    ticked = set(form.ticked.data or ())
    if not ticked:
        form.choices.errors = ["Tick at least one category, then give them to somebody."]
    if form.to.data not in {str(number) for number in people.names}:
        form.to.errors = ["Choose who gets the ticked ones."]
    if form.errors:
        return {}
    return {row.id: int(form.to.data) for row in mine if str(row.id) in ticked}


def _left(people: Setting, slug: str, done: Assigned) -> list[Row]:
    """Return the group as it is now; what was chosen in other lines is not lost."""
    mine = _of_group(people, slug)
    decided = {*done.changed, *done.unchanged, *(one.category_id for one in done.clashes)}
    loose = {key: value for key, value in request.form.items() if key not in _names(decided)}
    return kept(mine, loose)


def _names(ids: set[int]) -> set[str]:
    return {f"owner-{number}" for number in ids}


def _next(people: Setting, slug: str) -> str:
    coming = following(progress(people.lines), slug)
    if request.form.get("do") == "later" or coming is None or coming.slug == slug:
        return url_for("categories.start")
    return url_for("categories.group", slug=coming.slug)


def _page(
    form: ChoosingForm, mine: list[Row], people: Setting, clashes: list[Clashed] | None = None
) -> str:
    form.shown.data = shown(mine)
    groups = progress(people.lines)
    slug = mine[0].line.at.group
    place = [one.slug for one in groups].index(slug)
    return render_template(
        "categories/starting/group.html",
        form=form,
        rows=mine,
        here=groups[place],
        number=place + 1,
        count=len(groups),
        people=people.options,
        clashes=clashes,
        ticked=set(form.ticked.data or ()) if form.errors else set(),
        following=following(groups, slug),
    )
