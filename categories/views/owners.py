"""Who has which part in one category: the head says it, or who helps."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from categories.forms.owners import EMPTY, NOBODY, NewPersonForm, OwnerForm
from categories.forms.parts import BesideForm, DeputyForm, PartForm
from categories.models import Cover, Part
from categories.owning import beside as verbs
from categories.owning.changes import changes
from categories.owning.delegating import disowned
from categories.owning.one import Having, having, reached, standing
from categories.owning.overview import Line, line_of
from categories.owning.owners import Clash, assign_many
from categories.views import bp
from categories.views.asking import label_of, lines_of_hat, people_of_hat, people_without
from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from directory.people import add_to_school
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.keys import key_in
from foundation.web import db_session


@bp.route("/school/owners/<slug>", methods=["GET", "POST"])
@manages_owners()
def owner(slug: str) -> ResponseReturnValue:
    """Choose who leads one category, and show everything about it."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    staff = people_of_hat(session, NOBODY)
    form = OwnerForm()
    form.person_id.choices = staff
    if form.validate_on_submit() and (sentence := _set_lead(session, form, line)):
        flash(sentence)
        return redirect(url_for("categories.owners", _anchor=slug))
    if request.method == "GET":
        form.before.data = str(line.at.owner_id or "")
        form.person_id.data = str(line.at.owner_id or "") if line.is_set else ""
    return _page(session, line, form, staff)


