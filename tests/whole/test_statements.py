"""No page's cost grows with what it lists: 3 rows or 60, it sends the same few statements."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule

from foundation.db import Database
from foundation.settings import Settings
from portal.library import indexing
from tests.whole.filling import SECRET
from tests.whole.world import ROLES, World, is_for, open_world, rules

FEW, MANY = 3, 60
MOST = 11
"""A page sends fewer than twelve."""
OUTSIDE = {"health", "home.index", "mailsink.caught", "signin.enter", "signin.start"}
"""Pages that list nothing of the database."""
ASKED = {"library.search": f"?q={SECRET}"}


@pytest.fixture(scope="module")
def worlds(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, World]]:
    """The same world twice: with few and with many rows of everything that pages list."""
    opened = []
    for size in (FEW, MANY):
        home = tmp_path_factory.mktemp(f"rows-{size}")
        shutil.copy(sqlite_template, home / "portal.db")
        settings = Settings(portal_home=home, secret_key="for-tests-only")
        opened.append(open_world(Database(settings.database), settings, size=size))
    with opened[0] as few, opened[1] as many:
        for world in (few, many):
            indexing.rebuild(world.database, world.app.extensions["portal_settings"])
        yield few, many


def statements(world: World, role: str, rule: Rule) -> list[str]:
    """Return the statements of a page that was opened before, so that nothing is new to it."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    path = world.path(rule, role) + ASKED.get(rule.endpoint, "")
    world.ask(world.hats[role], path)
    sa.event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        assert world.ask(world.hats[role], path).status in {200, 302}
    finally:
        sa.event.remove(world.database.engine, "before_cursor_execute", note)
    return sent


@pytest.mark.parametrize("role", ROLES)
def test_a_page_sends_as_many_statements_for_many_rows_as_for_few(worlds, role):
    wrong = []
    few, many = worlds
    for rule in rules(few.app):
        if "GET" not in (rule.methods or ()) or rule.endpoint in OUTSIDE:
            continue
        if not is_for(few.app, rule, role):
            continue
        counts = [len(statements(world, role, rule)) for world in (few, many)]
        if counts[0] != counts[1] or counts[1] > MOST:
            wrong.append((rule.endpoint, *counts))
    assert wrong == []
