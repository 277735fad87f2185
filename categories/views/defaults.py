"""Whom the school names for whole groups: they get what no owner of a category can."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.away import DefaultsForm, defaults_form
from categories.forms.owners import NOBODY
from categories.owning.defaults import Default, defaults_of_school, set_default
from categories.views import bp
from categories.views.asking import lines_of_hat, people_of_hat
from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session


@bp.route("/school/owners/defaults", methods=["GET", "POST"])
@manages_owners()
def defaults() -> ResponseReturnValue:
    """Choose a person for each group. What is left as it was shown is not touched."""
    session = db_session()
    lines = lines_of_hat(session)
    groups = {line.at.group: line.at.group_heading for line in lines}
    form = defaults_form(groups.items(), people_of_hat(session, NOBODY))
    found = defaults_of_school(session, hat().authority_id, school_of_hat())
    if form.validate_on_submit():
        count = _save(session, form, found)
        if count is not None:
            flash(_saved(count))
            return redirect(url_for("categories.defaults"))
    if request.method == "GET":
        for group, field in form.by_group():
            if group in found and found[group].active:
                field.data = str(found[group].person_id)
    return render_template(
        "categories/owning/defaults.html",
        form=form,
        found=found,
        unset={
            group: sum(line.at.group == group and not line.is_set for line in lines)
            for group in groups
        },
    )


def _saved(count: int) -> str:
    if not count:
        return "Nothing had to be changed."
    return "Saved: 1 group." if count == 1 else f"Saved: {count} groups."


def _save(session: Session, form: DefaultsForm, found: dict[str, Default]) -> int | None:
    """Set what is different and commit; return how many, None when it was refused."""
    count = 0
    try:
        for group, field in form.by_group():
            there = found.get(group)
            if field.data != (str(there.person_id) if there else ""):
                count += set_default(
                    session,
                    school_id=school_of_hat(),
                    group=group,
                    person_id=int(field.data) if field.data else None,
                    by=signed_in_person(),
                    at=clock.now(),
                )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return count
