"""Held mail as a draft: what it takes from the letter, once, for whom."""

import io
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent, Reached
from directory.models import Membership, Role
from foundation.files import FileStore
from foundation.sealing import Seal
from gatekeeping.asked import AttachedText
from gatekeeping.deciding.conflicts import NotGatekeeperError
from gatekeeping.mailgate import hold
from gatekeeping.mailgate.cases import drafting
from gatekeeping.mailgate.cases.conflicting import CaseConflictError
from gatekeeping.mailgate.cases.drafting import NoOfficerError, NotTheirsError, turn_into_draft
from gatekeeping.mailgate.cases.moves import CaseDoneError
from gatekeeping.mailgate.cases.naming_asks import name_of
from gatekeeping.mailgate.cases.prefilling import as_markdown, prefill, title_of
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import Judgement, Sent, Verdict, Why
from gatekeeping.models import Kind, Submission
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from gatekeeping.reading.due_days import due_day, letter_day
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory

TODAY = date(2026, 11, 23)
SEAL = Seal("for-tests-only", "held mail")
LETTER = """Dear Headteacher,

The county's catering contract ends in July. To help us plan it would be useful to know how many
of your pupils take a hot meal on an average day, and whether your kitchen is run by the school
or by a contractor.

Please could you also let me have the name of your kitchen manager. We would be grateful for
replies by Friday 11 December to catering@council.example.

Many thanks

Jo Marsh
Catering
"""


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Menus", "Menus"),
        ("FW: [EXTERNAL] RE: Menus - 888-2627-D-00417-X", "Menus"),
        ("Fwd: Re[2]: AW: Menus for spring ", "Menus for spring"),
        ("[888-2627-C-00001-A] Menus", "Menus"),
        ("Menus (888-2627-D-00417-X)", "Menus"),
        ("OFFICIAL: Menus", "Menus"),
        ("Official visit to schools", "Official visit to schools"),
        ("Re:", ""),
        ("Reading: a survey", "Reading: a survey"),
        ("*** Newsletter *** Autumn news", "Autumn news"),
        ("x" * 500, "x" * 300),
    ],
)
def test_the_title_is_the_subject_without_what_programs_put_before_it(
    subject: str, title: str
) -> None:
    assert title_of(subject) == title


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Please return it by Friday 11 December.", date(2026, 12, 11)),
        ("no later than the 4th of December", date(2026, 12, 4)),
        ("Closing date: 11/12/2026", date(2026, 12, 11)),
        ("by Friday", date(2026, 11, 27)),
        ("by 12 noon on Monday 30 November", date(2026, 11, 30)),
        ("deadline for replies is 8 January", date(2027, 1, 8)),
        ("erbyn 4 Rhagfyr", date(2026, 12, 4)),
        ("by 20 November", None),
        ("by 31 February", None),
        ("by 4 December 2099", None),
        ("We will publish the results by 14 January.", None),
        ("On 4 December we meet.", None),
        ("before the end of term", None),
    ],
)
def test_the_day_by_which_a_letter_wants_its_answer(text: str, day: date | None) -> None:
    assert due_day(text, TODAY) == day


def test_a_day_alone_on_top_of_a_letter_is_when_it_is_to_be_sent() -> None:
    assert letter_day("14 December 2026\n\nDear all", TODAY) == date(2026, 12, 14)
    assert letter_day("Date: 1 November 2026\n\nDear all", TODAY) is None
    assert letter_day("We meet on 14 December", TODAY) is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Please send us the number of classrooms by 4 December.", "The number of classrooms"),
        ("Please tell us by 4 December how many ovens you have.", "How many ovens you have"),
        ("Send us by noon on Friday the age of every boiler.", "The age of every boiler"),
        ("Please return the form by 4 December at the latest.", ""),
        ("How many pupils are on roll?", "How many pupils are on roll"),
        ("Please tell us whether you have a pond.", "Whether you have a pond"),
        ("Could you let us know who leads on music?", "Who leads on music"),
        ("Schools must provide information about exclusions.", "Information about exclusions"),
        ("Send us the name of your cook, and return the attached form.", "The name of your cook"),
        ("Tell us how many leave and return at lunch.", "How many leave and return at lunch"),
        ("Age of boiler (years): ____", "Age of boiler (years)"),
        ("3. Does your school have a pond? Yes / No", "Does your school have a pond"),
        ("Name: ________", ""),
        ("Please complete it and return it to premises@council.example.", ""),
        ("We would be grateful for replies by Friday 11 December.", ""),
        ("Please state:", ""),
        ("________", ""),
    ],
)
def test_what_is_asked_is_named_as_an_item(words: str, name: str) -> None:
    assert name_of(words) == name


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("# of pupils", "\\# of pupils"),
        ("• one\n• two", "- one\n- two"),
        ("A * B and `c` <b>", "A \\* B and \\`c\\` <b>"),
        ("see [this](http://x.example)", "see \\[this](http://x.example)"),
        ("my_file_name and __init__", "my_file_name and \\__init__"),
        ("School: ____\nHead: ____", "School: ____\n\nHead: ____"),
        ("Title\n=====\nText", "Title\n\nText"),
        ("    four spaces", "four spaces"),
        ("> not quoted", "\\> not quoted"),
        ("2026. A good year", "2026\\. A good year"),
        ("County Hall\nPreston", "County Hall\n\nPreston"),
    ],
)
def test_plain_text_means_the_same_as_markdown(text: str, marked: str) -> None:
    assert as_markdown(text) == marked


