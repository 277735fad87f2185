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
MOST = 17
"""A page sends fewer than eighteen: judging a draft alone takes eight or nine."""
OUTSIDE = {"health", "home.index", "mailsink.caught", "signin.enter", "signin.start"}
"""Pages that list nothing of the database."""
# Opened by a signed address, and tried in tests/notifications.
OUTSIDE |= {"gatekeeping.held_mail_by_key", "gatekeeping.held_mail_link"}
OUTSIDE |= {"notifications.atom_feed", "notifications.calendar_feed", "notifications.stop_mail"}
ASKED = {
    "calendar.mail_directory": ("", "?q=kestrel@lists.example", "?kind=mailbox&q=k", "?page=2"),
    "categories.coverage": ("", "?by=category", "?wrong=nobody&phase=primary", "?page=2"),
    "categories.coverage_map": ("", "?of=categories"),
    "categories.school": ("", "?order=name"),
    "categories.schools": ("", "?wrong=nobody", "?page=2"),
    "categories.owners": ("", "?who=nobody", "?group=leadership"),
    "gatekeeping.bypass_list": ("", "?show=closed", "?show=waiting&page=2"),
    "gatekeeping.delivered": ("", "?show=unread&phase=primary", "?page=2"),
    "gatekeeping.mine": ("", "?page=2"),
    "gatekeeping.queue": ("", "?show=mine", "?track=STANDARD&rule=K30", "?page=2"),
    "gatekeeping.register": ("", f"?q={SECRET}", "?state=LIVE", "?page=2"),
    "library.search": ("", f"?q={SECRET}", f"?q={SECRET}&sort=newest"),
    "notifications.everything": ("", "?state=unread", "?state=overdue", "?page=2"),
    "notifications.inbox": ("", "?show=done", "?attention=information&files=yes", "?page=2"),
}
"""What lists may be narrowed to."""
ONCE = {
    "categories.coverage": "officer",
    "categories.coverage_file": "officer",
    "categories.coverage_map": "officer",
    "categories.school": "administrator",
    "categories.schools": "administrator",
    "gatekeeping.gaps": "officer",
    "gatekeeping.gaps_file": "officer",
}
"""Pages that count all schools by all categories, and are the same for every role that has them:
who else may see them is tried elsewhere, and each costs seconds where schools are many."""
EMPTY_OF_FEW = {"gatekeeping.gaps", "gatekeeping.gaps_file"}
"""As is a second page: of few rows there may be none."""
SPARED = 1
"""A list that turns out to be empty may leave out what it would have asked about its rows."""


@pytest.fixture(scope="module")
def worlds(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, World]]:
    """The same world twice: with few and with many rows of everything that pages list."""
    with pytest.MonkeyPatch.context() as patch:
        # However slow the machine: the authority's name is not read again in between.
        patch.setattr("portal.pages.PROFILE_SECONDS", 3600.0)
        yield from _opened(sqlite_template, tmp_path_factory)


def _opened(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, World]]:
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


def statements(world: World, role: str, rule: Rule, asked: str) -> list[str]:
    """Return the statements that a page sends."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    path = world.path(rule, role) + asked
    sa.event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        assert world.ask(world.hats[role], path).status in {200, 302}, path
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
        if not is_for(few.app, rule, role) or ONCE.get(rule.endpoint, role) != role:
            continue
        for asked in ASKED.get(rule.endpoint, ("",)):
            statements(few, role, rule, asked)  # from now on nothing is new to it
            counts = [len(statements(world, role, rule, asked)) for world in (few, many)]
            if not is_right(rule, asked, *counts):
                # What was new to the larger world came on top; asked again it must be the same.
                counts[1] = len(statements(many, role, rule, asked))
            if not is_right(rule, asked, *counts):
                wrong.append((rule.endpoint, asked, *counts))
    assert wrong == []


def is_right(rule: Rule, asked: str, few: int, many: int) -> bool:
    """Tell whether a page sends as many for many rows as for few, and few enough."""
    may_be_empty = "page=2" in asked or rule.endpoint in EMPTY_OF_FEW
    return 0 <= many - few <= (SPARED if may_be_empty else 0) and many <= MOST
