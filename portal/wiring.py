"""The one list of what happens when: event -> handlers, and how workers are woken."""

import logging
from time import monotonic
from typing import Final

from categories.events import CategoriesChanged, ConfirmationDue, NotMine, OwnersChanged
from categories.owning import carrying, trust_places
from categories.owning import following as owners
from directory.events import (
    HeadChanged,
    PeopleMerged,
    PersonLeft,
    SchoolClosed,
    SchoolReopened,
    SchoolSucceeded,
    TrustChanged,
)
from foundation.db import Waker
from foundation.outbox import Handlers
from foundation.settings import Settings
from gatekeeping.attached.forgetting import forget_files
from gatekeeping.events import SubmissionApproved
from gatekeeping.mailgate.cases import following, people_merged
from gatekeeping.sending import send_approved
from gatekeeping.suggesting import learn
from notifications.bulletin import mailing as bulletins
from notifications.documents.versions import compare_files
from notifications.events import NoticeChanged, NoticeSent
from notifications.feeds import addresses
from notifications.moving import items, succeeding
from notifications.reaching import choices
from notifications.reading.uniting import keep_own
from notifications.telling import changes
from notifications.telling import owners as telling
from notifications.telling.versions import tell_heads
from portal.library.indexing import note_change
from portal.staff import merged
from portal.updates.following import carry_leavings, settle_leavings

log = logging.getLogger(__name__)

REST: Final = 10.0

HANDLERS: Final[Handlers] = {
    SubmissionApproved: (send_approved, learn),
    NoticeSent: (note_change, compare_files, following.follow_notice),
    NoticeChanged: (note_change, compare_files, changes.tell_readers, forget_files),
    OwnersChanged: (items.follow_owners,),
    NotMine: (telling.tell_not_mine,),
    ConfirmationDue: (telling.tell_due,),
    CategoriesChanged: (tell_heads,),
    PersonLeft: (
        owners.follow_leaver,
        items.follow_leaver,
        telling.tell_left,
        addresses.follow_leaver,
        bulletins.follow_leaver,
    ),
    HeadChanged: (items.follow_head,),
    PeopleMerged: (
        owners.follow_merge,
        items.follow_merge,
        merged.follow_merge,
        choices.follow_merge,
        addresses.follow_merge,
        keep_own,
        people_merged.follow_merge,
    ),
    SchoolSucceeded: (
        carrying.carry_over,
        succeeding.follow_school,
        carry_leavings,
    ),
    SchoolClosed: (carrying.close_owners, succeeding.close_items, settle_leavings),
    SchoolReopened: (succeeding.open_again,),
    TrustChanged: (trust_places.follow_change, carrying.follow_trust),
}


def waker(settings: Settings) -> Waker:
    """Return the function that wakes workers after a commit.

    It never fails: the work is in the database, and the scheduler wakes the same tasks every few
    seconds anyway, so an unreachable broker only costs a little time. It is then left alone for
    ``REST`` seconds, so that not every page waits for it.
    """
    rest_until = 0.0

    def wake(queues: frozenset[str]) -> None:
        nonlocal rest_until
        if monotonic() < rest_until:
            return
        # Celery is slow to import; commands that never commit spare it.
        from portal.celery import LOST_AFTER, app_for

        app = app_for(settings)
        for queue in sorted(queues):
            try:
                app.send_task(f"portal.{queue}", queue=queue, retry=False, expires=LOST_AFTER)
            except Exception:  # noqa: BLE001 - see above
                log.warning("the broker could not be reached", extra={"queue": queue})
                rest_until = monotonic() + REST
                return

    return wake
