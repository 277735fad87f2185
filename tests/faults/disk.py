"""The disk is full while the search index is written: mail goes on, the index mends itself."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from foundation.db import EVERY_AUTHORITY
from portal.library.models import IndexChange
from tests.faults.post import post
from tests.faults.scenarios import SENDS, Result, measure
from tests.faults.stage import Stage, stage
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
