from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from threading import Thread

import pytest
import sqlalchemy as sa

from foundation.db import EVERY_AUTHORITY
from notifications.mail import claims
from notifications.mail.channels.smtp import Connection, TroubleError, opener
from notifications.mail.compose import queue_mail
from notifications.mail.message import Letterhead
from notifications.mail.sending import Outcome, send_waiting
from notifications.models import Delivery
from notifications.models_mail import Mail, MailState
from tests import servers
from tests.factories.base import NOON
from tests.factories.mail import queue_deliveries

LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example")
LEASE = timedelta(seconds=60)


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def sink() -> Iterator[servers.MailSink]:
    with servers.mail_sink() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def send(database, sink, clock) -> Callable[..., Outcome]:
    def send(**more: object) -> Outcome:
        arguments = {"now": clock, "lease": LEASE, **more}
        to = opener(f"smtp://127.0.0.1:{sink.port}")
        return send_waiting(database, to, LETTERHEAD, **arguments)

    return send


def plain(session, authority_id, address="head@school.example", **more) -> Mail:
    values = {"subject": "Hello", "text": "Good morning.", "at": NOON, **more}
    mail = queue_mail(session, authority_id=authority_id, address=address, **values)
    session.commit()
    return mail


def states(database) -> dict[str, int]:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        rows = session.execute(sa.select(Mail.state, sa.func.count()).group_by(Mail.state))
        return {state.value: count for state, count in rows}


def stored(database, mail_id) -> Mail:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.get_one(Mail, mail_id)


def test_every_school_gets_one_mail_in_few_statements(database, session, sink, send, statements):
    queue_deliveries(session, 120)
    session.commit()
    statements.clear()
    assert send() == Outcome(sent=120)
    assert len({mail.recipients[0] for mail in sink.messages}) == len(sink.messages) == 120
    assert states(database) == {"sent": 120}
    # three batches of claim, composition and whose mail came back before, one mark per mail
    assert len(statements) <= 120 + 3 * 7 + 2
    assert send() == Outcome()


def test_a_mail_is_marked_before_the_next_one_leaves(database, session, sink, send):
    queue_deliveries(session, 3)
    session.commit()
    seen = []

    def stopping() -> bool:
        if sink.messages:
            seen.append((len(sink.messages), states(database).get("sent", 0)))
        return False

    send(stopping=stopping)
    assert seen
    assert all(marked == left for left, marked in seen)


@pytest.mark.sqlite_only
def test_urgent_mail_overtakes_and_the_rest_goes_oldest_first(session, authority_id, sink, send):
    old, older = timedelta(minutes=1), timedelta(minutes=2)
    plain(session, authority_id, "second@a.example", send_after=NOON - old)
    plain(session, authority_id, "first@a.example", send_after=NOON - older)
    plain(session, authority_id, "urgent@a.example", urgent=True)
    plain(session, authority_id, "tomorrow@a.example", send_after=NOON + timedelta(days=1))
    send()
    arrived = [mail.recipients[0].split("@")[0] for mail in sink.messages]
    assert arrived == ["urgent", "first", "second"]


def test_a_recipient_refused_for_good_fails_alone(database, session, authority_id, sink, send):
    gone = plain(session, authority_id, "gone@a.example")
    plain(session, authority_id, "here@a.example")
    sink.refuse_to = {"gone@a.example"}
    assert send() == Outcome(sent=1, failed=1)
    row = stored(database, gone.id)
    assert (row.state, row.claim) == (MailState.FAILED, None)
    assert "No such mailbox" in row.last_error


def test_one_mail_refused_for_now_waits_and_the_others_go(
    database, session, authority_id, sink, send, clock
):
    queue_deliveries(session, 10)
    session.commit()
    sink.refuse_next = 1
    assert send() == Outcome(sent=9, postponed=1)
    assert send() == Outcome()
    clock.turn(seconds=31)
    assert send() == Outcome(sent=1)
    assert states(database) == {"sent": 10}


def test_nothing_is_lost_while_the_server_refuses_for_ten_minutes(
    database, session, sink, send, clock
):
    queue_deliveries(session, 120)
    session.commit()
    sink.refuse_next = 1_000_000
    for _ in range(60):
        send()
        clock.turn(seconds=10)
    assert states(database) == {"queued": 120}
    assert sink.refused < 200, "a server in trouble is not asked again and again"
    sink.refuse_next = 0
    for _ in range(62):
        send()
        clock.turn(seconds=10)
    assert states(database) == {"sent": 120}
    assert len({mail.recipients[0] for mail in sink.messages}) == len(sink.messages) == 120


def test_a_server_that_is_away_changes_nothing_but_the_waiting(database, session, authority_id):
    mail = plain(session, authority_id)
    nobody = opener(f"smtp://127.0.0.1:{servers.free_port()}")
    outcome = send_waiting(database, nobody, LETTERHEAD, now=lambda: NOON, lease=LEASE)
    assert outcome == Outcome(postponed=1)
    row = stored(database, mail.id)
    assert (row.state, row.claim, row.tries) == (MailState.QUEUED, None, 1)
    assert row.send_after == NOON + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("tries", "urgent", "seconds"),
    [
        (1, False, 30),
        (2, False, 60),
        (5, False, 480),
        (6, False, 600),
        (700, False, 600),
        (1, True, 30),
        (2, True, 60),
        (9, True, 60),
    ],
)
def test_pauses_grow_to_a_limit(tries, urgent, seconds):
    assert claims.pause(tries, urgent=urgent) == timedelta(seconds=seconds)


