"""The disk is full: while the search index is written, and while files are stored."""

import io
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from foundation.db import EVERY_AUTHORITY
from gatekeeping.models import State
from notifications.models_reading import Printout
from portal.app import create_app
from portal.library.models import IndexChange
from tests.factories.directory import OfficerFactory
from tests.factories.gatekeeping import make_submission
from tests.faults.pages import cookie_of
from tests.faults.post import post
from tests.faults.scenarios import SENDS, Result, measure
from tests.faults.stage import Stage, stage
from tests.faults.work import PRINTOUTS, ask_for_printouts, printouts
from tests.hostile import pdf
from tests.servers import ServerError

SMALL = "64k"


@contextmanager
def tiny(place: Path) -> Iterator[None]:
    """Put a disk of a few kilobytes there; only root may."""
    place.mkdir(parents=True, exist_ok=True)
    if _mount("-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place)):
        raise ServerError("a small disk cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run([shutil.which("umount") or "umount", "--lazy", str(place)], check=False)


def _mount(*how: str) -> int:
    """Mount, or change what is mounted; 0 when that was done."""
    command = shutil.which("mount") or "mount"
    return subprocess.run([command, *how], capture_output=True, check=False).returncode


def waiting(running: Stage) -> int:
    """Return how many changes wait for the index."""
    with running.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(IndexChange)) or 0


def full_while_indexing() -> Result:
    """The index's disk is full, then there is room again."""
    with post() as told, stage(told) as running, tiny(running.home / "index"):
        (running.home / "index" / "ballast").write_bytes(b"x" * 50_000)
        running.queue(SENDS)
        _many_changes(running)
        result = measure(running, may_double=0)
        time.sleep(5)
        stuck = waiting(running)
        (running.home / "index" / "ballast").unlink()
        _mount("-o", "remount,size=200m", str(running.home / "index"))

        def settled() -> bool:
            _wake(running)
            time.sleep(0.5)
            return waiting(running) == 0

        running.until(settled, "the index")
        result.note = f"{stuck} changes waited while full, none after"
        result.ok = result.ok and stuck > 0
        return result


def full_while_storing() -> Result:
    """The disk of files is full: an officer is told, printouts wait for room."""
    with post() as told, stage(told) as running, tiny(running.settings.files):
        ballast = running.settings.files / "ballast"
        ballast.write_bytes(b"x" * 60_000)
        said = _add_a_file(running)
        ask_for_printouts(running)
        tried = sa.select(sa.func.count()).where(Printout.tries > 0)
        running.wake("prints")
        running.until(lambda: running.count(tried) == PRINTOUTS, "the first try of each")
        early, halves = printouts(running), list(running.settings.files.glob(".incoming-*"))
        ballast.unlink()
        _mount("-o", "remount,size=200m", str(running.settings.files))
        with running.database.transaction(authority=EVERY_AUTHORITY) as session:
            session.execute(sa.update(Printout).values(claimed_until=None))

        def done() -> bool:
            running.wake("prints")
            time.sleep(0.5)
            return printouts(running)[0] == PRINTOUTS

        running.until(done, "all printouts")
        ready, _, broken = printouts(running)
        lost = PRINTOUTS - ready
        note = f"upload: {'told why' if said else 'NOT told'}; {len(halves)} halves left; "
        note += f"{early[0]} printouts while full, {ready} after"
        ok = said and not (lost or broken or halves)
        return Result(lost, 0, broken, time.monotonic() - running.began, ok, note)


def _add_a_file(running: Stage) -> bool:
    """Add a file to a draft; tell whether its page said that there is no room."""
    with running.factories() as session:
        officer = OfficerFactory()
        draft = make_submission(State.DRAFT, author=officer)
        session.flush()
        session.expunge(officer)
    app = create_app(running.settings, running.database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(cookie_of(running, officer))
    content = io.BytesIO(pdf() + bytes(100_000))
    place = f"/submissions/{draft.id}/write/attachments"
    page = client.post(place, data={"files": (content, "form.pdf"), "then": "add"})
    return "form.pdf: The portal has no room for files" in page.text


def _wake(running: Stage) -> None:
    assert running.database.waker is not None
    running.database.waker(frozenset({"index"}))


def _many_changes(running: Stage) -> None:
    with running.database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(sa.text("DELETE FROM index_change"))
        session.execute(sa.text("UPDATE notice SET body = :words"), {"words": _words()})
        session.execute(
            sa.text(
                "INSERT INTO index_change (authority_id, notice_id)"
                " SELECT authority_id, id FROM notice"
            )
        )
    _wake(running)


def _words() -> str:
    return " ".join(f"word{number}" for number in range(20_000))
