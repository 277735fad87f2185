"""Who is head where GIAS gives another name: the list, and the page that settles one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import Role, School
from directory.people import Newcomer, staff_of_school
from directory.updates import heads as verbs
from directory.updates import listing
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.forms import show_refusal
from foundation.paging import page_asked
from foundation.web import db_session
from portal.updates.asking import ask_school
from portal.updates.forms import ASK, LEAVE, LEAVES, NEW, SAME, SOMEBODY_ELSE, HeadForm
from portal.updates.views import bp


@bp.get("/schools/heads")
@needs(Role.ADMINISTRATOR)
def heads() -> ResponseReturnValue:
    """List the schools whose head GIAS names otherwise."""
    session, page = db_session(), page_asked(request.args)
    found = listing.heads_to_settle(session, hat().authority_id, page=page)
    return render_template(
        "updates/heads.html",
        found=found[: listing.PAGE],
        has_more=len(found) > listing.PAGE,
        page=page,
        new_name=verbs.new_name,
    )


@bp.route("/schools/heads/<int:change_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def head(change_id: int) -> ResponseReturnValue:
    """Say who is head of one school."""
    session, form = db_session(), HeadForm()
    found = listing.heads_to_settle(session, hat().authority_id, change_id=change_id)
    if not found:
        if request.method == "POST" and _is_settled(session, change_id):
            flash(verbs.SettledError.sentence)
            return redirect(url_for("updates.heads"))
        raise NotFoundError
    case = found[0]
    school = verbs.school_of(session, case.change)
    name = verbs.new_name(case.change)
    form.offer(staff_of_school(session, hat().authority_id, school.id))
    if request.method == "GET":
        form.name.data = verbs.plain_name(case.change)
    if form.validate_on_submit():
        try:
            told = _settle(session, form, change_id, school)
        except Refusal as refusal:
            show_refusal(session, form, refusal, otherwise="answer")
        else:
            session.commit()
            flash(told)
            return redirect(url_for("updates.heads"))
    return render_template("updates/head.html", form=form, case=case, school=school, new_name=name)


def _is_settled(session: Session, change_id: int) -> bool:
    """Tell whether somebody was quicker; raises NotFoundError when there is no such change."""
    try:
        verbs.change_of(session, hat().authority_id, change_id)
    except verbs.SettledError:
        return True
    return False


def _settle(session: Session, form: HeadForm, change_id: int, school: School) -> str:
    """Call the verb that was chosen; return what to tell."""
    authority_id, by, at = hat().authority_id, signed_in_person().id, clock.now()
    answer = form.answer.data
    if answer == SAME:
        verbs.keep_head(session, authority_id, change_id, by=by, at=at)
        return f"{school.name}: the headteacher stays, with the name as GIAS writes it."
    if answer == NEW:
        verbs.name_head(
            session,
            authority_id,
            change_id,
            head=_chosen(form),
            former="leaves" if form.former.data == LEAVES else "stays_as_staff",
            by=by,
            at=at,
        )
        return f"{school.name} has a new headteacher. What lay with the head follows in a moment."
    if answer == ASK:
        ask_school(session, authority_id, change_id, by=by, at=at)
        return f"{school.name} is being asked. It stays on this list until you have an answer."
    assert answer == LEAVE  # noqa: S101 - the form takes no other
    verbs.leave(session, authority_id, change_id, by=by, at=at)
    return f"{school.name} is left as it is. The next file from GIAS asks again."


def _chosen(form: HeadForm) -> int | Newcomer:
    if form.person_id.data and form.person_id.data != SOMEBODY_ELSE:
        return int(form.person_id.data)
    return Newcomer(form.email.data or "", form.name.data or "", "Headteacher")
