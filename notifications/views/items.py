"""One item and its files, and marking it."""

from typing import Any

from flask import (
    current_app,
    flash,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.routing.reasons import Reason
from directory.access import hat, needs
from directory.models import RECIPIENTS
from foundation import clock
from foundation.dates import day
from foundation.web import db_session, settings
from notifications.documents.marks import looked_again, standing_of
from notifications.documents.showing import files_of
from notifications.models import Delivery
from notifications.reading import inbox as lists
from notifications.reading import marking as reading
from notifications.reading.around import Around, around
from notifications.reading.explaining import held
from notifications.reading.history import history
from notifications.reading.inbox import Beside, Reader
from notifications.reading.not_mine import may_give
from notifications.reading.notes import note_of
from notifications.reading.parts import PARTS, parts_of
from notifications.reading.wording import BESIDE_WORDS, STATES, due, why
from notifications.views import bp
from notifications.views.opening import (
    ITEM,
    back_to_list,
    back_words,
    chosen_list,
    from_inbox,
    item_suffix,
    list_values,
    open_delivery,
    place_word,
    to_item,
)
from notifications.views.rows import ATTENTION
from notifications.views.told import DONE, tell, told


@bp.get(f"/inbox/{ITEM}")
@needs(*RECIPIENTS, writes=True)
def item(delivery_id: int) -> ResponseReturnValue:
    """Show one item; the first time that its recipient opens it, note that it was read."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = open_delivery(session, reader, delivery_id)
    at = clock.now()
    standing = standing_of(session, reader, delivery)
    news = reading.is_recipients(delivery, reader) and looked_again(session, delivery, at=at)
    first = reading.mark_read(session, delivery, reader=reader, at=at)
    values = _values(session, reader, delivery, compares=standing.compares)
    if first or news:
        session.commit()
    return render_template("notifications/item.html", standing=standing, told=told(), **values)


def _values(
    session: Session, reader: Reader, delivery: Delivery, *, compares: bool
) -> dict[str, Any]:
    """Return what the page of an item shows."""
    today, notice = clock.local_date(clock.now()), delivery.notice
    own = delivery.person_id == reader.person_id
    beside = lists.beside(session, delivery)
    makers = current_app.extensions.get(PARTS, ())
    values = list_values()
    return {
        "delivery": delivery,
        "notice": notice,
        "attention": ATTENTION[notice.attention.value],
        "files": files_of(session, delivery, scans=bool(settings().clamd_url), compares=compares),
        "beside": beside,
        "passed_on": [_passed_on(each) for each in beside if _by_me(each, reader)],
        "history": history(session, delivery, reader),
        "note": note_of(session, delivery, reader),
        "parts": parts_of(makers, session, reader, delivery),
        "around": _around(session, reader, delivery) if own and from_inbox() else None,
        "values": values,
        "suffix": item_suffix(values),
        "back": back_to_list(),
        "back_words": back_words(),
        "own": own,
        "may_mark": reading.is_recipients(delivery, reader),
        "may_give": may_give(delivery, reader),
        "due": None if notice.stopped else due(notice.due_on, today),
        "snoozed": delivery.snoozed_until is not None and delivery.snoozed_until > today,
        "expired": notice.valid_until is not None and notice.valid_until < today,
        "why": why(
            delivery.reason,
            delivery.category.heading if delivery.category else None,
            None if own or delivery.person is None else delivery.person.name,
            held(session, delivery),
            place_word(),
        ),
        "place_word": place_word(),
        "beside_words": BESIDE_WORDS,
        "states": STATES,
    }


def _around(session: Session, reader: Reader, delivery: Delivery) -> Around:
    today = clock.local_date(clock.now())
    return around(session, reader, chosen_list(), delivery, today=today)


def _by_me(other: Beside, reader: Reader) -> bool:
    by_me: bool = other.forwarded_by_id == reader.person_id
    return by_me and other.reason is Reason.FORWARDED


def _passed_on(other: Beside) -> str:
    """Say to whom the reader passed an item on, when, and how far that colleague is."""
    return f"You passed it on to {other.name} on {day(other.delivered_at)}: {STATES[other.state]}."


@bp.post(f"/inbox/{ITEM}/done")
@needs(*RECIPIENTS)
def done(delivery_id: int) -> ResponseReturnValue:
    """Mark an item as done; go on to the next one of the list, or back to it."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = open_delivery(session, reader, delivery_id)
    following = _around(session, reader, delivery).next if "next" in request.form else None
    reading.mark_done(session, delivery, reader=reader, at=clock.now())
    session.commit()
    tell(f"Marked as done: {delivery.notice.title}", DONE, [delivery_id])
    if following is None:
        return redirect(back_to_list())
    return redirect(to_item(following.id))


@bp.post(f"/inbox/{ITEM}/not-done")
@needs(*RECIPIENTS)
def not_done(delivery_id: int) -> ResponseReturnValue:
    """Put a done item back into the inbox."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = open_delivery(session, reader, delivery_id)
    reading.mark_not_done(session, delivery, reader=reader)
    session.commit()
    flash("Back in the inbox.")
    return redirect(to_item(delivery_id))


@bp.post(f"/inbox/{ITEM}/acknowledge")
@needs(*RECIPIENTS)
def acknowledge(delivery_id: int) -> ResponseReturnValue:
    """Note that the reader has read and understood an item."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = open_delivery(session, reader, delivery_id)
    reading.acknowledge(session, delivery, reader=reader, at=clock.now())
    session.commit()
    flash("Thank you. The sender sees that you have read and understood this.")
    return redirect(to_item(delivery_id))
