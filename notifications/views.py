"""What school staff read: the inbox, an item and its files, everything sent to the school."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.models import Category
from categories.starting.progress import count_open
from categories.versions.following import until
from directory.access import hat, needs, signed_in_person
from directory.models import RECIPIENTS, Role
from foundation import clock
from foundation.errors import NotFoundError
from foundation.web import db_session, file_store
from notifications import everything as school
from notifications import inbox as lists
from notifications import reading
from notifications.everything import Filters
from notifications.explaining import held
from notifications.forms import DoneForm, SentFilterForm
from notifications.history import history
from notifications.inbox import Listed, Page, Reader, Show
from notifications.models import Delivery, DeliveryState
from notifications.parts import PARTS, parts_of
from notifications.wording import BESIDE_WORDS, SHORT, due, why

bp = Blueprint("notifications", __name__)

ITEM = "<int:delivery_id>"
NAME_LENGTH = 150
SETTLED = (DeliveryState.DONE, DeliveryState.CLOSED)


@bp.get("/inbox")
@needs(*RECIPIENTS)
def inbox() -> ResponseReturnValue:
    """Show what waits for this person at this school, unread first; or what is done."""
    session, reader = db_session(), lists.reader_of(hat())
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.WAITING
    page = lists.inbox_page(session, reader, show, _page_number())
    return render_template(
        "notifications/inbox.html",
        show=show.value,
        counts=lists.counts(session, reader),
        rows=_rows(page, clock.local_date(clock.now())),
        page=page,
        reasons=SHORT,
        links=_page_links(page, show=show.value if show is not Show.WAITING else None),
        nobody_set=_nobody_set(session) if show is Show.WAITING else 0,
    )


def _nobody_set(session: Session) -> int:
    """Return how many categories have nobody, for whoever may choose somebody."""
    worn = hat()
    if not worn.manages_owners or worn.school_id is None:
        return 0
    return count_open(session, worn.authority_id, worn.school_id)


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
    files, beside = lists.attachments(session, delivery), lists.beside(session, delivery)
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


@bp.get(f"/inbox/{ITEM}/files/<int:attachment_id>")
@needs(*RECIPIENTS)
def download(delivery_id: int, attachment_id: int) -> ResponseReturnValue:
    """Hand over one file of an item, always as a download."""
    session, reader = db_session(), lists.reader_of(hat())
    delivery = lists.open_item(session, reader, delivery_id)
    files = {file.id: file for file in lists.attachments(session, delivery)}
    if attachment_id not in files:
        raise NotFoundError
    file = files[attachment_id]
    place = file_store().path(file.sha256)
    if not place.is_file():
        abort(404)
    answer = send_file(
        place, mimetype=file.media_type, as_attachment=True, download_name=safe_name(file.name)
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.get("/school/sent")
@needs(Role.HEAD)
def everything() -> ResponseReturnValue:
    """Show the headteacher everything that was sent to the school, newest first."""
    session, reader = db_session(), lists.reader_of(hat())
    today = clock.local_date(clock.now())
    form = _filter_form(session, reader)
    filters = Filters(
        person_id=_number(form.person.data),
        category_id=_number(form.category.data),
        state=form.state.data or "",
    )
    page = school.school_page(session, reader, filters, _page_number(), today=today)
    chosen = {field.name: field.data for field in form if field.data}
    return render_template(
        "notifications/everything.html",
        filters=form,
        narrowed=bool(chosen),
        count=school.school_count(session, reader, filters, today=today),
        most=school.MOST_COUNTED,
        rows=_rows(page, today),
        page=page,
        links=_page_links(page, **chosen),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with what the page works out for it."""

    row: Listed
    due: Any
    unread: bool


def safe_name(name: str) -> str:
    """Return a file's name without folders, control signs or hidden direction changes."""
    kept = "".join(sign for sign in name if not unicodedata.category(sign).startswith("C"))
    base = PurePath(kept.replace("\\", "/")).name.strip(". ")
    return base[-NAME_LENGTH:] or "attachment"


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


def _rows(page: Page, today: date) -> list[Shown]:
    # What is done or closed is not due any more, nor what was suspended.
    return [
        Shown(
            row,
            None if row.state in SETTLED or row.stopped else due(row.due_on, today),
            row.state == DeliveryState.UNREAD,
        )
        for row in page.rows
    ]


def _filter_form(session: Session, reader: Reader) -> SentFilterForm:
    form = SentFilterForm(request.args)
    form.person.choices = [("", "Anybody")] + [
        (str(person.id), person.name) for person in school.people_of_school(session, reader)
    ]
    headings = session.execute(
        sa.select(Category.id, Category.heading, Category.retired_at)
        .where(Category.authority_id == reader.authority_id)
        .order_by(Category.number, Category.id)
        .limit(500)
    )
    form.category.choices = [("", "Any category")] + [
        (str(category.id), until(category.heading, category.retired_at)) for category in headings
    ]
    if not form.validate():  # a hand-made address: what is not offered is left out
        for field in form:
            if field.errors:
                field.data, field.errors = "", ()
    return form


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _page_number() -> int:
    return request.args.get("page", 1, type=int)


def _page_links(page: Page, **chosen: str | None) -> dict[str, str | None]:
    endpoint = request.endpoint or ""

    def link(number: int) -> str:
        return url_for(endpoint, page=number if number > 1 else None, **chosen)  # type: ignore[arg-type]

    return {
        "previous": link(page.number - 1) if page.number > 1 else None,
        "next": link(page.number + 1) if page.has_next else None,
    }
