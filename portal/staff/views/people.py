"""Everybody at a school: the list, one person, adding somebody, their job title and mailbox."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from directory.accounts import places_of
from directory.models import Role
from directory.people import add_to_school
from directory.places import describe_place
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session
from notifications.returned.trying import TRIED, last_return, try_again
from portal.staff.colleagues import Colleague, colleague, colleagues
from portal.staff.forms import AddForm, ButtonForm, PlaceForm
from portal.staff.holdings import holdings
from portal.staff.leaving import planned_for
from portal.staff.views import bp


@bp.get("/school/people")
@manages_owners()
def people() -> ResponseReturnValue:
    """Show everybody at the school, with how much lies with each."""
    found = colleagues(db_session(), hat().authority_id, school_of_hat())
    return render_template("staff/people.html", people=found)


@bp.route("/school/people/new", methods=["GET", "POST"])
@manages_owners()
def add() -> ResponseReturnValue:
    """Add somebody to the school."""
    form = AddForm()
    if form.validate_on_submit() and (name := _add(db_session(), form)):
        flash(f"{name} is on the list now.")
        return redirect(url_for("staff.people"))
    return render_template("staff/add.html", form=form)


@bp.get("/school/people/<int:person_id>")
@manages_owners()
def person(person_id: int) -> ResponseReturnValue:
    """Show what somebody has at the school, and what lies open with them."""
    session = db_session()
    found = _colleague(session, person_id)
    today = clock.local_date(clock.now())
    past = places_of(session, hat().authority_id, [person_id], ended=True)[person_id]
    return render_template(
        "staff/person.html",
        colleague=found,
        holdings=holdings(session, hat().authority_id, school_of_hat(), person_id, today=today),
        past=[place for place in past if place.school_id == school_of_hat()],
        planned=planned_for(session, hat().authority_id, school_of_hat(), person_id),
        may_change=may_change(found),
        button=ButtonForm(),
        came_back=last_return(session, hat().authority_id, person_id)
        if found.person.mail_failing_since
        else None,
    )


@bp.post("/school/people/<int:person_id>/try-mail")
@manages_owners()
def try_colleagues_mail(person_id: int) -> ResponseReturnValue:
    """Believe again that mail to a colleague arrives; twice does no harm."""
    session = db_session()
    found = _colleague(session, person_id)
    try_again(session, found.person, by=signed_in_person().id, at=clock.now())
    session.commit()
    flash(TRIED.format(name=found.person.name))
    return redirect(url_for("staff.person", person_id=person_id))


@bp.route("/school/people/<int:person_id>/change", methods=["GET", "POST"])
@manages_owners()
def change(person_id: int) -> ResponseReturnValue:
    """Change somebody's job title and the mailbox behind them."""
    session = db_session()
    found = _colleague(session, person_id)
    heads_own(found)
    form = PlaceForm(data={"job_title": found.job_title, "mailbox": found.mailbox})
    if form.validate_on_submit() and _describe(session, form, found):
        flash(f"Changed: {found.person.name}.")
        return redirect(url_for("staff.person", person_id=person_id))
    return render_template("staff/change.html", form=form, colleague=found)


def may_change(found: Colleague) -> bool:
    """Tell whether who asks may change somebody's place: a head's is for the head alone.

    Or a colleague who helps with the owners could make themselves the head's successor.
    """
    return hat().role is Role.HEAD or not found.is_head


def heads_own(found: Colleague) -> None:
    """Answer that it is not allowed where a colleague would change a head's place."""
    if not may_change(found):
        abort(403)


def _colleague(session: Session, person_id: int) -> Colleague:
    return colleague(session, hat().authority_id, school_of_hat(), person_id)


def _add(session: Session, form: AddForm) -> str | None:
    """Do what the form says and commit; return the person's name, None when it was refused."""
    by, at = signed_in_person().id, clock.now()
    try:
        place = add_to_school(
            session,
            school_id=school_of_hat(),
            email=form.email.data or "",
            name=form.name.data or "",
            job_title=form.job_title.data or "",
            role=Role(form.role.data),
            by=by,
            at=at,
        )
        if (form.mailbox.data or "").strip():
            heads_own(_colleague(session, place.person_id))
            describe_place(
                session,
                place,
                job_title=place.job_title,
                mailbox=form.mailbox.data or "",
                by=by,
                at=at,
            )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return place.person.name


def _describe(session: Session, form: PlaceForm, found: Colleague) -> bool:
    by, at = signed_in_person().id, clock.now()
    try:
        for place in found.places:
            describe_place(
                session,
                place,
                job_title=form.job_title.data or "",
                mailbox=form.mailbox.data or "",
                by=by,
                at=at,
            )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return False
    return True
