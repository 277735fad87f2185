"""What two people set differently at the same time: keep theirs, or put one's own in its place."""

import re

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from categories.forms.starting import ChoosingForm
from categories.starting.choosing import rows, shown
from categories.views import bp
from categories.views.choosing import back, chosen, clashed, save, setting, tell
from directory.access import manages_owners
from foundation.web import db_session


@bp.post("/school/owners/settle")
@manages_owners()
def settle() -> ResponseReturnValue:
    """Save what is to replace the other's choice; whatever changed again is asked again."""
    session = db_session()
    people = setting(session)
    form = ChoosingForm()
    wanted = {
        name.removeprefix("settle-")
        for name, answer in request.form.items()
        if answer == "replace" and re.fullmatch(r"settle-\d{1,18}", name)
    }
    picked = [row for row in rows(people.lines, {}) if str(row.id) in wanted]
    choices = chosen(form, picked, people)
    if form.errors:
        flash(str(form.choices.errors[0]))
        return redirect(back("categories.owners"))
    if not choices:
        flash("What the other person chose stays.")
        return redirect(back("categories.owners"))
    done = save(session, form, choices)
    if done is None:
        flash(str(next(iter(form.errors.values()))[0]))
        return redirect(back("categories.owners"))
    if not done.clashes:
        tell(done)
        return redirect(back("categories.owners"))
    now = setting(session)
    return render_template(
        "categories/starting/clashes.html",
        clashes=clashed(done, now),
        shown=shown(rows(now.lines, {})),
        back=back("categories.owners"),
    )
