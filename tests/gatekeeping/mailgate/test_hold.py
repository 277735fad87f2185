import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.events import PeopleMerged
from foundation.audit import AuditEntry
from foundation.errors import Refusal
from foundation.sealing import Seal, SealBrokenError
from gatekeeping.mailgate import hold
from gatekeeping.mailgate.cases import pieces
from gatekeeping.mailgate.cases.addressing import is_sender
from gatekeeping.mailgate.cases.outlines import EmptiedError, open_outline
from gatekeeping.mailgate.cases.people_merged import follow_merge
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import Earlier, Sent
from gatekeeping.models import BypassCase, CaseKind, HeldPart, MailTrace
from notifications.mail.sealed import opened_text
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.bypass import make_case_report
from tests.factories.directory import MembershipFactory, OfficerFactory, SchoolFactory
from tests.factories.held_mail import RAW, SEAL, SUBJECT, judged, keep_held, sent_by

COUNTS = (BypassCase, HeldPart, MailTrace, Mail, AuditEntry)


def counts(session) -> list[int]:
    return [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in COUNTS]


def mails(session) -> list[tuple[str, str]]:
    found = session.scalars(sa.select(Mail).order_by(Mail.id))
    return [(mail.address, opened_text(mail.text, SEAL)) for mail in found]


def test_a_held_message_is_kept_byte_for_byte_with_its_outline_trace_mail_and_audit(session):
    sender, schools = OfficerFactory(), [SchoolFactory() for _ in range(3)]
    case = keep_held(sender, schools)
    session.commit()
    assert b"".join(pieces.content(session, case, SEAL)) == RAW
    outline = open_outline(case, SEAL)
    assert outline.subject == SUBJECT
    assert outline.recipients == tuple(school.email for school in schools)
    assert "quokkas" in outline.text
    assert (case.size, case.sender_id, case.team) == (len(RAW), sender.person_id, sender.team.name)
    assert case.urns == sorted(school.urn for school in schools)
    assert case.due_at.date().isoformat() == "2026-11-24"  # the next working day
    assert case.delete_on.isoformat() == "2027-01-20"  # 20 working days, then 30 days
    trace = session.scalars(sa.select(MailTrace)).one()
    assert (trace.case_id, trace.counts, trace.token) == (case.id, True, case.token)
    assert counts(session) == [1, 1, 1, 1, 1]


def test_its_sender_is_told_at_once_what_was_counted_and_what_to_do(session):
    sender = OfficerFactory()
    schools = [SchoolFactory(name=f"Quiet School {number:02}") for number in range(41)]
    case = keep_held(sender, schools)
    mail = session.scalars(sa.select(Mail)).one()
    ((address, text),) = mails(session)
    assert (address, mail.urgent, mail.person_id) == (sender.person.email, True, sender.person_id)
    for words in (
        "“Quokka survey” of 23 November 2026 at 12:00pm to 41 schools",
        "- Quiet School 29\n- and 11 more",
        "1. Turn it into a submission",
        "by 24 November 2026",
        "after 21 December 2026",
        f"{{portal}}/held-mail/{case.id}?key=",
    ):
        assert words in text
    assert "Quokka" not in mail.text + mail.subject


@pytest.mark.sqlite_only
def test_nothing_that_it_said_can_be_read_in_the_database(session, database):
    keep_held(OfficerFactory(), [SchoolFactory(email="hidden-mailbox@school.example")])
    session.commit()
    place = Path(database.engine.url.database)
    stored = b"".join(file.read_bytes() for file in place.parent.glob(f"{place.name}*"))
    assert b"bypass_case" in stored
    for word in (b"quokka", b"Quokka", b"1@council.example"):
        assert word not in stored


def test_the_same_brought_again_is_the_same_case_and_tells_nobody_twice(session):
    sender, schools = OfficerFactory(), [SchoolFactory()]
    first = keep_held(sender, schools, token="a" * 64)
    before = counts(session)
    again = keep_held(sender, schools, token="a" * 64, at=NOON + timedelta(days=3))
    assert (again.id, counts(session)) == (first.id, before)


def test_a_further_part_of_one_message_widens_its_case(session):
    sender, schools = OfficerFactory(), [SchoolFactory() for _ in range(4)]
    key = {"content_key": "c" * 64}
    case = keep_held(sender, schools[:2], token="a" * 64, **key)
    widened = keep_held(sender, schools[1:], token="b" * 64, **key)
    once_more = keep_held(sender, schools[1:], token="b" * 64, **key)
    assert case.id == widened.id == once_more.id
    assert case.urns == sorted(school.urn for school in schools)
    assert case.schools == len(case.detail["counted"]) == 4
    assert open_outline(case, SEAL).recipients == tuple(school.email for school in schools)
    assert counts(session)[:4] == [1, 1, 2, 1]


@pytest.mark.sqlite_only
def test_addresses_are_kept_as_they_were_typed_and_compared_in_lower_case(session):
    schools = [SchoolFactory(email=f"{name}@school.example") for name in ("Ann.Lee", "ann.lee")]
    case = keep_held("Officer.One@Council.example", schools, content_key="c" * 64)
    widened = keep_held(
        "officer.one@council.example",
        [SchoolFactory(email="Bo@School.example")],
        content_key="c" * 64,
    )
    outline = open_outline(widened, SEAL)
    assert (widened.id, case.sender) == (case.id, "officer.one@council.example")
    assert outline.sender == "Officer.One@Council.example"
    assert outline.recipients == (
        "Ann.Lee@school.example",
        "ann.lee@school.example",
        "Bo@School.example",
    )


