"""Entering, changing and removing a term or a busy date: administrators only."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from directory.access import hat, needs, signed_in_person
from directory.busy_dates import put_busy, remove_busy
from directory.forms import BusyForm, TermForm
from directory.keepers import AUTHORITY, Keeper
from directory.models import Organisation, Role, School
from directory.models_calendar import BusyDate, TermDates
from directory.school_days import school_year_of
from directory.term_dates import put_term, remove_term
from directory.views import bp
from directory.views.showing import address, keeper_asked, year_asked, year_page
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session


@bp.route("/calendar/terms/new", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def new_term() -> ResponseReturnValue:
    """Enter a term of the authority, or of the school or trust named in the address."""
    keeper = keeper_asked(db_session())
    form = TermForm(data={"school_year": year_asked()})
    if form.validate_on_submit() and _keep_term(form, keeper, None):
        words = address(keeper)
        return redirect(year_page(form.school_year.data, words))
    return render_template(
        "directory/calendar/term.html",
        form=form,
        keeper=keeper,
        row=None,
        year=year_asked(),
        address=address(keeper),
    )


@bp.route("/calendar/terms/<int:term_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def term(term_id: int) -> ResponseReturnValue:
    """Change a term."""
    row = _term(term_id)
    keeper, words = _keeper_of(row)
    form = TermForm(data=TermForm.values(row))
    if form.validate_on_submit() and _keep_term(form, keeper, row):
        return redirect(year_page(form.school_year.data, words))
    return render_template(
        "directory/calendar/term.html",
        form=form,
        keeper=keeper,
        row=row,
        year=row.school_year,
        address=words,
    )


@bp.post("/calendar/terms/<int:term_id>/remove")
@needs(Role.ADMINISTRATOR)
def remove(term_id: int) -> ResponseReturnValue:
    """Remove a term."""
    session = db_session()
    row = _term(term_id)
    _, words = _keeper_of(row)
    remove_term(session, row, by=signed_in_person().id, at=clock.now())
    session.commit()
    flash(f"{row.term} of {row.school_year} is removed.")
    return redirect(year_page(row.school_year, words))


@bp.route("/calendar/busy/new", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def new_busy() -> ResponseReturnValue:
    """Enter a busy date."""
    form = BusyForm()
    if form.validate_on_submit() and (kept := _keep_busy(form, None)):
        return _to_busy(kept)
    return render_template("directory/calendar/busy.html", form=form, row=None)


@bp.route("/calendar/busy/<int:busy_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def busy(busy_id: int) -> ResponseReturnValue:
    """Change a busy date."""
    row = _busy(busy_id)
    form = BusyForm(data=BusyForm.values(row))
    if form.validate_on_submit() and (kept := _keep_busy(form, row)):
        return _to_busy(kept)
    return render_template("directory/calendar/busy.html", form=form, row=row)


@bp.post("/calendar/busy/<int:busy_id>/remove")
@needs(Role.ADMINISTRATOR)
def remove_busy_date(busy_id: int) -> ResponseReturnValue:
    """Remove a busy date."""
    session = db_session()
    row = _busy(busy_id)
    remove_busy(session, row, by=signed_in_person().id, at=clock.now())
    session.commit()
    flash(f"{row.what} is removed.")
    return _to_busy(row)


def _keep_term(form: TermForm, keeper: Keeper, row: TermDates | None) -> bool:
    """Store what was entered and commit; False when it was refused, with the reason on the form."""
    session = db_session()
    try:
        kept = put_term(
            session,
            hat().authority_id,
            keeper,
            form.as_term(),
            instead_of=row,
            by=signed_in_person().id,
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        _refused(form, refusal)
        return False
    flash(f"{kept.term} of {kept.school_year} is saved.")
    return True


def _keep_busy(form: BusyForm, row: BusyDate | None) -> BusyDate | None:
    session = db_session()
    try:
        kept = put_busy(
            session,
            hat().authority_id,
            form.as_entry(),
            instead_of=row,
            by=signed_in_person().id,
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        _refused(form, refusal)
        return None
    flash(f"{kept.what} is saved.")
    return kept


def _refused(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal beside the field that it names; nothing of the try stays."""
    db_session().rollback()
    field = form[refusal.field] if refusal.field in form else next(iter(form))
    field.errors = [*field.errors, str(refusal)]


def _term(term_id: int) -> TermDates:
    """Return a term of this authority; raises NoResultFound when there is none."""
    return (
        db_session()
        .scalars(
            sa.select(TermDates).where(
                TermDates.authority_id == hat().authority_id, TermDates.id == term_id
            )
        )
        .one()
    )


def _busy(busy_id: int) -> BusyDate:
    return (
        db_session()
        .scalars(
            sa.select(BusyDate).where(
                BusyDate.authority_id == hat().authority_id, BusyDate.id == busy_id
            )
        )
        .one()
    )


def _keeper_of(row: TermDates) -> tuple[Keeper, dict[str, str]]:
    """Return whose a term is, and what in an address leads there."""
    session = db_session()
    if row.school_id is not None:
        school = session.get_one(School, row.school_id)
        return Keeper(school.name, school_id=school.id), {"urn": str(school.urn)}
    if row.trust_id is not None:
        trust = session.get_one(Organisation, row.trust_id)
        return Keeper(trust.name, trust_id=trust.id), {"trust": trust.code}
    return AUTHORITY, {}


def _to_busy(row: BusyDate) -> ResponseReturnValue:
    label = school_year_of(row.starts_on)
    return redirect(url_for("calendar.year", year=label, _anchor="busy"))
