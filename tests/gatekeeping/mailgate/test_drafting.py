"""Held mail as a draft: made once, for whom, with its words and files."""

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent, Reached
from directory.models import Membership, Role
from foundation.files import FileStore
from foundation.sealing import Seal, SealBrokenError
from gatekeeping.deciding.conflicts import NotGatekeeperError
from gatekeeping.mailgate import hold
from gatekeeping.mailgate.cases.conflicting import CaseConflictError
from gatekeeping.mailgate.cases.moves import CaseDoneError
from gatekeeping.mailgate.drafts import drafting
from gatekeeping.mailgate.drafts.drafting import NoOfficerError, NotTheirsError, turn_into_draft
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import Judgement, Sent, Verdict, Why
from gatekeeping.models import Kind, Submission
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory
from tests.factories.held_mail import LETTER

SEAL = Seal("for-tests-only", "held mail")


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
    files = {"virus_exe": b"MZ" + b"x" * 500, "clubs_csv": b"club,room\nchess,12\nnetball,14\n"}
    case = held(session, authority_id, letter(form_docx=form, **files))
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
    assert any("“clubs.csv” was not added. A list" in one and ".xlsx" in one for one in said)
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
    assert f"as the draft “{made.title}”." in mail.text


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
def test_what_cannot_be_read_any_more_makes_no_draft(
    session: Session, authority_id: int, sender: Membership, store: FileStore
) -> None:
    case = held(session, authority_id, letter())
    with pytest.raises(SealBrokenError, match="set the key again"):
        draft(session, case, sender, store, seal=Seal("another", SEAL.purpose))
    assert case.state is CaseState.WAITING
    assert session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 0


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
