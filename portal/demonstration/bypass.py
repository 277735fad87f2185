"""Mail that the gateway held, saw, or schools reported lately: made by the real rules."""

import hashlib
import io
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.book import Book, read_book
from directory.models import Person, School, SchoolStatus
from directory.people import person_by_email
from foundation.files import FileStore
from foundation.sealing import Seal
from foundation.settings import Settings
from foundation.workbooks import Leaf, write_workbook
from gatekeeping.afterwards.grounds import Grounds
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate import hold
from gatekeeping.mailgate.cases import deciding, release_outcomes, sender_acts
from gatekeeping.mailgate.cases.outlines import held_mail_seal
from gatekeeping.mailgate.drafts import drafting
from gatekeeping.mailgate.gate.spool import token_of
from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.policy import Sent, Verdict
from gatekeeping.mailgate.reports import reporting
from gatekeeping.mailgate.reports.forwarded import Original
from gatekeeping.mailgate.rule import judging
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.models import ExemptKind
from gatekeeping.models.mailgate import BypassCase, CaseKind
from notifications.models_mail import Mail, MailState
from portal.demonstration import council
from portal.demonstration.waiting import officer_of

DATA: Final = Path(__file__).parent / "data" / "bypass.toml"
HOUR: Final = timedelta(hours=1)
XLSX: Final = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Keys:
    """With what held mail is sealed, and its marks are made: as the gateway would."""

    seal: Seal
    marks: bytes
    files: FileStore


def keys_of(settings: Settings) -> Keys:
    """Return the keys that a portal with these settings uses."""
    return Keys(held_mail_seal(settings), settings.signing_key.encode(), FileStore(settings.files))


@dataclass(frozen=True)
class _Desk:
    """What everything below works with."""

    session: Session
    authority_id: int
    keys: Keys
    book: Book
    schools: list[School]


def hold_mail(session: Session, authority_id: int, keys: Keys, *, at: datetime) -> int:
    """Make the cases; return how many. Of their mails only those of the newest wait to be sent."""
    schools = session.scalars(
        sa.select(School)
        .where(
            School.authority_id == authority_id,
            School.status == SchoolStatus.OPEN,
            School.email.is_not(None),
        )
        .order_by(School.id)
        .limit(60)
    ).all()
    desk = _Desk(session, authority_id, keys, read_book(session, authority_id), list(schools))
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["mail"]
    made, newest = 0, session.scalar(sa.select(sa.func.max(Mail.id))) or 0
    for entry in sorted(entries, key=lambda each: -each["hours_ago"]):
        sent_at = at - entry["hours_ago"] * HOUR
        case = (
            _reported(desk, entry, sent_at) if "reporters" in entry else _sent(desk, entry, sent_at)
        )
        if case is not None:
            made += 1
            _decide(desk, case, entry, sent_at)
    session.flush()
    _keep_quiet(session, authority_id, after=newest, before=at - 4 * HOUR)
    return made


def _sent(desk: _Desk, entry: Mapping[str, Any], at: datetime) -> BypassCase | None:
    """Judge and keep a message as the gateway does; None for one that passed."""
    sender = officer_of(desk.session, desk.authority_id, entry["sender"], entry.get("team"))
    skip = entry.get("skip", 0) % max(len(desk.schools), 1)
    reached = (desk.schools[skip:] + desk.schools[:skip])[: entry["schools"]]
    sent = Sent(sender.person.email, tuple(str(school.email).lower() for school in reached))
    source, message = _written(entry, sender.person, sent, at)
    digest = hashlib.sha256(source).hexdigest()
    token, own = token_of(sent, digest), marks(message, desk.keys.marks)
    judgement = judging.judge(
        desk.session,
        desk.authority_id,
        sent,
        message,
        book=desk.book,
        protocol=protocol_of(desk.session, desk.authority_id),
        key=desk.keys.marks,
        at=at,
        token=token,
    )
    if judgement.verdict is not Verdict.HOLD:
        judging.keep_trace(
            desk.session, desk.authority_id, judgement, token=token, marks=own, at=at
        )
        return None
    return hold.keep(
        desk.session,
        desk.authority_id,
        sent=sent,
        message=message,
        source=io.BytesIO(source),
        judgement=judgement,
        token=token,
        content_key=digest,
        seal=desk.keys.seal,
        at=at,
        kind=CaseKind.SEEN if entry.get("seen") else CaseKind.HELD,
        marks=own,
    )


