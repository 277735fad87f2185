"""Schools like one's own, and the pattern of one of them as a proposal for ours."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from categories.forms.starting import ChoosingForm
from categories.starting.alike import mapped, pattern_of, school_by_urn, schools_alike
from categories.starting.choosing import Row, in_groups, kept, rows, shown
from categories.views import bp
from categories.views.choosing import Clashed, Setting, chosen, clashed, save, setting, tell
from directory.access import hat, manages_owners, school_of_hat
from directory.models import School
from foundation.errors import NotFoundError
from foundation.web import db_session


@bp.get("/school/owners/start/like")
@manages_owners()
def alike() -> ResponseReturnValue:
    """List the schools that are most like this one and have said who owns what."""
    session = db_session()
    school = session.get_one(School, school_of_hat())
    return render_template(
        "categories/starting/alike.html",
        schools=schools_alike(session, hat().authority_id, school),
    )


@bp.route("/school/owners/start/like/<int(max=9999999):urn>", methods=["GET", "POST"])
@manages_owners()
def like(urn: int) -> ResponseReturnValue:
    """Show what another school's pattern would make of ours, to be changed and saved."""
    session = db_session()
    other = school_by_urn(session, hat().authority_id, urn)
    if other is None or other.id == school_of_hat():
        raise NotFoundError
    people = setting(session)
    pattern = pattern_of(session, hat().authority_id, other.id)
    form = ChoosingForm()
    proposed = _proposed(people, pattern)
    if not form.validate_on_submit():
        return _page(form, proposed, people, other.name)
    choices = chosen(form, proposed, people)
    done = None if form.errors else save(session, form, choices)
    if done is None:
        return _page(form, kept(proposed, request.form), people, other.name)
    tell(done)
    if done.clashes:
        found, people = clashed(done, people), setting(session)
        return _page(form, _proposed(people, pattern), people, other.name, found)
    return redirect(url_for("categories.start"))


def _proposed(people: Setting, pattern: dict[int, str]) -> list[Row]:
    ids = [line.at.category_id for line in people.lines]
    return rows(people.lines, mapped(pattern, ids, people.people))


def _page(
    form: ChoosingForm,
    proposed: list[Row],
    people: Setting,
    name: str,
    clashes: list[Clashed] | None = None,
) -> str:
    form.shown.data = shown(proposed)
    return render_template(
        "categories/starting/like.html",
        form=form,
        other=name,
        groups=in_groups(proposed, people.names),
        people=people.options,
        clashes=clashes,
        open_count=sum(row.chosen is None for row in proposed),
        new_count=sum(row.is_proposed and row.chosen is not None for row in proposed),
    )
