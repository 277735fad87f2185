"""What a process does that ``portal run`` started: say that it is ready, and not outlive it."""

import ctypes
import logging
import os
import signal
import sys
from typing import Final

from foundation import loading

READY_FD: Final = "PORTAL_READY_FD"
PARENT: Final = "PORTAL_PARENT"
PART: Final = "PORTAL_PART"
WITHOUT: Final = "--without="
"""Tells a worker whose wake-ups to leave to others, parted by commas."""
PR_SET_PDEATHSIG: Final = 1
STANDARD: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class Lines(logging.Formatter):
    """One line for each thing: when, which process, how serious, what, and its plain values."""

    def __init__(self, part: str) -> None:
        """Begin each line with the name of the part."""
        super().__init__(f"%(asctime)s {part:<10} %(levelname)-7s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Add what was said beside the message: ids, counts and states."""
        line = super().formatMessage(record)
        values = {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.name.startswith(("celery", "kombu")):
            return line  # these put whole objects there
        return " ".join([line, *(f"{key}={value}" for key, value in values.items())])


def begin() -> None:
    """Set this process up: plain lines on the error stream, and an end with its parent."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(os.environ.get(PART, "portal")))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # They tell of every message and every connection.
    for chatty in ("celery.worker.strategy", "celery.app.trace", "celery.beat", "mail.log"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    parent = int(os.environ.get(PARENT, "0"))
    if parent:  # `portal run` itself outlives the shell that started it
        end_with_parent(parent)
        loading.begin()


def end_with_parent(parent: int) -> None:
    """Have the kernel stop this process when its parent dies, however that dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(0)


def tell_ready() -> None:
    """Tell ``portal run``, if that started this process, that it does its work now."""
    loading.end()
    descriptor = os.environ.pop(READY_FD, "")
    if descriptor:
        os.write(int(descriptor), b"1")
        os.close(int(descriptor))
