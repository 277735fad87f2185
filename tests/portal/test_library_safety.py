"""No leak: whoever asks whatever, search answers from what they may read and from nothing else."""

import random

from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from directory.models import Role
from notifications.models import DeliveryState
from notifications.reading.inbox import reader_of
from portal.library import indexing, spelling
from portal.library.engine import engine_for
from portal.library.finding import MOST, Question, find
from portal.library.words import stems_of, understand
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory
from tests.factories.notifications import (
    DeliveryFactory,
    DeliveryMoveFactory,
    NoticeFactory,
    first_category_id,
)

WORDS = ["admissions", "asbestos", "attendance", "boilers", "census", "meals", "phonics", "roofs"]
ROLES = [Role.STAFF, Role.GOVERNOR, Role.CLERK]


class Everything:
    """People, and who was sent what: the truth beside the index, in plain Python."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311 - the same people every time
        schools = [SchoolFactory() for _ in range(3)]
        self.members = [HeadFactory(school=school) for school in schools]
        for school in schools:
            for _ in range(2):
                role = self.chance.choice(ROLES)
                self.members.append(MembershipFactory(school=school, role=role))
        shared = self.members[-1].person
        self.members.append(MembershipFactory(school=schools[0], person=shared))
        self.sent = [self._send() for _ in range(30)]

    def _send(self):
        """Send something to two members; from some it is taken again."""
        title, body = self._words(3), self._words(6)
        notice, category_id = NoticeFactory(title=title, body=body), first_category_id()
        to = self.chance.sample(self.members[:-1], 2)
        readers = set()
        for member in to:
            delivery = DeliveryFactory.to(member, notice=notice, category_id=category_id)
            if self.chance.random() < 0.2:
                delivery.state = DeliveryState.CLOSED
                DeliveryMoveFactory(delivery_id=delivery.id, from_person_id=member.person_id)
                readers.add((member.school_id, None))
            else:
                readers.add((member.school_id, member.person_id))
        return notice, readers

    def _words(self, count):
        return " ".join(self.chance.choices(WORDS, k=count))

    def readable(self, member):
        """Return the notices that a member may read: title and text by reference."""
        found = {}
        for notice, readers in self.sent:
            for school_id, person_id in readers:
                own = person_id == member.person_id or member.role is Role.HEAD
                if school_id == member.school_id and own:
                    found[notice.reference] = (notice.title, notice.body)
        return found


def test_search_counts_facets_and_suggestions_know_only_what_the_person_may_read(
    session, database, settings
):
    there = Everything(seed=6)
    session.commit()
    indexing.rebuild(database, settings)
    engine = engine_for(database, settings)

    # Hypothesis runs this many times over the one world, which nothing changes.
    @how(
        max_examples=15,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        member=st.sampled_from(there.members),
        words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        noise=st.sampled_from(["", "", '"', "asbestas", "OR", "*", "§1", "\0"]),
    )
    def look(member, words, noise):
        typed = " ".join([*words, noise]).strip()
        reader, may = reader_of(member), there.readable(member)
        with database.session(authority=member.authority_id, writes=False) as opened:
            found = find(opened, engine, Question(typed), reader=reader, at=NOON)
            suggested = spelling.suggestions(opened, words[0][:4], reader)
        wanted = set(understand(typed).words)
        holding = {
            reference
            for reference, texts in may.items()
            if wanted <= set(stems_of(" ".join(texts)))
        }
        # a number after the sign is a word, and may stand in a reference
        references = {hit.reference for hit in found.hits}
        assert references <= set(may)
        assert found.count <= MOST
        if noise != "§1":
            assert found.count == len(holding)
            assert references <= holding
        for facet in found.facets:
            assert all(option.count <= found.count for option in facet.options)
        assert set(suggested) <= {title for title, _ in may.values()}
        if found.instead:
            own = set(stems_of(" ".join(text for texts in may.values() for text in texts)))
            assert set(stems_of(found.instead)) <= own | wanted

    look()