DUTY = "Under section 537A of the Education Act 1996 schools must provide data on exclusions."
FORM = AttachedText(
    "premises survey.docx",
    "Premises survey\n\nName of school: ____\nNumber of classrooms:\nTotal floor area:\n",
)


@pytest.mark.parametrize(
    ("subject", "text", "attached", "facts"),
    [
        (
            "Catering",
            LETTER,
            [],
            {"kind": "data_request", "due_on": date(2026, 12, 11), "reply_by": "email", "items": 3},
        ),
        (
            "Invitation: network on 14 January",
            "You are warmly invited on Thursday 14 January 2027. There is no need to book.",
            [],
            {"kind": "communication", "due_on": None, "items": 0},
        ),
        (
            "Autumn news",
            "Our team has grown. New guidance was published. You need not do anything.",
            [],
            {"kind": "communication", "items": 0, "legal_claim": ""},
        ),
        (
            "Annual survey",
            "Attached is this year's form. Please return it no later than 18 December 2026.",
            [FORM],
            {"kind": "data_request", "due_on": date(2026, 12, 18), "items": 2},
        ),
        (
            "Exclusions",
            f"{DUTY} Please send it by 15 January.",
            [],
            {
                "kind": "data_request",
                "due_on": date(2027, 1, 15),
                "legal_claim": DUTY,
            },
        ),
        ("", "", [], {"kind": "communication", "title": "", "body": ""}),
    ],
)
def test_a_draft_takes_from_a_letter_what_it_says_and_nothing_else(
    subject: str, text: str, attached: list[AttachedText], facts: dict[str, object]
) -> None:
    fields = prefill(subject, text, attached=attached, today=TODAY).fields
    found = {name: fields.get(name) for name in facts}
    if "items" in facts:
        found["items"] = len(fields.get("items", ()))
    assert found == facts


def test_the_longest_text_is_read_within_its_bounds() -> None:
    text = "Please send us the number of ponds (5). " * 1_500
    found = prefill("x", text, today=TODAY)
    assert len(found.asks) <= 60


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def sender(session: Session) -> Membership:
    return OfficerFactory(person__email="jo@council.example", person__name="Jo Marsh")


def docx(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        paragraphs = "".join(
            f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n")
        )
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"<w:body>{paragraphs}</w:body></w:document>",
        )
    return made.getvalue()


def letter(subject: str = "RE: Catering", text: str = LETTER, **files: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "jo@council.example"
    message.set_content(text)
    for name, content in files.items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name.replace("_", ".")
        )
    return message.as_bytes()


def held(
    session: Session,
    authority_id: int,
    raw: bytes,
    *,
    kind: CaseKind = CaseKind.HELD,
    sender: str = "jo@council.example",
) -> BypassCase:
    urns = frozenset(SchoolFactory().urn for _ in range(3))
    session.flush()
    judgement = Judgement(
        Verdict.HOLD, Why.MANY, Correspondent(sender), Reached(urns), urns, limit=2
    )
    return hold.keep(
        session,
        authority_id,
        sent=Sent(sender, ("office@one.school.example",)),
        message=read(raw),
        source=io.BytesIO(raw),
        judgement=judgement,
        token=str(hash(raw)),
        content_key=str(hash(raw)),
        seal=SEAL,
        at=NOON,
        kind=kind,
    )


def draft(
    session: Session, case: BypassCase, by: Membership, store: FileStore, **more: object
) -> Submission:
    given = {"started_by": by.person, "seal": SEAL, "store": store, "at": NOON, **more}
    return turn_into_draft(session, case, by=by, **given)  # type: ignore[arg-type]


def test_a_held_letter_becomes_a_whole_draft_once(
    session: Session, authority_id: int, sender: Membership, store: FileStore
) -> None:
    form = docx("Kitchen form\nNumber of ovens:\nTotal floor area of the kitchen:")
    case = held(session, authority_id, letter(form_docx=form, virus_exe=b"MZ" + b"x" * 500))
    said: list[str] = []
    made = draft(session, case, sender, store, say=said.append)
    document = made.document
    assert (made.kind, made.title) == (Kind.DATA_REQUEST, "Catering")
    assert (made.author_id, made.team_id) == (sender.person_id, sender.team_id)
    assert document["audience"]["urns"] == case.urns
    assert document["attachments"] == ["form.docx"]
    assert document["due_on"] == "2026-12-11"
    assert [item["name"] for item in document["items"]][-2:] == [
        "Number of ovens",
        "Total floor area of the kitchen",
    ]
    assert "Jo Marsh" not in document["body"]
    assert any("5 things" in one and "2 of them in form.docx" in one for one in said)
    assert any(one.startswith("“virus.exe” was not added.") for one in said)
    assert (case.state, case.submission_id) == (CaseState.DRAFTED, made.id)
    assert draft(session, case, sender, store).id == made.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1


