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
SEARCH = "search"
BULLETIN = "bulletin"
SCHOOL_FILTERS = ("person", "category", "state", "attention", "who")
SEARCH_FILTERS = (
    *("q", "attention", "state", "category", "sender", "month"),
    *("begin", "end", "files", "mine", "sort"),
)
OTHER_LISTS = {
    SCHOOL: ("notifications.everything", SCHOOL_FILTERS, "Back to everything sent to the school"),
    SEARCH: ("library.search", SEARCH_FILTERS, "Back to the search"),
    BULLETIN: ("notifications.bulletin_week", ("week", "who"), "Back to the bulletin"),
}
"""Where one may come from but the inbox: the page, what its address keeps, and what leads back."""


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
    name = _other_list()
    if name:
        given = {key: request.args.get(key, "") for key in OTHER_LISTS[name][1]}
        values = {"list": name, **{key: text for key, text in given.items() if text}}
    else:
        values = dict(chosen_list().values)
    page = request.args.get("page", 1, type=int)
    return values | ({"page": page} if page > 1 else {})


def from_inbox() -> bool:
    """Tell whether one came from the inbox, and can go on from item to item."""
    return not _other_list()


def back_to_list() -> str:
    """Return the address of the list from which one came."""
    values = list_values()
    name = values.pop("list", "")
    return url_for(OTHER_LISTS[name][0] if name else "notifications.inbox", **values)


def back_words() -> str:
    """Return what the link says that leads back there."""
    name = _other_list()
    return OTHER_LISTS[name][2] if name else "Back to the inbox"


def _other_list() -> str:
    """Return from which list but the inbox one came; empty for the inbox."""
    name = request.args.get("list", "")
    if name == BULLETIN and not request.args.get("week"):
        return ""
    return name if name in OTHER_LISTS else ""


def to_item(delivery_id: int) -> str:
    """Return the address of an item that still knows from which list one came."""
    return url_for("notifications.item", delivery_id=delivery_id, **list_values())


def item_suffix(values: dict[str, Any]) -> str:
    """Return what follows an item's address so that it knows its list; empty for the plain one."""
    return f"?{urlencode(values)}" if values else ""
