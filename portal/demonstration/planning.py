"""Which letters went out when: a plan of two years, by the school calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.demonstration.letters import SATURDAY, Letter, letters, school_day

HOW_MANY = 400
SPAN = timedelta(days=730)
MONTH = timedelta(days=30)
LATELY = timedelta(days=33)
"""How long ago the request was sent that one in the queue repeats."""


@dataclass(frozen=True)
class Plan:
    """One communication of the past: what, about what, and when it reached schools."""

    letter: Letter
    topic: str
    send_on: date


def planned(random: Random, today: date, how_many: int = HOW_MANY) -> list[Plan]:
    """Plan the past: letters in the months that suit them, no topic twice in a year, by date."""
    first = today - SPAN
    starts = [first + month * MONTH for month in range(-1, SPAN // MONTH + 1)]
    chances = [
        (letter, start) for start in starts for letter in letters() if start.month in letter.months
    ]
    plans = [
        Plan(letter, letter.topics[0], school_day(today - LATELY))
        for letter in letters()
        if letter.more.get("lately")
    ]
    turns: dict[int, int] = {}
    for letter, start in random.sample(chances, len(chances)):
        if len(plans) == how_many:
            break
        send_on = school_day(start + timedelta(days=random.randrange(MONTH.days)))
        if not first <= send_on < today:
            continue
        turns[letter.key] = turns.get(letter.key, letter.key) + 1
        topic = letter.topics[turns[letter.key] % len(letter.topics)]
        plans.append(Plan(letter, topic, send_on))
    return sorted(plans, key=lambda plan: (plan.send_on, plan.letter.key))


def weekday(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)
