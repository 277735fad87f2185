"""The parent of all processes, with small processes of the test's own."""

import os
import signal
import sys

from portal.running.supervisor import Part, Supervisor


def test_a_process_that_keeps_dying_stops_everything(capfd):
    python = (sys.executable, "-c")
    steady = Part("steady", (*python, "import time; time.sleep(60)"))
    dying = Part("dying", (*python, "raise SystemExit('I cannot')"))
    ready: list[int] = []
    supervisor = Supervisor(
        [steady, dying], lambda: True, lambda: ready.append(1), pauses=(0.01, 0.02)
    )
    assert supervisor.run() is False
    assert supervisor.failed == "dying"
    assert ready == []
    assert capfd.readouterr().err.count("I cannot") == 3


def test_a_process_that_will_not_stop_is_killed(monkeypatch):
    monkeypatch.setattr("portal.running.supervisor.WARM", 0.5)
    stubborn = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "os.write(int(os.environ['PORTAL_READY_FD']), b'1'); time.sleep(60)"
    )
    supervisor = Supervisor(
        [Part("stubborn", (sys.executable, "-c", stubborn))],
        lambda: True,
        lambda: os.kill(os.getpid(), signal.SIGTERM),
    )
    assert supervisor.run() is True
