"""Celery: the broker's address and the schedule. The work itself is always in the database.

Every task drains a list of rows, takes no arguments and may run twice; the broker only wakes
workers, and the schedule wakes them again in case a wake-up was lost.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from celery import Celery

from foundation.settings import Settings
from portal import folder_broker

TASKS: Final = ("portal.tasks",)
QUEUES: Final = (
    "relay",
    "mail",
    "letters",
    "texts",
    "documents",
    "prints",
    "meanings",
    "index",
    "updates",
    "owners",
    "categories",
    "bulletins",
    "releases",
)
"""What rules may wake. Each is the name of a queue and of the task that drains it."""
EVERY: Final = {
    "relay": ("relay", 5),
    "mail": ("mail", 10),
    "digests": ("mail", 30),
    "letters": ("letters", 30),
    "texts": ("texts", 60),
    "documents": ("documents", 30),
    "prints": ("prints", 30),
    "meanings": ("meanings", 60),
    "index": ("index", 30),
    "owners": ("owners", 20),
    "updates": ("updates", 60),
    "categories": ("categories", 60),
    "bulletins": ("bulletins", 300),
    "releases": ("releases", 30),
    "time": ("relay", 60),
    "decisions": ("relay", 5),
    "confirmations": ("relay", 900),
    "keeping": ("documents", 3600),
    "chases": ("relay", 300),
    "statuses": ("relay", 300),
}
"""The schedule: each task's queue, and how often it looks for work, in seconds."""
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
LOST_AFTER: Final = 60  # seconds after which an unread wake-up is not worth reading


@cache
def app_for(settings: Settings) -> Celery:
    """Return the Celery application for these settings (one per process)."""
    folder_broker.install()
    app = Celery("portal", broker=settings.broker, include=TASKS, set_as_current=True)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue="relay",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        # A broker that is away comes back; nothing here is worth giving up for.
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=2,
        broker_heartbeat=0,  # a worker that sends mail answers none, and need not
        broker_transport_options=_transport(settings),
        timezone="UTC",
        # The schedule is so short that where it stood need not be kept in a file.
        beat_scheduler="celery.beat:Scheduler",
        beat_schedule={
            name: {
                "task": f"portal.{name}",
                "schedule": float(seconds),
                "options": _once(queue, seconds),
                # Drains begin with work: what waited while nothing ran has waited long enough.
                "last_run_at": LONG_AGO if name in QUEUES else None,
            }
            for name, (queue, seconds) in EVERY.items()
        },
    )
    return app


def _once(queue: str, seconds: int) -> dict[str, Any]:
    # An unread wake-up expires when the next one comes, so none pile up behind a stopped worker.
    return {"queue": queue, "expires": seconds}


def _transport(settings: Settings) -> dict[str, Any]:
    if settings.broker_url:
        # So that a page never waits long for a broker that does not answer.
        return {"socket_connect_timeout": 2} if settings.broker.startswith("redis") else {}
    folder = settings.portal_home / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    place = str(folder)
    return {"data_folder_in": place, "data_folder_out": place, "polling_interval": 0.05}
