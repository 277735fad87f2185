"""On PostgreSQL a session sees and writes rows of its own authority alone, in every table."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory.authorities import ensure_authority
from foundation import audit, outbox
from foundation.db import EVERY_AUTHORITY, Database, narrow
from foundation.settings import Settings
from gatekeeping.alike.index import remember
from gatekeeping.models import (
    BypassCase,
    CategoryLesson,
    HeldPart,
    MeaningBlock,
    Move,
    NumberSequence,
    State,
    SubmissionVersion,
)
from notifications.events import NoticeSent
from notifications.models import Notice
from notifications.models_mail import Mail
from portal.library.models import IndexChange
from portal.models import Base
from tests.conftest import numbers
from tests.factories.base import NOON
from tests.servers import PostgreSQL
from tests.whole.world import open_world

OWNED = sorted(table.name for table in Base.metadata.sorted_tables if "authority_id" in table.c)
UNOWNED = {"search_entry", "sign_in_link", "signed_in_session"}
"""The last two are read before anybody is known; they hold hashes, ids and times alone. The first
says itself why a policy would take its index away; it is only read beside ``delivery``."""

APPEND_ONLY = {"audit_entry"}
"""Nobody changes or deletes these at all: the statement itself is refused."""


@pytest.fixture(scope="module")
def filled(
    postgresql: PostgreSQL, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Two authorities: Lancashire with rows in every table, and one that has nothing yet."""
    name = f"test_{next(numbers)}"
    database = Database(postgresql.new_database(name, template=postgresql_template))
    settings = Settings(portal_home=tmp_path_factory.mktemp("rows"), secret_key="for-tests-only")
    with open_world(database, settings):
        with database.transaction(authority=EVERY_AUTHORITY) as session:
            _the_rest(session)
            ensure_authority(session, la_code="999", name="Elsewhere")
        yield database
    postgresql.drop_database(name)


def _the_rest(session: Session) -> None:
    """Add rows to those tables that only workers and commands fill."""
    notice = session.scalars(sa.select(Notice).limit(1)).one()
    version = session.scalars(sa.select(SubmissionVersion).limit(1)).one()
    case = session.scalars(sa.select(BypassCase).limit(1)).one()
    own = {"authority_id": notice.authority_id}
    outbox.publish(session, NoticeSent(notice.authority_id, notice.id), at=NOON)
    remember(session, version)
    audit.record(session, **own, action="test", subject="test", by=None, at=NOON)
    session.add_all(
        [
            CategoryLesson(
                **own,
                submission_id=version.submission_id,
                version=1,
                learned_at=NOON,
                categories=["catering"],
                stems=["menu"],
            ),
            Mail(**own, address="head@school.example", created_at=NOON, send_after=NOON),
            IndexChange(**own, notice_id=notice.id),
            HeldPart(**own, case_id=case.id, place=0, sealed=b"sealed"),
            MeaningBlock(**own, last_id=1, size=0, data=b""),
            NumberSequence(**own, school_year="2627", letter="Z", last=1),
            Move(
                **own,
                submission_id=version.submission_id,
                version=1,
                before=State.DRAFT,
                after=State.SUBMITTED,
                at=NOON,
            ),
        ]
    )


@pytest.fixture
def elsewhere(filled: Database) -> Iterator[Session]:
    """A session for the authority that has nothing."""
    with filled.session(authority=EVERY_AUTHORITY) as session:
        other = ensure_authority(session, la_code="999", name="Elsewhere").authority_id
        session.expunge_all()
        narrow(session, other)
        yield session
        session.rollback()


def a_row_of_lancashire(database: Database, table: str) -> dict[str, Any]:
    found = Base.metadata.tables[table]
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        row = session.execute(
            sa.select(found).where(found.c.authority_id.is_not(None)).limit(1)
        ).first()
    assert row is not None, f"{table} is empty, so this shows nothing"
    return dict(row._mapping)


def test_every_table_belongs_to_an_authority_or_says_why_not():
    assert {table.name for table in Base.metadata.sorted_tables} == {*OWNED, *UNOWNED}


def test_every_table_with_an_authority_is_guarded_also_against_its_owner(filled):
    with filled.engine.connect() as connection:
        guarded = connection.execute(
            sa.text(
                "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
                "WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.polcmd = '*' "
                "AND p.polwithcheck IS NOT NULL"
            )
        ).scalars()
        assert sorted(guarded) == OWNED


def test_the_tests_run_as_a_role_that_the_guard_binds(filled):
    with filled.engine.connect() as connection:
        unbound = connection.execute(
            sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).scalar_one()
    assert unbound is False


@pytest.mark.parametrize("table", OWNED)
def test_a_session_of_another_authority_sees_nothing_and_changes_nothing(filled, elsewhere, table):
    own = a_row_of_lancashire(filled, table)["authority_id"]
    found = Base.metadata.tables[table]
    of_lancashire = found.c.authority_id == own
    assert elsewhere.execute(sa.select(found).where(of_lancashire)).all() == []
    if table in APPEND_ONLY:
        return
    changed = sa.update(found).where(of_lancashire).values(authority_id=own)
    assert elsewhere.execute(changed).rowcount == 0
    assert elsewhere.execute(sa.delete(found).where(of_lancashire)).rowcount == 0


@pytest.mark.parametrize("table", OWNED)
def test_a_row_for_another_authority_is_refused(filled, elsewhere, table):
    row = a_row_of_lancashire(filled, table)
    with pytest.raises(DBAPIError, match=r"row-level security|only who has the role"):
        elsewhere.execute(sa.insert(Base.metadata.tables[table]).values(row))


def test_a_connection_that_states_nothing_sees_nothing(filled):
    with filled.engine.connect() as connection:
        seen = {
            table: connection.execute(
                sa.select(sa.func.count()).select_from(Base.metadata.tables[table])
            ).scalar_one()
            for table in OWNED
        }
    assert seen == dict.fromkeys(OWNED, 0)


def test_what_one_transaction_stated_is_forgotten_by_the_next_on_the_same_connection(filled):
    with filled.engine.connect() as connection:
        with connection.begin():
            connection.execute(sa.text("SELECT set_config('portal.authority', '0', true)"))
            assert connection.execute(sa.text("SELECT count(*) FROM person")).scalar_one() > 0
        with connection.begin():
            assert connection.execute(sa.text("SELECT count(*) FROM person")).scalar_one() == 0
