"""A school's new head: somebody who is there, or somebody new by name and address."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import Role, School
from directory.people import Former, Newcomer, change_head
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.forms import show_refusal
from foundation.web import db_session
from portal.staff.colleagues import colleagues
from portal.staff.forms import HeadForm
from portal.staff.views import bp
from portal.staff.views.leaving import named


@bp.route("/people/head/<int:school_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def new_head(school_id: int) -> ResponseReturnValue:
    """Say who is a school's head from now on, and what becomes of the one before."""
    session = db_session()
    school = session.get(School, school_id)
    if school is None or school.authority_id != hat().authority_id:
        raise NotFoundError
    everybody = colleagues(session, school.authority_id, school.id)
    heads = [one for one in everybody if one.is_head]
    form = HeadForm()
    form.person_id.choices = [
        ("", "Choose a person"),
        *((str(one.person.id), named(one)) for one in everybody if one.may_sign_in),
    ]
    if form.validate_on_submit() and (person_id := _change(session, form, school)):
        flash(f"{school.name} has a new headteacher. What lay with the head follows in a moment.")
        return redirect(url_for("staff.account", person_id=person_id))
    return render_template("staff/head.html", form=form, school=school, heads=heads)


def _change(session: Session, form: HeadForm, school: School) -> int | None:
    """Do what the form says and commit; return the head's id, None when it was refused."""
    former: Former = "stays_as_staff" if form.former.data == "stays_as_staff" else "leaves"
    chosen = form.person_id.data
    head = int(chosen) if chosen else Newcomer(form.email.data or "", form.name.data or "")
    try:
        place = change_head(
            session,
            school_id=school.id,
            head=head,
            former=former,
            by=signed_in_person().id,
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return place.person_id
