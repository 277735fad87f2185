"""Trusts: whom one names for its schools, its people, its schools; who leads each trust."""

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.trusts import NOBODY, TrustOwnersForm, TrustPersonForm
from categories.owning.trust_lists import (
    TrustLine,
    choices_of_trust,
    in_groups,
    lines_of_trust,
    overrides_of_school,
    people_of_trust,
    schools_of_trust,
    trusts_in_short,
)
from categories.owning.trusts import set_trust_owners, trust_of
from categories.views import bp
from categories.views.asking import label_of
from categories.wording import counted
from directory.access import hat, needs, signed_in_person
from directory.models import Membership, Organisation, Role
from directory.organisations import add_to_organisation
from directory.people import end_membership
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.forms import show_refusal
from foundation.web import db_session


@bp.get("/trust/owners")
@needs(Role.TRUST)
def trust_owners() -> ResponseReturnValue:
    """Show the categories in their groups: whom the trust named, where schools named their own."""
    session, trust_id = db_session(), _trust_of_hat()
    lines = lines_of_trust(session, hat().authority_id, trust_id)
    return render_template(
        "categories/trusts/owners.html",
        groups=in_groups(lines),
        total=len(lines),
        named=sum(line.person_id is not None for line in lines),
    )


@bp.route("/trust/owners/set", methods=["GET", "POST"])
@needs(Role.TRUST)
def set_trust() -> ResponseReturnValue:
    """Name one person, or nobody, for one category, several, or a whole group."""
    session, trust_id = db_session(), _trust_of_hat()
    lines = lines_of_trust(session, hat().authority_id, trust_id)
    form = TrustOwnersForm()
    form.person_id.choices = [
        ("", "Choose a person"),
        (NOBODY, "Nobody: each school names its own"),
        *choices_of_trust(session, hat().authority_id, trust_id),
    ]
    if form.validate_on_submit() and (sentence := _set(session, form, lines)):
        flash(sentence)
        return redirect(url_for("categories.trust_owners"))
    ticked = set(form.categories.data or ())
    if request.method == "GET":
        asked = {request.args.get("category", ""), request.args.get("group", "")} - {""}
        ticked = {line.slug for line in lines if {line.slug, line.group} & asked}
        form.person_id.data = _only_one(line.person_id for line in lines if line.slug in ticked)
    return render_template(
        "categories/trusts/set.html", form=form, groups=in_groups(lines), ticked=ticked
    )


@bp.route("/trust/people", methods=["GET", "POST"])
@needs(Role.TRUST)
def trust_people() -> ResponseReturnValue:
    """List who works for the trust, and add somebody."""
    session, trust_id = db_session(), _trust_of_hat()
    form = TrustPersonForm()
    if form.validate_on_submit() and (place := _add(session, form, trust_id)):
        flash(f"{place.person.name} is added. You can name them for categories now.")
        return redirect(url_for("categories.trust_people"))
    people = people_of_trust(session, hat().authority_id, trust_id)
    return render_template("categories/trusts/people.html", form=form, people=people)


@bp.get("/trust/schools")
@needs(Role.TRUST)
def trust_schools() -> ResponseReturnValue:
    """List the trust's schools, worst first: for how many categories somebody is named at each."""
    session, trust_id = db_session(), _trust_of_hat()
    schools = schools_of_trust(session, hat().authority_id, trust_id)
    schools.sort(key=lambda school: school.reached)
    lines = lines_of_trust(session, hat().authority_id, trust_id)
    return render_template("categories/trusts/schools.html", schools=schools, total=len(lines))


