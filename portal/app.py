"""The application factory: settings and database in, a Flask application out."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from sqlalchemy.exc import (
    IntegrityError,
    InterfaceError,
    NoResultFound,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

import portal.models  # noqa: F401 - every table must be known before the first query
from categories.versions.following import until
from directory.access import Access, access_of
from foundation import clock
from foundation.dates import day, moment
from foundation.db import Database
from foundation.errors import NotFoundError, Refusal
from foundation.files import NO_ROOM, NoRoomError, size_in_words
from foundation.markdown import to_html
from foundation.settings import Settings
from foundation.web import close_session, settings
from portal import pages, signin
from portal.navigation import may_open
from portal.wiring import waker

BODY_SLACK = 2_000_000
LARGEST_KEY = 2**63 - 1
STATIC = Path(__file__).parent / "static"
LOST_A_RACE = frozenset({"40001", "40P01"})
"""How PostgreSQL calls two transactions that cannot both go on (SQLSTATE)."""


class KeyConverter(IntegerConverter):
    """A number in an address; one that no row can have leads to no page."""

    def __init__(self, map: Map, max: int = LARGEST_KEY, **more: bool) -> None:  # noqa: A002 - its name there
        super().__init__(map, max=max, **more)


def create_app(configuration: Settings, database: Database | None = None) -> Flask:
    """Build the application. ``database`` lets tests hand over their own."""
    app = Flask(
        "portal",
        static_folder="static",
        # Their address changes with them, so browsers need not ask again at every page.
        static_url_path=f"/static/{version_of(STATIC)}",
        template_folder="templates",
    )
    app.config.update(
        SECRET_KEY=configuration.signing_key,
        SESSION_COOKIE_NAME="portal",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=configuration.address.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session; forms may stay open
        MAX_CONTENT_LENGTH=configuration.upload_limit + BODY_SLACK,
        MAX_FORM_MEMORY_SIZE=BODY_SLACK,
    )
    app.extensions["portal_settings"] = configuration
    app.extensions["portal_database"] = database or Database(configuration.database)
    app.extensions["portal_database"].waker = waker(configuration)
    if configuration.trusted_proxies:
        hops = configuration.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    app.url_map.converters["int"] = KeyConverter
    _templates(app)
    # A mail program posts there by itself (RFC 8058); the address is signed.
    CSRFProtect(app).exempt("notifications.views.reaching.stop_mail")
    app.before_request(_refuse_nul)
    # The order matters: who is asking must be known before it is decided whether they may.
    signin.install(app)
    app.before_request(_admit)
    app.after_request(_headers)
    app.teardown_request(close_session)
    pages.register(app)
    _errors(app)
    _full_disk(app)
    return app


def version_of(folder: Path) -> str:
    """Return what is another text whenever one of the files in a folder is another."""
    whole = hashlib.sha256()
    for place in sorted(folder.rglob("*")):
        if place.is_file():
            whole.update(f"{place.relative_to(folder)}\n".encode() + place.read_bytes())
    return whole.hexdigest()[:12]


def _templates(app: Flask) -> None:
    app.jinja_env.undefined = ChainableUndefined  # GOV.UK's templates rely on it
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    loader = app.jinja_loader
    app.jinja_options = {**app.jinja_options}
    app.jinja_env.loader = ChoiceLoader(
        [
            *([loader] if loader else []),
            PackageLoader("directory"),
            PackageLoader("categories"),
            PackageLoader("notifications"),
            PackageLoader("gatekeeping"),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    WTFormsHelpers(app)
    app.jinja_env.filters.update(
        markdown=to_html,
        day=day,
        moment=moment,
        number=pages.number,
        size=size_in_words,
        until=until,
    )
    app.context_processor(pages.layout_values)


def _refuse_nul() -> None:
    """Refuse text that PostgreSQL cannot store and that no keyboard types."""
    texts = [request.path, *request.args.values()]
    for _, values in request.form.lists():
        texts += values
    if any("\0" in text for text in texts):
        abort(400)


def _admit() -> ResponseReturnValue | None:
    """Let the request through only if its view says that this person may use it."""
    if request.endpoint in (None, "static"):
        return None
    access = access_of(app_view := _view())
    if access is None:
        message = f"{app_view!r} does not say who may use it"
        raise RuntimeError(message)
    if access.public:
        return None
    if g.get("portal_person_values") is None:
        following = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("signin.start", next=following or None))
    if (
        g.portal_person_values["privacy_seen_at"] is None
        and request.endpoint not in signin.BEFORE_NOTICE
    ):
        return redirect(url_for("signin.privacy"))
    return None if access.without_hat else _admit_hat(access)


def _admit_hat(access: Access) -> ResponseReturnValue | None:
    if g.get("portal_hat") is None:
        return redirect(url_for("signin.choose"))
    if not may_open(access, g.portal_hat):
        abort(403)
    return None


def _view() -> Callable[..., object]:
    from flask import current_app

    return current_app.view_functions[request.endpoint or ""]


def _headers(response: Response) -> Response:
    nonce = g.get("nonce", "")
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if settings().address.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif response.status_code < HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _forget() -> None:
    """Let the page of a fault be made without the database: it may be what is away."""
    close_session()
    g.pop("portal_profile", None)
    g.portal_faulty = True


def _full_disk(app: Flask) -> None:
    """Say that the disk takes no more: also a file that is still being received lies on it."""

    @app.errorhandler(OSError)
    def no_room(fault: OSError) -> ResponseReturnValue:
        if fault.errno not in NO_ROOM:
            raise fault
        app.logger.error("the disk is full", extra={"fault": fault.errno})
        close_session()
        return render_template("error.html", code=507, sentence=NoRoomError.sentence), 507


def _errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http(fault: HTTPException) -> ResponseReturnValue:
        code = fault.code or 500
        if code >= 500:  # noqa: PLR2004 - whatever broke may have left the transaction unusable
            _forget()
        return render_template("error.html", code=code), code

    @app.errorhandler(NoResultFound)
    @app.errorhandler(NotFoundError)
    def not_found(_fault: Exception) -> ResponseReturnValue:
        return render_template("error.html", code=404), 404

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> ResponseReturnValue:
        return render_template("error.html", code=409, sentence=str(refusal)), 409

    @app.errorhandler(StaleDataError)
    @app.errorhandler(IntegrityError)
    def stale(fault: SQLAlchemyError) -> ResponseReturnValue:
        # The name alone: what the database says of a row that it refused quotes the row.
        diagnosis = getattr(getattr(fault, "orig", None), "diag", None)
        rule = getattr(diagnosis, "constraint_name", None) or type(fault).__name__
        app.logger.warning("a change was refused by the database", extra={"rule": rule})
        close_session()  # its transaction has failed; the page needs another
        g.pop("portal_profile", None)
        sentence = "Somebody else changed this at the same moment. Go back and look again."
        return render_template("error.html", code=409, sentence=sentence), 409

    @app.errorhandler(CSRFError)
    def forged(_fault: CSRFError) -> ResponseReturnValue:
        sentence = "This page was open for too long. Go back, reload it and try again."
        return render_template("error.html", code=400, sentence=sentence), 400

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(PoolTimeoutError)
    def database_away(fault: SQLAlchemyError) -> ResponseReturnValue:
        if getattr(getattr(fault, "orig", None), "sqlstate", None) in LOST_A_RACE:
            return stale(fault)
        name = type(getattr(fault, "orig", fault)).__name__
        app.logger.error("the database did not answer", extra={"fault": name})
        _forget()
        return render_template("error.html", code=503), 503, {"Retry-After": "30"}

    @app.get("/health")
    def health() -> ResponseReturnValue:
        return {"ok": True, "at": clock.now().isoformat()}

    from directory.access import anyone

    anyone()(health)
