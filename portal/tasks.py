"""What workers run. Each task drains one list of the database and may be woken any time."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import cache, wraps

from celery import shared_task
from sqlalchemy.exc import OperationalError

import portal.models  # noqa: F401 - every table must be known before the first query
from categories.owning.confirming import ask_due
from categories.owning.trust_places import keep_all_places
from categories.versions.applying import apply_due
from directory.updates.applying import MOST as MOST_APPLIED
from directory.updates.applying import apply_chosen
from directory.updates.staging import compare_waiting
from foundation import clock, outbox
from foundation.db import Database
from foundation.files import FileStore
from foundation.settings import Settings, read_settings
from foundation.tasks import stopping
from gatekeeping.deadlines.moves_by_time import move_by_time
from gatekeeping.deciding.carrying_out import carry_out_due
from gatekeeping.mailgate.cases.outlines import held_mail_seal
from gatekeeping.mailgate.cases.waiting import look_after
from notifications.bulletin.closing import close_due
from notifications.chasing.working import chase_due
from notifications.mail.channels.choosing import opener
from notifications.mail.message import Letterhead
from notifications.mail.sending import send_waiting
from notifications.models_reading import PrintoutKind
from notifications.reaching.digests import compose_due
from portal.keeping import keep
from portal.mailin.taking import returns_of
from portal.staff.due import leave_due
from portal.wiring import HANDLERS, waker

log = logging.getLogger(__name__)


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return read_settings()


@cache
def database() -> Database:
    """Return the database of this process. A worker is a process of its own and never forks."""
    opened = Database(settings().database)
    opened.waker = waker(settings())
    return opened


def letterhead(known: Settings) -> Letterhead:
    """Return what every mail of this portal carries."""
    returns = returns_of(known)
    seal = held_mail_seal(known)
    return Letterhead(known.address, known.mail_from, returns, known.signing_key, seal)


def drain(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a task of a function. While the database is away it does nothing but say so."""

    def decorate(work: Callable[[], None]) -> Callable[[], None]:
        @wraps(work)
        def task() -> None:
            try:
                work()
            except OperationalError as fault:
                # The schedule tries again in a few seconds; whatever was claimed, its lease ends.
                log.warning(
                    "the database did not answer", extra={"task": name, "fault": fault.code}
                )

        return shared_task(name=name)(task)

    return decorate


@drain("portal.relay")
def relay() -> None:
    """Hand waiting events to their handlers."""
    outbox.relay(database(), HANDLERS, at=clock.now())


@drain("portal.mail")
def mail() -> None:
    """Send the mail that is due; come back at once if there was more than one drain takes."""
    outcome = send_waiting(
        database(),
        opener(settings()),
        letterhead(settings()),
        now=clock.now,
        lease=timedelta(seconds=settings().mail_lease_seconds),
        stopping=stopping,
    )
    if outcome.sent or outcome.failed:
        log.info("mail sent", extra={"sent": outcome.sent, "failed": outcome.failed})
    if outcome.more:
        waker(settings())(frozenset({"mail"}))


@drain("portal.digests")
def digests() -> None:
    """Compose the digests that are due."""
    composed = compose_due(database(), at=clock.now(), stopping=stopping)
    if composed:
        log.info("digests composed", extra={"digests": composed})


@drain("portal.letters")
def letters() -> None:
    """Write the letters that decisions are waiting for."""
    from gatekeeping.letters.letters import write_waiting  # loads WeasyPrint once there is a letter

    store = FileStore(settings().files)
    write_waiting(database(), store, address=settings().address, at=clock.now())


@drain("portal.texts")
def texts() -> None:
    """Read the words of attached files that nobody has read yet; come back if there are more."""
    from gatekeeping.attached.attachment_words import (  # loads the readers of files
        MOST,
        read_waiting,
    )

    read = read_waiting(database(), FileStore(settings().files), at=clock.now())
    if read == MOST:
        waker(settings())(frozenset({"texts"}))


@drain("portal.documents")
def documents() -> None:
    """Look at the files that were sent and read their words; come back if there are more."""
    from notifications.documents.reading import MOST, read_waiting  # loads the readers of files
    from notifications.documents.scanning import Scanner

    scanner = Scanner(settings().clamd_url) if settings().clamd_url else None
    store = FileStore(settings().files)
    if read_waiting(database(), store, scanner, stopping=stopping) == MOST:
        waker(settings())(frozenset({"documents"}))


