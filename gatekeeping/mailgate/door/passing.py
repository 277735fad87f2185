"""One client's way through the gateway to the next server: what runs in threads, behind ``server``.

In step: the next server hears of each recipient when we do, and gives its own answer; of those whom
a client names ahead it hears at once. The message itself goes on only after the gate has looked at
it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from gatekeeping.mailgate.door.journal import CannotTellYetError, Journal
from gatekeeping.mailgate.gate.answers import Action, Looking, NotNowError, place_of
from gatekeeping.mailgate.gate.spool import Spool, token_of
from gatekeeping.mailgate.policy import Sent
from gatekeeping.mailgate.smtp.commands import Address
from gatekeeping.mailgate.smtp.next_hop import (
    CLOSING,
    Answer,
    AwayError,
    Line,
    NextHop,
    UncertainError,
)

log = logging.getLogger(__name__)

AWAY: Final = Answer(451, (b"4.4.1 The next mail server cannot be reached, try again later",))
BROKEN: Final = Answer(451, (b"4.4.2 The next mail server went away, try again later",))
NOT_NOW: Final = Answer(451, (b"4.3.0 Try again later",))
SWALLOWED: Final = Answer(250, (b"2.0.0 Taken",))
KNOWN: Final = Answer(250, (b"2.0.0 Passed on before",))


@dataclass(frozen=True)
class Reply:
    """What the client is told about its message; ``token`` is named where the journal waits."""

    answer: Answer
    token: str = ""


@dataclass
class Passage:
    """What one client's connection holds towards the next server. One thread at a time."""

    hop: NextHop
    gate: Looking
    journal: Journal
    learnt: Callable[[Line], None]
    """Told of each new connection, for what the next server offers."""
    _line: Line | None = None
    _begun: Answer | None = field(default=None)
    """The answer to MAIL of the message under way; None while none is."""
    _broken: bool = False
    _named: int = 0
    """How many recipients of the message under way the next server has taken."""

    @property
    def is_under_way(self) -> bool:
        """Tell whether the next server waits for more of a message."""
        return self._begun is not None or self._broken

    def recipients(self, mail: Address, some: Sequence[Address]) -> list[Answer]:
        """Name recipients to the next server, their sender first; return its answer to each."""
        if self._broken:
            return [BROKEN] * len(some)
        try:
            if self._begun is None:
                self._begun = self._begin(mail)
            if not self._begun.ok or self._line is None:
                return [self._begun] * len(some)
            found = self._line.rcpts([(to.text, to.options) for to in some])
            answers = [self._in_words(answer) for answer in found]
        except AwayError:
            away = AWAY if self._begun is None else BROKEN
            self._drop()
            self._broken = True
            return [away] * len(some)
        self._named += sum(answer.ok for answer in answers)
        return answers

    def finish(self, sent: Sent, spool: Spool) -> Reply:
        """Have the gate look at the message, and do as it says. The spool is closed then."""
        with spool:
            try:
                return self._finish(sent, spool)
            finally:
                self.forget()

    def forget(self) -> None:
        """End the message that was begun, if one was: the connection can be used for another."""
        begun, self._begun, self._broken, self._named = self._begun, None, False, 0
        if begun is None or self._line is None:
            return
        try:
            if not self._line.reset().ok:
                self._drop()
        except AwayError:
            self._drop()

    def close(self) -> None:
        """End the connection to the next server."""
        self._drop()

    def _begin(self, mail: Address) -> Answer:
        for _ in range(2):
            used = self._line is not None
            if self._line is None:
                self._line = self.hop.connect()
                self.learnt(self._line)
            try:
                return self._in_words(self._line.mail(mail.text, mail.options))
            except AwayError:
                self._drop()
                if not used:
                    raise
        raise AwayError

    def _finish(self, sent: Sent, spool: Spool) -> Reply:
        token = token_of(sent, spool.sha256)
        try:
            if self.journal.was_taken(token):
                log.info("a message had been passed on before", extra={"bytes": spool.size})
                return Reply(KNOWN, token)
            looked = self.gate.look(sent, spool)
        except (CannotTellYetError, NotNowError) as fault:
            why = str(fault) or "it may have been passed on already"
            log.warning("a message has to wait", extra={"why": why})
            return Reply(NOT_NOW)
        if looked.action is Action.HAND_ON:
            return self._hand_on(token, spool)
        if looked.action is Action.REFUSE:
            return Reply(Answer(550, (b"5.7.1 " + looked.says.encode(),)))
        if looked.action is Action.KEPT:
            kept = f"2.0.0 Kept for a decision: case {looked.case_id}"
            return Reply(Answer(250, (kept.encode(),)))
        if looked.action is Action.SWALLOW:
            return Reply(SWALLOWED)
        # Never taken without anybody having it: what is raised here is answered by 451.
        assert_never(looked.action)

    def _hand_on(self, token: str, spool: Spool) -> Reply:
        if self._broken or self._line is None:
            return Reply(BROKEN)
        line = self._line

        def given() -> None:
            self.journal.given(token, line.port, self._named)

        try:
            answer = self._in_words(line.data(spool.pieces(), before_end=given))
        except UncertainError as fault:
            self.journal.lost(token, in_time=not fault.was_slow)
            self._drop()
            log.warning("the next server went away at the end", extra={"fault": str(fault)})
            return Reply(BROKEN)
        except AwayError as fault:
            self._drop()
            log.warning("the next server went away", extra={"fault": str(fault)})
            return Reply(BROKEN)
        except OSError:  # the journal's; the next server waits for the end and hears no command
            self._drop()
            raise
        if not answer.ok:
            return Reply(KNOWN, token) if self.journal.refused(token) else Reply(answer)
        self._begun = None
        try:
            self.journal.taken(token)
        except OSError as fault:  # such as a full disk: it was taken all the same
            note_fault("a message that was passed on could not be noted", fault)
            return Reply(answer)
        return Reply(answer, token)

    def _in_words(self, answer: Answer) -> Answer:
        # Its connection ends with this; ours does not.
        if answer.code != CLOSING:
            return answer
        raise AwayError(str(CLOSING))

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


def note_fault(words: str, fault: BaseException) -> None:
    """Log what went wrong and where, without what it was about."""
    log.error(words, extra={"fault": type(fault).__name__, "at": place_of(fault)})
