"""Signing in: one-use e-mail links, and sessions kept on the server through Flask-Login."""

from contextlib import suppress
from typing import Final

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError

from directory.access import access_of
from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.web import SAFE, database, db_session, settings, work_for
from portal.signin import sessions

BEFORE_NOTICE: Final = frozenset({"signin.privacy", "signin.leave"})
"""Pages that a person may use before having seen the privacy notice."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds for one request; rules are given the Person itself instead."""

    def __init__(self, token: str, known: sessions.Known) -> None:
        self.token = token
        self.known = known

    def get_id(self) -> str:
        """Return what the cookie carries: the session's token, never the person's id."""
        return self.token


def install(app: Flask) -> None:
    """Make the application know who is asking, before anything else looks at the request."""
    from portal.signin.views import bp

    # No template asks it; a page of a fault must not look for the person in the database again.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # the token is random and the session is on the server
    manager.user_loader(_load)
    app.before_request(_recognise)
    app.register_blueprint(bp)


def _load(token: str) -> SignedIn | None:
    known = sessions.find(db_session(), token, at=clock.now(), minutes=settings().session_minutes)
    return SignedIn(token, known) if known else None


def _recognise() -> None:
    if request.endpoint == "static":
        return
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view) if view else None
    if access is not None and access.writes:
        db_session(writes=True)
    if not current_user.is_authenticated:
        return
    known: sessions.Known = current_user.known
    now = clock.now()
    if now - known.last_seen_at > sessions.SLIDE:
        # A short transaction of its own: this request may well be one that only reads.
        if request.method in SAFE and not (access and access.writes):
            # While somebody writes much (an import on SQLite), the next page does it.
            with (
                suppress(OperationalError),
                database().hurried(authority=EVERY_AUTHORITY) as session,
            ):
                sessions.touch(session, known.session_id, at=now)
        else:
            sessions.touch(db_session(), known.session_id, at=now)
    g.portal_session_id = known.session_id
    g.portal_person_values = known.person
    g.portal_hats = known.hats
    g.portal_hat = known.hat
    work_for(known.person["authority_id"])
