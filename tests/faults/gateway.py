"""The mail gateway while it, its database and the next mail server are killed at random.

    client -> Postfix A -> gateway (two processes) -> Postfix B -> sink

Every message must be delivered once, or held once. Postfix A is never killed: it stands for the
servers that bring mail, and keeps what it is not told 250 for.
"""

import contextlib
import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from directory.models import Team
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database, narrow
from foundation.sealing import SealBrokenError
from foundation.settings import Settings
from gatekeeping.mailgate.cases.outlines import EmptiedError, held_mail_seal, open_outline
from gatekeeping.mailgate.policy import Why
from gatekeeping.models import State
from gatekeeping.models.mailgate import BypassCase
from tests import servers
from tests.factories import base
from tests.factories.directory import OfficerFactory, PersonFactory, SchoolFactory, TeamFactory
from tests.factories.gatekeeping import make_submission
from tests.faults.gateway_mail import SENDERS, Account, Senders, messages
from tests.faults.scenarios import Result
from tests.faults.stage import prepared
from tests.mail_chain import Chain, chain

MESSAGES = 5000
SEED = 20261122
RATE = 45.0
"""Messages a second; the whole run is to last less than five minutes."""
PATIENCE = 150.0
"""Seconds for the last message to arrive, once nothing is killed any more."""
TARGETS = {"one gateway": 4, "all gateways": 3, "PostgreSQL": 2, "Postfix B": 2}
"""What is killed, and how often of eleven times."""


