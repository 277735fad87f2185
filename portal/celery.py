"""Celery: the broker's address and the schedule. The work itself is always in the database.

Every task drains a list of rows, takes no arguments and may run twice; the broker only wakes
workers, and the schedule wakes them again in case a wake-up was lost.
"""

from functools import cache
from typing import Any

from celery import Celery

from foundation.settings import Settings

TASKS = ("portal.tasks",)


@cache
def app_for(settings: Settings) -> Celery:
    """Return the Celery application for these settings (one per process)."""
    app = Celery("portal", broker=settings.broker, include=TASKS, set_as_current=True)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue="relay",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        task_soft_time_limit=240,
        task_time_limit=300,
        timezone="UTC",
        broker_transport_options=_transport(settings),
        beat_schedule={
            "relay": {"task": "portal.relay", "schedule": 5.0, "options": _once("relay", 5)},
            "mail": {"task": "portal.mail", "schedule": 10.0, "options": _once("mail", 10)},
            "letters": {
                "task": "portal.letters",
                "schedule": 30.0,
                "options": _once("letters", 30),
            },
            "index": {"task": "portal.index", "schedule": 30.0, "options": _once("index", 30)},
            "time": {"task": "portal.time", "schedule": 60.0, "options": _once("relay", 60)},
        },
        beat_schedule_filename=str(settings.portal_home / "schedule"),
    )
    return app


def _once(queue: str, seconds: int) -> dict[str, Any]:
    # An unread wake-up expires when the next one comes, so none pile up behind a stopped worker.
    return {"queue": queue, "expires": seconds}


def _transport(settings: Settings) -> dict[str, Any]:
    if settings.broker_url:
        return {}
    folder = settings.portal_home / "broker"
    folders = {
        "data_folder_in": folder / "messages",
        "data_folder_out": folder / "messages",
        "processed_folder": folder / "processed",
        "control_folder": folder / "control",
    }
    for place in folders.values():
        place.mkdir(parents=True, exist_ok=True)
    return {**{name: str(place) for name, place in folders.items()}, "polling_interval": 0.05}
