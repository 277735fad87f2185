"""Who may use which page, and who is asking.

Every view says it with ``needs(...)`` or ``anyone()``; the application refuses to serve a view
that says nothing. The signed-in person acts in one membership at a time (the *hat*): a person
with several schools or roles chooses, and can switch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from flask import g

from directory.hats import Worn
from directory.models import Membership, Person, Role
from foundation.db import as_read
from foundation.errors import NotFoundError
from foundation.web import db_session

if TYPE_CHECKING:
    from flask.typing import RouteCallable

View = TypeVar("View", bound="RouteCallable")


@dataclass(frozen=True)
class Access:
    """Who may use a view. ``public``: nobody needs to sign in. No roles: whoever is signed in."""

    public: bool = False
    roles: frozenset[Role] = frozenset()
    writes: bool | None = None
    without_hat: bool = False
    managing_owners: bool = False
    """Only for who may say who owns what at their school: the head, and whoever helps."""


def needs(*roles: Role, writes: bool | None = None) -> Callable[[View], View]:
    """Allow a view to people acting in one of these roles; with none, to any signed-in hat.

    ``writes=True`` on a view that changes something on GET (an item noting that it was read).
    """
    return _marked(Access(roles=frozenset(roles), writes=writes))


def manages_owners(*others: Role, writes: bool | None = None) -> Callable[[View], View]:
    """Allow a view to a school's head, and to the colleagues whom the head lets say who owns what.

    ``others`` may use it as well: roles of people outside schools.
    """
    roles = frozenset({Role.HEAD, Role.STAFF, *others})
    return _marked(Access(roles=roles, managing_owners=True, writes=writes))


def signed_in(*, writes: bool | None = None) -> Callable[[View], View]:
    """Allow a view to everybody who is signed in, also before they have chosen a hat."""
    return _marked(Access(without_hat=True, writes=writes))


def anyone(*, writes: bool | None = None) -> Callable[[View], View]:
    """Allow a view to the whole world."""
    return _marked(Access(public=True, writes=writes))


def access_of(view: object) -> Access | None:
    """Return what a view said of itself, None when it said nothing."""
    return cast("Access | None", getattr(view, "portal_access", None))


def signed_in_person() -> Person:
    """Return the person who is signed in: the row itself, never a proxy. Costs no statement."""
    return as_read(db_session(), Person, g.portal_person_values)


def hat() -> Worn:
    """Return in which of their memberships the person acts just now."""
    return cast("Worn", g.portal_hat)


def hats() -> Sequence[Worn]:
    """Return all memberships in which the person may act; costs no statement."""
    return cast("Sequence[Worn]", g.get("portal_hats", ()))


def membership() -> Membership:
    """Return the row of that membership; costs a statement."""
    return db_session().get_one(Membership, hat().id)


def school_of_hat() -> int:
    """Return the id of the school for which the person acts; NotFoundError outside a school."""
    school_id = hat().school_id
    if school_id is None:
        raise NotFoundError
    return school_id


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.portal_access = access  # type: ignore[union-attr]
        return view

    return mark
