"""What a reader does about one item: put it away, note something, pass it on, “not mine”."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs
from directory.models import RECIPIENTS, Membership
from directory.people import staff_of_school
from foundation import clock
from foundation.dates import day
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session
from notifications.forms.items import GiveForm, NoteForm, PassOnForm, SnoozeForm
from notifications.models import Delivery
from notifications.reading import not_mine as giving
from notifications.reading import notes, snoozing
from notifications.reading.inbox import Reader, beside, reader_of
from notifications.reading.marking import NotYourItemError, is_recipients
from notifications.reading.passing_on import pass_on
from notifications.reading.wording import STATES
from notifications.views import bp
from notifications.views.opening import (
    ITEM,
    back_to_list,
    item_suffix,
    list_values,
    open_delivery,
    to_item,
)
from notifications.views.told import tell


@bp.route(f"/inbox/{ITEM}/snooze", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def snooze(delivery_id: int) -> ResponseReturnValue:
    """Put an item away until a day."""
    session, reader, form = db_session(), reader_of(hat()), SnoozeForm()
    delivery = _own(session, reader, delivery_id)
    today = clock.local_date(clock.now())
    form.offer(today, delivery.notice.due_on)
    asks_again = False
    if form.validate_on_submit():
        try:
            snoozing.snooze_one(
                session,
                delivery,
                reader=reader,
                until=form.day(),
                today=today,
                past_due=form.past_due.data,
            )
            session.commit()
        except Refusal as refusal:
            show_refusal(session, form, refusal)
            asks_again = isinstance(refusal, snoozing.PastDueError)
            delivery = open_delivery(session, reader, delivery_id)
        else:
            tell(
                f"Snoozed until {day(form.day())}: {delivery.notice.title}",
                "snoozed",
                [delivery_id],
            )
            return redirect(back_to_list())
    return _page("snooze", delivery, form, asks_again=asks_again or bool(form.past_due.errors))


@bp.post(f"/inbox/{ITEM}/wake")
@needs(*RECIPIENTS)
def wake(delivery_id: int) -> ResponseReturnValue:
    """Bring an item back that was put away."""
    session, reader = db_session(), reader_of(hat())
    _own(session, reader, delivery_id)
    snoozing.bring_back(session, [delivery_id], reader=reader)
    session.commit()
    flash("Back in the inbox.")
    return _to_item(delivery_id)


@bp.route(f"/inbox/{ITEM}/note", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def note(delivery_id: int) -> ResponseReturnValue:
    """Write down something about an item that nobody else sees."""
    session, reader, form = db_session(), reader_of(hat()), NoteForm()
    delivery = open_delivery(session, reader, delivery_id)
    if form.validate_on_submit():
        try:
            notes.write(session, delivery, reader=reader, text=form.text.data or "", at=clock.now())
            session.commit()
        except Refusal as refusal:
            show_refusal(session, form, refusal)
            delivery = open_delivery(session, reader, delivery_id)
        else:
            flash("Your note is saved." if (form.text.data or "").strip() else "No note is kept.")
            return _to_item(delivery_id)
    elif request.method == "GET":
        kept = notes.note_of(session, delivery, reader)
        form.text.data = kept.text if kept else ""
    return _page("note", delivery, form)


@bp.route(f"/inbox/{ITEM}/pass-on", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def pass_on_item(delivery_id: int) -> ResponseReturnValue:
    """Give a colleague at the school the same item, with a message."""
    session, reader, form = db_session(), reader_of(hat()), PassOnForm()
    delivery = _own(session, reader, delivery_id)
    form.offer(_places(session, reader), without=reader.person_id)
    if form.validate_on_submit():
        try:
            pass_on(
                session,
                delivery,
                reader=reader,
                to_id=form.person(),
                message=form.message.data or "",
                at=clock.now(),
            )
            session.commit()
        except Refusal as refusal:
            show_refusal(session, form, refusal, otherwise="person_id")
            delivery = open_delivery(session, reader, delivery_id)
        else:
            flash(f"{form.name()} has it now, too. They are told by e-mail.")
            return _to_item(delivery_id)
    others = [each for each in beside(session, delivery) if each.name]
    may = giving.may_give(delivery, reader)
    return _page("pass_on", delivery, form, others=others, states=STATES, may_give=may)


@bp.route(f"/inbox/{ITEM}/not-mine", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def not_mine(delivery_id: int) -> ResponseReturnValue:
    """Give an item to whom it should have reached, and see to it that the next one does."""
    session, reader, form = db_session(), reader_of(hat()), GiveForm()
    delivery = open_delivery(session, reader, delivery_id)
    if not giving.may_give(delivery, reader):
        raise NotYourItemError("This item is not yours to give away.")
    places, at = _places(session, reader), clock.now()
    suggested = giving.suggest(session, delivery, reader, places, at=at)
    form.offer(suggested, places, without=delivery.person_id)
    own = is_recipients(delivery, reader)
    if delivery.category is not None:
        form.say(delivery.category.heading, may_change=hat().manages_owners)
    if form.validate_on_submit():
        try:
            words = _give(session, delivery, reader, form)
            session.commit()
        except Refusal as refusal:
            show_refusal(session, form, refusal, otherwise="suggested")
            delivery = open_delivery(session, reader, delivery_id)
        else:
            tell(words)
            return redirect(back_to_list())
    return _page("not_mine", delivery, form, own=own, suggested=suggested)


def _give(session: Session, delivery: Delivery, reader: Reader, form: GiveForm) -> str:
    """Move the item, correct the owner where that is wished; return what to say about it."""
    at, to_id, name = clock.now(), form.person(), form.name()
    category = delivery.category
    moved = giving.give(
        session, delivery, reader=reader, to_id=to_id, message=form.message.data or "", at=at
    )
    words = [
        f"{name} has it now and is told by e-mail. If that was wrong, they can give it back."
        if moved
        else f"{name} had this item already. Your copy is closed."
    ]
    if form.always.data and category is not None and to_id is not None:
        changed = giving.correct_owner(
            session,
            delivery,
            reader=reader,
            to_id=to_id,
            may_change=hat().manages_owners,
            at=at,
        )
        words.append(
            f"From now on {name} gets what is sent for “{category.heading}”."
            if changed
            else "Your headteacher is asked to change who gets this category."
        )
    return " ".join(words)


def _own(session: Session, reader: Reader, delivery_id: int) -> Delivery:
    """Open an item that the reader may act on."""
    delivery = open_delivery(session, reader, delivery_id)
    if not is_recipients(delivery, reader):
        raise NotYourItemError("Only the person who got this can do that.")
    return delivery


def _places(session: Session, reader: Reader) -> list[Membership]:
    return staff_of_school(session, reader.authority_id, reader.school_id)


def _page(name: str, delivery: Delivery, form: Any, **values: Any) -> ResponseReturnValue:
    return render_template(
        f"notifications/item/{name}.html",
        form=form,
        delivery=delivery,
        notice=delivery.notice,
        back=to_item(delivery.id),
        suffix=item_suffix(list_values()),
        **values,
    )


def _to_item(delivery_id: int) -> ResponseReturnValue:
    return redirect(to_item(delivery_id))
