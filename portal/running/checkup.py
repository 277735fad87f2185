"""What ``portal doctor`` looks at: each check says what it found and, if need be, what to do."""

import ctypes
import shutil
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from foundation import clock, migrate
from foundation.db import EVERY_AUTHORITY, Database
from foundation.outbox import OutboxEvent
from foundation.settings import Settings
from gatekeeping.mailgate.cases.condition import condition
from gatekeeping.models import Decision, LetterState
from notifications.documents.scanning import Scanner
from notifications.mail.channels.choosing import notify_opener
from notifications.mail.channels.door import NotNowError, RefusedError, TroubleError
from notifications.mail.channels.smtp import Connection as MailConnection
from notifications.mail.channels.smtp import server_at
from notifications.models_documents import Document, DocumentState
from notifications.models_mail import Mail, MailState
from notifications.models_reading import Printout, PrintoutState
from portal.celery import app_for
from portal.library import indexing
from portal.running.findings import Finding
from portal.running.gateway_checkup import gateway

PATIENCE: Final = 5  # seconds for a server to answer
LATE: Final = timedelta(minutes=15)
ROOM: Final = 500_000_000  # bytes
PANGO: Final = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0")
STATIC: Final = Path(__file__).parent.parent / "static"
MAIL_LATE: Final = "See that a worker runs (portal run) and that it reaches the mail server."
RETRY: Final = "Mend what the worker's log says, then run: portal doctor --retry"


def examine(settings: Settings) -> list[Finding]:
    """Run every check; the ones about the database's content only when there is one."""
    findings = [_database(settings)]
    if findings[0].ok:
        findings += _work(settings, clock.now())
        findings.append(_search(settings))
    around = (_broker, _mail_server, _scanner, _assets, _pango, _disk)
    return [*findings, *(check(settings) for check in around), *gateway(settings)]


def retry(database: Database, *, at: datetime) -> dict[str, int]:
    """Put failed events, mails, letters and printouts back; return how many of each."""
    changes: dict[str, sa.Update] = {
        "events": sa.update(OutboxEvent)
        .where(OutboxEvent.failed_at.is_not(None))
        .values(failed_at=None, tries=0, due_at=at),
        "mails": sa.update(Mail)
        .where(Mail.state == MailState.FAILED)
        .values(state=MailState.QUEUED, tries=0, send_after=at, claim=None, claimed_until=None),
        "letters": sa.update(Decision)
        .where(Decision.letter_state == LetterState.FAILED)
        .values(letter_state=LetterState.WANTED, letter_tries=0, letter_due_at=None),
        "printouts": sa.update(Printout)
        .where(Printout.state == PrintoutState.FAILED)
        .values(state=PrintoutState.WAITING, tries=0, claimed_until=None),
    }
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        return {
            name: int(session.execute(change).rowcount)  # type: ignore[attr-defined]
            for name, change in changes.items()
        }


def _database(settings: Settings) -> Finding:
    if settings.database.startswith("sqlite") and not _file_of(settings).exists():
        return Finding("database", "There is no database yet.", "Run: portal db upgrade")
    database = Database(settings.database)
    try:
        current, head = migrate.current(database), migrate.head()
    except SQLAlchemyError as fault:
        says = f"The database does not answer ({type(fault).__name__})."
        return Finding("database", says, "Start it, and check DATABASE_URL.")
    finally:
        database.engine.dispose()
    if current != head:
        says = f"The database is at revision {current or 'none'}, this release needs {head}."
        return Finding("database", says, "Run: portal db upgrade")
    return Finding("database", f"The database answers and is at revision {head}.")


def _file_of(settings: Settings) -> Path:
    return Path(sa.make_url(settings.database).database or "")


def _work(settings: Settings, at: datetime) -> list[Finding]:
    database = Database(settings.database)
    try:
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            return [
                _failed(session, "events", OutboxEvent.failed_at.is_not(None)),
                _failed(session, "mails", Mail.state == MailState.FAILED),
                _failed(session, "letters", Decision.letter_state == LetterState.FAILED),
                _oldest_event(session, at),
                _oldest_mail(session, at),
                _failed(session, "printouts", Printout.state == PrintoutState.FAILED),
                _oldest_file(session, at),
                _held_mail(session, at),
            ]
    finally:
        database.engine.dispose()


def _search(settings: Settings) -> Finding:
    database = Database(settings.database)
    try:
        index = indexing.condition(database, settings)
    finally:
        database.engine.dispose()
    if index.trouble:
        return Finding("search", index.trouble, "Make room: workers then go on by themselves.")
    if index.percent is not None:
        return Finding("search", f"The search index is being prepared ({index.percent} %).")
    return Finding("search", "The search index is complete.")


def _failed(session: Session, name: str, condition: sa.ColumnElement[bool]) -> Finding:
    count = session.scalar(sa.select(sa.func.count()).where(condition)) or 0
    if not count:
        return Finding(f"failed {name}", f"No {name} have failed.")
    says = f"1 {name[:-1]} has failed." if count == 1 else f"{count} {name} have failed."
    return Finding(f"failed {name}", says, RETRY)


