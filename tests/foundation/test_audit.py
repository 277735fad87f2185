import threading

import pytest
import sqlalchemy as sa

from foundation.audit import AuditEntry, record, verify
from foundation.db import EVERY_AUTHORITY
from tests.factories.base import NOON


def add(session, authority_id, action="school.changed", **detail):
    record(
        session,
        authority_id=authority_id,
        action=action,
        subject="school",
        subject_id=1,
        by=None,
        at=NOON,
        detail=detail,
    )


def test_a_chain_that_nobody_touched_is_whole(session, authority_id):
    for count in range(5):
        add(session, authority_id, count=count)
    verdict = verify(session, authority_id)
    assert (verdict.entries, verdict.broken_sequence) == (5, None)


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"]
)
def test_the_database_refuses_to_change_or_delete_an_entry(session, authority_id, change):
    add(session, authority_id)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"):
        session.execute(sa.text(change))


@pytest.mark.parametrize(
    ("tampering", "broken", "why"),
    [
        ("UPDATE audit_entry SET action = 'other' WHERE sequence = 2", 2, "content was changed"),
        ("UPDATE audit_entry SET detail = '{}' WHERE sequence = 2", 2, "content was changed"),
        ("UPDATE audit_entry SET person_id = 9 WHERE sequence = 1", 1, "content was changed"),
        ("DELETE FROM audit_entry WHERE sequence = 2", 2, "an entry is missing"),
        ("DELETE FROM audit_entry WHERE sequence = 3", 3, "missing at the end"),
        ("UPDATE audit_entry SET previous_hash = hash WHERE sequence = 3", 3, "does not follow"),
    ],
)
def test_tampering_is_found_at_the_first_broken_entry(
    database, authority_id, tampering, broken, why
):
    with database.transaction(authority=authority_id) as session:
        for count in range(3):
            add(session, authority_id, count=count)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        # whoever owns the database can take the guard off; the chain must show it
        if database.is_postgresql:
            session.execute(sa.text("DROP TRIGGER audit_entry_no_change ON audit_entry"))
        else:
            session.execute(sa.text("DROP TRIGGER audit_entry_no_update"))
            session.execute(sa.text("DROP TRIGGER audit_entry_no_delete"))
        session.execute(sa.text(tampering))
    with database.session(authority=authority_id, writes=False) as session:
        verdict = verify(session, authority_id)
    assert verdict.broken_sequence == broken
    assert why in (verdict.why or "")


def test_entries_written_at_once_by_many_make_one_chain(database, authority_id):
    with database.transaction(authority=authority_id) as session:
        add(session, authority_id)

    def work():
        for _ in range(5):
            with database.transaction(authority=authority_id) as own:
                add(own, authority_id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session(authority=authority_id, writes=False) as session:
        assert verify(session, authority_id).broken_sequence is None
        assert session.scalar(sa.select(sa.func.max(AuditEntry.sequence))) == 21
