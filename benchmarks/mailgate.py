"""The mail gateway: how many messages a second pass, how much later, in how much memory.

Beside nothing at all (client to sink) and a bare aiosmtpd relay; and between two Postfix servers,
beside the two alone. In alternating rounds of one run.
"""

import base64
import contextlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from typing import Final

from benchmarks.mailgate_ways import Clients, forget_peak, memory, relay, sink
from benchmarks.tables import Table, median, verdict
from tests.faults.gateway import fill, killable
from tests.faults.gateway_mail import SENDERS, Message, messages
from tests.mail_chain import Gateways
from tests.postfix import Postfix, postfix
from tests.servers import free_port

ROUNDS: Final = 2
STEADY: Final = 50.0
STEADY_COUNT: Final = 250
FULL_COUNT: Final = 400
CONNECTIONS: Final = 10
SIZE: Final = 5000
TEAMS: Final = 5
"""A message to more than one school waits while another of its team is judged."""
LARGE: Final = 20
LARGE_BYTES: Final = 10_000_000
ENOUGH: Final = 100.0
LATER: Final = 0.050
GROWTH: Final = 10.0
"""Megabytes by which memory may grow over 200 MB of mail."""

ALONE, RELAY, ONE, FIVE = "nothing between", "bare aiosmtpd relay", "to one school", "to five"


