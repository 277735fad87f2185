import threading
import traceback

import pytest
import sqlalchemy as sa

from directory.models import Organisation, OrganisationKind, Person, Team
from foundation import db
from foundation.db import EVERY_AUTHORITY, PATIENCE
from tests.factories.base import NOON


def test_two_writers_at_once_both_succeed(database, authority_id):
    """On SQLite a reader that turned writer would fail; a writer says so from the start."""
    failures = []

    def work(name):
        try:
            for count in range(10):
                with database.transaction(authority=authority_id) as session:
                    session.scalar(sa.select(sa.func.count(Team.id)))
                    session.add(
                        Team(
                            authority_id=authority_id,
                            organisation_id=authority_id,
                            name=f"{name} {count}",
                        )
                    )
        except sa.exc.SQLAlchemyError as fault:
            failures.append(fault)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("North", "South")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.session(authority=authority_id, writes=False) as session:
        assert session.scalar(sa.select(sa.func.count(Team.id))) == 20


def test_a_session_that_only_reads_does_not_wait_for_a_writer(database, authority_id):
    with database.session(authority=authority_id) as writer:
        writer.add(Team(authority_id=authority_id, organisation_id=authority_id, name="Admissions"))
        writer.flush()
        with database.session(authority=authority_id, writes=False) as reader:
            assert reader.scalar(sa.select(sa.func.count(Team.id))) == 0


def test_a_block_that_raises_leaves_nothing_behind(database):
    def stumble():
        with database.transaction(authority=EVERY_AUTHORITY) as session:
            session.add(Organisation(kind=OrganisationKind.AUTHORITY, code="001", name="X"))
            session.flush()
            raise KeyError("stop")

    with pytest.raises(KeyError):
        stumble()
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        assert session.scalar(sa.select(sa.func.count()).where(Organisation.code == "001")) == 0


@pytest.mark.sqlite_only
def test_a_hurried_transaction_does_not_wait_for_another_writer(database):
    def hurry():
        with database.hurried(authority=EVERY_AUTHORITY) as second:
            return second.scalar(sa.text("PRAGMA busy_timeout"))

    with database.transaction(authority=EVERY_AUTHORITY) as first:
        first.execute(sa.text("SELECT 1"))
        with pytest.raises(sa.exc.OperationalError):
            hurry()
    assert hurry() == PATIENCE


def test_what_the_database_refuses_does_not_show_in_the_error(database, authority_id):
    def twice():
        with database.transaction(authority=authority_id) as session:
            for _ in range(2):
                session.add(
                    Person(
                        authority_id=authority_id,
                        email="jo@school.example",
                        name="Jo",
                        created_at=NOON,
                    )
                )
                session.flush()

    with pytest.raises(sa.exc.IntegrityError) as fault:
        twice()
    told = "".join(traceback.format_exception(fault.value))
    assert "jo@school.example" not in told
    assert "unique" in told.lower()


def test_a_lasting_connection_leaves_its_authority_to_nobody(database, authority_id):
    everything = sa.select(sa.func.count()).select_from(Organisation.__table__)
    with database.lasting(authority=EVERY_AUTHORITY) as connection:
        for _ in range(2):
            with connection.begin():
                assert connection.scalar(everything)
    with database.engine.connect() as next_one:
        assert bool(next_one.scalar(everything)) is not database.is_postgresql


def test_what_raises_on_a_lasting_connection_leaves_the_next_one_whole(database, authority_id):
    with (
        pytest.raises(sa.exc.DBAPIError),
        database.lasting(authority=EVERY_AUTHORITY) as lasting,
        lasting.begin(),
    ):
        lasting.exec_driver_sql("SELECT nothing")
    with database.lasting(authority=EVERY_AUTHORITY) as lasting, lasting.begin():
        assert lasting.scalar(sa.select(sa.func.count()).select_from(Organisation.__table__))


@pytest.mark.postgresql_only
@pytest.mark.parametrize("rested", [60.0, -1.0])
def test_a_connection_that_the_server_ended_is_given_to_nobody(database, monkeypatch, rested):
    monkeypatch.setattr(db, "RESTED", rested)
    database.engine.dispose()  # what was opened before
    which = sa.text("SELECT pg_backend_pid()")
    with database.engine.connect() as one, database.engine.connect() as other:
        before = {one.scalar(which), other.scalar(which)}
    ending = sa.text("SELECT pg_terminate_backend(:pid, 5000)")
    with database.engine.connect() as one:
        (ended,) = before - {one.scalar(which)}  # it is kept, and used again
        assert one.scalar(ending, {"pid": ended})
    with database.engine.connect() as one, database.engine.connect() as other:
        assert ended not in {one.scalar(which), other.scalar(which)}