@drain("portal.prints")
def prints() -> None:
    """Make the PDFs that readers asked for."""
    from notifications.bulletin.printing import bulletin_paper
    from notifications.documents.paper import notice_paper
    from notifications.documents.printing import print_waiting  # loads WeasyPrint once one waits

    store = FileStore(settings().files)
    makers = {PrintoutKind.NOTICE: notice_paper, PrintoutKind.BULLETIN: bulletin_paper}
    print_waiting(database(), store, makers, address=settings().address, stopping=stopping)


@drain("portal.meanings")
def meanings() -> None:
    """Read what earlier versions mean that nobody has read yet; come back if there are more."""
    from gatekeeping.alike.packing import Done, work  # loads NumPy

    held = _read_up_to()
    done: Done = work(database(), after=held[0])
    held[0] = done.after
    if done.is_more:
        waker(settings())(frozenset({"meanings"}))


@cache
def _read_up_to() -> list[int]:
    """Return where this process need not look again: a list of one number."""
    return [0]


@drain("portal.index")
def index() -> None:
    """Bring the search index up to date."""
    from portal.library.indexing import index_waiting  # loads the search library

    if index_waiting(database(), settings(), stopping=stopping).comes_back:
        waker(settings())(frozenset({"index"}))


@drain("portal.updates")
def updates() -> None:
    """Compare files from GIAS with the schools, and apply the changes that were chosen."""
    compare_waiting(database(), FileStore(settings().files), at=clock.now())
    if apply_chosen(database(), at=clock.now(), stopping=stopping) == MOST_APPLIED:
        waker(settings())(frozenset({"updates"}))


@drain("portal.owners")
def owners() -> None:
    """Read, apply and undo the files of owners that wait."""
    from categories.bulk.working import owner_files, work

    work(database(), owner_files(settings().files), now=clock.now, stopping=stopping)


@drain("portal.categories")
def categories() -> None:
    """Bring new lists of categories into force; keep the places that trusts give up to date."""
    apply_due(database(), at=clock.now())
    keep_all_places(database(), at=clock.now())


@drain("portal.bulletins")
def bulletins() -> None:
    """Close the weeks that are over, and write the mail of their bulletins."""
    written = close_due(database(), at=clock.now(), stopping=stopping)
    if written:
        log.info("bulletins written", extra={"mails": written})


@drain("portal.releases")
def releases() -> None:
    """Hand the held mail on that was released."""
    if not settings().gateway_goes_on_to:
        return
    from gatekeeping.mailgate.cases.releasing import MOST, release_waiting
    from gatekeeping.mailgate.smtp.next_hop import next_hop_at

    tried = release_waiting(
        database(),
        hop=next_hop_at(settings().gateway_goes_on_to),
        seal=held_mail_seal(settings()),
        now=clock.now,
        stopping=stopping,
    )
    if tried == MOST:
        waker(settings())(frozenset({"releases"}))


@drain("portal.time")
def time() -> None:
    """Do what is due by the calendar: release, close, expire, remind, leave."""
    move_by_time(database(), at=clock.now(), address=settings().address)
    leave_due(database(), at=clock.now())
    look_after(database(), seal=held_mail_seal(settings()), at=clock.now())


@drain("portal.decisions")
def decisions() -> None:
    """Carry out the decisions that can no longer be undone."""
    carry_out_due(database(), at=clock.now(), address=settings().address)


@drain("portal.confirmations")
def confirmations() -> None:
    """Ask schools that have not said for a year whether their owners are still right."""
    ask_due(database(), at=clock.now())


@drain("portal.chases")
def chases() -> None:
    """Remind those who have not acted, and tell deputies and heads of what stays undone."""
    chase_due(database(), at=clock.now(), stopping=stopping)


@drain("portal.statuses")
def statuses() -> None:
    """Ask GOV.UK Notify what became of the mail that it took."""
    if settings().mail_channel != "notify":
        return
    from notifications.mail.channels.choosing import notify_opener
    from notifications.returned.notify import ask_notify

    ask_notify(database(), notify_opener(settings()), at=clock.now(), stopping=stopping)


@drain("portal.keeping")
def keeping() -> None:
    """Delete what nobody may keep longer."""
    from categories.bulk.working import owner_files

    store = FileStore(settings().files)
    for each in (store, owner_files(settings().files)):
        each.forget_halves()
    emptied = keep(database(), store, now=clock.now, stopping=stopping)
    if emptied:
        log.info("deleted what was kept long enough", extra={"notices": emptied})
