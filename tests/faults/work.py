"""Workers of files, printouts, digests and bulletins are killed: nothing is lost, nothing twice."""

import hashlib
import io
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from foundation import clock
from foundation.files import FileStore
from foundation.outbox import OutboxEvent
from notifications.bulletin.closing import close
from notifications.bulletin.week import week_at
from notifications.documents.contents import ensure
from notifications.documents.printing import ask
from notifications.models import Attention
from notifications.models_documents import Document, DocumentState
from notifications.models_mail import Mail, Occasion
from notifications.models_reaching import Bulletin, BulletinMail, Digest, DigestEntry
from notifications.models_reading import Printout, PrintoutKind, PrintoutState
from tests.factories.directory import MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory, NoticeFactory
from tests.factories.reaching import DigestEntryFactory
from tests.faults.post import Post, post
from tests.faults.scenarios import Result
from tests.faults.stage import Stage, stage
from tests.hostile import word

FILES = 60
PRINTOUTS = 25
READERS = 300
BULLETINS = 700
KILLS = 6


def killed_reading(url: str = "") -> Result:
    """Files are read, and each tells once that it was."""
    with post() as told, stage(told, url) as running:
        _send_files(running)
        killed = _kill(running, lambda: running.wake("documents"), 0.4, 1.6, lambda: False)
        waiting = sa.select(sa.func.count()).where(Document.state == DocumentState.WAITING)
        _settle(running, Document, waiting, "documents")
        read = running.count(
            sa.select(sa.func.count()).where(
                Document.state == DocumentState.READ, Document.text.contains("Dear head")
            )
        )
        given_up = running.count(
            sa.select(sa.func.count()).where(
                Document.state == DocumentState.READ, Document.note != ""
            )
        )
        events = running.count(
            sa.select(sa.func.count()).where(OutboxEvent.name == "NoticeChanged")
        )
        lost, twice = FILES - read - given_up, events - FILES
        note = f"{killed} kills; {read} read, {given_up} given up with a note"
        ok = lost == 0 and twice == 0
        return Result(lost, twice, 0, time.monotonic() - running.began, ok, note)


def _send_files(running: Stage) -> None:
    store = FileStore(running.settings.files)
    with running.factories() as session:
        for place in range(FILES):
            content = word(f"<w:p><w:r><w:t>Dear head, this is {place}</w:t></w:r></w:p>")
            kept = store.put(io.BytesIO(content), most=10**6)
            notice = NoticeFactory()
            NoticeAttachmentFactory(
                notice_id=notice.id, sha256=kept.sha256, name=f"{place}.docx", size=kept.size
            )
            session.flush()
            ensure(session, notice.authority_id, notice.id, clock.now())


def killed_printing(url: str = "") -> Result:
    """Printouts end ready, with a whole file, or as failed, which their page says."""
    with post() as told, stage(told, url) as running:
        ask_for_printouts(running)
        killed = _kill(running, lambda: running.wake("prints"), 0.4, 2.0, lambda: False)
        waiting = sa.select(sa.func.count()).where(Printout.state == PrintoutState.WAITING)
        _settle(running, Printout, waiting, "prints")
        ready, failed, broken = printouts(running)
        ok = ready + failed == PRINTOUTS and broken == 0
        note = f"{killed} kills; {ready} ready, {failed} failed, {broken} broken"
        lost = PRINTOUTS - ready - failed
        return Result(lost, 0, broken, time.monotonic() - running.began, ok, note)


def ask_for_printouts(running: Stage) -> None:
    """Let printouts of notices wait."""
    with running.factories() as session:
        for place in range(PRINTOUTS):
            notice = NoticeFactory(body="Please read this.\n\n" * 60)
            values = {"kind": PrintoutKind.NOTICE, "content_hash": f"{place:064x}"}
            ask(
                session,
                authority_id=notice.authority_id,
                notice_id=notice.id,
                at=clock.now(),
                **values,
            )


def printouts(running: Stage) -> tuple[int, int, int]:
    """Return how many are ready, how many failed, and how many files of those ready are broken."""
    store = FileStore(running.settings.files)
    with running.database.session(authority=0, writes=False) as session:
        rows = session.execute(sa.select(Printout.state, Printout.sha256)).all()
    ready = [row.sha256 for row in rows if row.state is PrintoutState.READY]
    failed = sum(row.state is PrintoutState.FAILED for row in rows)
    broken = 0
    for sha256 in ready:
        content = store.path(sha256 or "").read_bytes()
        whole = content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
        broken += not whole or hashlib.sha256(content).hexdigest() != sha256
    return len(ready), failed, broken


