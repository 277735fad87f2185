import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from directory.mail_directory.book import Book
from directory.mail_directory.reached import Correspondent
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import Sent, Verdict, Why
from gatekeeping.mailgate.rule import comparing, tracing
from gatekeeping.mailgate.rule.comparing import Memory
from gatekeeping.mailgate.rule.judging import judge, keep_trace
from gatekeeping.mailgate.rule.likeness import ALIKE_FROM, alike, alike_to, marks
from gatekeeping.models import MailTally, MailTrace
from gatekeeping.protocol import DEFAULT
from tests.factories.base import NOON, authority_id
from tests.gatekeeping.mailgate.mail_pairs import pairs

KEY = b"for-tests-only"
ASKS = """Subject: Instruments\r
From: jo@council.example\r
Message-ID: <{token}@council.example>\r
\r
Dear colleague,\r
please tell us by the end of the month how many music stands, cellos and violins your school owns,\r
which rooms the peripatetic teachers use, and whether the instruments are insured.\r
"""
OTHER = """Subject: Kitchen boilers\r
From: jo@council.example\r
\r
Engineers inspect gas boilers in school kitchens during January. Clear the plant room beforehand,\r
and keep the inspection certificate beside the meter.\r
"""
BOOK = Book(
    schools={f"office@s{urn}.example": frozenset({urn}) for urn in range(1, 60)},
    own={
        f"{name}@council.example": Correspondent(f"{name}@council.example", None, None, team)
        for name, team in (("jo", "Music Service"), ("al", "music  service"), ("bo", "Estates"))
    },
)


def sent(first: int, last: int, *, by: str = "jo") -> Sent:
    schools = range(first, last + 1)
    return Sent(f"{by}@council.example", tuple(f"office@s{urn}.example" for urn in schools))


def ask(session, envelope, *, at=NOON, text=ASKS, token="now", keep=False, memory=None):  # noqa: S107
    message = read(text.format(token=token).encode())
    how = {"book": BOOK, "protocol": DEFAULT, "key": KEY, "at": at, "token": token}
    found = judge(session, authority_id(), envelope, message, memory=memory, **how)
    if keep:
        own = marks(message, KEY)
        keep_trace(session, authority_id(), found, token=token, marks=own, at=at)
    return found


def test_parts_of_a_letter_are_counted_together(session):
    first = ask(session, sent(1, 12), at=NOON - timedelta(days=9), token="a", keep=True)
    assert (first.verdict, first.why, len(first.schools)) == (Verdict.PASS, Why.FEW, 12)
    again = ask(session, sent(1, 12), at=NOON - timedelta(days=9), token="a", keep=True)
    assert (again.joined, len(again.schools)) == ((), 12)  # never joined to itself
    second = ask(session, sent(10, 20), at=NOON - timedelta(days=1), token="b", keep=True)
    assert (second.why, len(second.schools), len(second.joined)) == (Why.FEW, 20, 1)
    third = ask(session, sent(20, 21))
    assert (third.verdict, third.why, len(third.schools)) == (Verdict.HOLD, Why.SPLIT, 21)
    assert [each.urns for each in third.joined] == [
        frozenset(range(10, 21)),
        frozenset(range(1, 13)),
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(MailTrace)) == 2


WINDOW = timedelta(days=30)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("before", "by", "counts", "text", "is_joined"),
    [
        (timedelta(days=1), "jo", True, ASKS, True),
        (timedelta(0), "jo", True, ASKS, True),
        (WINDOW - timedelta(seconds=1), "jo", True, ASKS, True),
        (WINDOW, "jo", True, ASKS, False),
        (WINDOW + timedelta(seconds=1), "jo", True, ASKS, False),
        (timedelta(seconds=-9), "jo", True, ASKS, True),  # another gateway's clock is ahead
        (timedelta(minutes=-6), "jo", True, ASKS, False),
        (timedelta(days=1), "al", True, ASKS, True),  # the same team, however it is written
        (timedelta(days=1), "bo", True, ASKS, False),
        (timedelta(days=1), "jo", False, ASKS, False),  # withdrawn, refused, sent by the portal
        (timedelta(days=1), "jo", True, OTHER, False),
    ],
)
def test_what_was_sent_before_is_joined(session, before, by, counts, text, is_joined):
    ask(session, sent(1, 15, by=by), at=NOON - before, text=text, token="before", keep=True)
    session.execute(sa.update(MailTrace).values(counts=counts))
    found = ask(session, sent(16, 25))
    assert (found.why is Why.SPLIT) is is_joined
    assert len(found.schools) == (25 if is_joined else 10)