def _oldest_event(session: Session, at: datetime) -> Finding:
    oldest = session.scalar(
        sa.select(sa.func.min(OutboxEvent.created_at)).where(
            OutboxEvent.handled_at.is_(None), OutboxEvent.failed_at.is_(None)
        )
    )
    return _waiting("waiting events", "event", oldest, at)


def _oldest_mail(session: Session, at: datetime) -> Finding:
    oldest = session.scalar(
        sa.select(sa.func.min(Mail.created_at)).where(
            Mail.state == MailState.QUEUED, sa.or_(Mail.send_after <= at, Mail.tries > 0)
        )
    )
    return _waiting("waiting mail", "mail", oldest, at)


def _oldest_file(session: Session, at: datetime) -> Finding:
    oldest = session.scalar(
        sa.select(sa.func.min(Document.created_at)).where(Document.state == DocumentState.WAITING)
    )
    late = "See that a worker runs (portal run)."
    return _waiting("waiting files", "file", oldest, at, late=late)


def _held_mail(session: Session, at: datetime) -> Finding:
    found = condition(session, at=at)
    if found.stuck:
        mails = "1 held mail" if found.stuck == 1 else f"{found.stuck} held mails"
        says = f"{mails} that gatekeepers released could not be handed on."
        return Finding("held mail", says, "See that the server of GATEWAY_NEXT_HOP answers.")
    if found.overdue:
        cases = "1 case waits" if found.overdue == 1 else f"{found.overdue} cases wait"
        return Finding("held mail", f"{cases} for gatekeepers longer than promised.")
    return Finding("held mail", "No case is overdue, and what was released has left.")


def _waiting(
    name: str, what: str, oldest: datetime | None, at: datetime, *, late: str = MAIL_LATE
) -> Finding:
    if oldest is None:
        return Finding(name, f"No {what} is waiting.")
    minutes = int((at - oldest).total_seconds() // 60)
    says = f"The oldest waiting {what} has waited for {minutes} minutes."
    return Finding(name, says, late if at - oldest > LATE else "")


def _broker(settings: Settings) -> Finding:
    where = "BROKER_URL" if settings.broker_url else "PORTAL_HOME"
    try:
        with app_for(settings).connection_for_write(connect_timeout=PATIENCE) as connection:
            connection.ensure_connection(max_retries=1, timeout=PATIENCE)
    except Exception as fault:  # noqa: BLE001 - each kind of broker has its own
        says = f"The broker does not answer ({type(fault).__name__})."
        return Finding("broker", says, f"Start it, and check {where}.")
    return Finding("broker", "The broker answers.")


def _scanner(settings: Settings) -> Finding:
    if not settings.clamd_url:
        return Finding("virus scanner", "No virus scanner is set; files are judged without one.")
    if Scanner(settings.clamd_url).answers():
        return Finding("virus scanner", "The virus scanner answers.")
    says = "The virus scanner does not answer, so nobody can fetch new files."
    return Finding("virus scanner", says, "Start it, and check CLAMD_URL.")


def _mail_server(settings: Settings) -> Finding:
    if settings.mail_channel == "notify":
        return _notify(settings)
    start = (
        "Start the portal (portal run); it brings its own mail sink."
        if settings.has_mail_sink
        else "Start it, and check SMTP_URL."
    )
    try:
        MailConnection(server_at(settings.smtp), patience=PATIENCE).close()
    except ValueError as fault:
        return Finding("mail server", str(fault), "Set SMTP_URL.")
    except TroubleError as fault:
        return Finding("mail server", f"The mail server cannot be used ({fault}).", start)
    return Finding("mail server", "The mail server answers.")


def _notify(settings: Settings) -> Finding:
    connection = notify_opener(settings)()
    try:
        connection.check()
    except TroubleError as fault:
        asked = "Check NOTIFY_API_KEY and NOTIFY_TEMPLATE_ID."
        return Finding("mail", f"GOV.UK Notify cannot be used ({fault}).", asked)
    except (NotNowError, RefusedError) as fault:
        return Finding("mail", str(fault), "Try again in a minute.")
    finally:
        connection.close()
    return Finding("mail", "GOV.UK Notify answers, and has the template.")


def _assets(_settings: Settings) -> Finding:
    if (STATIC / "build" / "portal.css").exists():
        return Finding("page assets", "The page assets are built.")
    return Finding("page assets", "The page assets are not built.", "Run: make run, or make test")


def _pango(_settings: Settings) -> Finding:
    if sys.platform != "linux" or all(map(_loads, PANGO)):
        return Finding("Pango", "Letters can be made.")
    do = "Install it: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
    return Finding("Pango", "Pango is missing, so letters cannot be made.", do)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _disk(settings: Settings) -> Finding:
    home = settings.portal_home
    try:
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"1")
        free = shutil.disk_usage(home).free
    except OSError as fault:
        says = f"{home} cannot be written to ({fault.strerror})."
        return Finding("disk", says, "Give the portal's user the right to write there.")
    if free < ROOM:
        return Finding("disk", f"{free // 1_000_000} MB are left on the disk.", "Make room.")
    return Finding("disk", f"{home} can be written to; {free // 1_000_000_000} GB are left.")
