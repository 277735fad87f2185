"""The first time: how far the school is, our suggestion for everything, all of it to the head."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from categories.forms.starting import ChoosingForm
from categories.starting.choosing import Row, in_groups, kept, read_shown, rows, shown
from categories.starting.progress import following, progress
from categories.starting.suggesting import head_of, suggest
from categories.views import bp
from categories.views.choosing import Clashed, Setting, chosen, clashed, save, setting, tell
from directory.access import manages_owners, signed_in_person
from foundation.web import db_session


@bp.get("/school/owners/start")
@manages_owners()
def start() -> ResponseReturnValue:
    """Show the groups as a list of tasks, and where to go on."""
    people = setting(db_session())
    groups = progress(people.lines)
    return render_template(
        "categories/starting/start.html",
        groups=groups,
        done=sum(one.done for one in groups),
        total=sum(one.total for one in groups),
        following=following(groups),
        colleagues=sum(one.is_staff for one in people.people) - 1,
        on_list=len(people.people),
        head=head_of(people.people),
        me=signed_in_person().id,
        shown=shown(rows(people.lines, {})),
    )


@bp.route("/school/owners/start/suggestion", methods=["GET", "POST"])
@manages_owners()
def suggestion() -> ResponseReturnValue:
    """Show whom we would choose for everything that is open, to be changed and saved."""
    session = db_session()
    people = setting(session)
    form = ChoosingForm()
    proposed = _proposed(people)
    if not form.validate_on_submit():
        return _suggestion(form, proposed, people)
    group = request.form.get("only", "")
    wanted = [row for row in proposed if not group or row.line.at.group == group]
    choices = chosen(form, wanted, people)
    done = None if form.errors else save(session, form, choices)
    if done is None:
        return _suggestion(form, kept(proposed, request.form), people)
    tell(done)
    now = setting(session)
    if done.clashes or (group and following(progress(now.lines))):
        asked = {f"owner-{one.category_id}" for one in done.clashes}
        answers = {name: value for name, value in request.form.items() if name not in asked}
        return _suggestion(form, kept(_proposed(now), answers), now, clashed(done, now))
    return redirect(url_for("categories.start"))


@bp.post("/school/owners/start/all-to-head")
@manages_owners()
def all_to_head() -> ResponseReturnValue:
    """Give what the page showed without anybody to the head; the exceptions come next."""
    session = db_session()
    people = setting(session)
    head = head_of(people.people)
    if head is None:
        flash("Your school has no headteacher who may sign in. Ask the authority to add one.")
        return redirect(url_for("categories.start"))
    form = ChoosingForm()
    seen = read_shown(form.shown.data) or {}
    done = save(
        session,
        form,
        {
            line.at.category_id: head.id
            for line in people.lines
            if not line.is_set and line.at.category_id in seen
        },
    )
    if done is None:
        flash(str(next(iter(form.errors.values()))[0]))
    else:
        tell(done, "you" if head.id == signed_in_person().id else head.name)
    return redirect(url_for("categories.several"))


def _proposed(people: Setting) -> list[Row]:
    return rows(people.lines, suggest([line.at for line in people.lines], people.people))


def _suggestion(
    form: ChoosingForm, proposed: list[Row], people: Setting, clashes: list[Clashed] | None = None
) -> str:
    form.shown.data = shown(proposed)
    return render_template(
        "categories/starting/suggestion.html",
        form=form,
        groups=in_groups(proposed, people.names),
        people=people.options,
        clashes=clashes,
        open_count=sum(row.chosen is None for row in proposed),
        new_count=sum(row.is_proposed and row.chosen is not None for row in proposed),
        only_head=sum(one.is_staff for one in people.people) <= 1,
    )