@pytest.mark.sqlite_only
def test_what_somebody_sent_is_compared_before_what_their_team_did(session, monkeypatch):
    monkeypatch.setattr(tracing, "MOST_COMPARED", 2)
    ask(session, sent(1, 15), at=NOON - timedelta(days=9), token="before", keep=True)
    for number in range(3):
        at = NOON - timedelta(days=number + 1)
        ask(session, sent(1, 3, by="al"), at=at, text=OTHER, token=str(number), keep=True)
    assert ask(session, sent(16, 25)).why is Why.SPLIT


@pytest.mark.sqlite_only
def test_days_are_counted_from_this_message_and_not_along_a_chain(session):
    ask(session, sent(1, 15), at=NOON - timedelta(days=40), token="a", keep=True)
    ask(session, sent(16, 20), at=NOON - timedelta(days=20), token="b", keep=True)
    found = ask(session, sent(21, 25))
    assert (found.why, len(found.schools)) == (Why.FEW, 10)  # the first lies too far back by now


@pytest.mark.sqlite_only
def test_one_school_and_exempt_mail_ask_nothing_of_the_database(session, statements):
    statements.clear()
    how = {"book": BOOK, "protocol": DEFAULT, "key": KEY, "at": NOON, "token": "t"}
    alone = judge(session, authority_id(), sent(1, 1), None, **how)
    assert (alone.verdict, alone.why) == (Verdict.PASS, Why.ONE_SCHOOL)
    bounce = read(
        b"From: MAILER-DAEMON@council.example\r\nSubject: Undeliverable: x\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b--\r\n"
    )
    envelope = Sent("", sent(1, 30).recipients)
    found = judge(session, authority_id(), envelope, bounce, **how)
    assert (found.verdict, found.why) == (Verdict.EXEMPT, Why.BOUNCE)
    assert statements == []


def test_a_message_without_numbers_costs_two_statements(session, statements):
    ask(session, sent(1, 5), text=OTHER, token="a", keep=True)
    statements.clear()
    ask(session, sent(1, 25))
    assert len(statements) == 1  # beside the lock
    ask(session, sent(1, 5), token="b", keep=True)
    statements.clear()
    ask(session, sent(1, 25))
    assert len(statements) == 2  # one that is alike is read whole


def test_messages_are_counted_by_day_and_old_traces_forgotten(session):
    for messages in (1, 41):
        tracing.count(session, authority_id(), Why.FEW, on=date(2026, 11, 23), messages=messages)
    tracing.count(session, authority_id(), Why.MANY, on=date(2026, 11, 23))
    rows = session.execute(sa.select(MailTally.what, MailTally.messages).order_by(MailTally.what))
    assert list(map(tuple, rows)) == [("few", 42), ("many", 1)]
    ask(session, sent(1, 5), at=NOON - timedelta(days=30), token="old", keep=True)
    ask(session, sent(1, 5), at=NOON, token="new", keep=True)
    assert tracing.forget(session, authority_id(), before=NOON - timedelta(days=30)) == 1
    assert session.scalars(sa.select(MailTrace.token)).all() == ["new"]


@pytest.mark.sqlite_only
def test_summer_time_makes_no_hour_of_difference(session):
    at = datetime(2026, 11, 10, 12, tzinfo=UTC)  # winter; thirty days before it was summer
    ask(session, sent(1, 15), at=at - WINDOW + timedelta(seconds=1), token="a", keep=True)
    assert ask(session, sent(16, 25), at=at).why is Why.SPLIT


