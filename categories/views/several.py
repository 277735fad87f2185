"""Several categories to one person in one act."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.owners import SeveralForm
from categories.owning import owners as verbs
from categories.owning.overview import Line, in_groups
from categories.views import bp
from categories.views.asking import label_of, lines_of_hat, people_of_hat, refused
from directory.access import manages_owners, school_of_hat, signed_in_person
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session


@bp.route("/school/owners/several", methods=["GET", "POST"])
@manages_owners()
def several() -> ResponseReturnValue:
    """Give several categories to one person at once."""
    session = db_session()
    lines = lines_of_hat(session)
    form = SeveralForm()
    form.person_id.choices = people_of_hat(session)
    form.categories.choices = [(line.at.slug, line.at.heading) for line in lines]
    if form.validate_on_submit() and (sentence := _set_several(session, form, lines)):
        flash(sentence)
        return redirect(url_for("categories.owners"))
    return render_template(
        "categories/several.html",
        form=form,
        groups=in_groups(lines),
        ticked=set(form.categories.data or ()),
    )


def _set_several(session: Session, form: SeveralForm, lines: list[Line]) -> str | None:
    chosen = set(form.categories.data or ())
    try:
        for line in lines:
            if line.at.slug in chosen:
                verbs.assign(
                    session,
                    school_id=school_of_hat(),
                    category_id=line.at.category_id,
                    person_id=int(form.person_id.data),
                    by=signed_in_person(),
                    at=clock.now(),
                )
        session.commit()
    except Refusal as refusal:
        refused(session, form, refusal)
        return None
    name = label_of(form.person_id)
    count = "1 category goes" if len(chosen) == 1 else f"{len(chosen)} categories go"
    return f"{count} to {name} now."
