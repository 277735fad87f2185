"""Messages of every kind for the fault run of the mail gateway, and what became of them."""

import random
import re
import smtplib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.mail_chain import queue_ids

KINDS = {"one": 60, "few": 20, "many": 8, "split": 6, "number": 6}
"""How many of a hundred messages are of each kind."""
MARK = re.compile(rb"^X-Number: ([0-9]+)\r?$", re.MULTILINE)
IN_SUBJECT = re.compile(r"message ([0-9]+)")
SENDERS = 40


@dataclass(frozen=True)
class Message:
    """One message to send."""

    number: int
    kind: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


def messages(
    count: int,
    urns: Sequence[int],
    number: str,
    *,
    seed: int,
    size: int = 3000,
    kinds: Mapping[str, int] = KINDS,
) -> list[Message]:
    """Return so many messages. Those with a register number are sent by ``officer0``.

    A kind ``exactly 5`` goes to five schools.
    """
    chance = random.Random(seed)  # noqa: S311 - the same messages again by the same seed
    made: list[Message] = []
    while len(made) < count:
        (kind,) = chance.choices(list(kinds), list(kinds.values()))
        made += _of_kind(kind, len(made), chance, urns, number, size)
    return made[:count]


def _of_kind(
    kind: str, first: int, chance: random.Random, urns: Sequence[int], number: str, size: int
) -> Iterator[Message]:
    sender = f"officer{0 if kind == 'number' else chance.randrange(1, SENDERS)}@council.example"
    text = _text(chance, size)
    reach = {"one": (1, 1), "few": (2, 12), "many": (21, 60), "split": (32, 40), "number": (21, 60)}
    exactly = kind.partition("exactly ")[2]
    few, most = (int(exactly), int(exactly)) if exactly else reach[kind]
    schools = chance.sample(urns, chance.randint(few, most))
    half = len(schools) // 2
    parts = [schools[:half], schools[half:]] if kind == "split" else [schools]
    for place, part in enumerate(parts):
        subject = f"{number} message {first + place}" if kind == "number" else ""
        subject = subject or f"A letter, message {first + place}"
        recipients = tuple(f"office@{urn}.school.example" for urn in part)
        head = (
            f"From: {sender}\r\nTo: {recipients[0]}\r\nSubject: {subject}\r\n"
            f"X-Number: {first + place}\r\nMessage-ID: <{first + place}@council.example>\r\n"
            "Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        )
        yield Message(first + place, kind, sender, recipients, f"{head}{text}".encode())


def _text(chance: random.Random, size: int) -> str:
    """Words that nobody else's message has, in lines."""
    parts = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "wé")
    lines, length = [], 0
    while length < size:
        words = ("".join(chance.choices(parts, k=chance.randint(2, 4))) for _ in range(9))
        lines.append(" ".join(words))
        length += len(lines[-1]) + 2
    return "\r\n".join([*lines, ""])


class Senders:
    """Threads that hand messages to Postfix A, at an even pace."""

    def __init__(self, port: int, some: Sequence[Message], *, rate: float, count: int = 4) -> None:
        """Begin at once. ``rate`` is in messages a second, over all threads."""
        self.sent = 0
        self.faults: list[str] = []
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._threads = [
            threading.Thread(target=self._send, args=(port, some[which::count], rate / count))
            for which in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _send(self, port: int, some: Sequence[Message], rate: float) -> None:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
                for place, message in enumerate(some):
                    time.sleep(max(0.0, self._began + place / rate - time.monotonic()))
                    # As bcc: no header names more than the first.
                    client.sendmail(
                        message.sender, message.recipients, message.content, ["BODY=8BITMIME"]
                    )
                    with self._lock:
                        self.sent += 1
        except (OSError, smtplib.SMTPException) as fault:
            self.faults.append(f"{type(fault).__name__}: {fault}"[:300])

    @property
    def over(self) -> bool:
        """Whether all were sent."""
        return not any(thread.is_alive() for thread in self._threads)


@dataclass
class Account:
    """Where each message came to."""

    sent: int
    delivered: dict[int, list[tuple[bytes, ...]]] = field(default_factory=lambda: defaultdict(list))
    """By number, for each copy the queue names of Postfix B and Postfix A."""
    held: Counter[int] = field(default_factory=Counter)
    others: int = 0

    def arrived(self, content: bytes) -> None:
        """Count a message that left Postfix B."""
        found = MARK.search(content.partition(b"\r\n\r\n")[0])
        if found is None:
            self.others += 1
        else:
            self.delivered[int(found[1])].append(tuple(queue_ids(content)))

    def kept(self, subject: str) -> None:
        """Count a case."""
        found = IN_SUBJECT.search(subject)
        if found is None:
            self.others += 1
        else:
            self.held[int(found[1])] += 1

    @property
    def lost(self) -> list[int]:
        """The messages that are nowhere."""
        return [
            each for each in range(self.sent) if not (each in self.delivered or self.held[each])
        ]

    @property
    def held_twice(self) -> list[int]:
        """Those with two cases."""
        return [each for each, times in self.held.items() if times > 1]

    @property
    def both(self) -> list[int]:
        """Those that are held, and went out all the same."""
        return sorted(self.delivered.keys() & self.held.keys())

    @property
    def given_twice(self) -> dict[int, list[tuple[bytes, ...]]]:
        """Those that Postfix B took twice, under two names."""
        return {
            each: copies
            for each, copies in self.delivered.items()
            if len({copy[0] for copy in copies}) > 1
        }

    @property
    def delivered_twice(self) -> list[int]:
        """Those that Postfix B took once, and delivered twice."""
        return [
            each
            for each, copies in self.delivered.items()
            if len(copies) > len({copy[0] for copy in copies})
        ]
