"""What tests would compile again and again, compiled once: templates, addresses, statements."""

from collections.abc import Callable
from types import CodeType
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.util import LRUCache
from werkzeug.routing.rules import Rule

from foundation.db import Database
from foundation.settings import Settings
from portal.app import create_app

compiled: dict[tuple[str, str], CodeType] = {}


class CompiledOnce(BytecodeCache):
    """Keeps the code of templates in memory; a template that changed has another checksum."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            compiled[bucket.key, bucket.checksum] = bucket.code


def compile_addresses_once() -> None:
    """Keep what Werkzeug makes of an address: the same for the same address, and slow to make.

    It is two thirds of what making an application takes, and tests make thousands.
    """
    compile_builder = Rule._compile_builder
    made: dict[tuple[str, str, bool], Callable[..., Any]] = {}

    def compiled_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = compiled_builder  # type: ignore[method-assign]


MOST_STATEMENTS = 4000


class StatementsCompiledOnce:
    """Gives each test its own database through one engine for each kind of database.

    A fresh engine compiles every statement anew, which is a fifth of what page tests take.
    """

    def __init__(self) -> None:
        self._opened: dict[str, Database] = {}

    def open(self, url: str) -> Database:
        """Return the Database of this process for this kind, pointed at another address."""
        address = sa.make_url(url)
        kind = address.get_backend_name()
        if kind not in self._opened:
            self._opened[kind] = _pointing_where_its_address_says(Database(url))
        database = self._opened[kind]
        database.waker = None
        for engine in _engines(database):
            engine.url = engine.url.set(database=address.database, port=address.port)
        return database


def _pointing_where_its_address_says(database: Database) -> Database:
    kept: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)
    for engine in _engines(database):
        engine.update_execution_options(compiled_cache=kept)

    def point(dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
        fresh, values = dialect.create_connect_args(database.engine.url)
        arguments[:] = fresh
        named.update(values)

    sa.event.listen(database.engine, "do_connect", point)
    if not database.is_postgresql:
        sa.event.listen(database.engine, "connect", _spare_the_disk)
    return database


def _spare_the_disk(connection: Any, _record: Any) -> None:
    # Nothing here needs to outlive the power, and waiting for the disk is most of a small test.
    connection.execute("PRAGMA synchronous=OFF")


def _engines(database: Database) -> tuple[sa.Engine, ...]:
    return database.engine, database._reading, database._hurried


class ApplicationsMadeOnce:
    """Hands each test an application as if it were new, with its own settings and database.

    Making one anew adds some four hundred addresses; what a test changes is set back.
    """

    def __init__(self) -> None:
        self._made: dict[str, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}

    def made(self, settings: Settings, database: Database) -> Flask:
        """Return the application of this process for settings that differ in the folder alone."""
        kind = settings.model_dump_json(exclude={"portal_home"})
        if kind not in self._made:
            app = create_app(settings, database)
            app.jinja_env.bytecode_cache = CompiledOnce()
            self._made[kind] = app, dict(app.config), dict(app.extensions)
        app, config, extensions = self._made[kind]
        app.config.clear()
        app.config.update(config)
        app.extensions.clear()
        app.extensions.update(extensions, portal_settings=settings, portal_database=database)
        app.test_client_class = None
        for limiter in extensions["limiter"]:
            limiter.reset()
        return app
