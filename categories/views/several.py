"""Categories of any group, ticked, to one person in one act."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from categories.forms.owners import EMPTY, SeveralForm
from categories.forms.starting import ChoosingForm
from categories.owning.overview import in_groups
from categories.starting.choosing import rows, shown
from categories.views import bp
from categories.views.choosing import Clashed, Setting, clashed, save, setting, tell
from directory.access import manages_owners
from foundation.web import db_session


@bp.route("/school/owners/several", methods=["GET", "POST"])
@manages_owners()
def several() -> ResponseReturnValue:
    """Give several categories to one person at once; the same page comes again for the next."""
    session = db_session()
    people = setting(session)
    form = _form(people)
    if not form.validate_on_submit():
        return _page(form, people)
    wanted = set(form.categories.data or ())
    person_id = int(form.person_id.data)
    choices = {line.at.category_id: person_id for line in people.lines if line.at.slug in wanted}
    sent = ChoosingForm()
    done = save(session, sent, choices)
    if done is None:
        form.categories.errors = sent.choices.errors
        return _page(form, people)
    tell(done, people.names[person_id])
    if done.clashes:
        now = setting(session)
        return _page(_form(now), now, clashed(done, now))
    return redirect(url_for("categories.several"))


def _form(people: Setting) -> SeveralForm:
    form = SeveralForm()
    form.person_id.choices = [EMPTY, *((str(number), words) for number, words in people.options)]
    form.categories.choices = [(line.at.slug, line.at.heading) for line in people.lines]
    return form


def _page(form: SeveralForm, people: Setting, clashes: list[Clashed] | None = None) -> str:
    return render_template(
        "categories/starting/several.html",
        form=form,
        groups=in_groups(people.lines),
        shown=shown(rows(people.lines, {})),
        ticked=set() if clashes else set(form.categories.data or ()),
        names=people.names,
        open_count=sum(not line.is_set for line in people.lines),
        clashes=clashes,
    )
