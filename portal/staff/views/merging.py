"""Two entries of one person become one: what each has, which is kept, and that it stays so."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.accounts import person_of, places_of
from directory.merging import check_merge, merge
from directory.models import Person, Role
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session
from portal.staff.comparing import what_they_have
from portal.staff.forms import MergeForm
from portal.staff.views import bp


@bp.route("/people/<int:person_id>/merge/<int:other_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def unite(person_id: int, other_id: int) -> ResponseReturnValue:
    """Show both entries side by side; merge them into the one that is kept."""
    session, authority_id = db_session(), hat().authority_id
    both = [person_of(session, authority_id, key) for key in (person_id, other_id)]
    form = MergeForm()
    form.kept.choices = [(str(each.id), f"{each.name}, {each.email}") for each in both]
    if form.validate_on_submit() and (kept := _merge(session, form, both)):
        flash(
            f"Done: {kept.name} has one entry now, {kept.email}. "
            "Categories and items of the other one follow in a moment."
        )
        return redirect(url_for("staff.account", person_id=kept.id))
    return render_template(
        "staff/merge.html",
        form=form,
        both=both,
        places=places_of(session, authority_id, [each.id for each in both]),
        has=what_they_have(session, authority_id, [each.id for each in both]),
        refusal=_why_not(session, both),
    )


def _merge(session: Session, form: MergeForm, both: list[Person]) -> Person | None:
    first, second = both
    kept, gone = (first, second) if form.kept.data == str(first.id) else (second, first)
    try:
        merge(
            session,
            hat().authority_id,
            gone_id=gone.id,
            kept_id=kept.id,
            by=signed_in_person().id,
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return kept


def _why_not(session: Session, both: list[Person]) -> str | None:
    """Say why neither can be merged into the other; None when one can."""
    first, second = both
    sentence = None
    for gone, kept in ((second, first), (first, second)):
        try:
            check_merge(session, gone, kept)
        except Refusal as refusal:
            sentence = str(refusal)
        else:
            return None
    return sentence
