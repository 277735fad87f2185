"""Everybody in the authority, for its administrators: finding, correcting, closing, opening."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.accounts import (
    EmailTakenError,
    correct,
    disable,
    enable,
    find_people,
    person_of,
    places_of,
)
from directory.models import Person, Role
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.keys import key_in
from foundation.paging import page_asked
from foundation.web import db_session
from notifications.returned.trying import TRIED, last_return, try_again
from portal.staff.comparing import what_they_have
from portal.staff.forms import AccountForm, ButtonForm, FindForm
from portal.staff.views import bp


@bp.get("/people")
@needs(Role.ADMINISTRATOR)
def everybody() -> ResponseReturnValue:
    """Find people by name, address or school; also the second entry of somebody."""
    session, form = db_session(), FindForm(request.args)
    typed, number = (form.q.data or "").strip(), page_asked(request.args)
    same_as = key_in(request.args.get("same_as"))
    found, has_next = find_people(session, hat().authority_id, typed, page=number)
    first = person_of(session, hat().authority_id, same_as) if same_as else None

    def link(page: int) -> str:
        return url_for("staff.everybody", q=typed or None, same_as=same_as, page=page)

    return render_template(
        "staff/everybody.html",
        filters=form,
        typed=typed,
        first=first,
        found=[each for each in found if each.person is not first],
        page={"number": number, "has_next": has_next},
        links={
            "previous": link(number - 1) if number > 1 else None,
            "next": link(number + 1) if has_next else None,
        },
    )


@bp.route("/people/<int:person_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def account(person_id: int) -> ResponseReturnValue:
    """Show somebody's account and places, and correct name, address and telephone."""
    session = db_session()
    person = person_of(session, hat().authority_id, person_id)
    form = AccountForm(
        data={"name": person.name, "email": person.email, "telephone": person.telephone}
    )
    other_id = None
    if form.validate_on_submit():
        refusal = _correct(session, form, person)
        if refusal is None:
            flash(f"Saved: {person.name}.")
            return redirect(url_for("staff.account", person_id=person_id))
        other_id = refusal.other_id if isinstance(refusal, EmailTakenError) else None
        person = person_of(session, hat().authority_id, person_id)
    return render_template("staff/account.html", form=form, **_facts(session, person, other_id))


@bp.post("/people/<int:person_id>/close")
@needs(Role.ADMINISTRATOR)
def close(person_id: int) -> ResponseReturnValue:
    """Let somebody sign in no more; twice does no harm."""
    return _switch(person_id, close=True)


@bp.post("/people/<int:person_id>/open")
@needs(Role.ADMINISTRATOR)
def reopen(person_id: int) -> ResponseReturnValue:
    """Let somebody sign in again; twice does no harm."""
    return _switch(person_id, close=False)


@bp.post("/people/<int:person_id>/try-mail")
@needs(Role.ADMINISTRATOR)
def try_mail(person_id: int) -> ResponseReturnValue:
    """Believe again that mail to somebody arrives; twice does no harm."""
    session = db_session()
    person = person_of(session, hat().authority_id, person_id)
    try_again(session, person, by=signed_in_person().id, at=clock.now())
    session.commit()
    flash(TRIED.format(name=person.name))
    return redirect(url_for("staff.account", person_id=person_id))


def _switch(person_id: int, *, close: bool) -> ResponseReturnValue:
    session = db_session()
    person = person_of(session, hat().authority_id, person_id)
    by, at = signed_in_person().id, clock.now()
    try:
        (disable if close else enable)(session, person, by=by, at=at)
        session.commit()
        flash(f"{person.name} may {'no longer' if close else 'now'} sign in.")
    except Refusal as refusal:
        session.rollback()
        flash(str(refusal))
    return redirect(url_for("staff.account", person_id=person_id))


def _correct(session: Session, form: AccountForm, person: Person) -> Refusal | None:
    """Do what the form says and commit; return why not when it was refused."""
    try:
        correct(
            session,
            person,
            name=form.name.data or "",
            email=form.email.data or "",
            telephone=form.telephone.data or "",
            by=signed_in_person().id,
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return refusal
    return None


def _facts(session: Session, person: Person, other_id: int | None) -> dict[str, Any]:
    authority_id = hat().authority_id
    return {
        "shown": person,
        "places": places_of(session, authority_id, [person.id])[person.id],
        "past": places_of(session, authority_id, [person.id], ended=True)[person.id],
        "other_id": other_id,
        "kept": person_of(session, authority_id, person.merged_into_id)
        if person.merged_into_id
        else None,
        "has": what_they_have(session, authority_id, [person.id])[person.id],
        "came_back": last_return(session, authority_id, person.id)
        if person.mail_failing_since
        else None,
        "is_own": person.id == signed_in_person().id,
        "button": ButtonForm(),
    }
