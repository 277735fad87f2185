"""Opening an item in a page, and the list that one came from."""

from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy.orm import Session

from directory.access import hat, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError
from notifications.models import Delivery
from notifications.reading import inbox as lists
from notifications.reading.filters import Chosen
from notifications.reading.inbox import Reader

ITEM = "<int:delivery_id>"
SCHOOL = "school"
SCHOOL_FILTERS = ("person", "category", "state", "attention", "who")


def open_delivery(session: Session, reader: Reader, delivery_id: int) -> Delivery:
    """Open an item; somebody else's is not found, and the try is kept in the audit trail."""
    try:
        return lists.open_item(session, reader, delivery_id)
    except NotFoundError:
        if lists.note_refused(
            session,
            delivery_id,
            authority_id=reader.authority_id,
            by=signed_in_person().id,
            at=clock.now(),
        ):
            session.commit()
        raise


def place_word() -> str:
    """Return what the person calls where they work: early years providers have settings."""
    return "setting" if hat().role is Role.EARLY_YEARS else "school"


def chosen_list() -> Chosen:
    """Return the part of the inbox, with its filters, that the address names."""
    return Chosen.of(request.args)


def list_values() -> dict[str, Any]:
    """Return what an address needs so that one comes back to the same page of the same list."""
    if from_school():
        given = {name: request.args.get(name, "") for name in SCHOOL_FILTERS}
        values = {"list": SCHOOL, **{name: text for name, text in given.items() if text}}
    else:
        values = dict(chosen_list().values)
    page = request.args.get("page", 1, type=int)
    return values | ({"page": page} if page > 1 else {})


def from_school() -> bool:
    """Tell whether one came from the list of everything that was sent to the school."""
    return request.args.get("list") == SCHOOL


def back_to_list() -> str:
    """Return the address of the list from which one came."""
    values = list_values()
    endpoint = "notifications.everything" if from_school() else "notifications.inbox"
    values.pop("list", None)
    return url_for(endpoint, **values)


def item_suffix(values: dict[str, Any]) -> str:
    """Return what follows an item's address so that it knows its list; empty for the plain one."""
    return f"?{urlencode(values)}" if values else ""