@dataclass
class Server:
    """A PostgreSQL that can be killed; it keeps what it said was committed."""

    running: servers.PostgreSQL
    process: subprocess.Popen[bytes] | None = None

    def prepare(self, database: str) -> None:
        """Let it answer for its commits again; for other tests it need not."""
        self.running.as_superuser(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(
                sql.Identifier(database)
            )
        )
        with psycopg.connect(
            f"host=127.0.0.1 port={self.running.port} user=postgres"
        ) as connection:
            [(folder,)] = connection.execute("SHOW data_directory").fetchall()
        self.folder = Path(folder)
        self.command = Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")[:-1]
        self.owner = self.folder.stat()

    @property
    def pid(self) -> int:
        """The first of its processes."""
        return int((self.folder / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """Have all its processes end at once, without writing anything more."""
        os.kill(self.pid, signal.SIGQUIT)

    def start(self) -> None:
        """Start it again, on what it left."""
        end = time.monotonic() + 30
        while (self.folder / "postmaster.pid").exists() and time.monotonic() < end:
            time.sleep(0.05)
        who = {} if os.geteuid() else {"user": self.owner.st_uid, "group": self.owner.st_gid}
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            stderr=subprocess.DEVNULL,
            **who,  # type: ignore[call-overload]
        )
        while not self.running.answers():
            time.sleep(0.05)

    def stop(self) -> None:
        """End what was started here."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)


@contextlib.contextmanager
def killable() -> Iterator[tuple[Server, str]]:
    """Run such a server, with a database."""
    with servers.postgresql() as running:
        url, server = running.new_database("mail"), Server(running)
        server.prepare("mail")
        try:
            yield server, url
        finally:
            server.stop()


def fill(url: str, schools: int = 60, teams: int = SENDERS) -> tuple[list[int], str]:
    """Make an authority whose teams send mail; return its schools and a live register number."""
    database = prepared(url)
    with database.session(authority=EVERY_AUTHORITY) as session:
        authority = session.scalar(sa.text("SELECT authority_id FROM authority_profile"))
        narrow(session, authority)
        session.info["test_authority"] = authority
        base.current["session"] = session
        urns = list(range(900_001, 900_001 + schools))
        for urn in urns:
            SchoolFactory(urn=urn, email=f"office@{urn}.school.example")
        some = TeamFactory.create_batch(teams)
        for each in range(SENDERS):
            person = PersonFactory(email=f"officer{each}@council.example")
            team = some[each % teams]
            officer = OfficerFactory(person=person, person_id=person.id, team=team, team_id=team.id)
            if each == 0:
                number = make_submission(State.LIVE, author=officer).number
            assert session.get(Team, officer.team_id) is not None
        session.commit()
    base.current.clear()
    database.engine.dispose()
    assert number
    return urns, number


@dataclass
class Killer:
    """Kills one thing after the other, and brings each back."""

    chain: Chain
    server: Server
    chance: random.Random
    times: Counter[str] = field(default_factory=Counter)

    def once(self, target: str = "") -> None:
        """Kill something for 0.2 to 3 seconds."""
        target = target or self.chance.choices(list(TARGETS), list(TARGETS.values()))[0]
        away = self.chance.uniform(0.2, 3.0)
        self.times[target] += 1
        gateways = self.chain.gateways
        if target in {"one gateway", "all gateways"}:
            killed = gateways.kill(1 if target == "one gateway" else None)
            time.sleep(away)
            gateways.start(killed)
        elif target == "PostgreSQL":
            self.server.kill()
            time.sleep(away)
            self.server.start()
        else:
            self.chain.behind.kill()
            time.sleep(away)
            self.chain.behind.start()


def killed_gateway(
    count: int = MESSAGES,
    *,
    seed: int = SEED,
    kills: tuple[str, ...] = (),
    rate: float = RATE,
    on_disk: bool = False,
) -> Result:
    """Send so many messages; ``kills`` names what is killed in order, else it goes on at random."""
    began, chance = time.monotonic(), random.Random(seed)  # noqa: S311 - the same kills again
    with (
        tempfile.TemporaryDirectory(prefix="faults-gateway-") as folder,
        killable() as (server, url),
        servers.mail_sink() as sink,
    ):
        urns, number = fill(url)
        some = messages(count, urns, number, seed=seed)
        home = Path(folder) / "home"
        with chain(home, url, out=sink.port, processes=2, on_disk=on_disk) as made:
            killer = Killer(made, server, chance)
            senders = Senders(made.before.smtp, some, rate=rate)
            waiting = list(kills)
            while not senders.over or waiting:
                time.sleep(chance.uniform(0.3, 2.0))
                if waiting or not kills:
                    killer.once(waiting.pop(0) if waiting else "")
            account, seconds = Account(some), time.monotonic() - began
            end = time.monotonic() + PATIENCE
            faults = senders.faults
            if senders.sent < count:
                faults.append(f"{count - senders.sent} were not sent")
            while made.before.waiting() or made.behind.waiting():
                made.before.flush()
                made.behind.flush()
                if time.monotonic() > end:
                    faults.append(f"{made.before.waiting() + made.behind.waiting()} still wait")
                    break
                time.sleep(0.5)
            _settle_account(account, sink, url)
            gap = by_death_of_next(account, made)
        return _result(account, killer, gap, faults, seconds)


def _settle_account(account: Account, sink: servers.MailSink, url: str) -> None:
    for message in sink.messages:
        account.arrived(message.content, message.recipients)
    settings = Settings(
        database_url=url, secret_key="for-tests-only", public_url="https://portal.example"
    )
    database, seal = Database(url), held_mail_seal(settings)
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        # Letters to one school after the other open a case that holds no message.
        held = sa.select(BypassCase).where(BypassCase.why != Why.RUN.value)
        for case in session.scalars(held.order_by(BypassCase.id)):
            try:
                said = open_outline(case, seal)
                account.kept(said.subject, said.recipients)
            except (SealBrokenError, EmptiedError):
                account.others += 1
    database.engine.dispose()


def by_death_of_next(account: Account, made: Chain) -> set[int]:
    """Return those that came twice because Postfix B died after storing and before saying so.

    Postfix A's log tells: the gateway lived to say that its next server had gone away. Had the
    gateway died, Postfix A would have lost its connection.
    """
    said = {
        line.partition("]: ")[2].partition(":")[0].encode()
        for line in made.before.said.splitlines()
        if "status=deferred" in line and "The next mail server went away" in line
    }
    doubled = {*account.given_twice, *account.both}
    return {
        number for number in doubled if any(copy[-1] in said for copy in account.delivered[number])
    }


def _result(
    account: Account, killer: Killer, gap: set[int], faults: list[str], seconds: float
) -> Result:
    delivered, held, parts = account.once
    ours = sorted(account.given_twice.keys() - gap)
    both = sorted(set(account.both) - gap)
    twice = len(ours) + len(account.held_twice) + len(both)
    wrong = len(account.lost) + twice
    lines = {
        "sent": len(account.some),
        "delivered once": delivered,
        "held once": held,
        "in parts, each once": parts,
        "lost": len(account.lost),
        "held twice": len(account.held_twice),
        "held and delivered": len(both),
        "given twice by the gateway": len(ours),
        "twice because B died after storing and before saying so": len(gap),
        "delivered twice by B itself": len(account.delivered_twice),
        "other mail": account.others,
    }
    kills = ", ".join(f"{name} {times}" for name, times in sorted(killer.times.items()))
    note = "; ".join([*(f"{name}: {count}" for name, count in lines.items()), f"kills: {kills}"])
    if faults:
        note += f"; {', '.join(faults)}"
    details = account.lost[:5], ours[:5], both[:5]
    note += f" {details}" if wrong else ""
    note += f" ({clock.now().astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
    return Result(len(account.lost), twice, 0, seconds, not wrong and not faults, note)
