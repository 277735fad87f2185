"""One parent that starts processes, watches them, starts a dead one again, and stops them all.

It knows nothing of what the processes do. Each tells that it is ready through a pipe. A process
that dies is started again after a pause that grows; one that keeps dying stops everything.
"""

import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from portal.running.child import PARENT, PART, READY_FD

log = logging.getLogger(__name__)

PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each new start of a process that died; after the last it is given up."""
STEADY: Final = 60.0  # seconds after which a process's earlier deaths are forgiven
WARM: Final = 8.0  # seconds that processes get to finish what they do
TICK: Final = 0.2


@dataclass(frozen=True)
class Part:
    """A process to run: its name, its command, and whether it is stopped only after the others."""

    name: str
    command: Sequence[str]
    last: bool = False


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    pipe: int = -1
    ready: bool = False
    deaths: int = 0
    started: float = 0.0
    start_at: float = 0.0


@dataclass
class Supervisor:
    """Runs the parts. ``on_ready`` is called once, when each has said so and ``answers`` does."""

    parts: Sequence[Part]
    answers: Callable[[], bool]
    on_ready: Callable[[], None]
    pauses: Sequence[float] = PAUSES
    failed: str = ""
    """The name of the part that kept dying, if that is why everything stopped."""
    _running: list[_Running] = field(default_factory=list)
    _signals: int = 0

    def run(self) -> bool:
        """Run until told to stop (True) or until a part keeps dying (False)."""
        self._running = [_Running(part) for part in self.parts]
        told = False
        with self._hearing_signals(), selectors.DefaultSelector() as selector:
            try:
                while not self._signals and not self.failed:
                    self._start_missing(selector)
                    self._listen(selector)
                    self._note_deaths(selector)
                    if not told and self._all_ready():
                        told = True
                        self.on_ready()
            finally:
                self._stop()
        return not self.failed

    @contextmanager
    def _hearing_signals(self) -> Iterator[None]:
        def hear(_number: int, _frame: FrameType | None) -> None:
            self._signals += 1

        before = {number: signal.signal(number, hear) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _start_missing(self, selector: selectors.BaseSelector) -> None:
        for each in self._running:
            if each.process is None and time.monotonic() >= each.start_at:
                _start(each)
                selector.register(each.pipe, selectors.EVENT_READ, each)

    def _listen(self, selector: selectors.BaseSelector) -> None:
        for key, _ in selector.select(TICK):
            each: _Running = key.data
            each.ready = each.ready or bool(os.read(each.pipe, 1))
            _hang_up(each, selector)

    def _note_deaths(self, selector: selectors.BaseSelector) -> None:
        for each in self._running:
            if each.process is None or each.process.poll() is None:
                continue
            log.warning(
                "a process ended", extra={"part": each.part.name, "code": each.process.returncode}
            )
            _end_group(each, signal.SIGKILL)
            _hang_up(each, selector)
            now = time.monotonic()
            if now - each.started > STEADY:
                each.deaths = 0
            if each.deaths >= len(self.pauses):
                self.failed = each.part.name
                return
            each.start_at = now + self.pauses[each.deaths]
            each.deaths += 1
            each.process, each.ready = None, False

    def _all_ready(self) -> bool:
        return all(each.ready for each in self._running) and self.answers()

    def _stop(self) -> None:
        """Ask everybody to finish, those who serve the others last, then end who has not."""
        deadline = time.monotonic() + WARM
        for last in (False, True):
            group = [each for each in self._running if each.part.last is last]
            for each in group:
                with suppress(ProcessLookupError):
                    if each.process is not None:
                        each.process.terminate()
            self._await_end(group, deadline)
        for each in self._running:
            _end_group(each, signal.SIGKILL)
            if each.process is not None:
                each.process.wait()

    def _await_end(self, group: Sequence[_Running], deadline: float) -> None:
        signals = self._signals
        while any(each.process is not None and each.process.poll() is None for each in group):
            # Somebody who asks twice does not want to wait.
            if time.monotonic() > deadline or self._signals > signals:
                return
            time.sleep(0.05)


def _start(each: _Running) -> None:
    reading, writing = os.pipe()
    environment = {
        **os.environ,
        READY_FD: str(writing),
        PARENT: str(os.getpid()),
        PART: each.part.name,
        "PYTHONUNBUFFERED": "1",
    }
    each.process = subprocess.Popen(  # noqa: S603 - our own commands
        each.part.command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,  # the output is for the ready line alone
        pass_fds=(writing,),
        start_new_session=True,  # so that Ctrl-C reaches the parent, which then asks each to stop
    )
    os.close(writing)
    each.pipe, each.started = reading, time.monotonic()


def _hang_up(each: _Running, selector: selectors.BaseSelector) -> None:
    if each.pipe >= 0:
        selector.unregister(each.pipe)
        os.close(each.pipe)
        each.pipe = -1


def _end_group(each: _Running, number: signal.Signals) -> None:
    if each.process is not None:
        with suppress(ProcessLookupError):
            os.killpg(each.process.pid, number)
