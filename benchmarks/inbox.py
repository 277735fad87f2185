"""The inbox: statements and time by its size, and requests a second beside a bare page."""

import io
import time
from typing import Any

import flask
import sqlalchemy as sa
from flask import Flask, render_template
from flask_wtf.csrf import CSRFProtect

from benchmarks.serving import requests_a_second, served
from benchmarks.stage import Stage, give_items, signed_in_cookie
from benchmarks.tables import Table, median, verdict
from portal.app import create_app

ROUNDS, REQUESTS = 12, 300
LIMIT_STATEMENTS, LIMIT_RATIO = 12, 0.7


def measure(stages: list[Stage]) -> list[Table]:
    """Count and time the page for each size, then compare it with a bare page in turns."""
    sizes = Table(
        "The inbox page, by the number of items",
        ("database", "items", "SQL statements", "median ms a page"),
    )
    speed = Table(
        "The inbox page beside a bare Flask page (same template and rows, no database, no sign-in)",
        (
            "database",
            "ours, requests/s",
            "bare, requests/s",
            "ratio",
            "ours without server, ms",
            "bare without server, ms",
        ),
    )
    for stage in stages:
        counts = {}
        for items in (10, 1000):
            cookie = signed_in_cookie(stage, give_items(stage, items))
            app = create_app(stage.settings, stage.database)
            counts[items] = _count(stage, app, cookie)
            spent = median([call(app, cookie)[0] for _ in range(60)])
            sizes.rows.append((stage.name, items, counts[items], spent * 1000))
        same = len(set(counts.values())) == 1 and max(counts.values()) < LIMIT_STATEMENTS
        sizes.notes.append(
            f"{stage.name}: the same number, under {LIMIT_STATEMENTS}: {verdict(met=same)}."
        )
        _race(stage, app, cookie, speed)
    return [sizes, speed]


def _race(stage: Stage, app: Flask, cookie: str, table: Table) -> None:
    bare = _bare_app(app, cookie)
    stage.database.engine.dispose()  # connections must not be shared with the servers' processes
    ours, peer = [], []
    with served(app) as our_port, served(bare) as peer_port:
        for _ in range(ROUNDS):
            ours.append(requests_a_second(our_port, "/inbox", cookie, REQUESTS))
            peer.append(requests_a_second(peer_port, "/inbox", cookie, REQUESTS))
    ratio = median([mine / theirs for mine, theirs in zip(ours, peer, strict=True)])
    alone = median([call(bare, cookie)[0] for _ in range(200)])
    whole = median([call(app, cookie)[0] for _ in range(200)])
    table.rows.append((stage.name, median(ours), median(peer), ratio, whole * 1000, alone * 1000))
    table.notes.append(
        f"{stage.name}: at least {LIMIT_RATIO} of it {verdict(met=ratio >= LIMIT_RATIO)}."
    )


def _bare_app(app: Flask, cookie: str) -> Flask:
    """Make a Flask application that renders the same template with the same values, at once."""
    kept: list[tuple[str, dict[str, Any]]] = []

    def keep(_app: Flask, template: Any, context: dict[str, Any], **_rest: object) -> None:
        kept.append((template.name, dict(context)))

    with flask.template_rendered.connected_to(keep, app):
        call(app, cookie)
    name, context = kept[0]
    for given in ("g", "request", "session", "config", "current_user"):
        context.pop(given, None)
    bare = Flask("bare", static_folder=None)
    bare.config.update(  # it reads the browser's cookie too
        SECRET_KEY=app.config["SECRET_KEY"], SESSION_COOKIE_NAME=app.config["SESSION_COOKIE_NAME"]
    )
    bare.jinja_env = app.jinja_env  # type: ignore[method-assign]
    bare.url_map = app.url_map  # the same addresses for the same links
    bare.view_functions = {"notifications.inbox": lambda: render_template(name, **context)}
    CSRFProtect(bare)
    return bare


def _count(stage: Stage, app: Flask, cookie: str) -> int:
    sent: list[str] = []

    def note(*arguments: object) -> None:
        if "set_config" not in str(arguments[2]):
            sent.append(str(arguments[2]))

    sa.event.listen(stage.database.engine, "before_cursor_execute", note)
    call(app, cookie)
    sa.event.remove(stage.database.engine, "before_cursor_execute", note)
    return len(sent)


def call(app: Flask, cookie: str, path: str = "/inbox") -> tuple[float, bytes]:
    """Call the application as a server does, without a client in between."""
    environment = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.partition("?")[0],
        "SCRIPT_NAME": "",
        "QUERY_STRING": path.partition("?")[2],
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "5000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:5000",
        "HTTP_COOKIE": cookie,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    answers: list[str] = []
    start = time.perf_counter()
    body = app(environment, lambda status, _headers, *_rest: answers.append(status))  # type: ignore[arg-type, return-value]
    content = b"".join(body)
    close = getattr(body, "close", None)
    if close:
        close()
    spent = time.perf_counter() - start
    if not answers[0].startswith("200"):
        message = f"the page answered {answers[0]}"
        raise RuntimeError(message)
    return spent, content
