"""Who reads which wake-ups, and when the first ones come."""

import pytest
from celery.beat import Scheduler

from foundation.settings import Settings
from portal.celery import EVERY, QUEUES, app_for
from portal.running import parts, worker

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("processes", [2, 3, 5])
def test_of_several_workers_one_never_sends_mail_and_one_never_does_what_takes_long(processes):
    first, *between, last = read_by(processes)
    assert first == set(QUEUES) - {"mail"}
    assert last == set(QUEUES) - set(parts.LONG) >= {"mail", "relay", "index"}
    assert between == [set(QUEUES)] * (processes - 2)


def test_a_worker_that_is_alone_does_everything():
    assert read_by(1) == [set(QUEUES)]


def read_by(processes: int) -> list[set[str]]:
    made = parts.parts(Settings(worker_processes=processes))
    return [set(worker.queues(part.command)) for part in made if part.name.startswith("worker")]


def test_what_waited_while_nothing_ran_is_begun_at_once(tmp_path):
    scheduler = Scheduler(app_for(Settings(portal_home=tmp_path)))
    scheduler.setup_schedule()
    due = {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}
    assert due == set(EVERY) & set(QUEUES) >= {"documents", "index", "mail", "prints"}