def _reported(desk: _Desk, entry: Mapping[str, Any], at: datetime) -> BypassCase | None:
    """Let some schools report a message."""
    sender = officer_of(desk.session, desk.authority_id, entry["sender"], entry.get("team"))
    _, message = _written(entry, sender.person, Sent(sender.person.email, ()), at)
    case = None
    for place, school in enumerate(desk.schools[: entry["reporters"]]):
        found = reporting.report(
            desk.session,
            desk.authority_id,
            reporting.Brought(
                Original(sender.person.email, at.date(), message),
                desk.book.correspondent(sender.person.email),
                reporting.Reporter(frozenset({school.urn or 0})),
            ),
            seal=desk.keys.seal,
            key=desk.keys.marks,
            at=at + place * HOUR,
        )
        case = found.case
    return case


def _written(
    entry: Mapping[str, Any], sender: Person, sent: Sent, at: datetime
) -> tuple[bytes, Message]:
    """Return a message as bytes, and as the gateway reads it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{sender.name} <{sender.email}>"
    mail["To"] = sender.email  # the schools are in copy, unseen
    mail["Subject"] = entry["subject"]
    mail["Date"] = at
    name = hashlib.sha256(f"{entry['subject']}{len(sent.recipients)}".encode()).hexdigest()[:16]
    mail["Message-ID"] = f"<{name}@{council.DOMAIN}>"
    mail.set_content(entry["text"].strip() + "\n")
    if "file" in entry:
        table = io.BytesIO()
        write_workbook([Leaf("Return", entry["columns"], [])], table)
        mail.add_attachment(
            table.getvalue(), maintype="application", subtype=XLSX, filename=entry["file"]
        )
    source = mail.as_bytes()
    return source, read(source)


def _decide(desk: _Desk, case: BypassCase, entry: Mapping[str, Any], at: datetime) -> None:
    """Carry out what the entry says became of it."""
    for name, act in _ACTS.items():
        if name in entry:
            act(desk, case, entry[name], at + entry[name]["after"] * HOUR)
    desk.session.flush()


def _keeper(desk: _Desk, place: int = 0) -> Person:
    return _person(desk, council.GATEKEEPERS[place])


def _person(desk: _Desk, email: str) -> Person:
    found = person_by_email(desk.session, desk.authority_id, email)
    if found is None:
        message = f"the demonstration has no {email}"
        raise LookupError(message)
    return found


def _explain(desk: _Desk, case: BypassCase, said: Mapping[str, Any], at: datetime) -> None:
    kind = ExemptKind(said["kind"])
    sender_acts.explain(desk.session, case, by=case.person, kind=kind, words=said["words"], at=at)


def _draft(desk: _Desk, case: BypassCase, _said: Mapping[str, Any], at: datetime) -> None:
    sender = drafting.membership_of_sender(desk.session, case)
    keys = desk.keys
    drafting.turn_into_draft(
        desk.session,
        case,
        by=sender,
        started_by=sender.person,
        seal=keys.seal,
        store=keys.files,
        at=at,
    )


def _emergency(desk: _Desk, case: BypassCase, said: Mapping[str, Any], at: datetime) -> None:
    by = _person(desk, council.EXECUTIVE)
    deciding.release_in_emergency(desk.session, case, by=by, ground=Grounds(said["ground"]), at=at)
    release_outcomes.settle(desk.session, case, release_outcomes.Outcome(is_done=True), at=at)


def _release(desk: _Desk, case: BypassCase, said: Mapping[str, Any], at: datetime) -> None:
    deciding.release_once(desk.session, case, by=_keeper(desk), reason=said["words"], at=at)
    release_outcomes.settle(desk.session, case, release_outcomes.Outcome(is_done=True), at=at)


def _return(desk: _Desk, case: BypassCase, said: Mapping[str, Any], at: datetime) -> None:
    deciding.send_back(desk.session, case, by=_keeper(desk), words=said["words"], at=at)


def _refuse(desk: _Desk, case: BypassCase, said: Mapping[str, Any], at: datetime) -> None:
    deciding.refuse(desk.session, case, by=_keeper(desk, 1), reason=said["words"], at=at)


def _withdraw(desk: _Desk, case: BypassCase, _said: Mapping[str, Any], at: datetime) -> None:
    sender_acts.withdraw(desk.session, case, by=case.person, at=at)


_ACTS: Final[Mapping[str, Callable[[_Desk, BypassCase, Mapping[str, Any], datetime], None]]] = {
    "explain": _explain,
    "draft": _draft,
    "emergency": _emergency,
    "release": _release,
    "return": _return,
    "refuse": _refuse,
    "withdraw": _withdraw,
}


def _keep_quiet(session: Session, authority_id: int, *, after: int, before: datetime) -> None:
    """Say that older mail of all this was sent already: nobody's mailbox begins with a flood."""
    session.execute(
        sa.update(Mail)
        .where(
            Mail.authority_id == authority_id,
            Mail.state == MailState.QUEUED,
            Mail.id > after,
            Mail.created_at < before,
        )
        .values(state=MailState.SENT, sent_at=Mail.created_at)
        .execution_options(synchronize_session=False)
    )
