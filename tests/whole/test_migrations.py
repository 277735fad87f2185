"""Migrations: one line of them, equal to the models, down and up again with data in between."""

import ast
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from foundation import migrate
from foundation.db import EVERY_AUTHORITY, Database
from gatekeeping.models import Interest, State, Submission, Verb
from portal.models import Base
from tests.factories.directory import GatekeeperFactory, HeadFactory
from tests.factories.gatekeeping import make_decision, make_submission
from tests.factories.notifications import DeliveryFactory
from tests.whole.sources import PACKAGES

FILES = sorted((migrate.FOLDER / "versions").glob("[0-9]*.py"))
SCRIPTS = ScriptDirectory(str(migrate.FOLDER))


def revisions() -> list[str]:
    return [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


def tables(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names())


def test_they_stand_in_one_line_numbered_without_gaps():
    assert len(SCRIPTS.get_heads()) == 1
    assert revisions() == [f"{number:04}" for number in range(1, len(FILES) + 1)]


@pytest.mark.parametrize("place", FILES, ids=lambda place: place.stem)
def test_a_file_is_named_for_its_revision_and_goes_both_ways(place: Path):
    assert re.fullmatch(r"\d{4}_[a-z0-9_]+", place.stem)
    script = SCRIPTS.get_revision(place.stem[:4])
    assert script.path == str(place)
    tree = ast.parse(place.read_text())
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {"upgrade", "downgrade"} <= functions
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & set(PACKAGES)


def test_the_models_are_what_the_migrations_make(database):
    with database.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_indexes_and_their_conditions_are_those_of_the_models(database):
    """Alembic compares neither the conditions of partial indexes nor SQLite's checks."""
    found = sa.inspect(database.engine)
    dialect = database.engine.dialect.name
    wrong = []
    for table in Base.metadata.sorted_tables:
        stored = {index["name"]: index for index in found.get_indexes(table.name)}
        for index in table.indexes:
            condition = index.dialect_options[dialect]["where"]
            options = stored[index.name].get("dialect_options", {})
            if (condition is None) is not (f"{dialect}_where" not in options):
                wrong.append(index.name)
        checks = {check["name"] for check in found.get_check_constraints(table.name)}
        named = {
            constraint.name
            for constraint in table.constraints
            if isinstance(constraint, sa.CheckConstraint)
        }
        if not {str(name) for name in named} <= checks:
            wrong.append((table.name, named - checks))
    assert wrong == []


def counted(database: Database, names: tuple[str, ...]) -> dict[str, int]:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in names
        }


def triggers(database: Database) -> set[str]:
    """Return the names of what guards the audit trail, decisions and versions."""
    if database.is_postgresql:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with database.engine.connect() as connection:
        return set(connection.execute(sa.text(query)).scalars())


def test_everything_can_be_taken_back_and_done_again(database):
    guards = triggers(database)
    migrate.downgrade(database, "base")
    assert tables(database) <= {"alembic_version"}
    assert migrate.current(database) is None
    migrate.upgrade(database)
    assert migrate.current(database) == migrate.head()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert triggers(database) == guards != set()


def test_every_step_keeps_the_data_of_the_tables_that_stay(database, session):
    """Each migration is taken back and done again, one by one, with rows in the tables."""
    DeliveryFactory.to(HeadFactory())
    make_submission()
    session.commit()
    session.close()
    kept = ("person", "school", "membership", "notice", "delivery", "submission")
    steps, guards = revisions(), triggers(database)
    first = steps.index("0007")
    for back in reversed(steps[first:-1]):
        before = counted(database, kept)
        migrate.downgrade(database, back)
        assert counted(database, kept) == before
    migrate.upgrade(database)
    assert counted(database, kept) == before
    assert all(before.values())
    assert triggers(database) == guards


def test_what_a_migration_fills_in_it_fills_in_for_every_authority(database, session):
    """Also on PostgreSQL, where nobody sees a row without saying of which authority."""
    submission, gatekeeper = make_submission(State.SUSPENDED), GatekeeperFactory()
    make_decision(submission, gatekeeper)
    make_decision(submission, gatekeeper, Verb.REFUSE)  # approved, suspended, then refused
    make_submission(document={"categories": ["safeguarding"]})
    session.commit()
    session.close()
    migrate.downgrade(database, "0014")
    migrate.upgrade(database)
    with database.session(authority=EVERY_AUTHORITY, writes=False) as opened:
        assert opened.scalar(sa.select(sa.func.count()).select_from(Interest)) == 4
        withheld = opened.scalars(sa.select(Submission.withheld).order_by(Submission.id)).all()
    assert withheld == ["", "safeguarding"]
