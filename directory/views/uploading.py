"""A file of term dates or busy dates: looked at first, then taken over."""

import tempfile
from pathlib import Path

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from directory.access import hat, needs, signed_in_person
from directory.calendar_files import Plan, carry_out, plan
from directory.forms import FileForm
from directory.keepers import Keeper
from directory.kinds import PHASE_NAMES
from directory.models import Role
from directory.views import bp
from directory.views.showing import address, keeper_asked, year_page
from foundation import clock
from foundation.errors import BrokenFileError
from foundation.spreadsheets import read_rows, write_csv
from foundation.web import db_session

LARGEST = 500_000
MOST_UNPACKED = 25_000_000
TOO_LARGE = "The file must be smaller than 500 KB."


@bp.route("/calendar/upload", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def upload() -> ResponseReturnValue:
    """Show what a file would change; take it over when that is confirmed."""
    keeper = keeper_asked(db_session())
    form, planned = FileForm(), None
    if form.validate_on_submit():
        try:
            planned = _planned(form, keeper)
        except BrokenFileError as fault:
            form.file.errors = [str(fault)]
        if planned is not None and request.form.get("then") == "take":
            return _taken_over(planned)
    return render_template(
        "directory/calendar/upload.html",
        form=form,
        keeper=keeper,
        address=address(keeper),
        planned=planned,
        phase_names=PHASE_NAMES,
    )


def _planned(form: FileForm, keeper: Keeper) -> Plan:
    """Return what the uploaded or confirmed file would change, its text kept in the form."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "calendar"
        if request.form.get("then") == "take":
            place.write_text(form.text.data or "", encoding="utf-8")
        else:
            _store(form, place)
            form.text.data = _as_csv(place)
        return plan(db_session(), hat().authority_id, place, keeper=keeper)


def _store(form: FileForm, place: Path) -> None:
    file = form.file.data
    if not isinstance(file, FileStorage) or not file.filename:
        raise BrokenFileError("Choose a CSV file or an Excel workbook (.xlsx).")
    with file.stream:
        content = file.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BrokenFileError(TOO_LARGE)
    place.write_bytes(content)


def _as_csv(place: Path) -> str:
    """Return a file's rows as CSV, so that the page can carry them to the next one.

    Rows that cannot be read stay behind: what was refused must not be taken over after all.
    """
    sheet = read_rows(place, most_unpacked=MOST_UNPACKED)
    rows = [
        [row.cells.get(name, "") for name in sheet.columns] for row in sheet.rows if not row.problem
    ]
    return write_csv(sheet.columns, rows).decode("utf-8-sig")


def _taken_over(planned: Plan) -> ResponseReturnValue:
    session, report = db_session(), planned.report
    carry_out(session, hat().authority_id, planned, by=signed_in_person().id, at=clock.now())
    session.commit()
    flash(f"{planned.what.capitalize()}: {report.added} added, {report.changed} changed.")
    first = planned.changes[0].entry if planned.changes else None
    year = getattr(first, "school_year", None)
    return redirect(year_page(year, address(planned.keeper)))
