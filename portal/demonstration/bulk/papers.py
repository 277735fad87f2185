"""Which papers there were: when each was shared, by whom, about what, and with which schools.

Each follows from the seed and its number alone, so that a later run with more of them adds to
what an earlier one made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from foundation import clock
from notifications.models import Attention, NoticeKind
from portal.demonstration.bulk.wording import Written, write
from portal.demonstration.letters import school_day, school_year

DAYS = 912
GOLDEN = 0.6180339887498949
"""Steps of the golden ratio fill two and a half years evenly, however many papers there are."""
ONE_SCHOOL, A_FEW, A_PART = 0.86, 0.975, 0.995
"""Up to these shares a paper is for one school, 5 to 20, a district or phase; the rest for all."""
FEWEST, MOST = 5, 20
URGENT, ASKS = 0.003, 0.22
WITH_FILE = 0.15
PRIME = 1_000_003


@dataclass(frozen=True)
class Sender:
    """Who shares papers: the team with its organisation, in words, and an officer's address."""

    words: str
    reply_to: str


@dataclass(frozen=True)
class Topic:
    """A category that papers are about."""

    id: int
    slug: str
    heading: str


@dataclass(frozen=True)
class World:
    """What papers are made of. ``parts`` are the schools of each district and each phase."""

    senders: Sequence[Sender]
    topics: Sequence[Topic]
    schools: Sequence[int]
    parts: Sequence[Sequence[int]]
    files: int
    seed: int
    now: datetime

    @property
    def weights(self) -> list[float]:
        """Return how often each category occurs, added up: a few of them have most papers."""
        return list(accumulate(1 / (place + 4) for place in range(len(self.topics))))


@dataclass(frozen=True)
class Paper:
    """One paper and whom it was shared with. ``files`` are places among the shared files."""

    number: int
    written: Written
    topic: Topic
    sender: Sender
    sent_at: datetime
    attention: Attention
    due_on: date | None
    schools: Sequence[int]
    files: Sequence[int]
    random: Random

    @property
    def kind(self) -> NoticeKind:
        """Return what it is: most of what asks something asks for data."""
        return NoticeKind.DATA_REQUEST if self.due_on else NoticeKind.COMMUNICATION

    @property
    def reference(self) -> str:
        """Return a number in the way of the register's, of a series that the register lacks."""
        day = clock.local_date(self.sent_at)
        first, second = school_year(day)[2:].split("/")
        return f"888-{first}{second}-P-{self.number:06d} v1"


def paper(world: World, number: int, weights: Sequence[float]) -> Paper:
    """Return the paper of this number, from 1."""
    random = Random(world.seed * PRIME + number)  # noqa: S311 - made-up data keeps no secrets
    topic = random.choices(world.topics, cum_weights=weights)[0]
    sent_at = moment(world, number)
    fate = random.random()
    attention = Attention.INFORMATION
    if fate < ASKS:
        attention = Attention.URGENT if fate < URGENT else Attention.ACTION
    due_on = None
    if attention is Attention.ACTION:
        due_on = school_day(clock.local_date(sent_at) + timedelta(days=random.randrange(10, 40)))
    return Paper(
        number=number,
        written=write(random, topic.heading, topic.slug),
        topic=topic,
        sender=random.choice(world.senders),
        sent_at=sent_at,
        attention=attention,
        due_on=due_on,
        schools=_schools(random, world),
        files=_files(random, world.files),
        random=random,
    )


def moment(world: World, number: int) -> datetime:
    """Return when a paper was shared: in working hours of a school day, never after now."""
    part = (number * GOLDEN) % 1
    today = clock.local_date(world.now)
    day = today - timedelta(days=int(part * DAYS))
    day = min(school_day(day), today)
    minutes = 8 * 60 + (number * 7919) % (9 * 60)
    local = datetime.combine(day, time(minutes // 60, minutes % 60, number % 60), clock.LOCAL)
    sent_at = local.astimezone(world.now.tzinfo)
    return sent_at if sent_at < world.now else sent_at - timedelta(days=1)


def _schools(random: Random, world: World) -> Sequence[int]:
    fate = random.random()
    if fate < ONE_SCHOOL:
        return (random.choice(world.schools),)
    if fate < A_FEW:
        how_many = min(random.randrange(FEWEST, MOST + 1), len(world.schools))
        return random.sample(world.schools, how_many)
    return random.choice(world.parts) if fate < A_PART else world.schools


def _files(random: Random, there: int) -> Sequence[int]:
    if random.random() >= WITH_FILE:
        return ()
    return random.sample(range(there), random.choice((1, 1, 1, 2)))
