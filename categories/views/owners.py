"""Who owns what at a school: everybody there may look, the headteacher changes it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import SelectField

from categories.forms.owners import (
    EMPTY,
    NOBODY,
    CoverForm,
    NewPersonForm,
    OwnerForm,
    OwnersFilterForm,
    SeveralForm,
    people_choices,
)
from categories.owning import owners as verbs
from categories.owning.changes import changes
from categories.owning.overview import NOBODY_SET, Line, in_groups, line_of, narrowed, overview
from categories.views import bp
from directory.access import hat, needs, school_of_hat, signed_in_person
from directory.models import Role
from directory.people import add_to_school, staff_of_school
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session


@bp.get("/school/owners")
@needs(Role.HEAD, Role.STAFF)
def owners() -> ResponseReturnValue:
    """Show the categories in their groups, each with its owner and who stands in."""
    lines = _lines(db_session())
    form = _filter_form(lines)
    shown = narrowed(lines, group=form.group.data, who=form.who.data)
    return render_template(
        "categories/owners.html",
        filters=form,
        narrowed=bool(form.group.data or form.who.data),
        groups=in_groups(shown),
        total=len(lines),
        set_count=sum(line.is_set for line in lines),
        may_change=hat().role is Role.HEAD,
        nobody_set=NOBODY_SET,
    )


@bp.route("/school/owners/<slug>", methods=["GET", "POST"])
@needs(Role.HEAD)
def owner(slug: str) -> ResponseReturnValue:
    """Choose who owns one category, and show who did so before."""
    session = db_session()
    line = line_of(_lines(session), slug)
    form = OwnerForm()
    form.person_id.choices = _people(session, NOBODY)
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
@needs(Role.HEAD)
def newcomer(slug: str) -> ResponseReturnValue:
    """Add somebody to the school and make them the owner of one category."""
    session = db_session()
    line = line_of(_lines(session), slug)
    form = NewPersonForm()
    if form.validate_on_submit() and (sentence := _add_owner(session, form, line)):
        flash(sentence)
        return redirect(url_for("categories.owners", _anchor=slug))
    return render_template("categories/newcomer.html", form=form, line=line)


@bp.route("/school/owners/<slug>/cover", methods=["GET", "POST"])
@needs(Role.HEAD)
def cover(slug: str) -> ResponseReturnValue:
    """Choose who stands in for one category, and between which days."""
    session = db_session()
    line = line_of(_lines(session), slug)
    form = CoverForm()
    form.person_id.choices = _people(session)
    if form.validate_on_submit() and _set_cover(session, form, line):
        flash(f"Cover for {line.at.heading} is set.")
        return redirect(url_for("categories.owners", _anchor=slug))
    if request.method == "GET" and line.at.cover_person_id is not None:
        form.person_id.data = str(line.at.cover_person_id)
        form.starts_on.data, form.ends_on.data = line.at.cover_from, line.at.cover_to
    return render_template("categories/cover.html", form=form, line=line)


@bp.post("/school/owners/<slug>/cover/end")
@needs(Role.HEAD)
def end_cover(slug: str) -> ResponseReturnValue:
    """Call off the cover of one category; twice does no harm."""
    session = db_session()
    line = line_of(_lines(session), slug)
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


@bp.route("/school/owners/several", methods=["GET", "POST"])
@needs(Role.HEAD)
def several() -> ResponseReturnValue:
    """Give several categories to one person at once."""
    session = db_session()
    lines = _lines(session)
    form = SeveralForm()
    form.person_id.choices = _people(session)
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


def _set_owner(session: Session, form: OwnerForm, line: Line) -> str | None:
    """Do what the form says and commit; return the sentence to show, None when it was refused."""
    try:
        if form.person_id.data:
            _assign(session, line, int(form.person_id.data))
            sentence = f"{line.at.heading} goes to {_label(form.person_id)} now."
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
        _refused(session, form, refusal)
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
        _refused(session, form, refusal)
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


def _label(field: SelectField) -> str:
    """Return the words of what was chosen in a list."""
    return next(label for value, label, *_ in field.iter_choices() if value == field.data)


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
        _refused(session, form, refusal)
        return False
    return True


def _set_several(session: Session, form: SeveralForm, lines: list[Line]) -> str | None:
    chosen = set(form.categories.data or ())
    try:
        for line in lines:
            if line.at.slug in chosen:
                _assign(session, line, int(form.person_id.data))
        session.commit()
    except Refusal as refusal:
        _refused(session, form, refusal)
        return None
    name = _label(form.person_id)
    count = "1 category goes" if len(chosen) == 1 else f"{len(chosen)} categories go"
    return f"{count} to {name} now."


def _refused(session: Session, form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal beside the field that it names; nothing of the try stays."""
    session.rollback()
    field = form[refusal.field] if refusal.field in form else next(iter(form))
    field.errors = [*field.errors, str(refusal)]


def _lines(session: Session) -> list[Line]:
    today = clock.local_date(clock.now())
    return overview(session, hat().authority_id, school_of_hat(), today=today)


def _people(session: Session, first: tuple[str, str] = EMPTY) -> list[tuple[str, str]]:
    places = staff_of_school(session, hat().authority_id, school_of_hat())
    people = [(place.person_id, place.person.name, place.job_title) for place in places]
    return people_choices(people, first)


def _filter_form(lines: list[Line]) -> OwnersFilterForm:
    form = OwnersFilterForm(request.args)
    form.group.choices = [
        ("", "All groups"),
        *dict.fromkeys((line.at.group, line.at.group_heading) for line in lines),
    ]
    people = {str(line.at.owner_id): line.at.owner_name or "" for line in lines if line.at.owner_id}
    form.who.choices = [
        ("", "Anybody"),
        (NOBODY_SET, "Nobody set"),
        *sorted(people.items(), key=lambda person: person[1]),
    ]
    if not form.validate():  # a hand-made address: what is not offered is left out
        for field in form:
            if field.errors:
                field.data, field.errors = "", ()
    return form
