"""Bringing a database to the newest structure, or back. The only module that drives Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from foundation.db import Database

FOLDER = Path(__file__).parent.parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Run every migration up to ``revision``; does nothing when the database is there already."""
    _run(database, command.upgrade, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back down to ``revision`` (``base`` for an empty database)."""
    _run(database, command.downgrade, revision)


def head() -> str:
    """Return the newest revision that this code knows."""
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    if newest is None:
        message = "there are no migrations"
        raise RuntimeError(message)
    return newest


def current(database: Database) -> str | None:
    """Return the revision that the database is at, None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _run(database: Database, action: object, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        action(config, revision)  # type: ignore[operator]
        connection.commit()