@bp.get("/trust/schools/<int:urn>")
@needs(Role.TRUST)
def trust_school(urn: int) -> ResponseReturnValue:
    """Show what one school of the trust decided itself."""
    session, trust_id = db_session(), _trust_of_hat()
    schools = schools_of_trust(session, hat().authority_id, trust_id)
    school = next((school for school in schools if school.urn == urn), None)
    if school is None:
        raise NotFoundError
    rows = overrides_of_school(session, hat().authority_id, trust_id, school.id)
    own = {heading for heading, *_ in rows}
    lines = lines_of_trust(session, hat().authority_id, trust_id)
    return render_template(
        "categories/trusts/school.html",
        school=school,
        rows=rows,
        nobody=[line for line in lines if line.person_id is None and line.heading not in own],
    )


@bp.get("/trusts")
@needs(Role.ADMINISTRATOR)
def trusts() -> ResponseReturnValue:
    """List the trusts with open schools, and how many people lead each."""
    found = trusts_in_short(db_session(), hat().authority_id)
    return render_template("categories/trusts/list.html", trusts=found)


@bp.route("/trusts/<int:trust_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def trust(trust_id: int) -> ResponseReturnValue:
    """Show who leads a trust, and add a lead."""
    session = db_session()
    found = _trust(session, trust_id)
    form = TrustPersonForm()
    if form.validate_on_submit() and (place := _add(session, form, trust_id)):
        flash(f"{place.person.name} leads {found.name} now, and can sign in.")
        return redirect(url_for("categories.trust", trust_id=trust_id))
    people = people_of_trust(session, hat().authority_id, trust_id)
    schools = schools_of_trust(session, hat().authority_id, trust_id)
    return render_template(
        "categories/trusts/leads.html", form=form, trust=found, people=people, schools=schools
    )


@bp.post("/trusts/<int:trust_id>/<int:membership_id>/end")
@needs(Role.ADMINISTRATOR)
def end_trust_lead(trust_id: int, membership_id: int) -> ResponseReturnValue:
    """Let somebody lead a trust no more; twice does no harm."""
    session = db_session()
    _trust(session, trust_id)
    place = session.get(Membership, membership_id)
    if place is None or place.organisation_id != trust_id or place.role is not Role.TRUST:
        raise NotFoundError
    end_membership(session, place, by=signed_in_person(), at=clock.now())
    session.commit()
    flash("They lead the trust no more. Whom it named stays named.")
    return redirect(url_for("categories.trust", trust_id=trust_id))


def _trust_of_hat() -> int:
    """Return the id of the trust for which the person acts."""
    trust_id = hat().organisation_id
    if trust_id is None:
        raise NotFoundError
    return trust_of(db_session(), trust_id).id


def _trust(session: Session, trust_id: int) -> Organisation:
    found = trust_of(session, trust_id)
    if found.authority_id != hat().authority_id:
        raise NotFoundError
    return found


def _set(session: Session, form: TrustOwnersForm, lines: list[TrustLine]) -> str | None:
    """Do what the form says and commit; return the sentence to show, None when it was refused."""
    chosen = [line for line in lines if line.slug in set(form.categories.data or ())]
    nobody = form.person_id.data == NOBODY
    person_id = None if nobody else int(form.person_id.data)
    try:
        set_trust_owners(
            session,
            trust_id=_trust_of_hat(),
            choices={line.category_id: person_id for line in chosen},
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as fault:
        show_refusal(session, form, fault)
        return None
    count = counted(len(chosen))
    if nobody:
        return f"The trust names nobody for {count} now: each school names its own."
    verb = "goes" if len(chosen) == 1 else "go"
    name = label_of(form.person_id).partition(",")[0]
    return f"{count} {verb} to {name} at each school that has not named its own."


def _add(session: Session, form: TrustPersonForm, trust_id: int) -> Membership | None:
    try:
        place = add_to_organisation(
            session,
            organisation_id=trust_id,
            email=form.email.data or "",
            name=form.name.data or "",
            job_title=form.job_title.data or "",
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as fault:
        show_refusal(session, form, fault)
        return None
    return place


def _only_one(people: Iterable[int | None]) -> str:
    """Return the one person whom all these categories have, as the list's value; else nothing."""
    found = set(people)
    return str(found.pop()) if len(found) == 1 and None not in found else ""
