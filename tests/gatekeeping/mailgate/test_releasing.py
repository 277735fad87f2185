"""Released messages leave byte for byte, once, to whom they were sent, or people are told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY
from foundation.sealing import Seal
from gatekeeping.afterwards.grounds import Grounds
from gatekeeping.mailgate.cases import deciding, release_outcomes, releasing
from gatekeeping.mailgate.cases.releasing import TakenOverError, release_waiting
from gatekeeping.mailgate.smtp.next_hop import NextHop
from gatekeeping.models import BypassCase, CaseMove, CaseState
from notifications.mail.sealed import opened_text
from notifications.models_mail import Mail
from tests import servers
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory
from tests.factories.held_mail import RAW, SEAL, keep_held
from tests.mail_doors import next_server

S = CaseState
LARGE = RAW + b".dots\r\n" * 60_000


@pytest.fixture(scope="module")
def running() -> Iterator[servers.MailSink]:
    with servers.mail_sink() as started:
        yield started


@pytest.fixture
def sink(running) -> servers.MailSink:
    running.messages.clear()
    running.refuse_to.clear()
    running.refuse_next = 0
    return running


class Clock:
    """A clock that stands still until it is put on."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self):
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def at() -> Clock:
    return Clock()


@pytest.fixture
def released(session) -> BypassCase:
    """A case that a gatekeeper has just released; two addresses of schools."""
    schools = [SchoolFactory(email=f"{name}@school.example") for name in ("one", "two")]
    case = keep_held(OfficerFactory(), schools, raw=LARGE)
    deciding.release_once(
        session, case, by=GatekeeperFactory().person, reason="It is urgent.", at=NOON
    )
    session.commit()
    return case


def drain(database, port, at, **facts) -> int:
    hop = NextHop("127.0.0.1", port, greets_as="portal.example")
    return release_waiting(database, hop=hop, **{"seal": SEAL, "now": at, **facts})


def again(session, case: BypassCase) -> None:
    """Read a case anew, and let others write."""
    session.refresh(case)
    session.commit()


def told(session) -> dict[str, str]:
    mails = session.scalars(sa.select(Mail).order_by(Mail.id))
    return {mail.address: opened_text(mail.text, SEAL) for mail in mails}


def last_note(session) -> str:
    return session.scalars(sa.select(CaseMove.note).order_by(CaseMove.id.desc()).limit(1)).one()


def test_it_leaves_byte_for_byte_to_everybody_once(database, session, released, sink, at):
    assert drain(database, sink.port, at) == 1
    assert drain(database, sink.port, at) == 0
    (mail,) = sink.messages
    assert mail.content == LARGE
    assert (mail.sender, mail.recipients) == (
        released.sender,
        ["one@school.example", "two@school.example"],
    )
    again(session, released)
    assert (released.state, released.released_at) == (S.RELEASED, NOON)
    assert "is on its way to everybody" in told(session)[released.sender]
    assert last_note(session) == ""
    sent = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "bypass.sent")).one()
    assert sent.detail == {"tries": 1, "taken": 2, "refused": 0}