def test_a_gatekeeper_starts_it_for_the_sender_who_is_told_and_stays_the_author(
    session: Session, authority_id: int, sender: Membership, store: FileStore
) -> None:
    case = held(session, authority_id, letter())
    gatekeeper = GatekeeperFactory()
    by = drafting.membership_of_sender(session, case)
    made = draft(session, case, by, store, started_by=gatekeeper.person)
    assert made.author_id == sender.person_id
    mail = session.scalars(sa.select(Mail).order_by(Mail.id.desc()).limit(1)).one()
    assert (mail.address, mail.person_id) == ("jo@council.example", sender.person_id)
    assert f"/submissions/{made.id}" in mail.text
    assert "3 things" in mail.text


def _somebody(session: Session, who: str, sender: Membership) -> SimpleNamespace:
    """Return in whose place, and started by whom, a draft is asked for."""
    other = OfficerFactory()
    return {
        "another officer": SimpleNamespace(by=other, started_by=other.person),
        "another officer for the sender": SimpleNamespace(by=sender, started_by=other.person),
        "a gatekeeper as the author": SimpleNamespace(
            by=GatekeeperFactory(), started_by=sender.person
        ),
        "a gatekeeper of the team": SimpleNamespace(
            by=sender, started_by=GatekeeperFactory(team=sender.team).person
        ),
        "an auditor for the sender": SimpleNamespace(
            by=sender, started_by=OfficerFactory(role=Role.AUDITOR).person
        ),
    }[who]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("another officer", NotTheirsError),
        ("another officer for the sender", NotGatekeeperError),
        ("a gatekeeper as the author", NoOfficerError),
        ("an auditor for the sender", NotGatekeeperError),
        ("a gatekeeper of the team", CaseConflictError),
    ],
)
def test_nobody_else_makes_a_draft_of_it(
    session: Session,
    authority_id: int,
    sender: Membership,
    store: FileStore,
    who: str,
    refusal: type[Exception],
) -> None:
    case = held(session, authority_id, letter())
    case.team_id = sender.team_id
    asked = _somebody(session, who, sender)
    with pytest.raises(refusal):
        draft(session, case, asked.by, store, started_by=asked.started_by)
    assert case.submission_id is None


@pytest.mark.sqlite_only
def test_a_sender_without_a_place_as_officer_is_told_what_to_do(
    session: Session, authority_id: int
) -> None:
    case = held(session, authority_id, letter(), sender="nobody@partner.example")
    with pytest.raises(NoOfficerError, match="Ask an administrator"):
        drafting.membership_of_sender(session, case)


@pytest.mark.sqlite_only
def test_a_sender_whose_address_was_changed_since_makes_a_draft_of_it(
    session: Session, authority_id: int, sender: Membership, store: FileStore
) -> None:
    case = held(session, authority_id, letter())
    case.sender_id, sender.person.email = sender.person_id, "jo.married@council.example"
    session.flush()
    by = drafting.membership_of_sender(session, case)
    assert draft(session, case, by, store).author_id == sender.person_id


@pytest.mark.sqlite_only
def test_what_was_decided_meanwhile_makes_no_draft(
    session: Session, authority_id: int, sender: Membership, store: FileStore
) -> None:
    case = held(session, authority_id, letter())
    case.state = CaseState.REFUSED
    with pytest.raises(CaseDoneError):
        draft(session, case, sender, store)


@pytest.mark.sqlite_only
def test_mail_that_was_only_seen_gives_its_words_and_says_that_files_are_missing(
    session: Session, authority_id: int, sender: Membership, store: FileStore
) -> None:
    case = held(session, authority_id, letter(form_docx=docx("x")), kind=CaseKind.SEEN)
    said: list[str] = []
    made = draft(session, case, sender, store, say=said.append)
    assert "catering contract" in made.document["body"]
    assert said[-1] == "Its files were not kept. Add them again."


@pytest.mark.sqlite_only
def test_a_letter_that_was_only_forwarded_is_taken_with_what_it_forwards(
    session: Session, authority_id: int, sender: Membership, store: FileStore
) -> None:
    text = (
        "Please see below.\n\nFrom: Sam Hill <sam@partner.example>\nSent: 20 November 2026 10:00\n"
        f"To: Jo Marsh <jo@council.example>\nSubject: Catering\n\n{LETTER}"
    )
    case = held(session, authority_id, letter("FW: Catering", text))
    said: list[str] = []
    made = draft(session, case, sender, store, say=said.append)
    assert "catering contract" in made.document["body"]
    assert any("that you forwarded" in one for one in said)