@bp.post("/school/owners/<slug>/beside")
@manages_owners()
def beside(slug: str) -> ResponseReturnValue:
    """Let somebody share one category, or get it as well."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    staff = people_of_hat(session, NOBODY)
    form = BesideForm(prefix="beside")
    form.person_id.choices = people_without(staff, line.at.owner_id, EMPTY)
    if form.validate_on_submit():
        try:
            verbs.add_beside(
                session,
                school_id=school_of_hat(),
                category_id=line.at.category_id,
                person_id=int(form.person_id.data),
                part=Part(form.part.data),
                by=signed_in_person(),
                at=clock.now(),
            )
            session.commit()
        except Refusal as refusal:
            show_refusal(session, form, refusal)
        else:
            does = "shares" if form.part.data == Part.SHARES else "also gets"
            flash(f"{label_of(form.person_id)} {does} {line.at.heading} now.")
            return redirect(url_for("categories.owner", slug=slug))
    return _page(session, line, form, staff)


@bp.post("/school/owners/<slug>/part")
@manages_owners()
def part(slug: str) -> ResponseReturnValue:
    """Do what a button beside a name says: let them lead, or end their part."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    form = PartForm()
    place = (hat().authority_id, school_of_hat(), line.at.category_id)
    found = {str(each.person_id): each for each in having(session, *place)}
    chosen = found.get(form.person_id.data or "")
    if form.validate_on_submit() and chosen is not None:
        verb = verbs.make_lead if form.do.data == "lead" else verbs.remove
        try:
            verb(
                session,
                school_id=school_of_hat(),
                category_id=line.at.category_id,
                person_id=chosen.person_id,
                by=signed_in_person(),
                at=clock.now(),
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            flash(str(refusal))
        else:
            flash(_done(chosen, line, is_lead=form.do.data == "lead"))
    return redirect(url_for("categories.owner", slug=slug))


@bp.post("/school/owners/<slug>/deputy")
@manages_owners()
def deputy(slug: str) -> ResponseReturnValue:
    """Choose who gets one category when its lead cannot."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    staff = people_of_hat(session, NOBODY)
    form = DeputyForm(prefix="deputy")
    form.person_id.choices = people_without(staff, line.at.owner_id, NOBODY)
    if form.validate_on_submit():
        try:
            verbs.set_deputy(
                session,
                school_id=school_of_hat(),
                category_ids=[line.at.category_id],
                person_id=int(form.person_id.data) if form.person_id.data else None,
                by=signed_in_person(),
                at=clock.now(),
            )
            session.commit()
        except Refusal as refusal:
            show_refusal(session, form, refusal)
        else:
            who = label_of(form.person_id) if form.person_id.data else "Nobody"
            flash(f"{who} is the deputy for {line.at.heading} now.")
            return redirect(url_for("categories.owner", slug=slug))
    return _page(session, line, form, staff)


@bp.route("/school/owners/<slug>/new", methods=["GET", "POST"])
@manages_owners()
def newcomer(slug: str) -> ResponseReturnValue:
    """Add somebody to the school and let them lead one category."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    form = NewPersonForm()
    if form.validate_on_submit() and (sentence := _add_lead(session, form, line)):
        flash(sentence)
        return redirect(url_for("categories.owners", _anchor=slug))
    return render_template("categories/owning/newcomer.html", form=form, line=line)


def _page(session: Session, line: Line, form: FlaskForm, staff: list[tuple[str, str]]) -> str:
    """Show the category with its three forms, of which ``form`` was sent or is the first."""
    today = clock.local_date(clock.now())
    place = (hat().authority_id, school_of_hat())
    category_id = line.at.category_id
    people = having(session, *place, category_id)
    lead = form if isinstance(form, OwnerForm) else _lead_form(line, staff)
    second = form if isinstance(form, BesideForm) else BesideForm(None, prefix="beside")
    third = form if isinstance(form, DeputyForm) else _deputy_form(people)
    second.person_id.choices = people_without(staff, line.at.owner_id, EMPTY)
    third.person_id.choices = people_without(staff, line.at.owner_id, NOBODY)
    return render_template(
        "categories/owning/owner.html",
        form=form,
        lead=lead,
        beside=second,
        deputy=third,
        line=line,
        people=people,
        others=[each for each in people if each.part in (Part.SHARES, Part.ALSO)],
        has_deputy=any(each.part is Part.DEPUTY for each in people),
        disowned=disowned(session, place[0], [each.owner_id for each in people]),
        reached=reached(session, *place, category_id, on=today),
        covers=standing(session, *place, Cover.category_id == category_id, on=today),
        changes=changes(session, *place, category_id),
        today=today,
        Part=Part,
    )


def _lead_form(line: Line, staff: list[tuple[str, str]]) -> OwnerForm:
    form = OwnerForm(None)
    form.person_id.choices = staff
    form.before.data = str(line.at.owner_id or "")
    form.person_id.data = str(line.at.owner_id or "") if line.is_set else ""
    return form


def _deputy_form(people: list[Having]) -> DeputyForm:
    form = DeputyForm(None, prefix="deputy")
    found = (each.person_id for each in people if each.part is Part.DEPUTY)
    form.person_id.data = str(next(found, ""))
    return form


def _done(chosen: Having, line: Line, *, is_lead: bool) -> str:
    if is_lead:
        return f"{chosen.name} owns {line.at.heading} now."
    return f"{chosen.name} has no part in {line.at.heading} any more."


def _set_lead(session: Session, form: OwnerForm, line: Line) -> str | None:
    """Do what the form says and commit; return the sentence to show, None when it was refused."""
    person_id = int(form.person_id.data) if form.person_id.data else None
    try:
        done = assign_many(
            session,
            school_id=school_of_hat(),
            choices={line.at.category_id: person_id},
            before=_shown(form, line),
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    if done.clashes:
        form.before.data = str(done.clashes[0].theirs or "")  # so that saving once more replaces it
        form.person_id.errors = [*form.person_id.errors, _said(done.clashes[0], line)]
        return None
    if person_id is None:
        return f"Nobody owns {line.at.heading} now."
    return f"{line.at.heading} goes to {label_of(form.person_id)} now."


def _said(clash: Clash, line: Line) -> str:
    theirs = (line.at.owner_name or "somebody else") if clash.theirs else "nobody"
    return (
        f"Meanwhile {clash.by_name or 'an import'} chose {theirs}. Save once more if your choice "
        "is to replace that."
    )


def _shown(form: OwnerForm, line: Line) -> dict[int, int | None]:
    """Return the lead whom the page showed, as it came back with the form."""
    return {line.at.category_id: key_in(form.before.data)}


def _add_lead(session: Session, form: NewPersonForm, line: Line) -> str | None:
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
        assign_many(
            session,
            school_id=school_of_hat(),
            choices={line.at.category_id: place.person_id},
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return f"{line.at.heading} goes to {place.person.name} now."