def killed_digests(url: str = "") -> Result:
    """Each person gets one digest."""
    with post() as told, stage(told, url) as running:
        told.delay = 0.01
        with running.factories():
            due_at = clock.now() - timedelta(minutes=1)
            for _ in range(READERS):
                delivery = DeliveryFactory.to(MembershipFactory())
                DigestEntryFactory(delivery=delivery, due_at=due_at)

        def wake() -> None:
            running.run("digests", "mail")
            running.wake()

        killed = _kill(running, wake, 0.05, 0.7, lambda: len(told.accepted) > READERS - 20)
        result = _mailed(running, wake, READERS, killed)
        digests = running.count(sa.select(sa.func.count()).select_from(Digest))
        forgotten = running.count(sa.select(sa.func.count()).where(DigestEntry.digest_id.is_(None)))
        mails = running.count(sa.select(sa.func.count()).where(Mail.occasion == Occasion.DIGEST))
        result.note = f"{killed} kills; {digests} digests, {mails} mails"
        result.ok = result.ok and digests == mails == READERS and not forgotten
        return result


def killed_bulletins(url: str = "") -> Result:
    """Each reader of a closed week gets one bulletin."""
    with post() as told, stage(told, url) as running:
        told.delay = 0.01
        _close_week(running)

        def wake() -> None:
            running.wake("bulletins", "mail")

        killed = _kill(running, wake, 0.05, 0.9, lambda: len(told.accepted) > BULLETINS - 20)
        result = _mailed(running, wake, BULLETINS, killed)
        mails = running.count(sa.select(sa.func.count()).where(Mail.occasion == Occasion.BULLETIN))
        told_of = running.count(sa.select(sa.func.count()).where(BulletinMail.mail_id.is_not(None)))
        result.note = f"{killed} kills; {mails} mails for {told_of} readers"
        result.ok = result.ok and mails == told_of == BULLETINS
        return result


def _close_week(running: Stage) -> None:
    at = clock.now()
    week = week_at(at).previous
    with running.factories() as session:
        notice = NoticeFactory(attention=Attention.INFORMATION, sent_at=week.starts_at)
        for _ in range(BULLETINS):
            DeliveryFactory.to(MembershipFactory(), notice=notice, delivered_at=week.starts_at)
        session.flush()
        # The portal has just started, and may have closed the week already, when it was empty.
        session.execute(sa.delete(Bulletin).where(Bulletin.week_on == week.monday))
        close(session, notice.authority_id, week, with_mail=True, at=at)


def _kill(
    running: Stage,
    wake: Callable[[], None],
    least: float,
    most: float,
    is_over: Callable[[], bool],
) -> int:
    """Wake the workers and kill one at random moments; return how many were killed."""
    running.began = time.monotonic()
    killed = 0
    while killed < KILLS and not is_over():
        wake()
        time.sleep(random.uniform(least, most))  # noqa: S311 - any moment will do
        killed += running.kill_one(first=bool(killed % 2))
    wake()
    return killed


def _settle(running: Stage, model: Any, waiting: sa.Select[tuple[int]], queue: str) -> None:
    """Wait until nothing waits. Once only claims of the killed are left, end those."""
    free = waiting.where(model.claimed_until.is_(None))
    before, since = -1, time.monotonic()

    def done() -> bool:
        nonlocal before, since
        left = running.count(waiting)
        if left != before:
            before, since = left, time.monotonic()
        elif left and not running.count(free) and time.monotonic() - since > 25:
            with running.database.transaction(authority=0) as session:
                session.execute(sa.update(model).values(claimed_until=None))
            since = time.monotonic()
        running.wake(queue)
        time.sleep(0.5)
        return left == 0

    running.until(done, f"all {queue}")


def _mailed(running: Stage, wake: Callable[[], None], wanted: int, killed: int) -> Result:
    told: Post = running.post

    def done() -> bool:
        wake()
        running.hurry()
        time.sleep(0.5)
        return running.states() == {"sent": wanted}

    running.until(done, "all mail sent")
    lost = wanted - len(told.accepted)
    ok = lost == 0 and told.twice <= killed and told.differing == 0
    seconds = time.monotonic() - running.began
    return Result(lost, told.twice, told.differing, seconds, ok)
