"""The gateway's door running on a free port, a next server that does as it is told, and a client
that sends any bytes."""

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from gatekeeping.mailgate.door.journal import Journal
from gatekeeping.mailgate.door.serving import Door, Terms
from gatekeeping.mailgate.gate.answers import Action, Looked, NotNowError
from gatekeeping.mailgate.gate.spool import Spool
from gatekeeping.mailgate.policy import Sent
from gatekeeping.mailgate.server import Conversation
from gatekeeping.mailgate.smtp.next_hop import NextHop

PATIENCE = 10  # seconds
HERE = (ipaddress.ip_network("127.0.0.0/8"),)
TERMS = Terms("gateway.example", HERE)


@dataclass
class Took:
    """One message as the next server got it: what was said, and the bytes between."""

    commands: list[bytes]
    content: bytes
    size: int


@dataclass
class NextServer:
    """A mail server of raw bytes. ``answers`` maps a command's beginning to what it answers.

    An answer of b"" ends the connection instead. ``END`` is the end of a message.
    """

    port: int = 0
    answers: dict[bytes, bytes] = field(default_factory=dict)
    offers: tuple[bytes, ...] = (b"8BITMIME", b"SMTPUTF8", b"DSN")
    took: list[Took] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    connections: int = 0
    keeps: bool = True
    """False: of messages only the size is known, so that they cost no memory here."""

    def answer(self, command: bytes) -> bytes:
        for start, answer in self.answers.items():
            if command.upper().startswith(start.upper()):
                return answer
        if command.upper().startswith(b"EHLO"):
            lines = [b"next.example", *self.offers]
            return b"\r\n".join([b"250-" + line for line in lines[:-1]] + [b"250 " + lines[-1]])
        return b"354 go on" if command.upper() == b"DATA" else b"250 2.0.0 fine"

    def talk(self, connection: socket.socket) -> None:
        self.connections += 1
        commands: list[bytes] = []
        with connection, connection.makefile("rb") as reading, contextlib.suppress(OSError):
            connection.sendall(b"220 next.example\r\n")
            while line := reading.readline():
                command = line.rstrip(b"\r\n")
                self.said.append(command)
                commands = [] if command.upper().startswith(b"MAIL") else commands
                commands.append(command)
                answer = self.answer(command)
                if not answer or command == b"QUIT":
                    return
                connection.sendall(answer + b"\r\n")
                if answer.startswith(b"354"):
                    content, size = self._read(reading)
                    end = self.answers.get(b"END", b"250 2.0.0 took it")
                    if not end:
                        return
                    if end.startswith(b"250"):
                        self.took.append(Took(commands, content, size))
                    connection.sendall(end + b"\r\n")

    def _read(self, reading: Any) -> tuple[bytes, int]:
        lines, size = [], 0
        while (line := reading.readline()) != b".\r\n":
            content = line[1:] if line.startswith(b".") else line
            size += len(content)
            if self.keeps:
                lines.append(content)
        return b"".join(lines), size


@contextlib.contextmanager
def next_server(**options: Any) -> Iterator[NextServer]:
    """Run one on a free port."""
    server = NextServer(**options)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=server.talk, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


class OpenGate:
    """Lets everything through."""

    @property
    def is_ready(self) -> bool:
        """Be ready at any time."""
        return True

    def refusal(self, sender: str, recipient: str) -> str:
        """Take everything."""
        return ""

    def look(self, sent: Sent, spool: Spool) -> Looked:
        """Let it through."""
        return Looked(Action.HAND_ON)


@dataclass
class ToldGate:
    """A gate that says what it was told to say, and remembers what it was asked."""

    looked: Looked = field(default_factory=lambda: Looked(Action.HAND_ON))
    fault: Exception | None = None
    is_ready: bool = True
    asked: list[tuple[Sent, bytes]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    """Why the gateway's own addresses take nothing, by the sender."""

    def refusal(self, sender: str, recipient: str) -> str:
        return self.refuses.get(sender, "")

    def look(self, sent: Sent, spool: Spool) -> Looked:
        self.asked.append((sent, spool.open().read()))
        if self.fault is not None:
            raise self.fault
        return self.looked


def not_now() -> ToldGate:
    return ToldGate(fault=NotNowError("the database is away"))


@dataclass
class Running:
    """A door that runs."""

    port: int
    door: Door
    loop: asyncio.AbstractEventLoop

    def client(self) -> "Client":
        return Client(self.port)


@contextlib.contextmanager
def running(
    hop_port: int, gate: Any = None, *, journal: Any = None, **terms: Any
) -> Iterator[Running]:
    """Run a door before the next server at this port."""
    hop = NextHop("127.0.0.1", hop_port, greets_as="gateway.example")
    folder = TemporaryDirectory()
    door = Door(
        replace(TERMS, **terms), hop, gate or OpenGate(), journal or Journal(Path(folder.name))
    )
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: Conversation(door), "127.0.0.1", 0))
    turning = threading.Thread(target=loop.run_forever)
    turning.start()
    try:
        yield Running(server.sockets[0].getsockname()[1], door, loop)
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end(door), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        turning.join()
        loop.close()
        door.pool.shutdown()
        folder.cleanup()


async def _end(door: Door) -> None:
    for each in list(door.open):
        if each.transport is not None:  # type: ignore[attr-defined]
            each.transport.abort()  # type: ignore[attr-defined]
    await asyncio.sleep(0.01)
    me = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not me]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Client:
    """Sends bytes and reads answers, one or many lines each."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.reading = self.socket.makefile("rb")
        self.greeting = self.answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def close(self) -> None:
        self.reading.close()
        self.socket.close()

    def answer(self) -> str:
        lines = []
        while line := self.reading.readline():
            lines.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    def send(self, *raw: bytes) -> None:
        for piece in raw:
            self.socket.sendall(piece)

    def ask(self, command: str | bytes) -> str:
        self.send((command if isinstance(command, bytes) else command.encode()) + b"\r\n")
        return self.answer()

    def begin(self, *recipients: str, sender: str = "officer@council.example") -> list[str]:
        """Greet, name sender and recipients; return the recipients' answers."""
        self.ask("EHLO client.example")
        assert self.ask(f"MAIL FROM:<{sender}>").startswith("250")
        return [self.ask(f"RCPT TO:<{each}>") for each in recipients or ("a@school.example",)]

    def deliver(self, raw: bytes, *recipients: str) -> str:
        """Send one whole message, its dots doubled and its end added; return the answer."""
        self.begin(*recipients)
        assert self.ask("DATA").startswith("354")
        dotted = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
        self.send(dotted + b".\r\n")
        return self.answer()

    @property
    def is_closed(self) -> bool:
        """Tell whether the other side has ended the connection; waits for it."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
