"""What schools report: one case for what several got, one answer, never a loop."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.mail_directory.book import Book, read_book
from directory.models import Membership, Role, School
from foundation.sealing import Seal
from gatekeeping.mailgate.cases.outlines import held_mail_seal, open_outline
from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.policy import Sent
from gatekeeping.mailgate.reports.forwarded import find_original, original_of_paste
from gatekeeping.mailgate.reports.reporting import Brought, Reporter, report
from gatekeeping.mailgate.reports.reporting_by_mail import OnlySchoolsError, take_report
from gatekeeping.models import State
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseReport, CaseState
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.bypass import make_case
from tests.factories.directory import HeadFactory, OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission

TODAY = date(2026, 11, 23)
SEAL = Seal("for-tests-only", "held mail")
KEY = b"for-tests-only"
WORDS = (
    "Dear headteacher,\n\nWe are reviewing the ponds and playing fields of all schools in the "
    "county before the new grounds maintenance contract. Please count the ponds, measure each "
    "playing field, and return the figures to grounds@council.example by Friday 11 December.\n"
)
HEADERS = {
    "Outlook": (
        "From: Marsh, Jo <jo@council.example>\nSent: 20 November 2026 10:02\n"
        "To: office@one.school.example; head@one.school.example;\n office@two.school.example\n"
        "Subject: Ponds and fields\n"
    ),
    "Outlook in bold": (
        "*From:* Jo Marsh [mailto:jo@council.example]\n"
        "*Sent:* Friday, 20 November 2026 10:02\n*To:* Office\n*Subject:* Ponds and fields\n"
    ),
    "Gmail": (
        "---------- Forwarded message ---------\nFrom: Jo Marsh <jo@council.example>\n"
        "Date: Fri, 20 Nov 2026 at 10:02\nSubject: Ponds and fields\n"
        "To: <office@one.school.example>\n\n"
    ),
    "Apple Mail": (
        "Begin forwarded message:\n\nFrom: Jo Marsh <jo@council.example>\n"
        "Subject: Ponds and fields\nDate: 20 November 2026 at 10:02:11 GMT\n"
        "To: Office <office@one.school.example>\n"
    ),
    "Welsh": (
        "Oddi wrth: Jo Marsh <jo@council.example>\nAnfonwyd: 20 Tachwedd 2026 10:02\n"
        "At: Swyddfa\nPwnc: Ponds and fields\n"
    ),
}


@pytest.mark.parametrize("program", sorted(HEADERS))
@pytest.mark.parametrize("quoted", [False, True])
def test_the_request_is_found_below_the_headers_of_each_program(program: str, quoted: bool) -> None:
    text = f"{HEADERS[program]}\n{WORDS}"
    if quoted:
        text = "".join(f"> {line}\n" for line in text.splitlines())
    found = find_original(Message(text=f"Is this all right?\n\n{text}"), TODAY)
    assert found is not None
    assert (found.sender, found.sent_on) == ("jo@council.example", date(2026, 11, 20))
    assert found.message.subject == "Ponds and fields"
    assert found.message.text.startswith("Dear headteacher,")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "What is this?",
        "From: Jo Marsh\nSent: 20 November\nSubject: Ponds\n\nNo address in it",
        "From: jo@council.example but that is no header",
    ],
)
def test_where_no_request_with_a_sender_is_found_none_is_made_up(text: str) -> None:
    assert find_original(Message(text=text), TODAY) is None


def test_what_was_pasted_needs_no_headers() -> None:
    found = original_of_paste("Jo <JO@council.example>", f"Ponds\n\n{WORDS}", TODAY)
    assert (found.sender, found.message.subject) == ("jo@council.example", "Ponds")


def forwarded(text: str = WORDS, *, attached: bool = False, **headers: str) -> bytes:
    """Return a mail in which a school forwards a letter, attached whole or below headers."""
    mail = EmailMessage()
    mail["Subject"] = "FW: Ponds and fields"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if not attached:
        mail.set_content(f"See below\n\n{HEADERS['Outlook']}\n{text}")
        return mail.as_bytes()
    mail.set_content("See the attached mail.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Jo Marsh <jo@council.example>", "Ponds and fields"
    inner.set_content(text)
    mail.add_attachment(inner)
    return mail.as_bytes()


@pytest.fixture
def schools(session: Session) -> list[School]:
    OfficerFactory(person__email="jo@council.example")
    made = [SchoolFactory() for _ in range(3)]
    session.flush()
    return made


@pytest.fixture
def book(session: Session, authority_id: int, schools: list[School]) -> Book:
    return read_book(session, authority_id)


class Reporting:
    """Reports of schools to one authority."""

    def __init__(self, session: Session, authority_id: int, book: Book) -> None:
        self.session, self.authority_id, self.book = session, authority_id, book

    def by(self, sender: str, raw: bytes, *, minutes: int = 0) -> BypassCase | None:
        return take_report(
            self.session,
            self.authority_id,
            raw,
            Sent(sender, ("report@council.example",)),
            book=self.book,
            seal=SEAL,
            key=KEY,
            at=NOON + timedelta(minutes=minutes),
            ours=("portal@council.example",),
        )

    @property
    def answers(self) -> list[tuple[str, str]]:
        rows = self.session.execute(sa.select(Mail.address, Mail.subject).order_by(Mail.id))
        return [(row[0], row[1]) for row in rows]


@pytest.fixture
def reporting(session: Session, authority_id: int, book: Book) -> Iterator[Reporting]:
    return Reporting(session, authority_id, book)


def test_several_schools_that_report_nearly_the_same_make_one_case(
    session: Session, schools: list[School], reporting: Reporting
) -> None:
    first = reporting.by(schools[0].email, forwarded())
    second = reporting.by(schools[1].email, forwarded(f"{WORDS}\nThank you."), minutes=5)
    third = reporting.by(schools[2].email, forwarded(attached=True), minutes=9)
    assert first is not None
    assert second is first
    assert third is first
    assert (first.kind, first.state, first.why) == (
        CaseKind.REPORTED,
        CaseState.WAITING,
        "reported",
    )
    assert (first.sender, first.schools) == ("jo@council.example", 3)
    assert first.urns == sorted(school.urn for school in schools)
    assert session.scalar(sa.select(sa.func.count()).select_from(CaseReport)) == 3
    assert open_outline(first, SEAL).subject == "Ponds and fields"
    assert [address for address, _ in reporting.answers] == [one.email for one in schools]


def test_the_same_school_is_thanked_once_however_often_it_reports_the_same(
    session: Session, schools: list[School], reporting: Reporting
) -> None:
    for minutes in range(5):
        reporting.by(schools[0].email, forwarded(), minutes=minutes)
        reporting.by(schools[0].email, forwarded(attached=True), minutes=minutes)
    assert session.scalar(sa.select(sa.func.count()).select_from(CaseReport)) == 1
    assert reporting.answers == [(schools[0].email, "Thank you for reporting a request")]


@pytest.mark.sqlite_only
def test_each_colleague_is_answered_once_also_after_a_report_on_the_page(
    session: Session, authority_id: int, schools: list[School], reporting: Reporting
) -> None:
    original = find_original(read(forwarded()), NOON.date())
    assert original is not None
    who = reporting.book.correspondent(original.sender)
    brought = Brought(original, who, Reporter(frozenset({schools[0].urn or 0})))
    kept = report(session, authority_id, brought, seal=SEAL, key=KEY, at=NOON)
    for minutes in (1, 2):
        again = reporting.by(schools[0].email, forwarded(f"{WORDS}\n{minutes}."), minutes=minutes)
        assert again is kept.case
    assert [address for address, _ in reporting.answers] == [schools[0].email]


@pytest.mark.sqlite_only
def test_another_letter_of_the_same_sender_is_another_case(
    schools: list[School], reporting: Reporting
) -> None:
    one = reporting.by(schools[0].email, forwarded())
    menus = "We are changing the menus of all kitchens. Tell us which meals your pupils like best."
    other = reporting.by(schools[0].email, forwarded(f"{menus}\nAnd which they never finish."))
    assert one is not other


@pytest.mark.sqlite_only
def test_only_schools_report(reporting: Reporting) -> None:
    with pytest.raises(OnlySchoolsError):
        reporting.by("somebody@elsewhere.example", forwarded())
    assert not reporting.answers


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Auto_Response_Suppress": "All", "Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"Precedence": "junk"},
    ],
)
@pytest.mark.sqlite_only
def test_what_a_machine_sends_is_taken_and_not_answered(
    headers: dict[str, str], schools: list[School], reporting: Reporting
) -> None:
    assert reporting.by(schools[0].email, forwarded(**headers)) is None
    assert reporting.by("", forwarded()) is None
    assert not reporting.answers


@pytest.mark.sqlite_only
def test_a_mail_without_a_request_is_answered_once_and_a_flood_of_them_no_more(
    schools: list[School], reporting: Reporting
) -> None:
    for number in range(30):
        mail = EmailMessage()
        mail["Subject"] = f"Hello {number}"
        mail.set_content(f"How are you? {number}")
        reporting.by(schools[0].email, mail.as_bytes())
    assert 1 <= len(reporting.answers) <= 10
    assert {subject for _, subject in reporting.answers} == {
        "We could not find the request in your mail"
    }


@pytest.mark.sqlite_only
def test_a_school_that_reports_too_much_in_a_day_is_told_so(
    schools: list[School], reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatekeeping.mailgate.reports.reporting.MOST_A_DAY", 1)
    assert reporting.by(schools[0].email, forwarded()) is not None
    other = forwarded("Please send us the names of all who keep the keys of the boiler house.")
    assert reporting.by(schools[0].email, other) is None
    assert [subject for _, subject in reporting.answers] == [
        "Thank you for reporting a request",
        "We did not keep your report",
    ]


@pytest.mark.sqlite_only
def test_the_portals_own_mail_is_no_case(schools: list[School], reporting: Reporting) -> None:
    raw = forwarded().replace(b"jo@council.example", b"portal@council.example")
    assert reporting.by(schools[0].email, raw) is None
    assert [subject for _, subject in reporting.answers] == [
        "What you reported came from the portal itself"
    ]


def test_what_carries_a_current_number_of_its_sender_has_passed(
    session: Session, authority_id: int, schools: list[School]
) -> None:
    officer = session.scalars(
        sa.select(Membership).where(Membership.role == Role.OFFICER).limit(1)
    ).one()
    live = make_submission(State.LIVE, author=officer)
    reporting = Reporting(session, authority_id, read_book(session, authority_id))
    assert reporting.by(schools[0].email, forwarded(f"{live.number}\n{WORDS}")) is None
    assert [subject for _, subject in reporting.answers] == [
        "The request that you reported has passed the gate"
    ]
    mistyped = f"{live.number}"[:-1] + "?"
    assert reporting.by(schools[1].email, forwarded(f"{mistyped}\n{WORDS}")) is not None


@pytest.mark.parametrize(
    ("state", "joins"),
    [
        (CaseState.WAITING, True),
        (CaseState.NOTED, True),
        (CaseState.RELEASED, True),
        (CaseState.REFUSED, False),
        (CaseState.WITHDRAWN, False),
    ],
)
@pytest.mark.sqlite_only
def test_what_the_gateway_knows_already_is_the_same_case_unless_it_was_never_sent(
    session: Session,
    schools: list[School],
    reporting: Reporting,
    state: CaseState,
    joins: bool,
) -> None:
    first = reporting.by(schools[0].email, forwarded())
    assert first is not None
    first.state, first.kind, first.token = state, CaseKind.HELD, "of the gateway"
    session.flush()
    second = reporting.by(schools[1].email, forwarded(), minutes=60)
    assert (second is first) is joins
    if state is CaseState.RELEASED:
        assert reporting.answers[-1][1] == "The request that you reported was let through"


@pytest.mark.sqlite_only
def test_a_run_or_case_without_marks_is_never_joined(
    schools: list[School], reporting: Reporting
) -> None:
    make_case(kind=CaseKind.SEEN)
    case = reporting.by(schools[0].email, forwarded())
    assert case is not None
    assert case.kind is CaseKind.REPORTED


@pytest.mark.sqlite_only
def test_school_staff_report_on_a_page_and_read_what_happens(
    session: Session, client: FlaskClient, sign_in, settings
) -> None:
    head = HeadFactory()
    session.commit()
    sign_in(client, head)
    empty = client.post("/report-request", data={"sender": "", "text": ""})
    assert "Paste what you got" in empty.text
    unknown = client.post("/report-request", data={"sender": "Jo", "text": WORDS})
    assert "Enter the e-mail address of whoever sent it" in unknown.text
    given = {"sender": "jo@council.example", "text": WORDS}
    done = client.post("/report-request", data=given, follow_redirects=True)
    assert "Thank you for reporting it" in done.text
    assert re.search(r">By \d+ \w+ \d{4} a gatekeeper looks at it", done.text)
    client.post("/report-request", data=given)
    session.expire_all()
    case = session.scalars(sa.select(BypassCase)).one()
    assert (case.schools, case.sender) == (1, "jo@council.example")
    outline = open_outline(case, held_mail_seal(settings))
    assert "playing field" in outline.text
    assert session.scalars(sa.select(CaseReport.person_id)).one() == head.person_id


@pytest.mark.sqlite_only
def test_a_saved_mail_is_the_request_itself_or_what_its_reader_forwarded(
    session: Session, client: FlaskClient, sign_in
) -> None:
    head = HeadFactory()
    session.commit()
    sign_in(client, head)
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "jo@council.example", "Ponds and fields"
    inner.set_content(WORDS)
    own = read(forwarded(From=head.person.email))
    assert own.from_address
    for raw in (inner.as_bytes(), forwarded(From=head.person.email)):
        answer = client.post(
            "/report-request",
            data={"sender": "", "text": "", "file": (io.BytesIO(raw), "request.eml")},
            content_type="multipart/form-data",
            follow_redirects=True,
        )
        assert "Thank you for reporting it" in answer.text
    senders = session.scalars(sa.select(BypassCase.sender)).all()
    assert senders == ["jo@council.example"]
