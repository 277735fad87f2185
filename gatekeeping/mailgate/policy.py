"""What becomes of a message: plain values in, a judgement out."""

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from directory.mail_directory.reached import Correspondent, Reached


class Verdict(enum.StrEnum):
    """What the gateway does."""

    PASS = "pass"  # noqa: S105 - nobody signs in with it
    HOLD = "hold"
    EXEMPT = "exempt"


class Why(enum.StrEnum):
    """The reason of a verdict; also what is counted by day."""

    ONE_SCHOOL = "one_school"  # at most one: nothing beyond the envelope was looked at
    FEW = "few"  # no more than the protocol allows, earlier parts included
    NUMBER = "number"  # under a live number of its sender, to schools that it covers
    MANY = "many"  # this message alone reaches too many
    SPLIT = "split"  # with earlier messages alike it does
    BAD_NUMBER = "bad_number"  # too many, and the number that it names does not cover it
    CASEWORK = "casework"  # one child's
    REPLY = "reply"  # in a thread that a school began
    AUTOMATIC = "automatic"  # an auto-reply
    BOUNCE = "bounce"
    CALENDAR = "calendar"  # an answer to an invitation
    OURS = "ours"  # the portal's own mail
    RUN = "run"  # one school after the other within the hour; known by envelopes alone, never held
    REPORTED = "reported"  # a school passed on what it was asked; of cases, never of a message


EXEMPTIONS = frozenset({Why.CASEWORK, Why.REPLY, Why.AUTOMATIC, Why.BOUNCE, Why.CALENDAR, Why.OURS})
SHOWN_BY_THE_ENVELOPE = frozenset({Why.OURS, Why.BOUNCE})
"""Exemptions that hold whomever a message goes to."""
HOLDING = frozenset({Why.MANY, Why.SPLIT, Why.BAD_NUMBER})
LEAVING_TRACES = HOLDING | {Why.FEW}
"""What later messages are compared with; of the rest nothing is kept."""


@dataclass(frozen=True)
class Sent:
    """The envelope: who sends to whom, each address as it was typed; empty is a bounce's sender.

    What is before the @ may differ by its capitals alone (RFC 5321, 2.4), so mail leaves to what
    was typed. What we compare ourselves is ``sender`` and ``recipients``.
    """

    typed_sender: str
    typed_recipients: tuple[str, ...]
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)
    """What notices of delivery the sender wants (RFC 3461), as it was written: for each recipient
    that has such a wish, and under an empty name for the message."""

    @cached_property
    def sender(self) -> str:
        """Return the sender in lower case."""
        return self.typed_sender.lower()

    @cached_property
    def recipients(self) -> tuple[str, ...]:
        """Return the recipients in lower case, in the order in which they were typed."""
        return tuple(address.lower() for address in self.typed_recipients)

    def without(self, addresses: Collection[str]) -> "Sent":
        """Return the envelope without these recipients, which are in lower case."""
        pairs = zip(self.typed_recipients, self.recipients, strict=True)
        kept = tuple(typed for typed, low in pairs if low not in addresses)
        return Sent(self.typed_sender, kept, self.asked)


@dataclass(frozen=True)
class Earlier:
    """A message of the last days that is alike: when, by whom, to which schools."""

    trace_id: int
    at: datetime
    sender: str
    urns: frozenset[int]


@dataclass(frozen=True)
class NumberFound:
    """A register number that a message names, and how it stands for this message.

    ``fault`` is empty when it covers the message, else a sentence that says why it does not.
    """

    number: str
    fault: str = ""


@dataclass(frozen=True)
class Judgement:
    """What becomes of a message, and everything that it rests on."""

    verdict: Verdict
    why: Why
    sender: Correspondent
    reached: Reached
    schools: frozenset[int]
    """The schools that counted: this message's and those of the earlier ones that were joined."""
    joined: tuple[Earlier, ...] = ()
    numbers: tuple[NumberFound, ...] = ()
    limit: int = 20
    days: int = 30


@dataclass(frozen=True)
class Facts:
    """What the database knows that the policy needs; ``rule.judging`` reads it."""

    sender: Correspondent
    reached: Reached
    earlier: tuple[Earlier, ...] = ()
    numbers: tuple[NumberFound, ...] = ()
    limit: int = 20
    days: int = 30


def decide(facts: Facts, *, exempt: Why | None) -> Judgement:
    """Decide about a message.

    ``exempt`` is what ``exemptions.exemption`` says of it, None where it was not read. A message
    to one school is part of nothing, so nothing is joined to it. A good number or few schools let
    a message pass although another number that it names is wrong; ``numbers`` says that too.
    """
    own = facts.reached.urns
    union = own.union(*(earlier.urns for earlier in facts.earlier))
    why = _why(facts, own, union, exempt)
    counts_earlier = why in HOLDING or why is Why.FEW
    return Judgement(
        verdict=_verdict(why),
        why=why,
        sender=facts.sender,
        reached=facts.reached,
        schools=union if counts_earlier else own,
        joined=facts.earlier if counts_earlier else (),
        numbers=facts.numbers,
        limit=facts.limit,
        days=facts.days,
    )


def _why(facts: Facts, own: frozenset[int], union: frozenset[int], exempt: Why | None) -> Why:
    if exempt in SHOWN_BY_THE_ENVELOPE:
        return exempt
    if len(own) <= 1:
        return Why.ONE_SCHOOL
    if exempt is not None:
        return exempt
    if any(not number.fault for number in facts.numbers):
        return Why.NUMBER
    return Why.FEW if len(union) <= facts.limit else _too_many(facts)


def _too_many(facts: Facts) -> Why:
    if facts.numbers:
        return Why.BAD_NUMBER
    return Why.MANY if len(facts.reached.urns) > facts.limit else Why.SPLIT


def _verdict(why: Why) -> Verdict:
    if why in EXEMPTIONS:
        return Verdict.EXEMPT
    return Verdict.HOLD if why in HOLDING else Verdict.PASS
