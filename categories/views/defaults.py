"""Whom the school names for whole groups: they get what no owner of a category can."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.away import DefaultsForm, defaults_form
from categories.forms.owners import NOBODY
from categories.owning.defaults import Default, defaults_of_school, set_default
from categories.owning.places import held_school
from categories.views import bp
from categories.views.asking import lines_of_hat, people_of_hat
from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session

BEFORE = "before-"
MEANWHILE = "Meanwhile somebody else chose {}. Save once more if your choice is to replace that."


@bp.route("/school/owners/defaults", methods=["GET", "POST"])
@manages_owners()
def defaults() -> ResponseReturnValue:
    """Choose a person for each group. What is left as it was shown is not touched."""
    session = db_session()
    lines = lines_of_hat(session)
    groups = {line.at.group: line.at.group_heading for line in lines}
    form = defaults_form(groups.items(), people_of_hat(session, NOBODY))
    if request.method == "POST":
        held_school(session, school_of_hat())  # two who save at once follow one another
    found = defaults_of_school(session, hat().authority_id, school_of_hat())
    if form.validate_on_submit():
        count = _save(session, form, found)
        if count is not None:
            flash(_saved(count))
            return redirect(url_for("categories.defaults"))
    now = {group: _now(found, group) for group, _ in form.by_group()}
    if request.method == "GET":
        for group, field in form.by_group():
            field.data = now[group]
    return render_template(
        "categories/owning/defaults.html",
        form=form,
        found=found,
        now=now,
        unset={
            group: sum(line.at.group == group and not line.is_set for line in lines)
            for group in groups
        },
    )


def _saved(count: int) -> str:
    if not count:
        return "Nothing had to be changed."
    return "Saved: 1 group." if count == 1 else f"Saved: {count} groups."


def _now(found: dict[str, Default], group: str) -> str:
    """Return what the list of a group shows as chosen; nothing for somebody who left."""
    return str(found[group].person_id) if group in found and found[group].active else ""


def _save(session: Session, form: DefaultsForm, found: dict[str, Default]) -> int | None:
    """Set what was chosen otherwise than shown and commit; return how many, None when refused.

    Where somebody else chose meanwhile, theirs stays, nothing is saved and the field says so.
    """
    wanted = _wanted(form)
    for group, field in form.by_group():
        now = _now(found, group)
        if group in wanted and request.form.get(BEFORE + group, now) not in (now, field.data):
            name = found[group].name if now else "nobody"
            field.errors = [MEANWHILE.format(name)]
    if form.errors:
        session.rollback()
        return None
    count = 0
    try:
        for group, person_id in wanted.items():
            count += set_default(
                session,
                school_id=school_of_hat(),
                group=group,
                person_id=person_id,
                by=signed_in_person(),
                at=clock.now(),
            )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return count


def _wanted(form: DefaultsForm) -> dict[str, int | None]:
    """Return the groups whose choice is another than the page showed; None for nobody."""
    return {
        group: int(field.data) if field.data else None
        for group, field in form.by_group()
        if field.name in request.form and field.data != request.form.get(BEFORE + group)
    }
