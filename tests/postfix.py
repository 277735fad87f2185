"""A real Postfix in a folder of its own, set up by the very files that docs/mail-gateway.md shows.

It touches nothing of a Postfix that the machine may have. It must be started by root, because its
programs change to a user of their own.
"""

import contextlib
import grp
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import PATIENCE, ServerError, free_port

SHOWN = Path(__file__).parent.parent / "docs" / "mail-gateway"
GIVEN_AWAY = "incoming active deferred bounce defer flush hold saved trace corrupt private"
NEVER = 1  # a port on which nothing listens

QUICK = {
    "queue_run_delay": "1s",
    "minimal_backoff_time": "1s",
    "maximal_backoff_time": "2s",
    "maillog_file": "{folder}/log",
    "maillog_file_prefixes": "{folder}",
    "queue_directory": "{folder}/queue",
    "data_directory": "{folder}/data",
    "daemon_directory": "{programs}",
    "command_directory": "{commands}",
    "alias_maps": "",
    "alias_database": "",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "relayhost": "[127.0.0.1]:{out}",
    # Mail for outside leaves in one transaction, so that the sink sees messages, not recipients.
    "default_destination_recipient_limit": "1000",
    "smtp_host_lookup": "native",
    "smtp_dns_support_level": "disabled",
    "smtp_destination_concurrency_failed_cohort_limit": "1000",
    "in_flow_delay": "0",
}
"""What differs from the files shown: where it lies, where mail goes, and that nobody waits long."""


@dataclass
class Postfix:
    """A Postfix. ``smtp`` is its first door, ``back`` the one behind the gateway."""

    folder: Path
    smtp: int
    back: int
    gateway: int
    confirm: int
    out: int
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    watch: subprocess.Popen[bytes] | None = None

    def set_up(self) -> None:
        """Write its settings and make its folders."""
        user, group = _its_user()
        config, queue, data = (self.folder / name for name in ("config", "queue", "data"))
        for made in (config, queue, data):
            made.mkdir(mode=0o755)
        os.chown(data, user, -1)
        for name in (*GIVEN_AWAY.split(), "public", "maildrop", "pid"):
            (queue / name).mkdir(mode=0o700)
        for name in GIVEN_AWAY.split():
            os.chown(queue / name, user, -1)
        for name, mode in (("public", 0o710), ("maildrop", 0o1730)):
            os.chown(queue / name, user, group)
            (queue / name).chmod(mode)
        (queue / "pid").chmod(0o755)
        (config / "main.cf").write_text(self._main())
        (config / "master.cf").write_text(self._master())

    def _main(self) -> str:
        names = {
            "folder": self.folder,
            "programs": _programs(),
            "commands": Path(program("postqueue")).parent,
            "out": self.out,
        }
        changed = {name: value.format(**names) for name, value in QUICK.items()}
        changed |= self.settings
        shown = (SHOWN / "postfix-main.cf").read_text()
        kept = [
            line for line in shown.splitlines() if line.partition("=")[0].strip() not in changed
        ]
        # So that a change of the documentation is noticed here.
        assert "gateway:[127.0.0.1]:10025" in shown, "docs/mail-gateway/postfix-main.cf"
        text = "\n".join([*kept, *(f"{name} = {value}" for name, value in changed.items()), ""])
        return text.replace("[127.0.0.1]:10025", f"[127.0.0.1]:{self.gateway}")

    def _master(self) -> str:
        text = (SHOWN / "postfix-master.cf").read_text()
        policy = f"inet:127.0.0.1:{self.confirm}"
        for pattern, port in (
            (r"^smtp(?= +inet )", f"127.0.0.1:{self.smtp}"),
            (r"^127\.0\.0\.1:10026(?= inet )", f"127.0.0.1:{self.back}"),
            (r"inet:127\.0\.0\.1:10027", policy),
        ):
            text, times = re.subn(pattern, port, text, flags=re.MULTILINE)
            assert times == 1, f"docs/mail-gateway/postfix-master.cf: {pattern}"
        if not self.confirm:
            text = text.replace(f"check_policy_service {policy}", "")
        return text

    def start(self) -> None:
        """Start it, and wait until both doors open."""
        command = [str(_programs() / "master"), "-c", str(self.folder / "config"), "-d"]
        environment = {**os.environ, "MAIL_CONFIG": str(self.folder / "config")}
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        # If the tests are killed, Postfix goes with them. It forgets a signal for a parent's death.
        both = f"while kill -0 {os.getpid()} && kill -0 {self.process.pid}; do sleep 1; done"
        self.watch = subprocess.Popen(
            ["/bin/sh", "-c", f"{both}; kill -s KILL -- -{self.process.pid}"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + PATIENCE
        while not (_answers(self.smtp) and _answers(self.back)):
            if self.process.poll() is not None or time.monotonic() > end:
                raise ServerError(f"Postfix did not start: {self.said[-3000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it; what it has not delivered stays in its queue."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill all its processes at once."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if self.watch is not None:
            self.watch.kill()
            self.watch.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def flush(self) -> None:
        """Have it try at once what it put off."""
        self._run("postqueue", "-f")

    def waiting(self) -> int:
        """Return how many messages are in its queue.

        A file that it has not marked as whole is none: what was killed while it wrote leaves them.
        """
        count = 0
        for name in ("maildrop", "incoming", "active", "deferred", "hold"):
            for place in (self.folder / "queue" / name).rglob("*"):
                with contextlib.suppress(FileNotFoundError):
                    mode = place.stat().st_mode
                    count += stat.S_ISREG(mode) and bool(mode & stat.S_IXUSR)
        return count

    @property
    def said(self) -> str:
        """Return its log, and what it wrote before it had one."""
        places = (self.folder / "output", self.folder / "log")
        return "".join(place.read_text(errors="replace") for place in places if place.exists())

    def _run(self, name: str, *words: str) -> None:
        command = [program(name), "-c", str(self.folder / "config"), *words]
        subprocess.run(command, check=False, capture_output=True)


@contextlib.contextmanager
def postfix(
    *,
    out: int,
    gateway: int = NEVER,
    back: int = 0,
    confirm: int = 0,
    settings: Mapping[str, str] | None = None,
    on_disk: bool = False,
) -> Iterator[Postfix]:
    """Run a Postfix that brings its mail to the gateway's port and what comes back to ``out``.

    Without ``gateway`` only its second door is of use. ``confirm`` is where that asks the gateway.
    Its queue lies in memory where there is room for it, unless it is to be ``on_disk``.
    """
    if os.geteuid() != 0:
        raise ServerError("Postfix can only be started by root: run the tests as root.")
    memory = "/dev/shm" if Path("/dev/shm").is_dir() and not on_disk else None
    folder = Path(tempfile.mkdtemp(prefix="test-postfix-", dir=memory))
    folder.chmod(0o755)
    made = Postfix(folder, free_port(), back or free_port(), gateway, confirm, out, settings or {})
    try:
        made.set_up()
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _its_user() -> tuple[int, int]:
    try:
        return pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    except KeyError as fault:
        raise ServerError("Postfix is missing: install postfix.") from fault


def program(name: str) -> str:
    """Return where one of Postfix's commands lies."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServerError("Postfix is missing: install postfix.")
    return found


def _programs() -> Path:
    """Return the folder of Postfix's own programs."""
    for folder in ("/usr/lib/postfix/sbin", "/usr/libexec/postfix", "/usr/lib/postfix"):
        if (Path(folder) / "master").exists():
            return Path(folder)
    raise ServerError("Postfix is missing: install postfix.")


def _answers(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), 1) as connection,
    ):
        return connection.recv(3) == b"220"
    return False
