"""Owners by file: the template, putting a file up, looking at what it would change."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from categories.bulk import files as verbs
from categories.bulk import listing
from categories.bulk.exporting import owner_columns, owner_rows
from categories.bulk.models import UNFINISHED, ImportState, OwnerImport
from categories.bulk.rows import EVERY_COLUMN
from categories.bulk.template import write_template
from categories.bulk.wording import COLUMN_NAMES, STATE_WORDS, VERDICT_WORDS, tell_row
from categories.bulk.working import owner_files as store_of
from categories.forms.files import OwnersFileForm
from categories.views import bp
from directory.access import hat, manages_owners, signed_in_person
from directory.models import Role
from foundation import audit, clock
from foundation.dates import day
from foundation.downloads import as_download
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import csv_lines, write_csv
from foundation.web import db_session, settings

AT_ONCE = 300_000
"""Bytes of a file that is read while its page is waited for; a worker reads larger ones."""


@bp.route("/owners/files", methods=["GET", "POST"])
@manages_owners(Role.ADMINISTRATOR)
def owner_files() -> ResponseReturnValue:
    """Show the files put up before, and take a new one."""
    session, form = db_session(), OwnersFileForm()
    if form.validate_on_submit():
        try:
            imported = _take(session, form.file.data)
            session.commit()
            return redirect(url_for("categories.owner_file", import_id=imported.id))
        except Refusal as refusal:
            show_refusal(session, form, refusal)
    return render_template(
        "categories/files/list.html",
        form=form,
        files=listing.files(session, hat().authority_id, school_id=hat().school_id),
        state_words=STATE_WORDS,
    )


@bp.get("/owners/files/template.<any(xlsx,csv):kind>")
@manages_owners(Role.ADMINISTRATOR, writes=True)
def owner_template(kind: str) -> ResponseReturnValue:
    """Give the workbook to fill in, or (``?filled=yes``) with the owners of today."""
    session, at = db_session(), clock.now()
    authority_id, school_id, today = hat().authority_id, hat().school_id, clock.local_date(at)
    filled = request.args.get("filled") == "yes"
    if filled:
        audit.record(
            session,
            authority_id=authority_id,
            action="owners.exported",
            subject="school" if school_id else "authority",
            subject_id=school_id or authority_id,
            by=signed_in_person().id,
            at=at,
        )
    if kind == "csv":
        columns = owner_columns(session, authority_id, school_id)
        rows = owner_rows(session, authority_id, on=today, columns=columns, school_id=school_id)
        content = b"".join(csv_lines(columns, rows) if filled else csv_lines(EVERY_COLUMN, ()))
    else:
        target = io.BytesIO()
        write_template(session, authority_id, target, school_id=school_id, filled=filled, on=today)
        content = target.getvalue()
    session.commit()
    return as_download(content, f"owners.{kind}")


@bp.get("/owners/files/<int:import_id>")
@manages_owners(Role.ADMINISTRATOR)
def owner_file(import_id: int) -> ResponseReturnValue:
    """Show what a file would change, what it did, and every row that cannot be used."""
    session = db_session()
    imported = file_of_hat(session, import_id)
    asked = narrowed_by(request.args)
    page = page_asked(request.args)
    shown, total = listing.rows_of(session, imported, asked, page=page)
    values = {"import_id": imported.id, **vars(asked)}
    waits = imported.state in UNFINISHED
    return render_template(
        "categories/files/file.html",
        imported=imported,
        counts=verbs.counts_of(session, imported) if waits else imported.counts,
        before=verbs.put_up_before(session, imported),
        rows=[(row, tell_row(row)) for row in shown],
        chosen=listing.how_many_chosen(session, imported),
        pages=Pages.of(total, page, listing.PAGE, "categories.owner_file", values),
        asked=asked,
        may_choose=imported.state is ImportState.READ,
        waits=waits,
        verdict_words=VERDICT_WORDS,
        state_words=STATE_WORDS,
        column_names=COLUMN_NAMES,
    )


@bp.get("/owners/files/<int:import_id>/bad.csv")
@manages_owners(Role.ADMINISTRATOR)
def bad_owner_rows(import_id: int) -> ResponseReturnValue:
    """Give the rows that cannot be used, each with its reason, to be mended and put up again."""
    session = db_session()
    rows = listing.bad_rows(session, file_of_hat(session, import_id))
    content = write_csv((*EVERY_COLUMN, "line", "column", "reason"), rows)
    return as_download(content, f"owners-to-mend-{import_id}.csv")


def file_of_hat(session: Session, import_id: int) -> OwnerImport:
    """Return a file that whoever asks may see: a school's people only their school's."""
    return verbs.find(session, hat().authority_id, import_id, school_id=hat().school_id)


def narrowed_by(args: dict[str, str]) -> listing.Narrowed:
    """Return which rows are asked for; what is not offered is left out."""
    verdict, column = args.get("verdict", ""), args.get("column", "")
    return listing.Narrowed(
        verdict=verdict if verdict in {*VERDICT_WORDS, listing.EVERY} else "",
        column=column if column in COLUMN_NAMES else "",
        urn=args.get("urn", "").strip()[:12],
    )


def _take(session: Session, upload: FileStorage) -> OwnerImport:
    """Keep the file; read it at once when it is short."""
    store, at = store_of(settings().files), clock.now()
    stored = store.put(cast("BinaryIO", upload.stream), most=settings().upload_limit)
    imported = verbs.receive(
        session,
        hat().authority_id,
        file_name=upload.filename or "",
        sha256=stored.sha256,
        school_id=hat().school_id,
        by=signed_in_person().id,
        at=at,
    )
    if stored.size <= AT_ONCE:
        _read_at_once(session, imported, upload)
        store.path(stored.sha256).unlink(missing_ok=True)  # its rows say everything now
        if imported.state is ImportState.BROKEN:
            raise Refusal(imported.why, field="file")
    if before := verbs.put_up_before(session, imported):
        flash(f"The same file was put up before, on {day(before.at)}.")
    return imported


def _read_at_once(session: Session, imported: OwnerImport, upload: FileStorage) -> None:
    """Read a short file from its own copy: of two equal ones the first removes the stored."""
    with TemporaryDirectory() as place:
        path = Path(place) / "owners"
        upload.stream.seek(0)
        upload.save(path)
        verbs.read(session, imported, path)
