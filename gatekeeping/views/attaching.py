"""Adding files to a draft, taking them off, and handing them out."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.filenames import safe_name
from foundation.web import db_session, file_store, settings
from gatekeeping.attached.attachments import Limits, TooManyFilesError, add, remove
from gatekeeping.forms.choosing import FilesForm
from gatekeeping.models import Attachment, Submission, SubmissionVersion
from gatekeeping.views import bp
from gatekeeping.views.own import (
    BY_SLUG,
    READERS,
    find_draft,
    find_submission,
    onward,
)
from gatekeeping.views.region import show_section

BLOCK = 1 << 20
MOST_DISCARDED = 500_000_000
WITH_FILES = ("gatekeeping.attachments", "gatekeeping.audience")
"""Pages that take files; each says so beside its field when called with ``too_large``."""
TOO_LARGE = (
    "The file was too large. Files added together must be smaller than {} MB. Nothing else was "
    "lost: add a smaller file, or several one by one."
)


@bp.route("/submissions/<int:submission_id>/write/attachments", methods=["GET", "POST"])
@needs(Role.OFFICER)
def attachments(submission_id: int) -> ResponseReturnValue:
    """Add files. Each is judged by itself, so one bad file does not lose the good ones."""
    draft = find_draft(submission_id)
    form = FilesForm()
    if form.validate_on_submit():
        sent = [
            file
            for file in form.files.data or ()
            if isinstance(file, FileStorage) and file.filename
        ]
        faults = [fault for file in sent if (fault := _add(draft, file))]
        db_session().commit()
        if not faults and (not sent or request.form.get("then") != "add"):
            return onward(draft, BY_SLUG["attachments"])
        if not faults:
            flash("The file was added." if len(sent) == 1 else f"{len(sent)} files were added.")
            return redirect(BY_SLUG["attachments"].url(draft.id))
        form.files.errors = faults
    elif request.args.get("too_large"):
        form.files.errors = [TOO_LARGE.format(settings().upload_limit_mb)]
    return show_section(
        "gatekeeping/write/attachments.html",
        draft,
        BY_SLUG["attachments"],
        form,
        names=(),
        limits=_limits(),
    )


@bp.post("/submissions/<int:submission_id>/attachments/<int:attachment_id>/remove")
@needs(Role.OFFICER)
def remove_attachment(submission_id: int, attachment_id: int) -> ResponseReturnValue:
    """Take a file off a draft."""
    draft = find_draft(submission_id)
    remove(db_session(), draft, attachment_id, by=signed_in_person(), at=clock.now())
    db_session().commit()
    flash("The file was removed.")
    return redirect(BY_SLUG["attachments"].url(draft.id))


@bp.get("/submissions/<int:submission_id>/attachments/<int:attachment_id>")
@needs(*READERS)
def attachment(submission_id: int, attachment_id: int) -> ResponseReturnValue:
    """Hand out a file, always as a download and never shown by the browser itself."""
    name, media_type, sha256 = _file(
        find_submission(submission_id, as_manager=True, as_partner=True), attachment_id
    )
    place = file_store().path(sha256)
    if not place.is_file():
        raise NotFoundError
    response: Response = send_file(
        place, mimetype=media_type, as_attachment=True, download_name=name, etag=sha256
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_fault: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say beside the field that a file was too large; on pages without files, say so plainly.

    What the browser still sends is read and thrown away, or it would see a broken connection
    instead of the answer. Nobody has been recognised at this point, so this only points back.
    """
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or 0, MOST_DISCARDED)
    while left > 0 and (block := stream.read(min(BLOCK, left))):
        left -= len(block)
    if request.endpoint not in WITH_FILES or request.view_args is None:
        return render_template("error.html", code=413), 413
    submission_id = request.view_args["submission_id"]
    return redirect(url_for(request.endpoint, submission_id=submission_id, too_large=1), code=303)


def _limits() -> Limits:
    return Limits(size=settings().upload_limit, count=settings().upload_count)


def _add(draft: Submission, file: FileStorage) -> str | None:
    """Add one file; return what is wrong with it, naming it."""
    try:
        add(
            db_session(),
            file_store(),
            draft,
            stream=cast("BinaryIO", file.stream),
            name=file.filename or "",
            by=signed_in_person(),
            limits=_limits(),
            at=clock.now(),
        )
    except TooManyFilesError as refusal:
        return str(refusal)
    except Refusal as refusal:
        return f"{safe_name(file.filename or '')}: {refusal}"
    return None


def _file(submission: Submission, attachment_id: int) -> tuple[str, str, str]:
    """Return name, media type and hash of a file of the draft or of any frozen version.

    Whoever judges gets the frozen one, whatever the officer has put in its place since: SQLite
    gives the number of a row that was deleted to the next.
    """
    own = hat().role is Role.OFFICER
    found = (_of_draft if own else _frozen)(submission, attachment_id)
    found = found or (_frozen if own else _of_draft_if_frozen)(submission, attachment_id)
    if found is None:
        raise NotFoundError
    return found


def _of_draft(submission: Submission, attachment_id: int) -> tuple[str, str, str] | None:
    found = db_session().scalars(
        sa.select(Attachment).where(
            Attachment.authority_id == submission.authority_id,
            Attachment.submission_id == submission.id,
            Attachment.id == attachment_id,
        )
    )
    row = found.one_or_none()
    return (row.name, row.media_type, row.sha256) if row is not None else None


def _of_draft_if_frozen(submission: Submission, attachment_id: int) -> tuple[str, str, str] | None:
    """Return the file when a version has the same content: the oldest versions know no numbers."""
    found = _of_draft(submission, attachment_id)
    kept = {file["sha256"] for files in _versions(submission) for file in files}
    return found if found is not None and found[2] in kept else None


def _frozen(submission: Submission, attachment_id: int) -> tuple[str, str, str] | None:
    for files in _versions(submission):
        for file in files:
            if file.get("id") == attachment_id:
                return file["name"], file["media_type"], file["sha256"]
    return None


def _versions(submission: Submission) -> Sequence[list[Any]]:
    """Return the files of each frozen version, the newest first."""
    return (
        db_session()
        .scalars(
            sa.select(SubmissionVersion.attachments)
            .where(
                SubmissionVersion.authority_id == submission.authority_id,
                SubmissionVersion.submission_id == submission.id,
            )
            .order_by(SubmissionVersion.version.desc())
            .limit(20)
        )
        .all()
    )
