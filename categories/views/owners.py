"""Who owns one category at a school, and who stands in: the head changes it, or who helps."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.owners import (
    NOBODY,
    CoverForm,
    NewPersonForm,
    OwnerForm,
)
from categories.owning import covers
from categories.owning import owners as verbs
from categories.owning.changes import changes
from categories.owning.overview import Line, line_of
from categories.views import bp
from categories.views.asking import label_of, lines_of_hat, people_of_hat, refused
from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from directory.people import add_to_school
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session


@bp.route("/school/owners/<slug>", methods=["GET", "POST"])
@manages_owners()
def owner(slug: str) -> ResponseReturnValue:
    """Choose who owns one category, and show who did so before."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    form = OwnerForm()
    form.person_id.choices = people_of_hat(session, NOBODY)
    if form.validate_on_submit() and (sentence := _set_owner(session, form, line)):
        flash(sentence)
        return redirect(url_for("categories.owners", _anchor=slug))
    if request.method == "GET":
        form.before.data = str(line.at.owner_id or "")
        form.person_id.data = str(line.at.owner_id or "") if line.is_set else ""
    return render_template(
        "categories/owner.html",
        form=form,
        line=line,
        changes=changes(session, hat().authority_id, school_of_hat(), line.at.category_id),
    )


@bp.route("/school/owners/<slug>/new", methods=["GET", "POST"])
@manages_owners()
def newcomer(slug: str) -> ResponseReturnValue:
    """Add somebody to the school and make them the owner of one category."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    form = NewPersonForm()
    if form.validate_on_submit() and (sentence := _add_owner(session, form, line)):
        flash(sentence)
        return redirect(url_for("categories.owners", _anchor=slug))
    return render_template("categories/newcomer.html", form=form, line=line)


@bp.route("/school/owners/<slug>/cover", methods=["GET", "POST"])
@manages_owners()
def cover(slug: str) -> ResponseReturnValue:
    """Choose who stands in for one category, and between which days."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    form = CoverForm()
    form.person_id.choices = people_of_hat(session)
    if form.validate_on_submit() and _set_cover(session, form, line):
        flash(f"Cover for {line.at.heading} is set.")
        return redirect(url_for("categories.owners", _anchor=slug))
    if request.method == "GET" and line.at.cover_person_id is not None:
        form.person_id.data = str(line.at.cover_person_id)
        form.starts_on.data, form.ends_on.data = line.at.cover_from, line.at.cover_to
    return render_template("categories/cover.html", form=form, line=line)


@bp.post("/school/owners/<slug>/cover/end")
@manages_owners()
def end_cover(slug: str) -> ResponseReturnValue:
    """Call off the cover of one category; twice does no harm."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    covers.end_cover(
        session,
        school_id=school_of_hat(),
        category_id=line.at.category_id,
        by=signed_in_person(),
        at=clock.now(),
    )
    session.commit()
    flash(f"Nobody stands in for {line.at.heading} any more.")
    return redirect(url_for("categories.owners", _anchor=slug))


def _set_owner(session: Session, form: OwnerForm, line: Line) -> str | None:
    """Do what the form says and commit; return the sentence to show, None when it was refused."""
    try:
        if form.person_id.data:
            _assign(session, line, int(form.person_id.data))
            sentence = f"{line.at.heading} goes to {label_of(form.person_id)} now."
        else:
            verbs.end(
                session,
                school_id=school_of_hat(),
                category_id=line.at.category_id,
                by=signed_in_person(),
                at=clock.now(),
            )
            sentence = f"Nobody is set for {line.at.heading} now: it comes to you."
        session.commit()
    except Refusal as refusal:
        refused(session, form, refusal)
        return None
    if form.before.data != str(line.at.owner_id or ""):
        other = line.at.owner_name or "nobody"
        sentence += f" Meanwhile it had been changed to {other}; your choice replaced that."
    return sentence


def _add_owner(session: Session, form: NewPersonForm, line: Line) -> str | None:
    try:
        place = add_to_school(
            session,
            school_id=school_of_hat(),
            email=form.email.data or "",
            name=form.name.data or "",
            job_title=form.job_title.data or "",
            by=signed_in_person(),
            at=clock.now(),
        )
        _assign(session, line, place.person_id)
        session.commit()
    except Refusal as refusal:
        refused(session, form, refusal)
        return None
    return f"{line.at.heading} goes to {place.person.name} now."


def _assign(session: Session, line: Line, person_id: int) -> None:
    verbs.assign(
        session,
        school_id=school_of_hat(),
        category_id=line.at.category_id,
        person_id=person_id,
        by=signed_in_person(),
        at=clock.now(),
    )


def _set_cover(session: Session, form: CoverForm, line: Line) -> bool:
    first, last = form.starts_on.data, form.ends_on.data
    if first is None or last is None:
        return False  # the form's own checks have said so
    try:
        covers.set_cover(
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
        refused(session, form, refusal)
        return False
    return True
