"""Keeping the search index up to date with what was sent.

A change is a row of ``index_change``, written by the handler below; workers empty the list. A row
goes only once the index has it, so a worker killed at any moment leaves something that another
finishes.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.db import EVERY_AUTHORITY, Database, wake
from foundation.progress import Progress, silent
from foundation.settings import Settings
from notifications.events import NoticeChanged, NoticeSent
from portal.library import work_list
from portal.library.engine import Condition, Worked, engine_for
from portal.library.models import IndexChange


def note_change(session: Session, event: NoticeSent | NoticeChanged, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """Put a notice on the index's work list: it was sent, changed, withdrawn, read or expunged."""
    session.add(IndexChange(authority_id=event.authority_id, notice_id=event.notice_id))
    wake(session, "index")


def index_waiting(
    database: Database,
    settings: Settings,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> Worked:
    """Bring the index up to date, for about twenty seconds at most.

    A missing or broken index is built anew, a piece at a time. May run in several workers, and
    twice.
    """
    return engine_for(database, settings).work(database, stopping=stopping)


def rebuild(database: Database, settings: Settings, progress: Progress = silent) -> int:
    """Build the index of every notice anew while the present one serves; return how many it holds.

    ``progress`` is told each notice. Raises BeingRebuiltError when another process does.
    """
    return engine_for(database, settings).rebuild(database, progress)


def renew(database: Database, settings: Settings) -> None:
    """Have workers build the index of every notice anew while the present one serves."""
    engine_for(database, settings).renew()


def count_notices(database: Database) -> int:
    """Return how many notices a rebuild will read."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return work_list.count_notices(session)


def condition(database: Database, settings: Settings) -> Condition:
    """Return how the index is: for those who run the portal."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return engine_for(database, settings).condition(session)
