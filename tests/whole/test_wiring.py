"""Nothing waits for somebody who never comes: events have handlers, queues have workers."""

import ast
import importlib

import pytest

from foundation.outbox import Event
from foundation.settings import Settings
from portal.celery import EVERY, QUEUES, app_for
from portal.running import worker
from portal.running.parts import LONG, parts
from portal.wiring import HANDLERS
from tests.whole.sources import PACKAGES, calls


def woken() -> set[str]:
    """Return the queues that rules wake, wherever they do."""
    found = set()
    for _, call in calls("wake"):
        names = call.args[1:]
        assert names, "wake() names no queue"
        for name in names:
            assert isinstance(name, ast.Constant), "a queue is named by a word, so it can be found"
            found.add(name.value)
    return found


def test_every_kind_of_event_has_a_handler():
    kinds = {kind for kind in Event.kinds.values() if kind.__module__.split(".")[0] in PACKAGES}
    assert kinds == set(HANDLERS)


def test_every_handler_is_called_with_a_session_an_event_and_a_moment():
    for handlers in HANDLERS.values():
        assert handlers
        for handler in handlers:
            assert handler.__code__.co_varnames[:3] == ("session", "event", "at")


def test_every_queue_that_is_woken_has_a_task_and_a_schedule(tmp_path):
    app = app_for(Settings(portal_home=tmp_path))
    app.loader.import_default_modules()
    importlib.import_module("portal.tasks")
    assert woken() <= set(QUEUES)
    for queue in QUEUES:
        assert f"portal.{queue}" in app.tasks
        assert EVERY[queue][0] == queue
    assert {queue for queue, _ in EVERY.values()} <= set(QUEUES)
    assert set(LONG) <= set(QUEUES)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_queue_has_a_worker_that_listens(tmp_path, count):
    settings = Settings(portal_home=tmp_path, worker_processes=count)
    workers = [part for part in parts(settings) if part.name.startswith("worker")]
    assert len(workers) == count
    heard = [queue for part in workers for queue in worker.queues(part.command)]
    assert set(heard) == set(QUEUES)


def test_every_task_is_on_the_schedule(tmp_path):
    app = app_for(Settings(portal_home=tmp_path))
    importlib.import_module("portal.tasks")
    own = {name for name in app.tasks if name.startswith("portal.")}
    assert own == {f"portal.{name}" for name in EVERY}
    assert own == {entry["task"] for entry in app.conf.beat_schedule.values()}
