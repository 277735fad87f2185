"""The gate between door and rules: what is asked of it, kept, counted and logged."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.authorities import ensure_authority
from directory.models_mail import MailEntry, MailEntryKind
from foundation.db import EVERY_AUTHORITY, Database
from gatekeeping.mailgate.gate.answers import Action, NotNowError
from gatekeeping.mailgate.gate.looking import Gate, Rules
from gatekeeping.mailgate.gate.shelf import SeveralAuthoritiesError, Shelf
from gatekeeping.mailgate.gate.spool import Spool
from gatekeeping.mailgate.gate.told_runs import Telling
from gatekeeping.mailgate.policy import Sent, Why
from gatekeeping.models import (
    BypassCase,
    CaseKind,
    CaseReport,
    CaseState,
    MailTally,
    MailTrace,
)
from notifications.mail.signing import line
from notifications.returned.addresses import Returns
from tests import servers
from tests.factories.base import NOON
from tests.factories.directory import SchoolFactory
from tests.factories.held_mail import SEAL

RETURNS = Returns("bounces@portal.example", "for-tests-only")
RULES = Rules(
    key=b"for-tests-only",
    seal=SEAL,
    returns=RETURNS,
    report_address="report@portal.example",
    copy_address="copy@portal.example",
)
OFFICER = "officer@council.example"
LETTER = b"""From: Officer <officer@council.example>\r
To: Schools <schools@council.example>\r
Subject: Quokka survey\r
Message-ID: <1@council.example>\r
\r
Please tell us by Friday how many quokkas and wallabies live in the grounds of your school,\r
who feeds them at weekends, and whether their enclosure was inspected this year.\r
"""


@pytest.fixture
def schools(session):
    made = SchoolFactory.create_batch(30)
    session.commit()
    return [school.email for school in made]


@pytest.fixture
def gate(database, schools):
    return prepared(database)


def prepared(database, **rules) -> Gate:
    made = Gate(database, Shelf(database), replace(RULES, **rules), now=lambda: NOON)
    made.tend()
    return made


def look(gate, recipients, raw=LETTER, sender=OFFICER):
    with Spool() as spool:
        spool.write(raw)
        return gate.look(Sent(sender, tuple(recipients)), spool)


def rows(session, model):
    session.expire_all()
    found = session.scalars(sa.select(model)).all()
    session.commit()  # or the gate would wait for this session, on SQLite
    return found


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recipients", [0, 1])
def test_mail_to_one_school_asks_the_database_nothing(gate, schools, statements, recipients):
    statements.clear()
    looked = look(gate, ["somebody@elsewhere.example", *schools[:recipients]])
    assert looked.action is Action.HAND_ON
    assert statements == []


@pytest.mark.parametrize(("many", "action"), [(20, Action.HAND_ON), (21, Action.KEPT)])
def test_mail_to_more_schools_than_the_protocol_allows_is_kept(
    gate, schools, session, many, action
):
    looked = look(gate, [*schools[:many], "somebody@elsewhere.example"])
    assert looked.action is action
    assert [len(trace.urns) for trace in rows(session, MailTrace)] == [many]
    cases = rows(session, BypassCase)
    assert [(case.id, case.kind, case.why) for case in cases] == (
        [(looked.case_id, CaseKind.HELD, Why.MANY)] if many == 21 else []
    )
    assert look(gate, [*schools[:many], "somebody@elsewhere.example"]) == looked  # brought again
    assert len(rows(session, BypassCase)) == len(cases)


@pytest.mark.sqlite_only
def test_a_held_message_that_comes_again_after_its_case_closed_does_not_pass(
    gate, schools, session
):
    first = look(gate, schools[:15])
    assert first.action is Action.HAND_ON
    second = look(gate, schools[15:])
    assert second.action is Action.KEPT
    session.execute(sa.update(BypassCase).values(state=CaseState.WITHDRAWN))
    session.execute(sa.delete(MailTrace).where(MailTrace.case_id.is_(None)))  # long ago by now
    session.commit()
    assert look(gate, schools[15:]) == second


def test_signs_that_no_database_stores_keep_no_message_back(gate, schools):
    raw = b"Portal-Number: \0 none =?utf-7?Q?+2AA-?=\r\n" + LETTER.replace(b"Quokka", b"Quo\0kka")
    assert look(gate, schools, raw).action is Action.KEPT


@pytest.mark.sqlite_only
def test_a_message_that_was_only_seen_is_not_swallowed_once_the_gate_holds(database, schools):
    watching, holding = prepared(database, monitors=True), prepared(database)
    assert look(watching, schools).action is Action.HAND_ON
    assert look(holding, schools).action is Action.HAND_ON  # nothing of it was kept
    kept = look(holding, schools, LETTER + b"Thank you.\r\n")
    assert kept.action is Action.KEPT
    assert look(watching, schools, LETTER + b"Thank you.\r\n") == kept


@pytest.mark.sqlite_only
def test_a_gate_that_only_watches_hands_everything_on(database, schools, session):
    gate = prepared(database, monitors=True)
    assert look(gate, schools).action is Action.HAND_ON
    (case,) = rows(session, BypassCase)
    assert (case.kind, case.size) == (CaseKind.SEEN, 0)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("monitors", [False, True])
def test_while_the_database_is_away_only_what_needs_it_waits(gate, schools, caplog, monitors):
    gate.database = Database(f"postgresql://portal@127.0.0.1:{servers.free_port()}/portal")
    gate.rules = replace(gate.rules, monitors=monitors)
    assert look(gate, schools[:1]).action is Action.HAND_ON
    if monitors:
        assert look(gate, schools[:2]).action is Action.HAND_ON
    else:
        with pytest.raises(NotNowError):
            look(gate, schools[:2])
    with pytest.raises(NotNowError):  # it comes again, and keeps nobody waiting
        look(gate, ["report@portal.example"], sender=schools[0])
    gate.shelf.database = gate.database
    gate.tend()
    assert gate.is_ready
    assert "school" not in caplog.text.replace("one_school", "")


@pytest.mark.sqlite_only
def test_before_anything_was_read_mail_waits(database):
    gate = Gate(database, Shelf(database), RULES)
    assert not gate.is_ready
    with pytest.raises(NotNowError):
        look(gate, ["a@b.example"])
    watching = replace(gate, rules=replace(RULES, monitors=True))
    assert watching.is_ready
    assert look(watching, ["a@b.example"]).action is Action.HAND_ON


@pytest.mark.sqlite_only
def test_the_portals_own_mail_passes_by_its_signed_sender(database, schools, session):
    every = MailEntry(
        authority_id=session.info["test_authority"],
        address="all@council.example",
        kind=MailEntryKind.TRUST,
        urns=list(range(800_001, 800_031)),
        members=[],
        imported_at=NOON,
    )
    session.add(every)
    session.commit()
    gate, own, trust = prepared(database), RETURNS.path(417), "all@council.example"
    called = "mail-417.portal@portal.example"
    signature = line(417, trust, called, RULES.key.decode())
    signed = signature + b"Message-ID: <%b>\r\n\r\nSomething waits\r\n" % called.encode()
    assert look(gate, [schools[0]], sender=own).action is Action.HAND_ON
    assert look(gate, [trust], signed, sender=own).action is Action.HAND_ON
    # Whoever got mail of the portal knows its sender: to a list that alone is worth nothing.
    assert look(gate, [trust], sender=own).action is Action.KEPT
    assert look(gate, schools, sender=own).action is Action.KEPT


@pytest.mark.sqlite_only
def test_schools_report_and_nobody_else(gate, schools, session):
    forwarded = (
        b"Subject: Fwd: Survey\r\n\r\nFrom: Officer <officer@council.example>\r\n"
        b"Sent: 2 March 2026 10:00\r\nTo: Office\r\nSubject: Survey of kitchens\r\n\r\n"
        b"Please send us the plans of your kitchen and the names of the cooks by Friday.\r\n"
    )
    to = ["report@portal.example"]
    assert look(gate, to, forwarded, sender=schools[0]).action is Action.SWALLOW
    assert [case.kind for case in rows(session, BypassCase)] == [CaseKind.REPORTED]
    assert len(rows(session, CaseReport)) == 1
    refused = look(gate, to, forwarded, sender="stranger@elsewhere.example")
    assert (refused.action, refused.says) == (Action.REFUSE, "Only schools report here")
    both = look(gate, [*to, schools[1]], forwarded, sender="stranger@elsewhere.example")
    assert both.action is Action.HAND_ON
    assert gate.refusal("stranger@elsewhere.example", to[0]) == "Only schools report here"
    said = [gate.refusal(sender, to[0]) for sender in (schools[0], "", OFFICER)]
    assert [bool(one) for one in said] == [False, False, True]
    assert gate.refusal("stranger@elsewhere.example", schools[1]) == ""


def journal(recipients) -> bytes:
    lines = [f"Sender: {OFFICER}", "Subject: Quokka survey", "Message-Id: <1@council.example>"]
    lines += [f"To: {address}, Expanded: list@council.example" for address in recipients[:10]]
    lines += [f"Bcc: {address}" for address in recipients[10:20]]
    lines += [f"Recipient: Office <{address}>" for address in recipients[20:]]
    head = "From: journal@tenant.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    text = "--x\r\nContent-Type: text/plain\r\n\r\n" + "\r\n".join(lines)
    nested = "\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n" + LETTER.decode() + "\r\n--x--\r\n"
    return (head + text + nested).encode()


def copied(recipients) -> bytes:
    return LETTER.replace(b"schools@council.example>", ", ".join(["x>", *recipients]).encode())


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("make", "many", "found"),
    [(journal, 21, 21), (journal, 20, 0), (copied, 21, 21), (copied, 1, 0)],
)
def test_a_copy_is_judged_as_the_message_that_it_is_of(gate, schools, session, make, many, found):
    looked = look(
        gate, ["copy@portal.example"], make(schools[:many]), sender="officer@council.example"
    )
    assert looked.action is Action.SWALLOW
    cases = rows(session, BypassCase)
    assert [(case.kind, case.sender, case.schools) for case in cases] == (
        [(CaseKind.SEEN, OFFICER, found)] if found else []
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize("sender", ["", "x" * 60 + "@" + "y" * 220 + ".example"])
def test_a_copy_that_cannot_be_understood_is_swallowed(gate, schools, caplog, sender):
    raw = copied(schools) if sender else b"\r\n\r\nhello\r\n"
    assert look(gate, ["copy@portal.example"], raw, sender=sender).action is Action.SWALLOW
    assert "a copy could not be understood" in caplog.text


def test_what_was_seen_is_counted_by_day(gate, schools, session):
    for recipients in (schools[:1], schools[1:2], schools[:5], schools[:25]):
        look(gate, recipients)
    gate.tend(writes=True)
    look(gate, schools[:1])
    gate.tend(writes=True)
    counted = {tally.what: tally.messages for tally in rows(session, MailTally)}
    assert counted == {Why.ONE_SCHOOL: 3, Why.FEW: 1, Why.MANY: 1}


@pytest.mark.sqlite_only
def test_logs_say_what_and_how_many_and_nothing_else(gate, schools, caplog):
    caplog.set_level(logging.DEBUG)
    look(gate, schools[:25])
    record = next(one for one in caplog.records if one.message == "mail was judged")
    assert vars(record)["why"] == "many"
    assert vars(record)["recipients"] == 25
    for word in ("council", "Quokka", schools[0]):
        assert not any(
            word in str(vars(one)) for one in caplog.records if "sqlalchemy" not in one.name
        )


@pytest.mark.sqlite_only
def test_single_messages_to_many_schools_open_a_case_that_was_seen(gate, schools, session):
    for address in schools[:21]:
        assert look(gate, [address]).action is Action.HAND_ON
    assert rows(session, BypassCase) == []
    gate.tend()
    (case,) = rows(session, BypassCase)
    assert (case.kind, case.why, case.schools) == (CaseKind.SEEN, Why.RUN, 21)


def test_a_run_that_cannot_be_kept_does_not_stop_what_comes_after_it(gate, schools, session):
    nobody = replace(gate.shelf.now.book, people={OFFICER: 417_000})
    gate.shelf.now = replace(gate.shelf.now, book=nobody)
    long = f"{'x' * 60}@{'ü.' * 60}example"  # far longer in ASCII
    for sender in (OFFICER, long):
        for address in schools[:21]:
            look(gate, [address], sender=sender)
    gate.tend(writes=True)
    assert [len(case.sender) for case in rows(session, BypassCase)] == [254]
    assert [tally.messages for tally in rows(session, MailTally)] == [42]


@pytest.mark.sqlite_only
def test_processes_that_share_a_port_see_a_run_together(database, schools, session, tmp_path):
    gates = [prepared(database), prepared(database)]
    for number, gate in enumerate(gates):
        gate.telling = Telling(tmp_path, _own=str(number))
    (tmp_path / "1").write_text("from long ago")
    (tmp_path / "9999999900").write_text("from before a clock was put back")
    for number, address in enumerate(schools[:21]):
        look(gates[number % 2], [address])
    for gate in gates * 2:
        gate.tend()
    (case,) = rows(session, BypassCase)
    assert (case.kind, case.why, case.schools) == (CaseKind.SEEN, Why.RUN, 21)
    assert all(place.stat().st_mode & 0o077 == 0 for place in tmp_path.iterdir())
    told = b"".join(place.read_bytes() for place in tmp_path.iterdir())
    assert told.count(b"\n") == 21
    assert not [word for word in (OFFICER, "council", "80000", "80001") if word.encode() in told]
    for gate in gates:
        gate.now = lambda: NOON + timedelta(minutes=60)
        gate.tend()
    assert not list(tmp_path.iterdir())


@pytest.mark.postgresql_only
def test_two_halves_that_come_at_once_do_not_both_pass(gate, schools):
    halves = [schools[:12], schools[12:24]]
    with ThreadPoolExecutor(2) as pool:
        looked = list(pool.map(lambda half: look(gate, half).action, halves))
    assert sorted(action.value for action in looked) == ["hand_on", "kept"]


@pytest.mark.sqlite_only
def test_the_book_is_read_anew_once_the_mail_directory_changed(gate, schools, session):
    to = ["trust@trust.example"]
    entry = MailEntry(
        authority_id=session.info["test_authority"],
        address=to[0],
        kind=MailEntryKind.TRUST,
        urns=list(range(800_001, 800_031)),
        members=[],
        imported_at=NOON,
    )
    assert look(gate, to).action is Action.HAND_ON
    first = gate.shelf.now
    gate.tend()
    assert gate.shelf.now is first
    session.add(entry)
    session.commit()
    gate.tend()
    assert look(gate, to).action is Action.KEPT


def test_with_several_authorities_somebody_says_which(database, authority_id):
    with database.transaction(authority=EVERY_AUTHORITY) as opened:
        other = ensure_authority(opened, la_code="889", name="Blackburn").authority_id
    with pytest.raises(SeveralAuthoritiesError, match="AUTHORITY"):
        Gate(database, Shelf(database), RULES).tend()
    for shelf, found in (
        (Shelf(database, takes_oldest=True), authority_id),
        (Shelf(database, "889"), other),
    ):
        shelf.tend()
        assert shelf.now is not None
        assert shelf.now.authority_id == found
