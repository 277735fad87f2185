"""A person's own categories: what they have, handing some over for a time, "not mine any more"."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.away import DelegateForm
from categories.models import CoverKind, Part
from categories.owning import delegating
from categories.owning import mine as own
from categories.owning.listing import today_of_each
from categories.owning.one import standing
from categories.owning.overview import Line, line_of
from categories.routing.reasons import Reason
from categories.views import bp
from categories.views.asking import (
    label_of,
    lines_of_hat,
    people_of_hat,
    people_without,
    today,
)
from categories.wording import counted
from directory.access import hat, needs, school_of_hat, signed_in_person
from directory.models import RECIPIENTS, Role
from foundation import clock
from foundation.dates import day
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session

UNASKED = (Reason.TRUST, Reason.ROLE, Reason.GROUP, Reason.HEAD)
"""Why something reaches somebody whom the school did not name for the category."""


@bp.route("/school/owners/mine", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def mine() -> ResponseReturnValue:
    """Show what the person has a part in; hand some of it to a colleague until a day."""
    session = db_session()
    place = (hat().authority_id, school_of_hat())
    person_id = hat().person_id
    rows = own.mine(session, *place, person_id)
    form = DelegateForm()
    led = [row for row in rows if row.part is Part.LEAD]
    form.categories.choices = [(row.slug, row.heading) for row in led]
    form.person_id.choices = people_without(people_of_hat(session), person_id)
    if form.validate_on_submit() and (sentence := _delegate(session, form, led)):
        flash(sentence)
        return redirect(url_for("categories.mine"))
    covers = standing(session, *place, on=today())
    return render_template(
        "categories/owning/mine.html",
        form=form,
        rows=rows,
        led=led,
        others=[row for row in rows if row.part is not Part.LEAD],
        groups=own.my_groups(session, *place, person_id),
        standing_in=[each for each in covers if each.person_id == person_id],
        handed={
            each.category_id: each
            for each in reversed(covers)
            if each.category_id in {row.category_id for row in led}
        },
        disowned=delegating.disowned(session, place[0], [row.owner_id for row in rows]),
        is_head=hat().role is Role.HEAD,
        unasked=_unasked(session, person_id),
        delegated=CoverKind.DELEGATED,
        person_id=person_id,
        today=today(),
        Part=Part,
    )


@bp.post("/school/owners/<slug>/take-back")
@needs(*RECIPIENTS)
def take_back(slug: str) -> ResponseReturnValue:
    """Take back a category that one handed over oneself; twice does no harm."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    count = delegating.take_back(
        session,
        school_id=school_of_hat(),
        owner_id=hat().person_id,
        category_id=line.at.category_id,
        at=clock.now(),
    )
    session.commit()
    flash(f"{line.at.heading} is yours again." if count else "It is not handed over by you.")
    return redirect(url_for("categories.mine"))


@bp.post("/school/owners/<slug>/not-mine")
@needs(*RECIPIENTS)
def not_mine(slug: str) -> ResponseReturnValue:
    """Ask the headteacher to choose somebody else; asking twice sends one mail."""
    session = db_session()
    line = line_of(lines_of_hat(session), slug)
    try:
        is_new = delegating.disown(
            session,
            school_id=school_of_hat(),
            category_id=line.at.category_id,
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        session.rollback()
        flash(str(refusal))
    else:
        flash(
            f"We are telling your headteacher that {line.at.heading} is not yours any more. Until "
            "they choose somebody else, you still get it."
            if is_new
            else "Your headteacher has been told already."
        )
    return redirect(url_for("categories.mine"))


def _unasked(session: Session, person_id: int) -> dict[Reason, list[Line]]:
    """Return what reaches the person today although the school did not name them, by the reason."""
    lines = lines_of_hat(session)
    ids = [line.at.category_id for line in lines]
    reached = today_of_each(session, hat().authority_id, school_of_hat(), ids, on=today())
    found: dict[Reason, list[Line]] = {}
    for line in lines:
        here = reached.get(line.at.category_id)
        if here and here.person_id == person_id and here.reason in UNASKED:
            found.setdefault(here.reason, []).append(line)
    return found


def _delegate(session: Session, form: DelegateForm, led: list[own.Mine]) -> str | None:
    """Hand over what is ticked and commit; None when it was refused, and the form says why."""
    chosen = set(form.categories.data or ())
    until = form.ends_on.data
    if until is None:
        return None  # the form's own checks have said so
    try:
        done = delegating.delegate(
            session,
            school_id=school_of_hat(),
            owner_id=hat().person_id,
            category_ids=[row.category_id for row in led if row.slug in chosen],
            to_id=int(form.person_id.data),
            until=until,
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    count = len(done.changed) + len(done.unchanged)
    return (
        f"{label_of(form.person_id)} has {counted(count)} until {day(until)}. After that day it "
        "is yours again by itself."
    )