@pytest.mark.sqlite_only
def test_its_own_first_part_is_not_named_as_an_earlier_message(session, authority_id):
    sender, schools = OfficerFactory(), [SchoolFactory() for _ in range(2)]
    keep_held(sender, schools[:1], content_key="c" * 64)
    own = session.scalars(sa.select(MailTrace)).one()
    first = Earlier(own.id, NOON, own.sender, frozenset(own.urns))
    case = hold.keep(
        session,
        authority_id,
        sent=sent_by(sender, schools[1:]),
        message=read(RAW),
        source=io.BytesIO(RAW),
        judgement=judged(sender, schools[1:], joined=(first,)),
        token="b" * 64,
        content_key="c" * 64,
        seal=SEAL,
        at=NOON,
    )
    assert case.detail["joined"] == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "facts",
    [
        {"sender": True},
        {"at": NOON + timedelta(hours=2)},
        {"kind": CaseKind.SEEN},
        {"content_key": "d" * 64},
    ],
)
def test_what_is_no_part_of_it_is_a_case_of_its_own(session, facts):
    sender, schools = OfficerFactory(), [SchoolFactory()]
    keep_held(sender, schools, content_key="c" * 64)
    other = OfficerFactory() if facts.pop("sender", False) else sender
    keep_held(other, schools, **{"content_key": "c" * 64, **facts})
    assert counts(session)[0] == 2


@pytest.mark.sqlite_only
def test_of_a_message_that_was_only_seen_nothing_but_the_outline_is_kept(session):
    case = keep_held(kind=CaseKind.SEEN)
    assert open_outline(case, SEAL).subject == SUBJECT
    assert counts(session)[1] == 0
    with pytest.raises(EmptiedError):
        list(pieces.content(session, case, SEAL))
    assert "was sent. It should have passed the gate first." in mails(session)[0][1]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "sender",
    [
        "",
        "mailer-daemon@council.example",
        "no-reply@council.example",
        "noreply+trips@council.example",
        "donotreply@council.example",
        "bounces-123=x@council.example",
        "not an address",
        "two@x.example,three@x.example",
    ],
)
def test_a_machine_or_what_is_no_address_is_never_written_to(session, sender):
    case = keep_held(sender)
    assert mails(session) == []
    assert case.sender == sender


@pytest.mark.sqlite_only
def test_a_large_message_is_kept_in_pieces_and_a_source_may_give_less_than_asked_for(session):
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 100_000) if size > 0 else size)

    sender, schools = OfficerFactory(), [SchoolFactory()]
    raw = RAW + b"x" * 700_000
    case = hold.keep(
        session,
        sender.authority_id,
        sent=Sent(sender.person.email, ("a@school.example",)),
        message=read(raw),
        source=Slow(raw),
        judgement=judged(sender, schools),
        token="a" * 64,
        content_key="b" * 64,
        seal=SEAL,
        at=NOON,
    )
    assert counts(session)[1] == 3
    assert b"".join(pieces.content(session, case, SEAL)) == raw


@pytest.mark.sqlite_only
def test_with_another_key_it_is_not_read_and_a_sentence_says_why(session):
    case = keep_held()
    other = Seal("another", SEAL.purpose)
    for reading in (
        lambda: open_outline(case, other),
        lambda: list(pieces.content(session, case, other)),
    ):
        with pytest.raises(SealBrokenError, match="must set the key again") as refusal:
            reading()
        assert isinstance(refusal.value, Refusal)


@pytest.mark.sqlite_only
def test_a_piece_put_in_anothers_place_is_not_taken_for_it(session):
    one, other = keep_held(raw=RAW + b"1"), keep_held(raw=RAW + b"2")
    parts = {part.case_id: part for part in session.scalars(sa.select(HeldPart))}
    parts[one.id].sealed = parts[other.id].sealed
    session.flush()
    with pytest.raises(SealBrokenError):
        list(pieces.content(session, one, SEAL))


def test_the_teams_head_is_told_of_a_repeat_without_what_it_said(session):
    head = OfficerFactory()
    sender = OfficerFactory(team=head.team, manager_id=head.person_id)
    colleague = OfficerFactory(team=head.team)
    keep_held(colleague, at=NOON - timedelta(days=400))
    keep_held(colleague, at=NOON - timedelta(days=100))
    assert head.person.email not in dict(mails(session))
    keep_held(sender)
    text = dict(mails(session))[head.person.email]
    assert "the 2nd within 12 months" in text
    assert "uokka" not in text


def test_cases_and_reports_go_along_when_two_entries_become_one(session):
    twin, kept = MembershipFactory(), MembershipFactory()
    case, other = keep_held(twin), keep_held()
    report = make_case_report(other, twin)
    event = PeopleMerged(case.authority_id, gone_id=twin.person_id, kept_id=kept.person_id)
    for _ in range(2):
        follow_merge(session, event, NOON)
    session.expire_all()
    assert is_sender(case, kept.person)
    assert report.person_id == kept.person_id
    assert not is_sender(other, kept.person)
