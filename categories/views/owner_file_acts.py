"""Owners by file: choosing among the changes, applying them, undoing, throwing the file away."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.bulk import files as verbs
from categories.bulk import listing
from categories.bulk.models import ImportState, OwnerImport
from categories.views import bp
from categories.views.owner_files import file_of_hat, narrowed_by
from directory.access import manages_owners, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.keys import key_in
from foundation.web import db_session

FEW = 500
"""Rows that are changed while the page is waited for; a worker does more."""
MOST_SHOWN = 100


@bp.post("/owners/files/<int:import_id>/choose")
@manages_owners(Role.ADMINISTRATOR)
def choose_owner_rows(import_id: int) -> ResponseReturnValue:
    """Keep what is ticked on the page, tick all or none, or apply what is ticked."""
    session = db_session()
    imported = file_of_hat(session, import_id)
    asked, act = narrowed_by(request.form), request.form.get("do", "keep")
    if imported.state is ImportState.READ:
        if act in ("all", "none"):
            listing.choose_all(session, imported, asked, chosen=act == "all")
        else:
            listing.choose(session, imported, shown=_ids("shown"), ticked=_ids("row"))
    if act == "apply":
        _apply(session, imported)
    session.commit()
    values = vars(asked) if act != "apply" else {}
    values = {name: value for name, value in values.items() if value}
    return redirect(url_for("categories.owner_file", import_id=import_id, **values))


@bp.post("/owners/files/<int:import_id>/undo")
@manages_owners(Role.ADMINISTRATOR)
def undo_owner_file(import_id: int) -> ResponseReturnValue:
    """Set back what a file did, where nobody has changed it since; twice does no harm."""
    session = db_session()
    imported = file_of_hat(session, import_id)
    try:
        verbs.begin_undoing(session, imported, by=signed_in_person().id, at=clock.now())
        if imported.counts.get("applied", 0) <= FEW:
            while imported.state is ImportState.UNDOING:
                verbs.undo_next(session, imported)
        session.commit()
    except Refusal as refusal:
        session.rollback()
        flash(str(refusal))
    return redirect(url_for("categories.owner_file", import_id=import_id))


@bp.post("/owners/files/<int:import_id>/discard")
@manages_owners(Role.ADMINISTRATOR)
def discard_owner_file(import_id: int) -> ResponseReturnValue:
    """Throw away a file that was not applied."""
    session = db_session()
    found = file_of_hat(session, import_id)
    try:
        verbs.discard(session, found)
        session.commit()
        flash("The file is thrown away. Nothing was changed.")
    except Refusal as refusal:
        session.rollback()
        flash(str(refusal))
        return redirect(url_for("categories.owner_file", import_id=import_id))
    return redirect(url_for("categories.owner_files"))


def _apply(session: Session, imported: OwnerImport) -> None:
    try:
        few = listing.how_many_chosen(session, imported) <= FEW
        verbs.begin_applying(session, imported, by=signed_in_person().id, at=clock.now())
        while few and imported.state is ImportState.APPLYING:
            verbs.apply_next(session, imported)
    except Refusal as refusal:
        flash(str(refusal))


def _ids(name: str) -> list[int]:
    texts = request.form.getlist(name)[:MOST_SHOWN]
    return [key for text in texts if (key := key_in(text)) is not None]