@pytest.mark.sqlite_only
def test_it_leaves_to_the_addresses_as_they_were_typed(database, session, sink, at):
    typed = ["Ann.Lee@School.example", "ann.lee@school.example"]
    case = keep_held("Officer.One@Council.example", [SchoolFactory(email=each) for each in typed])
    deciding.release_once(session, case, by=GatekeeperFactory().person, reason="Now.", at=NOON)
    session.commit()
    drain(database, sink.port, at)
    assert (sink.messages[0].sender, sink.messages[0].recipients) == (
        "Officer.One@Council.example",
        typed,
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize("offers", [(b"8BITMIME", b"DSN"), (b"8BITMIME",)])
def test_a_release_asks_for_the_notices_that_its_sender_asked_for(database, session, at, offers):
    urgent = {"by": GatekeeperFactory().person, "reason": "Now.", "at": NOON}
    first, second = (SchoolFactory(email=f"{name}@school.example") for name in ("one", "two"))
    for school, wish in ((first, "NOTIFY=SUCCESS,FAILURE"), (second, "NOTIFY=NEVER")):
        asked = {"": ("RET=HDRS", "ENVID=q1"), school.email: (wish, "ORCPT=rfc822;x@y.example")}
        case = keep_held("officer@council.example", [school], asked=asked, content_key="two parts")
    deciding.release_once(session, case, **urgent)
    session.commit()
    with next_server(offers=offers) as server:
        drain(database, server.port, at)
    wished = [
        b"MAIL FROM:<officer@council.example> BODY=8BITMIME RET=HDRS ENVID=q1",
        b"RCPT TO:<one@school.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x@y.example",
        b"RCPT TO:<two@school.example> NOTIFY=NEVER ORCPT=rfc822;x@y.example",
    ]
    without = [command.partition(b" RET")[0].partition(b" NOTIFY")[0] for command in wished]
    assert server.took[0].commands[:3] == (wished if b"DSN" in offers else without)


@pytest.mark.sqlite_only
def test_what_the_server_does_not_take_now_is_tried_again_with_growing_pauses(
    database, session, released, sink, at
):
    sink.refuse_next = 3
    pauses = []
    while not sink.messages:
        waited = 0
        while not drain(database, sink.port, at):
            at.later(minutes=1)
            waited += 1
        pauses.append(waited)
    assert pauses == [0, 1, 2, 4]
    again(session, released)
    assert (released.state, released.tries) == (S.RELEASED, 4)


@pytest.mark.sqlite_only
def test_a_server_that_is_away_is_told_on_the_case_and_to_people_after_two_days(
    database, session, released, at
):
    port = servers.free_port()
    drain(database, port, at)
    again(session, released)
    assert release_outcomes.standing(released) == (
        "Sending was tried once. The portal goes on trying. The last answer: The mail server "
        "cannot be reached."
    )
    at.later(days=2, minutes=1)
    drain(database, port, at)
    again(session, released)
    assert (released.state, released.decided_by_id, released.tries) == (S.WAITING, None, 0)
    assert "could not be sent" in " ".join(session.scalars(sa.select(Mail.subject)))
    assert "cannot be reached" in last_note(session)


@pytest.mark.sqlite_only
def test_a_message_that_is_refused_for_good_is_held_again(database, session, released, sink, at):
    sink.refuse_to = {"one@school.example", "two@school.example"}
    drain(database, sink.port, at)
    again(session, released)
    assert released.state is S.WAITING
    assert "No such mailbox" in last_note(session)
    sink.refuse_to = set()
    deciding.release_once(
        session, released, by=GatekeeperFactory().person, reason="Now it works.", at=NOON
    )
    session.commit()
    drain(database, sink.port, at)
    assert len(sink.messages[0].recipients) == 2


@pytest.mark.sqlite_only
def test_when_some_are_refused_the_rest_get_it_and_the_history_says_how_many(
    database, session, released, sink, at
):
    sink.refuse_to = {"two@school.example"}
    drain(database, sink.port, at)
    again(session, released)
    assert released.state is S.RELEASED
    assert last_note(session).startswith("The mail server refused 1 address. It said: 550")
    assert "1 address could not be reached." in told(session)[released.sender]
    assert sink.messages[0].recipients == ["one@school.example"]


@pytest.mark.sqlite_only
def test_whom_the_server_puts_off_for_two_days_is_counted_and_told_as_not_reached(
    database, session, released, at
):
    with next_server() as hop:
        hop.answers = {b"RCPT TO:<two@": b"451 4.2.1 Not now"}
        drain(database, hop.port, at)
        again(session, released)
        assert released.state is S.RELEASING
        at.later(days=2, minutes=1)
        drain(database, hop.port, at)
    again(session, released)
    assert released.state is S.RELEASED
    assert last_note(session) == (
        "1 address could not be reached. The last answer: 451 4.2.1 Not now"
    )
    assert "1 address could not be reached." in told(session)[released.sender]


@pytest.mark.sqlite_only
def test_no_address_that_the_server_repeats_is_kept_with_the_case(database, session, released, at):
    with next_server() as hop:
        hop.answers = {b"RCPT TO:<two@": b"550 5.1.1 <two@school.example>: no mailbox two@school"}
        drain(database, hop.port, at)
    again(session, released)
    says = "550 5.1.1 an address: no mailbox an address"
    assert last_note(session).endswith(says)
    assert released.detail["release"]["says"] == says


@pytest.mark.sqlite_only
def test_a_worker_that_was_killed_before_the_end_gave_nothing(
    database, session, released, sink, at
):
    released.claimed_until, released.tries = NOON + timedelta(minutes=5), 1
    session.commit()
    assert drain(database, sink.port, at) == 0
    at.later(minutes=6)
    assert drain(database, sink.port, at) == 1
    session.expire_all()
    assert (len(sink.messages), last_note(session)) == (1, "")


@pytest.mark.sqlite_only
def test_one_killed_at_the_end_leaves_a_doubt_which_the_history_tells(
    database, session, released, sink, at
):
    release_outcomes.note(released, given=True)
    released.claimed_until, released.tries = NOON + timedelta(minutes=10), 1
    session.commit()
    at.later(minutes=11)
    drain(database, sink.port, at)
    session.expire_all()
    assert "It may have arrived twice" in last_note(session)


@pytest.mark.sqlite_only
def test_whose_claim_ran_out_never_ends_the_message(database, session, released, sink, at):
    released.claimed_until = NOON
    session.commit()
    claimed = releasing._Claimed(
        released, releasing._Worker(database, NextHop("127.0.0.1"), SEAL, at), NOON
    )
    claimed.mark()
    assert claimed.until == NOON + releasing.AT_END
    late = releasing._Claimed(released, claimed.worker, NOON)
    with pytest.raises(TakenOverError):
        late.mark()


@pytest.mark.sqlite_only
def test_with_another_key_it_is_held_again_and_the_reason_is_told(
    database, session, released, sink, at
):
    drain(database, sink.port, at, seal=Seal("another", SEAL.purpose))
    again(session, released)
    assert released.state is S.WAITING
    assert last_note(session).startswith("It could not be read. What was stored")
    letters = [text for text in told(session).values() if "the portal cannot read it" in text]
    assert len(letters) == 1
    assert "must set the key again" in letters[0]
    assert "mail server" not in letters[0]
    assert sink.messages == []


@pytest.mark.sqlite_only
def test_an_emergency_that_left_asks_the_others_for_a_review(database, session, sink, at):
    boss, gatekeeper = OfficerFactory(role=Role.EXECUTIVE), GatekeeperFactory()
    case = keep_held()
    deciding.release_in_emergency(session, case, by=boss.person, ground=Grounds.LIFE, at=NOON)
    session.commit()
    drain(database, sink.port, at)
    again(session, case)
    assert "a risk to life" in case.reason
    assert case.due_at.date().isoformat() == "2026-12-07"  # ten working days
    assert "Somebody who had no part in it" in told(session)[gatekeeper.person.email]


@pytest.mark.sqlite_only
def test_who_is_asked_to_stop_claims_nothing(database, session, released, sink, at):
    assert drain(database, sink.port, at, stopping=lambda: True) == 0
    with database.session(authority=EVERY_AUTHORITY, writes=False) as other:
        assert other.get(BypassCase, released.id).claimed_until is None
