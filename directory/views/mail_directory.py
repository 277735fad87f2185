"""The mail directory: what is in it, what an address stands for, and a file to bring in."""

import tempfile
from pathlib import Path

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from directory.access import hat, needs, signed_in_person
from directory.forms import MailFileForm
from directory.mail_directory import listing
from directory.mail_directory.importing import DirectoryReport, import_directory, open_directory
from directory.mail_directory.storing import MostRemovedError
from directory.models import Role
from directory.models_mail import MailEntryKind
from directory.views import bp
from foundation import clock
from foundation.errors import BrokenFileError
from foundation.paging import Pages, page_asked
from foundation.web import db_session

LARGEST = 10_000_000
MOST_UNPACKED = 100_000_000
MOST_ROWS = 30_000
TOO_LARGE = (
    "The file must be smaller than 10 MB. Whoever runs the portal can bring in a larger one with "
    "“portal mail directory import”."
)


@bp.get("/mail-directory")
@needs(Role.ADMINISTRATOR)
def mail_directory() -> ResponseReturnValue:
    """List the entries, and say what an address stands for."""
    session, authority_id = db_session(), hat().authority_id
    words = request.args.get("q", "").strip()[: listing.LONGEST_QUESTION]
    asked = request.args.get("kind", "")
    kind = MailEntryKind(asked) if asked in set(MailEntryKind) else None
    page = page_asked(request.args)
    found, total = listing.entries(session, authority_id, words=words, kind=kind, page=page)
    values = {"q": words, "kind": kind}
    return render_template(
        "directory/mail/directory.html",
        overview=listing.overview(session, authority_id),
        stands_for=listing.stands_for(session, authority_id, words) if "@" in words else None,
        found=found,
        pages=Pages.of(total, page, listing.PAGE, "calendar.mail_directory", values),
        words=words,
        kind=kind,
        kind_names=listing.KIND_NAMES,
        kinds_named=listing.KINDS_NAMED,
    )


@bp.route("/mail-directory/upload", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def mail_directory_upload() -> ResponseReturnValue:
    """Bring in a file, and report each row that could not be used."""
    form, report = MailFileForm(), None
    if form.validate_on_submit():
        try:
            report = _brought_in(form)
        except BrokenFileError as fault:
            db_session().rollback()
            field = form.sure if isinstance(fault, MostRemovedError) else form.file
            field.errors = [str(fault)]
    return render_template(
        "directory/mail/upload.html", form=form, report=report, most_rows=MOST_ROWS
    )


def _brought_in(form: MailFileForm) -> DirectoryReport:
    session = db_session()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "directory"
        _store(form.file.data, place)
        report = import_directory(
            session,
            hat().authority_id,
            open_directory(place, most_unpacked=MOST_UNPACKED, most_rows=MOST_ROWS),
            at=clock.now(),
            by=signed_in_person().id,
            replace=bool(form.replace.data),
            sure=bool(form.sure.data),
        )
    session.commit()
    return report


def _store(file: object, place: Path) -> None:
    if not isinstance(file, FileStorage) or not file.filename:
        raise BrokenFileError("Choose a CSV file or an Excel workbook (.xlsx).")
    with file.stream:
        content = file.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BrokenFileError(TOO_LARGE)
    place.write_bytes(content)
