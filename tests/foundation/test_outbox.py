from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation import outbox
from foundation.audit import AuditEntry, record
from foundation.db import EVERY_AUTHORITY
from foundation.outbox import TRIES, Event, OutboxEvent, publish, relay
from tests.factories.base import NOON


@dataclass(frozen=True)
class BellRang(Event):
    """Something that only tests publish."""

    times: int


@pytest.fixture
def ring(database, authority_id):
    def ring(times=1):
        with database.transaction(authority=authority_id) as session:
            publish(session, BellRang(authority_id, times), at=NOON)

    return ring


def note(session, event, at):
    record(
        session,
        authority_id=event.authority_id,
        action="bell.heard",
        subject="bell",
        by=None,
        at=at,
        detail={"times": event.times},
    )


def heard(database):
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(
            sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "bell.heard")
        )


def stored(database):
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalars(sa.select(OutboxEvent)).one()


def test_an_event_is_handled_once_however_often_the_relay_runs(database, ring):
    ring()
    assert relay(database, {BellRang: (note,)}, at=NOON) == 1
    assert relay(database, {BellRang: (note,)}, at=NOON) == 0
    assert heard(database) == 1


def test_an_event_whose_transaction_was_rolled_back_never_existed(database, authority_id):
    with database.session(authority=authority_id) as session:
        publish(session, BellRang(authority_id, 1), at=NOON)
        session.rollback()
    assert relay(database, {BellRang: (note,)}, at=NOON) == 0


def test_when_a_handler_fails_nothing_of_the_others_work_remains(database, ring):
    ring()

    def stumble(_session, _event, _at):
        raise RuntimeError("stumbled")

    assert relay(database, {BellRang: (note, stumble)}, at=NOON) == 0
    assert heard(database) == 0
    event = stored(database)
    assert event.handled_at is None
    assert event.last_error == "RuntimeError: stumbled"


def test_a_failed_event_is_tried_again_later_and_given_up_in_the_end(database, ring):
    ring()

    def stumble(_session, _event, _at):
        raise RuntimeError("stumbled")

    at = NOON
    for _ in range(TRIES):
        relay(database, {BellRang: (stumble,)}, at=at)
        assert relay(database, {BellRang: (note,)}, at=at) == 0, "it must wait before the next try"
        at += timedelta(minutes=15)
    event = stored(database)
    assert event.failed_at is not None
    assert event.tries == TRIES
    assert relay(database, {BellRang: (note,)}, at=at) == 0


def test_one_broken_event_does_not_hold_up_the_others(database, ring):
    ring(times=13)
    ring(times=1)

    def superstitious(session, event, at):
        if event.times == 13:
            raise RuntimeError("unlucky")
        note(session, event, at)

    assert relay(database, {BellRang: (superstitious,)}, at=NOON) == 1
    assert heard(database) == 1


def test_an_event_claimed_by_a_worker_that_died_is_taken_over(database, ring):
    ring()
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(sa.update(OutboxEvent).values(claimed_until=NOON + outbox.LEASE))
    assert relay(database, {BellRang: (note,)}, at=NOON) == 0
    later = NOON + outbox.LEASE + timedelta(seconds=1)
    assert relay(database, {BellRang: (note,)}, at=later) == 1


@pytest.mark.parametrize("what", ["due_at", "claimed_until"])
def test_what_was_written_while_the_clock_ran_a_year_ahead_is_not_left_for_a_year(
    database, ring, what
):
    ring()
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(sa.update(OutboxEvent).values({what: NOON + timedelta(days=365)}))
    assert relay(database, {BellRang: (note,)}, at=NOON) == 1
    assert heard(database) == 1


def test_publishing_wakes_the_relay_only_after_the_commit(database, authority_id):
    woken = []
    database.waker = woken.append
    with database.session(authority=authority_id) as session:
        publish(session, BellRang(authority_id, 1), at=NOON)
        session.flush()
        assert woken == []
        session.commit()
    assert woken == [frozenset({"relay"})]


def test_a_rolled_back_transaction_wakes_nobody(database, authority_id):
    woken = []
    database.waker = woken.append
    with database.session(authority=authority_id) as session:
        publish(session, BellRang(authority_id, 1), at=NOON)
        session.rollback()
        session.commit()
    assert woken == []
