"""Changing the catalogue of held data: data sets and their items."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session
from gatekeeping.forms.holdings import (
    Changing,
    DataSetForm,
    ItemForm,
    RetireForm,
    values_of_item,
    values_of_set,
)
from gatekeeping.holdings import editing
from gatekeeping.holdings.editing import ChangedMeanwhileError, Editing
from gatekeeping.holdings.loading import ensure_loaded
from gatekeeping.holdings.sets import find_item, find_set, teams_of
from gatekeeping.models import DataSet, DataSetItem
from gatekeeping.views import bp

ADMINISTRATOR = Role.ADMINISTRATOR


@bp.route("/data-held/new", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def new_held() -> ResponseReturnValue:
    """Add a data set; its items come next."""
    session, form = db_session(), DataSetForm()
    form.offer(teams_of(session, hat().authority_id))
    if form.validate_on_submit():
        key = form.key.data or ""
        if _kept(
            form,
            lambda: editing.add_set(
                session, hat().authority_id, key, form.values(), _editing(form)
            ),
        ):
            flash("The data set was added. Add what is in it.")
            return redirect(url_for("gatekeeping.new_held_item", held=key.strip().casefold()))
    return render_template("gatekeeping/held/change.html", form=form, row=None)


@bp.route("/data-held/<held>/change", methods=["GET", "POST"])
@needs(ADMINISTRATOR, writes=True)
def change_held(held: str) -> ResponseReturnValue:
    """Change what is said of a data set."""
    session, row = db_session(), _find(held)
    form = DataSetForm(data=values_of_set(row))
    form.offer(teams_of(session, row.authority_id))
    if form.validate_on_submit() and _kept(
        form, lambda: editing.change_set(session, row, form.values(), _editing(form)), row
    ):
        flash("The change is in force. The checks know it from now on.")
        return redirect(url_for("gatekeeping.held_set", held=held))
    return render_template("gatekeeping/held/change.html", form=form, row=_find(held))


@bp.route("/data-held/<held>/retire", methods=["GET", "POST"])
@needs(ADMINISTRATOR, writes=True)
def retire_held(held: str) -> ResponseReturnValue:
    """Take a data set out of use, or back into use."""
    session, row = db_session(), _find(held)
    form = RetireForm(data={"seen": str(row.version)})
    back = row.retired_at is not None
    if form.validate_on_submit() and _kept(
        form, lambda: editing.retire_set(session, row, _editing(form), back=back), row
    ):
        flash("It is in use again." if back else "It is out of use. The checks name it no more.")
        return redirect(url_for("gatekeeping.held_set", held=held))
    return render_template("gatekeeping/held/retire.html", form=form, row=row, item=None, back=back)


@bp.route("/data-held/<held>/items/new", methods=["GET", "POST"])
@needs(ADMINISTRATOR, writes=True)
def new_held_item(held: str) -> ResponseReturnValue:
    """Add an item to a data set."""
    return _item_page(_find(held), None)


@bp.route("/data-held/<held>/items/<int:item_id>", methods=["GET", "POST"])
@needs(ADMINISTRATOR, writes=True)
def held_item(held: str, item_id: int) -> ResponseReturnValue:
    """Change an item: its name, the other names that people use, whether it is personal."""
    row = _find(held)
    return _item_page(row, find_item(row, item_id))


@bp.route("/data-held/<held>/items/<int:item_id>/retire", methods=["GET", "POST"])
@needs(ADMINISTRATOR, writes=True)
def retire_held_item(held: str, item_id: int) -> ResponseReturnValue:
    """Take an item out of use, or back into use."""
    session, row = db_session(), _find(held)
    item = find_item(row, item_id)
    back = item.retired_at is not None
    form = RetireForm(data={"seen": str(row.version)})
    if form.validate_on_submit() and _kept(
        form, lambda: editing.retire_item(session, row, item, _editing(form), back=back), row
    ):
        flash("It is in use again." if back else "It is out of use. The checks name it no more.")
        return redirect(url_for("gatekeeping.change_held", held=held))
    return render_template("gatekeeping/held/retire.html", form=form, row=row, item=item, back=back)


def _item_page(row: DataSet, item: DataSetItem | None) -> ResponseReturnValue:
    session, form = db_session(), ItemForm(data=values_of_item(row, item))
    held = row.key
    if form.validate_on_submit() and _kept(
        form, lambda: editing.put_item(session, row, item, form.values(), _editing(form)), row
    ):
        flash("The change is in force. The checks know it from now on.")
        return redirect(url_for("gatekeeping.change_held", held=held))
    return render_template("gatekeeping/held/item.html", form=form, row=row, item=item)


def _find(held: str) -> DataSet:
    """Return a data set to change; the shipped catalogue is loaded where none is yet."""
    session, authority_id = db_session(), hat().authority_id
    found = find_set(session, authority_id, held)
    if found is None:
        ensure_loaded(session, authority_id, at=clock.now())
        session.commit()
        found = find_set(session, authority_id, held)
    if found is None:
        raise NotFoundError
    return found


def _editing(form: Changing) -> Editing:
    return Editing(signed_in_person(), form.why.data or "", clock.now(), form.seen_version)


def _kept(form: Changing, change: Callable[[], object], row: DataSet | None = None) -> bool:
    """Make a change and commit it; what is refused stands beside its field, nothing is lost.

    Who was overtaken by somebody else is shown what is there now, and may then save over it.
    """
    session = db_session()
    try:
        change()
        session.commit()
    except Refusal as refusal:
        session.rollback()
        form.show(refusal)
        if row is not None and isinstance(refusal, ChangedMeanwhileError):
            form.overtaken = True
            form.seen.data = str(row.version)
        return False
    return True