def test_the_quick_comparison_of_many_says_what_the_slow_one_says():
    some = [marks(each, KEY) for pair in pairs()[::6] for each in (pair.one, pair.other)]
    for one in some:
        is_alike = alike_to(one)
        assert [is_alike(other) for other in some] == [
            alike(one, other) >= ALIKE_FROM for other in some
        ]


def test_what_is_remembered_leaves_out_nothing_that_is_alike():
    some = [marks(each, KEY) for pair in pairs()[::6] for each in (pair.one, pair.other)]
    stored = [b"", b"\1\0", *some]
    memory, ids = Memory(), range(len(stored) + 1)  # the last one it was never told
    memory.learn("us", enumerate(stored))
    left = 0
    for one in some:
        possible = memory.possible("us", one, ids)
        is_alike = alike_to(one)
        assert {each for each in ids[:-1] if is_alike(stored[each])} < set(possible)
        assert ids[-1] in possible
        left += len(possible)
    assert left < len(some) * len(some) / 5
    assert memory.possible("us", b"", ids) == [ids[-1]]
    assert memory.possible("others", some[0], ids) == list(ids)


def test_what_many_have_sent_is_compared_with_each_and_the_oldest_forgotten(monkeypatch):
    some = [marks(each, KEY) for pair in pairs()[::3] for each in (pair.one, pair.other)]
    assert len(some) > 70  # more than are compared in one go
    memory, ids = Memory(), list(range(1, len(some) + 1))
    for place, each in enumerate(some):
        memory.learn("us", [(place + 1, each)])
    alone = Memory()
    for place, each in enumerate(some):
        alone.learn(place, [(place + 1, each)])
    for one in some[::9]:
        each_alone = [
            found for place in range(len(some)) for found in alone.possible(place, one, [place + 1])
        ]
        assert memory.possible("us", one, ids) == each_alone
    monkeypatch.setattr(comparing, "MOST_REMEMBERED", len(some))
    memory.learn("them", [(1000, some[0])])
    assert memory.unknown("us", ids) == ids
    assert memory.newest("us") == 0
    assert memory.unknown("them", [1000, 1001]) == [1001]


def test_what_another_process_let_through_is_joined_too(session):
    memory = Memory()
    ask(session, sent(1, 8), token="a", keep=True, memory=memory)
    assert len(ask(session, sent(1, 2), token="b", memory=memory).joined) == 1
    ask(session, sent(9, 16), token="c", keep=True)
    assert ask(session, sent(17, 24), token="d", memory=memory).why is Why.SPLIT
    session.execute(sa.update(MailTrace).values(counts=False))
    assert ask(session, sent(17, 24), token="d", memory=memory).joined == ()
    session.execute(sa.update(MailTrace).values(counts=True))
    assert len(ask(session, sent(1, 2, by="al"), token="e", memory=memory).joined) == 2
    forgetful = Memory()
    forgetful.learn((authority_id(), "music service"), [(2**40, b"")])  # it read later ones alone
    assert len(ask(session, sent(1, 2), token="f", memory=forgetful).joined) == 2


@pytest.mark.postgresql_only
def test_mail_of_other_teams_does_not_wait(database, session):
    ask(session, sent(1, 12), token="first", keep=True)
    with database.transaction(authority=authority_id()) as other:
        other.execute(sa.text("SET LOCAL statement_timeout = '5s'"))
        assert ask(other, sent(1, 12, by="bo"), token="second").why is Why.FEW


@pytest.mark.postgresql_only
@pytest.mark.parametrize("begins_locked", [True, False])
def test_of_two_halves_at_once_the_second_sees_the_first(database, session, begins_locked):
    own, found = authority_id(), []
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")

    jo = BOOK.correspondent("jo@council.example")
    locks = tracing.locks_of(own, jo) if begins_locked else ()

    def judge_second() -> None:
        with database.transaction(authority=own, locks=locks) as other:
            found.append(ask(other, sent(13, 24), token="second"))

    ask(session, sent(1, 12), token="first", keep=True)
    second = threading.Thread(target=judge_second)
    second.start()
    while second.is_alive() and not session.scalar(waiting):
        second.join(0.01)
    assert found == []
    session.commit()
    second.join()
    assert (found[0].why, len(found[0].schools)) == (Why.SPLIT, 24)
