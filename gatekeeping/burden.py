"""What a submission costs schools in hours and pounds (gatekeeping 4.12).

Everything is exact (integers and fractions) until the end of each figure, which is rounded once,
half up.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from foundation.markdown import to_plain
from gatekeeping.documents import Effort, SubmissionDocument
from gatekeeping.models import Kind
from gatekeeping.protocol import DEFAULT, Protocol


@dataclass(frozen=True)
class Step:
    """One line of the sum: this kind of staff at all schools in a year.

    ``minutes_each`` is of one person at one school in one round; ``rate_pence`` is an hour's.
    """

    role: str
    people: int
    minutes_each: Fraction
    schools: int
    times: int
    rate_pence: int

    @property
    def minutes(self) -> Fraction:
        """Return all minutes of a year."""
        return self.schools * self.people * self.minutes_each * self.times

    @property
    def pence(self) -> Fraction:
        """Return what they cost."""
        return self.minutes / 60 * self.rate_pence


@dataclass(frozen=True)
class Burden:
    """The figures. Money is in pence, minutes are of a year at all schools."""

    minutes: dict[str, int]
    hours: dict[str, float]
    gross_pence: int
    chase_pence: int
    gross_with_chase_pence: int
    expected_staff_pence: int
    expected_pence: int
    per_school_pence: int

    def as_json(self) -> dict[str, Any]:
        """Return the burden with exactly the keys of ``design.md``."""
        return dict(vars(self))


def round_half_up(value: Fraction) -> int:
    """Round to a whole number; a half goes up."""
    return math.floor(value + Fraction(1, 2))


def count_words(body: str) -> int:
    """Return how many words a reader reads, without Markdown marks."""
    return len(re.findall(r"\w[\w’'-]*", to_plain(body)))


def reading_minutes(words: int, protocol: Protocol = DEFAULT) -> Fraction:
    """Return one person's minutes for a text: half a minute, and 230 words a minute."""
    return Fraction(1, 2) + Fraction(words, protocol.reading_words_a_minute)


def steps(
    document: SubmissionDocument, schools: int, protocol: Protocol = DEFAULT
) -> tuple[Step, ...]:
    """Return the lines of the sum, in the document's order.

    A communication is read: each person named in ``effort`` without minutes reads it, and when
    none is named, one person of unknown role for each category (at least one) at each school.
    """
    times = document.frequency.times_a_year
    return tuple(
        Step(role, people, minutes, schools if some is None else some, times, protocol.rates[role])
        for role, people, minutes, some in _work(document, protocol)
        if people and minutes and some != 0
    )


def minutes_at_a_school(document: SubmissionDocument, protocol: Protocol = DEFAULT) -> Fraction:
    """Return the minutes of all people of one school in one round.

    Of what was joined, where some schools do more than others: of a school that does most.
    """
    busiest = document.model_copy(update={"effort": at_the_busiest(document.effort)})
    return sum(
        (people * minutes for _, people, minutes, _ in _work(busiest, protocol)), start=Fraction(0)
    )


def at_the_busiest(efforts: Sequence[Effort]) -> list[Effort]:
    """Return the rows of the schools that do most; all rows where every school does the same."""
    groups: dict[str, int] = {}
    for row in efforts:
        if row.schools is not None:
            total = row.people * row.minutes.total
            groups[row.asked_by] = groups.get(row.asked_by, 0) + total
    most = max(groups, key=lambda name: groups[name], default="")
    return [row for row in efforts if row.schools is None or row.asked_by == most]


def burden(document: SubmissionDocument, schools: int, protocol: Protocol = DEFAULT) -> Burden:
    """Return what the document costs ``schools`` schools in a year.

    Gross counts every school as answering; expected counts ``expected_response``, while print and
    post are paid for all. Chasing is shown apart.
    """
    lines = steps(document, schools, protocol)
    minutes: dict[str, Fraction] = {}
    for line in lines:
        minutes[line.role] = minutes.get(line.role, Fraction(0)) + line.minutes
    response = Fraction(str(document.expected_response))
    times = document.frequency.times_a_year
    staff = sum((line.pence for line in lines), start=Fraction(0))
    things = Fraction(schools * times * document.costs_pence.total)
    chase = (
        schools
        * times
        * (1 - response)
        * document.reminders
        * Fraction(document.chase_minutes, 60)
        * protocol.rates["office"]
    )
    gross = staff + things
    return Burden(
        minutes={role: round_half_up(value) for role, value in minutes.items()},
        hours={role: round_half_up(value / 60 * 100) / 100 for role, value in minutes.items()},
        gross_pence=round_half_up(gross),
        chase_pence=round_half_up(chase),
        gross_with_chase_pence=round_half_up(gross + chase),
        expected_staff_pence=round_half_up(staff * response),
        expected_pence=round_half_up(staff * response + things + chase),
        per_school_pence=round_half_up(gross / schools) if schools else 0,
    )


def kept(cost: Burden, protocol: Protocol) -> dict[str, Any]:
    """Return what a version keeps: the figures, and the rates by which they were worked out."""
    return {
        **cost.as_json(),
        "rates": protocol.rates_name,
        "rate_table": dict(protocol.rates),
        "reading_words_a_minute": protocol.reading_words_a_minute,
    }


def protocol_kept(stored: Mapping[str, Any]) -> Protocol:
    """Return the protocol by which a kept burden was worked out, as far as burden needs it.

    What an old version did not keep is taken from the protocol as shipped.
    """
    return replace(
        DEFAULT,
        rates_name=stored.get("rates", DEFAULT.rates_name),
        rates=MappingProxyType({**DEFAULT.rates, **stored.get("rate_table", {})}),
        reading_words_a_minute=stored.get("reading_words_a_minute", DEFAULT.reading_words_a_minute),
    )


def recompute(document: SubmissionDocument, schools: int, stored: Mapping[str, Any]) -> Burden:
    """Work a kept burden out again from what its version keeps: the same to the penny, always."""
    return burden(document, schools, protocol_kept(stored))


def _work(
    document: SubmissionDocument, protocol: Protocol
) -> Iterator[tuple[str, int, Fraction, int | None]]:
    """Yield role, people at a school, minutes of each for one round, and how many schools."""
    if document.kind is not Kind.COMMUNICATION:
        for effort in document.effort:
            minutes = Fraction(effort.minutes.total)
            yield effort.role, effort.people, minutes, effort.schools
        return
    reading = reading_minutes(count_words(document.body), protocol)
    if not document.effort:
        yield "unknown", max(1, len(document.categories)), reading, None
    for effort in document.effort:
        minutes = Fraction(effort.minutes.total) or reading
        yield effort.role, effort.people, minutes, effort.schools
