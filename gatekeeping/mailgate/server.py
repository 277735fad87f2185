"""The SMTP door of the gateway. It only speaks SMTP: what becomes of a message is ``passing``'s.

Connections and STARTTLS are aiosmtpd's (``door.connection``); the commands that matter are our own,
because addresses have to go on as they were written, and a message must not lie in memory.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from gatekeeping.mailgate.door.connection import Connection
from gatekeeping.mailgate.door.passing import Reply, note_fault
from gatekeeping.mailgate.door.serving import Door, add_to
from gatekeeping.mailgate.gate.spool import Spool
from gatekeeping.mailgate.policy import Sent
from gatekeeping.mailgate.smtp.commands import Address, NotUnderstoodError, read_mail, read_rcpt
from gatekeeping.mailgate.smtp.next_hop import Answer
from gatekeeping.mailgate.smtp.receiving import Receiving

IDLE: Final = 300.0  # seconds without a word
LONGEST: Final = 1800.0  # seconds from MAIL to the end of the message
MOST_RECIPIENTS: Final = 1000
MOST_AT_ONCE: Final = 100
"""So many recipients are named to the next server before it is heard."""
READ: Final = 1024 * 1024
NOT_READY: Final = "451 4.3.0 The gateway is not ready yet, try again later"


class Conversation(Connection):
    """What is said on one client's connection."""

    def __init__(self, door: Door) -> None:
        """Wait for the connection."""
        super().__init__(door, idle=IDLE)
        self._deadline = 0.0
        self._not_now = False
        self._offered: frozenset[str] = frozenset()
        self._answered: deque[tuple[Address, Answer]] = deque()
        """What the next server said of recipients whose commands still wait to be read."""

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Greet, and say what is offered."""
        if not hostname:
            await self.push("501 5.5.4 Write EHLO hostname")
            return
        await self._forget()
        if self.session is not None:
            self.session.extended_smtp = True
            self.session.host_name = hostname
        offered = [self.hostname, "PIPELINING", f"SIZE {self._door.terms.limit}", "8BITMIME"]
        self._offered = self._door.offers  # what was offered is taken, whatever is learnt meanwhile
        offered += [name.upper() for name in sorted(self._offered)]
        if self.tls_context and not self._is_encrypted:
            offered.append("STARTTLS")
        lines = [f"250-{line}" for line in offered[:-1]] + [f"250 {offered[-1]}"]
        await self.push("\r\n".join(lines))

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Greet an old client."""
        await self._forget()
        await super().smtp_HELO(hostname)

    async def smtp_RSET(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Forget the message that was begun."""
        await self._forget()
        await self.push("250 2.0.0 OK")

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Encrypt, once and before a message is begun."""
        if self._is_encrypted or self._mail is not None:
            await self.push("503 5.5.1 Not now")
            return
        await super().smtp_STARTTLS(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Note who sends. The next server hears of it with the first recipient."""
        if refusal := self._no_mail():
            await self.push(refusal)
            return
        if self._door.stopping:
            await self._end("421 4.3.2 The gateway is stopping, try again later")
            return
        if not self._door.gate.is_ready:
            self._not_now = True
            await self.tell(NOT_READY)
            return
        offered = self._offered
        try:
            mail = read_mail(arg, utf8="smtputf8" in offered, delivery="dsn" in offered)
        except NotUnderstoodError as fault:
            await self.push(str(fault))
            return
        if int(mail.option("SIZE") or 0) > self._door.terms.limit:
            await self.push("552 5.3.4 The message is larger than this server takes")
            return
        self._mail, self._to, self._not_now = mail, [], False
        self._deadline = time.monotonic() + LONGEST
        await self.push("250 2.1.0 OK")

    def _no_mail(self) -> str:
        if self.session is None or not self.session.host_name:
            return "503 5.5.1 Send EHLO first"
        if self._mail is not None:
            return "503 5.5.1 A message is under way"
        if self._door.terms.require_tls and not self._is_encrypted and not self._is_from_here:
            return "530 5.7.0 Send STARTTLS first"
        return ""

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Name a recipient to the next server, and give its answer."""
        if self._mail is None:
            # Who sends commands ahead has not read yet that MAIL was put off.
            await self.tell(NOT_READY if self._not_now else "503 5.5.1 Send MAIL first")
            return
        if len(self._to) >= MOST_RECIPIENTS:
            await self.tell("452 4.5.3 Too many recipients")
            return
        try:
            to = read_rcpt(arg, delivery="dsn" in self._offered)
        except NotUnderstoodError as fault:
            await self.tell(str(fault))  # counts as no mistake: the other recipients need us
            return
        if to.plain in self._door.terms.ours:
            answer = self._own(self._mail, to)
        else:
            answer = await self._named(self._mail, to)
        if answer.ok:
            self._to.append(to)
        await self.tell(answer.raw)

    def _own(self, mail: Address, to: Address) -> Answer:
        """Answer for an address of the gateway's own."""
        if refusal := self._door.gate.refusal(mail.plain, to.plain):
            return Answer(550, (b"5.7.1 " + refusal.encode(),))
        return Answer(250, (b"2.1.5 OK",))

    async def _named(self, mail: Address, to: Address) -> Answer:
        """Name a recipient to the next server, and with it those whom the client named ahead."""
        if not self._answered:
            room = min(MOST_AT_ONCE, MOST_RECIPIENTS - len(self._to)) - 1
            some = [to, *islice(self._named_ahead(), max(0, room))]
            answers = await self._in_thread(self._passage.recipients, mail, some)
            self._answered.extend(zip(some, answers, strict=True))
        whose, answer = self._answered.popleft()
        if whose != to:  # the next server knows somebody whom the client did not name
            raise ConnectionResetError
        return answer

    def _named_ahead(self) -> Iterator[Address]:
        """Yield the recipients whom the client named in commands that wait to be read."""
        for line in self._waiting_lines():
            command, _, rest = line.rstrip(b"\r\n").partition(b" ")
            if command.upper() != b"RCPT" or len(line) > self.command_size_limit:
                return
            try:
                arg = rest.strip().decode("utf-8", "surrogateescape")
                to = read_rcpt(arg, delivery="dsn" in self._offered)
            except NotUnderstoodError:
                return
            if to.plain in self._door.terms.ours:
                return
            yield to

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Take the message, have it looked at, and answer once it is safe somewhere."""
        if arg:
            await self.push("501 5.5.4 Write DATA alone")
            return
        if self._mail is None or not self._to:
            await self.push("503 5.5.1 Name somebody first who takes it")
            return
        spool = Spool(self._door.terms.folder)
        refusal = "451 4.3.0 Try again later"
        try:
            refusal = await self._receive(spool)
        finally:
            if refusal:
                spool.close()
        if refusal:
            await self._forget()
            await self.tell(refusal)
            if refusal.startswith("550") and self.transport is not None:
                self.transport.close()  # a smuggler is not spoken with any longer
            return
        wishes = {"": self._mail.wishes, **{to.typed: to.wishes for to in self._to}}
        asked = {whose: wanted for whose, wanted in wishes.items() if wanted}
        sent = Sent(self._mail.typed, tuple(to.typed for to in self._to), asked)
        await self._answer(sent, spool)

    async def _answer(self, sent: Sent, spool: Spool) -> None:
        self._mail, self._to = None, []
        try:
            reply = await self._in_thread(self._passage.finish, sent, spool)
        except asyncio.CancelledError:
            if self._working is not None:
                self._working.add_done_callback(self._nobody_heard)
            raise
        except Exception as fault:  # noqa: BLE001 - the client's server keeps it, and tries again
            note_fault("a message could not be looked at", fault)
            await self.tell("451 4.3.0 Try again later")
            return
        journal, heard = self._door.journal, False
        try:
            await self.tell(reply.answer.raw)
            heard = await self._is_there()
        finally:
            if reply.token:
                (journal.answered if heard else journal.unanswered)(reply.token)
        if self._door.stopping:
            await self._end("421 4.3.2 The gateway is stopping")

    def _nobody_heard(self, done: "asyncio.Future[Reply]") -> None:
        if not done.cancelled() and done.exception() is None and done.result().token:
            self._door.journal.unanswered(done.result().token)

    async def _receive(self, spool: Spool) -> str:
        """Read the message to its true end; return why it is refused, or nothing."""
        receiving, refusal = Receiving(), ""
        await self.push("354 End with CR LF . CR LF")
        while not receiving.ended:
            piece = await self._reader.read(READ)
            if not piece:
                raise ConnectionResetError
            self._reset_timeout(min(IDLE, max(0.1, self._deadline - time.monotonic())))
            content = receiving.feed(piece)
            refusal = refusal or add_to(spool, content, self._door.terms.limit)
        self._unread(receiving.rest)
        if receiving.has_bare_ends:
            return "550 5.6.11 Lines must end with CR LF, and nothing else may hold CR or LF"
        return refusal

    async def _forget(self) -> None:
        self._mail, self._to = None, []
        if self._passage.is_under_way:
            await self._in_thread(self._passage.forget)
