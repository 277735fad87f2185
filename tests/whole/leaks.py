"""People, schools and items full of words that nobody else uses, and who may read which of them.

The rules of the portal change what is there; beside them plain Python keeps account of where each
item lies, so that what pages show can be held against something that never asked the database.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from directory.models import RECIPIENTS, Membership, Role
from foundation.db import EVERY_AUTHORITY, Database
from notifications.models_reading import FeedKind
from notifications.reading.inbox import Reader, reader_of
from tests.factories import base

SECRET = re.compile("zq[bfhjkmpqvwx]{10}")


@dataclass(eq=False)
class Place:
    """Somebody somewhere; ``ended`` places see nothing, nor do roles that are sent nothing."""

    called: str
    member: Membership
    name: str
    email: str
    ended: bool = False
    tokens: dict[FeedKind, str] = field(default_factory=dict)

    @property
    def reader(self) -> Reader:
        """Return whose eyes the place gives."""
        return reader_of(self.member)

    @property
    def reads(self) -> bool:
        """Tell whether anything is ever shown here."""
        return not self.ended and self.member.role in RECIPIENTS


@dataclass(eq=False)
class Sent:
    """A notice and its words. ``once`` were in it and are told as changed; all are unmistakable."""

    id: int
    title: str
    body: str
    name: str
    text: str
    file_id: int
    once: set[str] = field(default_factory=set)
    body_gone: bool = False
    file_gone: bool = False

    @property
    def shown(self) -> set[str]:
        """Return what its readers find somewhere."""
        words = {self.title, self.name}
        words |= set() if self.body_gone else {self.body} | self.once
        return words | (set() if self.file_gone else {self.text})


@dataclass(eq=False)
class Lying:
    """Where a delivery lies. ``blind``: from whom it was taken, where the next one had it."""

    sent: Sent
    school_id: int
    person_id: int | None
    blind: set[int] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    """What colleagues wrote when they passed it on."""
    noted: dict[int, str] = field(default_factory=dict)


class Account:
    """Who is where, what was sent, and where it lies: without a look at the database."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)  # noqa: S311 - the same every time
        self.places: list[Place] = []
        self.sent: list[Sent] = []
        self.lying: dict[int, Lying] = {}
        self.views: dict[tuple[int, int], str] = {}
        self.also: dict[int, str] = {}

    def word(self) -> str:
        """Return a word that is nowhere else."""
        return "zq" + "".join(self.chance.choices("bfhjkmpqvwx", k=10))

    def place(self, called: str) -> Place:
        """Return a place by what the test calls it."""
        return next(each for each in self.places if each.called == called)

    def may(self, place: Place, lying: Lying) -> bool:
        """Say whether somebody at a place may see a delivery: the rule, in plain Python."""
        if not place.reads or lying.school_id != place.member.school_id:
            return False
        own = lying.person_id == place.member.person_id
        return place.member.role is Role.HEAD or (own and place.member.person_id not in lying.blind)

    def seen(self, place: Place) -> list[int]:
        """Return the deliveries that somebody may see there."""
        return [key for key, lying in self.lying.items() if self.may(place, lying)]

    def words(self, place: Place) -> set[str]:
        """Return every word that a place may show; names of colleagues, too, but nobody else's."""
        school_id, person_id = place.member.school_id, place.member.person_id
        if not place.reads:
            return {place.name}
        found = {each.name for each in self.places if each.member.school_id == school_id}
        found |= {each.name for each in self.places if each.member.person_id == person_id}
        found |= {self.views[person_id, school_id or 0]}
        found |= {word for who, word in self.also.items() if who == person_id}
        for key in self.seen(place):
            lying = self.lying[key]
            found |= lying.sent.shown | lying.said
            found |= {word for who, word in lying.noted.items() if who == person_id}
        return found

    def add(self, called: str, member: Membership) -> Place:
        name = next(
            (each.name for each in self.places if each.member.person_id == member.person_id),
            self.word(),
        )
        member.person.name = name
        self.places.append(Place(called, member, name, member.person.email))
        if member.role in RECIPIENTS:
            self.views[member.person_id, member.school_id] = self.word()
        return self.places[-1]


@contextmanager
def writing(database: Database, authority_id: int) -> Iterator[Session]:
    """Open the session to which factories write, of every authority."""
    with database.session(authority=EVERY_AUTHORITY) as session:
        session.info["test_authority"] = authority_id
        base.current["session"] = session
        try:
            yield session
        finally:
            base.current.clear()


def secrets_in(*texts: object) -> set[str]:
    """Return the secret words in these texts."""
    return {word for text in texts for word in SECRET.findall(str(text).lower())}
