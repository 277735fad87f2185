"""A worker: one process that runs one task at a time.

No pool of sub-processes, so that a signal reaches the task itself: asked to stop, it ends at its
next safe point. A task that hangs ends its worker, and ``portal run`` starts another.
"""

import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any, Final

from celery import signals
from celery.exceptions import SecurityWarning

from foundation.settings import read_settings
from foundation.tasks import ask_to_stop
from portal.celery import QUEUES, app_for
from portal.running import child

LONGEST_TASK: Final = 3600  # seconds; building a large search index anew takes a while


def main() -> None:
    """Work until told to stop."""
    child.begin()
    # Tasks come as JSON and name one of ours: being root adds no danger of its own.
    warnings.simplefilter("ignore", SecurityWarning)
    app = app_for(read_settings())
    signals.worker_ready.connect(_ready)
    signals.worker_shutting_down.connect(_stop)
    signals.task_prerun.connect(_wind_up)
    signals.task_postrun.connect(_run_down)
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=solo",
            "--without-mingle",
            "--without-gossip",
            "--without-heartbeat",
            "--loglevel=WARNING",
            f"--queues={','.join(queues(sys.argv[1:]))}",
        ]
    )


def queues(arguments: Sequence[str]) -> list[str]:
    """Return whose wake-ups this worker reads: all, or all but those that it was told to leave."""
    left = {
        queue
        for argument in arguments
        if argument.startswith(child.WITHOUT)
        for queue in argument.removeprefix(child.WITHOUT).split(",")
    }
    return [queue for queue in QUEUES if queue not in left]


def _ready(**_more: Any) -> None:
    child.tell_ready()


def _stop(**_more: Any) -> None:
    ask_to_stop()


def _wind_up(**_more: Any) -> None:
    signal.alarm(LONGEST_TASK)


def _run_down(**_more: Any) -> None:
    signal.alarm(0)


if __name__ == "__main__":
    main()
