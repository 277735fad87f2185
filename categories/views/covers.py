"""Standing in for one category."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.owners import CoverForm
from categories.models import Cover
from categories.owning import covers as verbs
from categories.owning.one import standing
from categories.owning.overview import Line, line_of
from categories.views import bp
from categories.views.asking import label_of, lines_of_hat, people_of_hat, people_without, today
from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from foundation import clock
from foundation.dates import day
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session


@bp.route("/school/owners/<slug>/cover", methods=["GET", "POST"])
@manages_owners()
def cover(slug: str) -> ResponseReturnValue:
    """Choose who stands in for one category, and between which days."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    form = CoverForm()
    form.person_id.choices = people_without(people_of_hat(session), line.at.owner_id)
    if request.method == "GET":
        form.starts_on.data = today()
    if form.validate_on_submit() and _set_cover(session, form, line):
        days = f"from {day(form.starts_on.data)} to {day(form.ends_on.data)}"
        flash(f"{label_of(form.person_id)} stands in for {line.at.heading} {days}.")
        return redirect(url_for("categories.owners", _anchor=slug))
    place = (hat().authority_id, school_of_hat())
    narrow = Cover.category_id == line.at.category_id
    return render_template(
        "categories/owning/cover.html",
        form=form,
        line=line,
        covers=standing(session, *place, narrow, on=today()),
    )


@bp.post("/school/owners/<slug>/cover/end")
@manages_owners()
def end_cover(slug: str) -> ResponseReturnValue:
    """Call off the cover of one category; twice does no harm."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    verbs.end_cover(
        session,
        school_id=school_of_hat(),
        category_id=line.at.category_id,
        by=signed_in_person(),
        at=clock.now(),
    )
    session.commit()
    flash(f"Nobody stands in for {line.at.heading} any more.")
    return redirect(url_for("categories.owners", _anchor=slug))


def _set_cover(session: Session, form: CoverForm, line: Line) -> bool:
    first, last = form.starts_on.data, form.ends_on.data
    if first is None or last is None:
        return False  # the form's own checks have said so
    try:
        verbs.set_cover(
            session,
            school_id=school_of_hat(),
            category_id=line.at.category_id,
            person_id=int(form.person_id.data),
            starts_on=first,
            ends_on=last,
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return False
    return True