def test_after_five_days_a_mail_has_failed(database, session, authority_id):
    mail = plain(session, authority_id)
    mail.tries = claims.MOST_TRIES - 1
    session.commit()
    nobody = opener(f"smtp://127.0.0.1:{servers.free_port()}")
    send_waiting(database, nobody, LETTERHEAD, now=lambda: NOON, lease=LEASE)
    row = stored(database, mail.id)
    assert row.state is MailState.FAILED
    assert row.last_error


def test_claimed_mail_is_left_alone_until_its_lease_has_passed(
    database, session, authority_id, sink, send, clock
):
    plain(session, authority_id)
    lost = claims.Claim(database, LEASE)
    assert len(lost.take(NOON)) == 1
    assert send() == Outcome()
    clock.turn(seconds=61)
    assert send() == Outcome(sent=1)


def test_a_worker_whose_claim_was_taken_over_stops(database, session, sink, send, clock):
    queue_deliveries(session, 10)
    session.commit()
    other = claims.Claim(database, LEASE)

    def slow_then_robbed() -> bool:
        if len(sink.messages) == 4 and not robbed:
            clock.turn(seconds=61)
            robbed.extend(other.take(clock()))
        return False

    robbed: list[Mail] = []
    assert send(stopping=slow_then_robbed).sent == 4
    assert len(robbed) == 6
    other.release()
    send()
    assert len({mail.recipients[0] for mail in sink.messages}) == len(sink.messages) == 10


def test_a_slow_server_does_not_cost_a_worker_its_claim(database, session, sink, send, clock):
    queue_deliveries(session, 10)
    session.commit()
    other = claims.Claim(database, LEASE)

    def slow() -> bool:
        if sink.messages:
            clock.turn(seconds=40)
            assert other.take(clock()) == []
        return False

    assert send(stopping=slow).sent == 10


def test_asked_to_stop_it_gives_the_rest_back_at_once(database, session, sink, send):
    queue_deliveries(session, 10)
    session.commit()
    assert send(stopping=lambda: len(sink.messages) >= 4) == Outcome(sent=4)
    assert send() == Outcome(sent=6)


def test_two_workers_at_once_send_nothing_twice(database, session, sink, send):
    queue_deliveries(session, 200)
    session.commit()
    outcomes: list[Outcome] = []
    workers = [Thread(target=lambda: outcomes.append(send())) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(outcome.sent for outcome in outcomes) == 200
    assert len({mail.recipients[0] for mail in sink.messages}) == len(sink.messages) == 200


@pytest.mark.sqlite_only
def test_a_server_that_says_goodbye_after_some_mails_gets_a_new_connection(
    database, session, sink, clock
):
    queue_deliveries(session, 6)
    session.commit()
    opened = []

    class Moody(Connection):
        def send(self, *mail: object) -> str:
            if self.carried == 2:
                raise TroubleError("421 enough for one conversation")
            return super().send(*mail)

    def moody() -> Connection:
        opened.append(1)
        from notifications.mail.channels.smtp import server_at

        return Moody(server_at(f"smtp://127.0.0.1:{sink.port}"))

    assert send_waiting(database, moody, LETTERHEAD, now=clock, lease=LEASE) == Outcome(sent=6)
    assert len(opened) == 3


@pytest.mark.sqlite_only
def test_a_mail_that_cannot_be_composed_waits_alone(database, session, authority_id, sink, send):
    queue_deliveries(session, 2)
    session.execute(sa.update(Delivery).values(reason="owner"))
    broken = plain(session, authority_id, "not an address")
    assert send() == Outcome(sent=2, postponed=1)
    row = stored(database, broken.id)
    assert (row.state, row.tries) == (MailState.QUEUED, 1)


@pytest.mark.sqlite_only
def test_when_its_time_is_up_it_says_that_more_is_waiting(session, sink, send, clock):
    queue_deliveries(session, 60)
    session.commit()

    def slow() -> bool:
        clock.turn(seconds=1)
        return False

    assert send(stopping=slow, time_slice=timedelta(seconds=40)) == Outcome(sent=50, more=True)
    assert send() == Outcome(sent=10)


def test_the_words_of_a_mail_are_kept_until_it_is_sent(
    database, session, authority_id, sink, send, clock
):
    mail = plain(session, authority_id, text="Open https://portal.example/sign-in/secret")
    sink.refuse_next = 1
    send()
    assert "secret" in stored(database, mail.id).text
    clock.turn(minutes=1)
    assert send() == Outcome(sent=1)
    assert stored(database, mail.id).text == ""


@pytest.mark.sqlite_only
def test_a_mail_composed_twice_is_the_same_mail(database, session, sink, send, clock):
    queue_deliveries(session, 1)
    session.commit()
    send()
    with database.transaction(authority=EVERY_AUTHORITY) as again:
        again.execute(sa.update(Mail).values(state=MailState.QUEUED))
    send()
    first, second = sink.messages
    assert first.content == second.content
    message = message_from_bytes(first.content, policy=policy.default)
    assert message["Message-ID"].endswith("@portal.example>")
