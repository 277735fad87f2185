"""Taking the catalogue of held data from a file: first what it would change, then the change."""

import tempfile
from pathlib import Path

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import BrokenFileError, Refusal
from foundation.web import db_session
from gatekeeping.forms.holdings import FileForm, TakeForm
from gatekeeping.holdings.editing import Editing
from gatekeeping.holdings.listing import COLUMNS, Plan, planned_as_csv, read_list
from gatekeeping.holdings.loading import ensure_loaded
from gatekeeping.holdings.reading import catalogue_of
from gatekeeping.holdings.sets import revision_of
from gatekeeping.holdings.taking import take_list
from gatekeeping.views import bp
from gatekeeping.views.held_data import FIELD_NAMES

LARGEST = 1_000_000
MOST_SHOWN = 100


@bp.route("/data-held/file", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR, writes=True)
def held_upload() -> ResponseReturnValue:
    """Read a file and show what it would change. Nothing is changed yet."""
    form, plan = FileForm(), None
    if form.validate_on_submit():
        try:
            plan = _planned(_uploaded(form), form.file.data.filename or "")
        except Refusal as refusal:
            form.show(refusal)
    return _page(form, plan)


@bp.post("/data-held/file/take")
@needs(Role.ADMINISTRATOR)
def take_held() -> ResponseReturnValue:
    """Make the changes that were shown."""
    session, form, authority_id = db_session(), TakeForm(), hat().authority_id
    plan = _planned((form.listed.data or "").encode(), "")
    editing = Editing(signed_in_person(), form.why.data or "", clock.now(), form.seen_version)
    try:
        taken = take_list(session, authority_id, plan, editing)
        session.commit()
    except Refusal as refusal:
        session.rollback()
        form.show(refusal)
        form.seen.data = str(revision_of(session, authority_id))
        listed = (form.listed.data or "").encode()
        return _page(FileForm(formdata=None), _planned(listed, ""), take=form)
    flash(f"Taken over: {taken:,} data set{'' if taken == 1 else 's'}. The checks know it now.")
    return redirect(url_for("gatekeeping.held_data"))


def _uploaded(form: FileForm) -> bytes:
    storage = form.file.data
    content: bytes = storage.read(LARGEST + 1) if storage else b""
    if storage:
        storage.close()
    if not content:
        raise BrokenFileError("Choose a file that is not empty.", field="file")
    if len(content) > LARGEST:
        raise BrokenFileError("The list must be smaller than 1 MB.", field="file")
    return content


def _planned(content: bytes, name: str) -> Plan:
    session, authority_id = db_session(), hat().authority_id
    ensure_loaded(session, authority_id, at=clock.now())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"list{Path(name).suffix.casefold()[:8]}"
        place.write_bytes(content)
        try:
            return read_list(place, catalogue_of(session, authority_id))
        except BrokenFileError as fault:
            raise BrokenFileError(str(fault), field="file") from fault


def _page(form: FileForm, plan: Plan | None, *, take: TakeForm | None = None) -> str:
    session, authority_id = db_session(), hat().authority_id
    if plan is not None and plan.sets and take is None:
        seen = str(revision_of(session, authority_id))
        listed = planned_as_csv(plan).decode()
        take = TakeForm(formdata=None, data={"seen": seen, "listed": listed})
    session.commit()  # the shipped catalogue, where there was none to compare with
    return render_template(
        "gatekeeping/held/file.html",
        form=take if take is not None and take.errors else form,
        upload=form,
        take=take,
        plan=plan,
        columns=COLUMNS,
        field_names=FIELD_NAMES,
        most=MOST_SHOWN,
    )
