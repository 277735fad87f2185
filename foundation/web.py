"""What every page needs of a request: its session, its settings, its commit."""

import secrets
from typing import cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from foundation.db import EVERY_AUTHORITY, Database, narrow
from foundation.files import FileStore
from foundation.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def database() -> Database:
    """Return the application's database."""
    return cast("Database", current_app.extensions["portal_database"])


def settings() -> Settings:
    """Return the application's settings."""
    return cast("Settings", current_app.extensions["portal_settings"])


def file_store() -> FileStore:
    """Return the store of attachments and letters."""
    return FileStore(settings().files)


def db_session(*, writes: bool | None = None) -> Session:
    """Return this request's session; it is closed, uncommitted, when the request ends.

    It may write when the request is not a GET, or when its first user says ``writes=True``.
    """
    if "portal_session" not in g:
        may_write = request.method not in SAFE if writes is None else writes
        g.portal_session = database().session(
            authority=g.get("portal_authority", EVERY_AUTHORITY), writes=may_write
        )
    return cast("Session", g.portal_session)


def work_for(authority: int) -> None:
    """Bind this request, and its session if it has one, to one authority."""
    g.portal_authority = authority
    if "portal_session" in g:
        narrow(g.portal_session, authority)


def nonce() -> str:
    """Return what marks this page's own scripts and styles as ours, made when first shown.

    (Not before every request: a page of an error may come before anything else has run.)
    """
    return cast("str", g.setdefault("nonce", secrets.token_urlsafe(16)))


def close_session(_fault: BaseException | None = None) -> None:
    """Close this request's session. What was not committed is gone, by design."""
    session = g.pop("portal_session", None)
    if session is not None:
        session.close()
