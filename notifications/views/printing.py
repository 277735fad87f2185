"""Printing an item as PDF: asking for it, waiting for the worker, fetching it."""

from flask import abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.models import RECIPIENTS
from foundation import clock
from foundation.filenames import safe_name
from foundation.web import db_session, file_store
from notifications.documents import printing
from notifications.documents.paper import content_hash, facts_of
from notifications.documents.withdrawing import GoneError
from notifications.models import Delivery
from notifications.models_reading import Printout, PrintoutKind, PrintoutState
from notifications.reading import inbox as lists
from notifications.views import bp
from notifications.views.files import outward
from notifications.views.opening import item_suffix, list_values, to_item

PRINT = "/inbox/<int:delivery_id>/print"
DELETED = "The words of this item were deleted, because they may not be kept longer."


@bp.get(PRINT)
@needs(*RECIPIENTS)
def printed(delivery_id: int) -> ResponseReturnValue:
    """Show how far the PDF of an item is, as the item is now."""
    delivery = lists.open_item(db_session(), lists.reader_of(hat()), delivery_id)
    found = _find(delivery)
    return render_template(
        "notifications/documents/printed.html",
        delivery=delivery,
        notice=delivery.notice,
        printout=found,
        back=to_item(delivery_id),
        suffix=item_suffix(list_values()),
        waits=found is not None and found.state is PrintoutState.WAITING,
    )


@bp.post(PRINT)
@needs(*RECIPIENTS)
def ask_print(delivery_id: int) -> ResponseReturnValue:
    """Ask for the PDF of an item; asked again, it is the same one."""
    session = db_session()
    delivery = lists.open_item(session, lists.reader_of(hat()), delivery_id)
    printing.ask(
        session,
        authority_id=delivery.authority_id,
        kind=PrintoutKind.NOTICE,
        notice_id=delivery.notice_id,
        content_hash=_hash(delivery),
        at=clock.now(),
    )
    session.commit()
    return redirect(url_for("notifications.printed", delivery_id=delivery_id, **list_values()))


@bp.get(f"{PRINT}/file")
@needs(*RECIPIENTS)
def printed_file(delivery_id: int) -> ResponseReturnValue:
    """Hand over the PDF of an item, when it is made."""
    delivery = lists.open_item(db_session(), lists.reader_of(hat()), delivery_id)
    found = _find(delivery)
    if found is None or found.sha256 is None:
        return redirect(url_for("notifications.printed", delivery_id=delivery_id))
    place = file_store().path(found.sha256)
    if not place.is_file():
        abort(404)
    name = safe_name(f"{delivery.notice.title[:80]} {delivery.notice.reference}.pdf")
    answer = send_file(
        place,
        mimetype="application/pdf",
        as_attachment=True,
        download_name=name,
        etag=found.sha256,
    )
    return outward(answer)


def _find(delivery: Delivery) -> Printout | None:
    return printing.find(
        db_session(),
        authority_id=delivery.authority_id,
        kind=PrintoutKind.NOTICE,
        notice_id=delivery.notice_id,
        content_hash=_hash(delivery),
    )


def _hash(delivery: Delivery) -> str:
    """Return the hash of what would be printed now; GoneError when nothing may be any more."""
    if delivery.notice.expunged_at is not None:
        raise GoneError(DELETED)
    today = clock.local_date(clock.now())
    return content_hash(facts_of(db_session(), delivery.notice, today=today))