def measure() -> Iterator[Table]:
    """Measure directly, between two Postfix servers, and memory."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-mailgate-") as folder,
        killable() as (_server, url),
        sink() as out,
    ):
        urns, _ = fill(url, teams=TEAMS)
        supply = _Supply(urns)
        gateways = Gateways(Path(folder) / "direct", url, out, 0)
        try:
            gateways.start(2)
            with relay(out) as (relayed, relay_pid):
                yield from _direct(supply, out, gateways.port, relayed)
                pids = [each.pid for each in gateways.processes]
                yield _memory(supply, gateways.port, pids, relayed, relay_pid)
        finally:
            gateways.kill()
        yield _between(supply, Path(folder) / "between", url, out)


class _Supply:
    """Messages that are like no other, so that none is joined with one before."""

    def __init__(self, urns: list[int]) -> None:
        self._urns = urns
        self._seed = 0

    def some(self, count: int, schools: int, size: int = SIZE) -> list[Message]:
        self._seed += 1
        made = messages(
            count, self._urns, "", seed=self._seed, size=size, kinds={f"exactly {schools}": 1}
        )
        return made[:count]


FROM: Final = (
    f"All mail comes from {SENDERS - 1} senders in {TEAMS} teams, with no two letters alike."
)


def _direct(supply: _Supply, out: int, gateway: int, relayed: int) -> list[Table]:
    ways = {
        ALONE: (out, 1),
        RELAY: (relayed, 1),
        f"gateway, {ONE}": (gateway, 1),
        f"gateway, {FIVE}": (gateway, 5),
    }
    steady: dict[str, list[float]] = defaultdict(list)
    full: dict[str, list[float]] = defaultdict(list)
    speed: dict[str, list[float]] = defaultdict(list)
    for port, schools in ways.values():
        _checked(Clients(port, supply.some(50, schools), count=CONNECTIONS))  # to warm up
    for _ in range(ROUNDS):
        for name, (port, schools) in ways.items():
            some = supply.some(STEADY_COUNT, schools)
            done = _checked(Clients(port, some, count=CONNECTIONS, rate=STEADY))
            steady[name] += done.times
        for name, (port, schools) in ways.items():
            some = supply.some(FULL_COUNT, schools)
            done = _checked(Clients(port, some, count=CONNECTIONS))
            full[name] += done.times
            speed[name].append(len(done.times) / done.seconds)
    return [_steady(steady), _full(full, speed)]


def _checked(done: Clients) -> Clients:
    if done.faults:
        raise RuntimeError(done.faults[0])
    return done


def _steady(times: dict[str, list[float]]) -> Table:
    table = Table(
        f"Delay at {STEADY:.0f} messages a second, evenly, {SIZE // 1000} KB each, two processes",
        ("way", "p50 ms", "p95 ms", "p95 more than nothing between, ms"),
    )
    table.notes.append(FROM)
    bare = _p95(times[ALONE])
    for name, each in times.items():
        more = _p95(each) - bare
        table.rows.append((name, median(each) * 1000, _p95(each) * 1000, more * 1000))
        if name.startswith("gateway"):
            met = verdict(met=more < LATER)
            table.notes.append(f"{name}: less than {LATER * 1000:.0f} ms at p95: {met}.")
    return table


def _full(times: dict[str, list[float]], speed: dict[str, list[float]]) -> Table:
    table = Table(
        f"As fast as it goes: {CONNECTIONS} connections, {SIZE // 1000} KB each, two processes",
        ("way", "messages/s", "p50 ms", "p95 ms"),
    )
    table.notes.append(FROM)
    for name, each in times.items():
        rate = median(speed[name])
        table.rows.append((name, rate, median(each) * 1000, _p95(each) * 1000))
        if name.startswith("gateway"):
            met = verdict(met=rate >= ENOUGH)
            table.notes.append(f"{name}: at least {ENOUGH:.0f} a second: {met}.")
    return table


def _with_attachment(message: Message) -> Message:
    head, _, text = message.content.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-")]
    line = base64.b64encode(bytes(range(54))) + b"\r\n"
    file = line * (LARGE_BYTES // len(line))
    parts = (
        *(b"\r\n".join(kept), b'\r\nContent-Type: multipart/mixed; boundary="parts"\r\n\r\n'),
        *(b"--parts\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n", text),
        b"\r\n--parts\r\nContent-Type: application/pdf; name=plan.pdf\r\n",
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n",
        *(file, b"--parts--\r\n"),
    )
    return replace(message, content=b"".join(parts))


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _between(supply: _Supply, home: Path, url: str, out: int) -> Table:
    table = Table(
        "Between two Postfix servers, until the last message has left the second",
        ("way", "messages/s", "each round"),
    )
    table.notes.append(FROM)
    speed: dict[str, list[float]] = defaultdict(list)
    with contextlib.ExitStack() as stack:
        confirm = free_port()
        behind = stack.enter_context(postfix(out=out, confirm=confirm))
        # Nobody answers it where no gateway runs, so what is without one asks nobody.
        plain = stack.enter_context(postfix(out=out))
        gateways = Gateways(home, url, behind.back, confirm)
        stack.callback(gateways.kill)
        gateways.start(2)
        relayed, _ = stack.enter_context(relay(plain.back))
        ways: dict[str, tuple[int, Postfix, int]] = {
            "Postfix alone": (plain.back, plain, 1),
            "with the bare relay": (relayed, plain, 1),
            f"with the gateway, {ONE}": (gateways.port, behind, 1),
            f"with the gateway, {FIVE}": (gateways.port, behind, 5),
        }
        first = {
            name: stack.enter_context(postfix(out=out, gateway=port))
            for name, (port, _, _) in ways.items()
        }
        for _ in range(ROUNDS):
            for name, (_, second, schools) in ways.items():
                some = supply.some(FULL_COUNT, schools)
                speed[name].append(_through(first[name], second, some))
    for name, each in speed.items():
        table.rows.append((name, median(each), ", ".join(f"{one:.0f}" for one in each)))
        if "gateway" in name:
            met = verdict(met=median(each) >= ENOUGH)
            table.notes.append(f"{name}: at least {ENOUGH:.0f} a second: {met}.")
    return table


def _through(first: Postfix, second: Postfix, some: list[Message]) -> float:
    began = time.monotonic()
    _checked(Clients(first.smtp, some, count=4))
    while first.waiting() or second.waiting():
        if time.monotonic() > began + 60:
            raise TimeoutError(first.said[-1000:])
        time.sleep(0.02)
    return len(some) / (time.monotonic() - began)


def _memory(supply: _Supply, gateway: int, pids: list[int], relayed: int, relay_pid: int) -> Table:
    megabytes = LARGE * LARGE_BYTES // 1_000_000
    table = Table(
        f"Memory of a process while {LARGE} messages of {LARGE_BYTES // 1_000_000} MB pass, in MB",
        ("way", "before", "at most", "after"),
    )
    for name, port, some_pids in (
        ("gateway, to five schools", gateway, pids),
        (RELAY, relayed, [relay_pid]),
    ):
        some = [_with_attachment(each) for each in supply.some(LARGE, 5)]
        before = max(memory(pid, "VmRSS") for pid in some_pids)
        for pid in some_pids:
            forget_peak(pid)
        _checked(Clients(port, some, count=4))
        most = max(memory(pid, "VmHWM") for pid in some_pids)
        after = max(memory(pid, "VmRSS") for pid in some_pids)
        table.rows.append((name, before, most, after))
        if name.startswith("gateway"):
            met = verdict(met=most - before < GROWTH)
            table.notes.append(f"Less than {GROWTH:.0f} MB more over {megabytes} MB: {met}.")
    return table
