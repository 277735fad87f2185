"""The files of an item: fetching one, and reading its words on a page."""

from flask import Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.models import RECIPIENTS
from foundation.errors import Refusal
from foundation.web import db_session, file_store, settings
from notifications.documents.copying import contents_of, copy_of
from notifications.documents.showing import (
    BeingCheckedError,
    OpenedFile,
    RefusedFileError,
    check_fetchable,
    kind_shown,
    open_file,
)
from notifications.documents.withdrawing import GoneError
from notifications.reading import inbox as lists
from notifications.views import bp
from notifications.views.opening import to_item

FILE = "/inbox/<int:delivery_id>/files/<int:attachment_id>"
PLAIN = "application/octet-stream"
LEAST_CONTENTS = 3
_WHY = {
    GoneError: (410, "This file is not here any more"),
    RefusedFileError: (403, "This file is dangerous"),
    BeingCheckedError: (503, "This file is being checked"),
}


@bp.get(FILE)
@needs(*RECIPIENTS)
def download(delivery_id: int, attachment_id: int) -> ResponseReturnValue:
    """Hand over one file of an item, always as a download; large ones also in parts."""
    file = _open(delivery_id, attachment_id)
    try:
        check_fetchable(file)
    except Refusal as refusal:
        return _unavailable(file, refusal)
    place = file_store().path(file.attachment.sha256)
    if not place.is_file():
        abort(404)
    kind = kind_shown(file.attachment, file.document)
    answer = send_file(
        place,
        mimetype=PLAIN if kind.family in {"web", "program"} else kind.media_type,
        as_attachment=True,
        download_name=file.shown.name,
        etag=file.attachment.sha256,
    )
    return outward(answer)


@bp.get(f"{FILE}/read")
@needs(*RECIPIENTS)
def read_file(delivery_id: int, attachment_id: int) -> ResponseReturnValue:
    """Show the words of a file as a page: for screen readers, phones, and whoever has no Word."""
    file = _open(delivery_id, attachment_id)
    try:
        check_fetchable(file)
    except Refusal as refusal:
        return _unavailable(file, refusal)
    document = file.document
    text = document.text if document is not None else ""
    blocks = copy_of(text, document.outline, file.shown.kind) if document and text else []
    contents = contents_of(blocks)
    return render_template(
        "notifications/documents/read.html",
        delivery=file.delivery,
        back=to_item(file.delivery.id),
        file=file.shown,
        note=document.note if document is not None and not file.shown.waiting else "",
        blocks=blocks,
        contents=contents if len(contents) >= LEAST_CONTENTS else (),
    )


def outward(answer: Response) -> Response:
    """Let nothing of a file be run, kept on a shared machine or taken for something else."""
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _open(delivery_id: int, attachment_id: int) -> OpenedFile:
    reader = lists.reader_of(hat())
    scans = bool(settings().clamd_url)
    return open_file(db_session(), reader, delivery_id, attachment_id, scans=scans)


def _unavailable(file: OpenedFile, refusal: Refusal) -> ResponseReturnValue:
    code, title = _WHY[type(refusal)]
    page = render_template(
        "notifications/documents/unavailable.html",
        title=title,
        sentence=str(refusal),
        code=code,
        delivery=file.delivery,
        back=to_item(file.delivery.id),
        file=file.shown,
    )
    return page, code, {"Retry-After": "60"} if code == 503 else {}  # noqa: PLR2004
