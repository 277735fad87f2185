"""The first time: who works at the school; one by one, or a whole list pasted."""

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.starting import HelperForm, OnePersonForm, PasteForm
from categories.starting import joining_in
from categories.starting.pasting import (
    Newcomer,
    Pasted,
    Problem,
    kept,
    read_kept,
    read_pasted,
)
from categories.views import bp
from directory.access import hat, manages_owners, needs, school_of_hat, signed_in_person
from directory.models import Membership, Role
from directory.people import add_to_school, staff_of_school
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session


@dataclass(frozen=True)
class Asked:
    """A shared mailbox, what was answered about who stands behind it, and what is wrong."""

    mailbox: Newcomer
    who: str = ""
    own: str = ""
    error: str = ""


@bp.route("/school/owners/start/people", methods=["GET", "POST"])
@manages_owners()
def start_people() -> ResponseReturnValue:
    """List who works here; a pasted list is looked through, and added only when confirmed."""
    session = db_session()
    form = PasteForm()
    if not form.validate_on_submit():
        return _page(session, paste=form)
    pasted = read_pasted(form.people.data or "")
    pasted.people[:0] = read_kept(request.form.get("kept", ""))
    pasted.mailboxes[:0] = read_kept(request.form.get("boxes", ""))
    places = _places(session)
    asked = _ask_who(pasted, places)
    if request.form.get("do") == "add" and not pasted.problems and not asked:
        return _added(session, form, pasted)
    if not (pasted.people or asked or pasted.problems):
        form.people.errors = ["Paste or type at least one person, then check the list."]
        return _page(session, paste=form)
    return _confirm(form, pasted, asked, {place.person.email for place in places})


@bp.post("/school/owners/start/people/one")
@manages_owners()
def start_person() -> ResponseReturnValue:
    """Add one colleague."""
    session = db_session()
    form = OnePersonForm()
    form.validate()
    name = (form.name.data or "").strip()
    if not name:
        form.name.errors = ["Enter the person’s full name."]
    if form.errors:
        return _page(session, one=form)
    try:
        place = add_to_school(
            session,
            school_id=school_of_hat(),
            email=form.email.data or "",
            name=name,
            job_title=form.job_title.data or "",
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return _page(session, one=form)
    flash(f"{place.person.name} is on the list.")
    return redirect(url_for("categories.start_people"))


@bp.post("/school/owners/start/people/help")
@needs(Role.HEAD)
def let_help() -> ResponseReturnValue:
    """Let a colleague say who owns what too, or take that back: the head alone decides it."""
    session = db_session()
    form = HelperForm()
    may = request.form.get("do") != "end"
    place = next(
        (one for one in _staff(_places(session)) if str(one.id) == form.place_id.data), None
    )
    if place is None:
        form.place_id.errors = ["Choose a colleague from the list."]
        return _page(session, helper=form)
    joining_in.let_help(session, place, may=may, by=signed_in_person(), at=clock.now())
    name = place.person.name
    session.commit()
    flash(f"{name} may {'now' if may else 'no longer'} say who owns what.")
    return redirect(url_for("categories.start_people"))


def _places(session: Session) -> list[Membership]:
    return staff_of_school(session, hat().authority_id, school_of_hat())


def _staff(places: list[Membership]) -> list[Membership]:
    return [place for place in places if place.role is Role.STAFF]


def _ask_who(pasted: Pasted, places: list[Membership]) -> list[Asked]:
    """Take in who stands behind a shared mailbox; return those about which it is still asked."""
    still = []
    for one in pasted.mailboxes:
        asked = Asked(
            one,
            " ".join(request.form.get(f"who-{one.email}", "").split())[:200],
            request.form.get(f"own-{one.email}", "").strip(),
        )
        known = joining_in.own_place(places, asked.who) if asked.who else None
        own = asked.own or (known.person.email if known else "")
        if not asked.who:
            was_asked = f"who-{one.email}" in request.form
            still.append(replace(asked, error="Enter who reads it." if was_asked else ""))
        elif not own:
            pasted.people.append(replace(one, name=asked.who))
        elif found := read_pasted(f"{asked.who}\t{own}").people:
            pasted.people.append(replace(found[0], job_title=one.job_title, mailbox=one.email))
        else:
            still.append(replace(asked, error="Enter an address like name@school.example."))
    return still


def _added(session: Session, form: PasteForm, pasted: Pasted) -> ResponseReturnValue:
    done = joining_in.add_people(
        session,
        authority_id=hat().authority_id,
        school_id=school_of_hat(),
        people=list({one.email: one for one in pasted.people}.values()),
        by=signed_in_person(),
        at=clock.now(),
    )
    session.commit()
    there = f" {done.there} were on the list already." if done.there else ""
    people = "1 person is" if done.added == 1 else f"{done.added} people are"
    flash(f"{people} new on the list.{there}")
    if done.refused:
        return _confirm(form, Pasted(problems=done.refused), [], set())
    return redirect(url_for("categories.suggestion"))


def _confirm(form: PasteForm, pasted: Pasted, asked: list[Asked], there: set[str]) -> str:
    """Show what was understood; only what is still to be mended stays in the box."""
    form.people.data = "\n".join(one.text for one in pasted.problems)
    if pasted.problems:
        form.people.errors = [_to_mend(pasted.problems)]
    people = list({one.email: one for one in pasted.people}.values())
    return render_template(
        "categories/starting/confirm_people.html",
        form=form,
        new=[one for one in people if one.email not in there],
        known=[one for one in people if one.email in there],
        asked=asked,
        problems=pasted.problems,
        kept=kept(people),
        boxes=kept([one.mailbox for one in asked]),
    )


def _to_mend(problems: list[Problem]) -> str:
    first, *others = problems
    if others:
        return f"{len(problems)} lines could not be read. Mend them, or take them out."
    return f"Line {first.line}: {first.reason}" if first.line else first.reason


def _page(
    session: Session,
    paste: PasteForm | None = None,
    one: OnePersonForm | None = None,
    helper: HelperForm | None = None,
) -> str:
    places = _places(session)
    form = next((each for each in (paste, one, helper) if each is not None and each.errors), None)
    helper = helper or HelperForm(formdata=None)
    staff = _staff(places)
    helper.place_id.choices = [
        ("", "Choose a colleague"),
        *((str(place.id), place.person.name) for place in staff if not place.manages_owners),
    ]
    return render_template(
        "categories/starting/people.html",
        form=form or PasteForm(formdata=None),
        paste=paste or PasteForm(formdata=None),
        one=one or OnePersonForm(formdata=None),
        helper=helper,
        places=places,
        helpers=[place for place in staff if place.manages_owners],
        may_let=hat().role is Role.HEAD,
        mailboxed=any(place.mailbox for place in places),
    )
