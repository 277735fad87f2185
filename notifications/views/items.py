"""One item and its files, and what its reader does with it."""

from flask import (
    current_app,
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import RECIPIENTS
from foundation import clock
from foundation.errors import NotFoundError
from foundation.web import db_session, settings
from notifications.documents.showing import files_of
from notifications.forms import DoneForm
from notifications.models import Delivery
from notifications.reading import inbox as lists
from notifications.reading import marking as reading
from notifications.reading.explaining import held
from notifications.reading.history import history
from notifications.reading.inbox import Reader
from notifications.reading.parts import PARTS, parts_of
from notifications.reading.wording import BESIDE_WORDS, due, why
from notifications.views import bp

ITEM = "<int:delivery_id>"


@bp.get(f"/inbox/{ITEM}")
@needs(*RECIPIENTS, writes=True)
def item(delivery_id: int) -> ResponseReturnValue:
    """Show one item; the first time that its recipient opens it, note that it was read."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = _open(session, reader, delivery_id)
    first = reading.mark_read(session, delivery, reader=reader, at=clock.now())
    newer, older = lists.neighbours(session, reader, delivery)
    own = delivery.person_id == reader.person_id
    today = clock.local_date(clock.now())
    valid_until = delivery.notice.valid_until
    files = files_of(session, delivery, scans=bool(settings().clamd_url))
    beside = lists.beside(session, delivery)
    makers = current_app.extensions.get(PARTS, ())
    parts = parts_of(makers, session, reader, delivery)
    moved, since = history(session, delivery, reader), held(session, delivery)
    if first:
        session.commit()
    return render_template(
        "notifications/item.html",
        delivery=delivery,
        notice=delivery.notice,
        files=files,
        beside=beside,
        history=moved,
        parts=parts,
        newer=newer,
        older=older,
        own=own,
        may_mark=reading.is_recipients(delivery, reader),
        due=None if delivery.notice.stopped else due(delivery.notice.due_on, today),
        expired=valid_until is not None and valid_until < today,
        why=why(
            delivery.reason,
            delivery.category.heading if delivery.category else None,
            None if own or delivery.person is None else delivery.person.name,
            since,
        ),
        beside_words=BESIDE_WORDS,
        token=DoneForm(),
    )


@bp.post(f"/inbox/{ITEM}/done")
@needs(*RECIPIENTS)
def done(delivery_id: int) -> ResponseReturnValue:
    """Mark an item as done, and go back to the inbox."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = _open(session, reader, delivery_id)
    reading.mark_done(session, delivery, reader=reader, at=clock.now())
    session.commit()
    flash(f"Marked as done: {delivery.notice.title}")
    return redirect(url_for("notifications.inbox"))


@bp.post(f"/inbox/{ITEM}/not-done")
@needs(*RECIPIENTS)
def not_done(delivery_id: int) -> ResponseReturnValue:
    """Put a done item back into the inbox."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = _open(session, reader, delivery_id)
    reading.mark_not_done(session, delivery, reader=reader)
    session.commit()
    flash("Back in the inbox.")
    return redirect(url_for("notifications.item", delivery_id=delivery_id))


def _open(session: Session, reader: Reader, delivery_id: int) -> Delivery:
    """Open an item; somebody else's is not found, and the try is kept in the audit trail."""
    try:
        return lists.open_item(session, reader, delivery_id)
    except NotFoundError:
        if reading.note_refused(
            session,
            delivery_id,
            authority_id=reader.authority_id,
            by=signed_in_person().id,
            at=clock.now(),
        ):
            session.commit()
        raise
