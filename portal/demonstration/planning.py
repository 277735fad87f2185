"""Which letters went out when: a plan of two years, by the school calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.demonstration.letters import SATURDAY, Letter, letters, school_day

HOW_MANY = 400
SPAN = timedelta(days=730)
MONTH = timedelta(days=30)
A_WHILE, A_TERM, NEARLY_A_YEAR = timedelta(days=18), timedelta(days=75), timedelta(days=240)
LATELY = timedelta(days=33)
"""How long ago the request was sent that one in the queue repeats."""


@dataclass(frozen=True)
class Plan:
    """One communication of the past: what, about what, and when it reached schools."""

    letter: Letter
    topic: str
    send_on: date


def planned(random: Random, today: date, how_many: int = HOW_MANY) -> list[Plan]:
    """Plan the past: letters in the months that suit them, their topics by turns, by date."""
    first = today - SPAN
    starts = [first + month * MONTH for month in range(-1, SPAN // MONTH + 1)]
    chances = [
        (letter, start) for start in starts for letter in letters() if start.month in letter.months
    ]
    sent = {
        letter: [school_day(today - LATELY)] for letter in letters() if letter.more.get("lately")
    }
    for letter, start in random.sample(chances, len(chances)):
        if sum(map(len, sent.values())) == how_many:
            break
        send_on = school_day(start + timedelta(days=random.randrange(MONTH.days)))
        days = sent.setdefault(letter, [])
        if first <= send_on < today and all(abs(send_on - day) >= _gap(letter) for day in days):
            days.append(send_on)
    plans = [
        Plan(letter, letter.topics[(letter.key + turn) % len(letter.topics)], send_on)
        for letter, days in sent.items()
        for turn, send_on in enumerate(sorted(days))
    ]
    return sorted(plans, key=lambda plan: (plan.send_on, plan.letter.key))


def _gap(letter: Letter) -> timedelta:
    """Return how long one letter rests: what is asked yearly is not asked twice a year."""
    if not letter.asks:
        return A_WHILE
    return A_TERM if "{term}" in letter.title else NEARLY_A_YEAR


def weekday(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)
