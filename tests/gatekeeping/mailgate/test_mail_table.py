"""Every message of the table, judged as the gateway judges it, on both databases."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from directory.mail_directory.book import Book, read_book
from directory.models import SchoolStatus
from directory.models_mail import MailEntry, MailEntryKind
from gatekeeping.mailgate.gate.spool import token_of
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import (
    EXEMPTIONS,
    HOLDING,
    LEAVING_TRACES,
    Judgement,
    Sent,
    Verdict,
)
from gatekeeping.mailgate.rule.judging import judge, keep_trace
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.mailgate.saying import as_json, says
from gatekeeping.models import State
from gatekeeping.protocol import DEFAULT
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, PersonFactory, SchoolFactory, TeamFactory
from tests.factories.gatekeeping import make_submission
from tests.gatekeeping.mailgate.mail_table import ALEX, PRIYA, SAM, TABLE, Row, offices

MAIL = Path(__file__).parents[2] / "data" / "mail"
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
KEY = b"for-tests-only"
URN = 300_000


def a_world(session) -> Book:
    """Make 45 schools, lists, a federation, a trust, three officers and their numbers."""
    for place in range(1, 46):
        SchoolFactory(urn=URN + place, email=f"office@s{place:02d}.example")
    SchoolFactory(urn=URN + 901, email="office@gone.example", status=SchoolStatus.CLOSED)
    information, road = TeamFactory(name="School Information"), TeamFactory(name="Road Safety")
    authors = {
        address: OfficerFactory(person=PersonFactory(email=address), team=team)
        for address, team in ((ALEX, information), (PRIYA, information), (SAM, road))
    }
    entry(session, "office@fed.example", MailEntryKind.FEDERATION, urns=[URN + 1, URN + 2])
    entry(session, "all@trust.example", MailEntryKind.TRUST, urns=range(URN + 10, URN + 15))
    entry(session, "s44.example", MailEntryKind.DOMAIN, urns=[URN + 44])
    for name, members in LISTS.items():
        entry(session, f"{name}@lists.la.example", MailEntryKind.LIST, members=members)
    for number, expires in (("888-2627-D-00417-X", 2027), ("888-2526-D-00311-V", 2026)):
        make_submission(
            State.LIVE,
            author=authors[ALEX],
            number=number,
            expires_on=date(expires, 2, 28),
            document={"audience": {"urns": [URN + place for place in range(1, 31)]}},
        )
    session.flush()
    return read_book(session, session.info["test_authority"])


LISTS = {
    "heads": offices(25),
    "north": offices(12),
    "south": offices(13, 24),
    "small": offices(5),
    "county": ("north@lists.la.example", "south@lists.la.example"),
    "circle": ("round@lists.la.example", *offices(2)),
    "round": ("circle@lists.la.example", *offices(3, 3)),
}


def entry(session, address, kind, *, urns=(), members=()) -> None:
    session.add(
        MailEntry(
            authority_id=session.info["test_authority"],
            address=address,
            kind=kind,
            urns=list(urns),
            members=list(members),
            imported_at=NOON,
        )
    )


def judged(session, book: Book, file: str, sender: str, rcpt, at: datetime) -> Judgement:
    """Judge a message, and keep its trace as the gateway would."""
    raw = (MAIL / f"{file}.eml").read_bytes()
    authority = session.info["test_authority"]
    sent = Sent(sender, tuple(one.lower() for one in rcpt))
    token = token_of(sent, hashlib.sha256(raw).hexdigest())
    message = read(raw) if len(book.reach(sent.recipients).urns) > 1 else None
    how = {"book": book, "protocol": DEFAULT, "key": KEY, "at": at, "token": token}
    found = judge(session, authority, sent, message, **how)
    if message is not None and found.why in LEAVING_TRACES:
        own = marks(message, KEY)
        keep_trace(session, authority, found, token=token, marks=own, at=at)
    return found


def expected(row: Row) -> tuple[Verdict, str, int]:
    verdict = Verdict.HOLD if row.why in HOLDING else Verdict.PASS
    verdict = Verdict.EXEMPT if row.why in EXEMPTIONS else verdict
    return verdict, row.why.value, row.schools


def test_every_message_of_the_table_is_judged_as_expected(session):
    book = a_world(session)
    wrong = []
    for row in TABLE:
        step = session.begin_nested()
        for before in row.before:
            at = AT - timedelta(days=before.days)
            judged(session, book, before.file, before.sender, before.rcpt, at)
        found = judged(session, book, row.file, row.sender, row.rcpt, AT)
        step.rollback()
        answer = (found.verdict, found.why.value, len(found.schools))
        if answer != expected(row):
            wrong.append((row.what, row.file, answer, expected(row)))
        assert as_json(found)["schools"] == len(as_json(found)["counted"])
        assert str(len(found.reached.urns) or "no school") in says(found)
    assert not wrong


def test_the_table_has_every_file_and_no_row_twice():
    named = {row.file for row in TABLE} | {each.file for row in TABLE for each in row.before}
    assert named == {place.stem for place in MAIL.glob("*.eml")}
    assert len({row.what for row in TABLE}) == len(TABLE) >= 60


def test_files_have_the_ends_of_lines_that_mail_has():
    for place in MAIL.glob("*.eml"):
        raw = place.read_bytes()
        bare = raw.replace(b"\r\n", b"")
        assert (b"\n" in bare) is (place.stem == "bare-line-ends"), place.stem
