"""Messages of every kind for the fault run of the mail gateway, and what became of them."""

import random
import re
import smtplib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
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


Copy = tuple[bytes, ...]
"""Under which names a message lay in the queues, Postfix B's first and Postfix A's last."""
To = tuple[int, str]
"""A message by its number, and one of those that it is for."""


@dataclass
class Account:
    """Where each message came to, for each of its recipients: servers may cut one into parts."""

    some: Sequence[Message]
    delivered: dict[To, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    held: Counter[To] = field(default_factory=Counter)
    others: int = 0

    def arrived(self, content: bytes, recipients: Sequence[str]) -> None:
        """Count a message that left Postfix B."""
        found = MARK.search(content.partition(b"\r\n\r\n")[0])
        if found is None:
            self.others += 1
            return
        for recipient in recipients:
            self.delivered[int(found[1]), recipient].append(tuple(queue_ids(content)))

    def kept(self, subject: str, recipients: Sequence[str]) -> None:
        """Count a case."""
        found = IN_SUBJECT.search(subject)
        if found is None:
            self.others += 1
            return
        self.held.update((int(found[1]), recipient) for recipient in recipients)

    @property
    def lost(self) -> list[int]:
        """The messages of which something is nowhere."""
        return [
            each.number
            for each in self.some
            if any(
                (each.number, to) not in self.delivered and not self.held[each.number, to]
                for to in each.recipients
            )
        ]

    @property
    def once(self) -> tuple[int, int, int]:
        """How many were delivered once, held once, and in parts one and the other."""
        counts = Counter[str]()
        for each in self.some:
            keys = [(each.number, to) for to in each.recipients]
            out = [len(self.delivered.get(key, ())) for key in keys]
            kept = [self.held[key] for key in keys]
            if all(one + other == 1 for one, other in zip(out, kept, strict=True)):
                counts["out" if all(out) else "kept" if all(kept) else "parts"] += 1
        return counts["out"], counts["kept"], counts["parts"]

    @property
    def held_twice(self) -> set[int]:
        """Those with two cases for somebody."""
        return {number for (number, _), times in self.held.items() if times > 1}

    @property
    def both(self) -> dict[int, set[Copy]]:
        """Those that are held for somebody who got them all the same."""
        return self._copies(lambda to, _copies: self.held[to] > 0)

    @property
    def given_twice(self) -> dict[int, set[Copy]]:
        """Those that Postfix B took twice for somebody, under two names."""
        return self._copies(lambda _to, copies: len({copy[0] for copy in copies}) > 1)

    @property
    def delivered_twice(self) -> dict[int, set[Copy]]:
        """Those that Postfix B took once, and delivered twice."""
        return self._copies(lambda _to, copies: len(copies) > len({copy[0] for copy in copies}))

    def _copies(self, which: Callable[[To, list[Copy]], bool]) -> dict[int, set[Copy]]:
        found: dict[int, set[Copy]] = defaultdict(set)
        for to, copies in self.delivered.items():
            if which(to, copies):
                found[to[0]].update(copies)
        return found
