"""Joining submissions, and giving them back."""

import pytest
import sqlalchemy as sa

from gatekeeping.deciding.conflicts import ConflictError
from gatekeeping.deciding.leases import claim
from gatekeeping.models import (
    Interest,
    Stake,
    State,
    Verb,
)
from gatekeeping.uniting import merging, parting
from tests.deciding import PLACE, act, mails
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory
from tests.factories.gatekeeping import (
    make_decision,
    make_submission,
)


class TestMerging:
    @pytest.fixture
    def parent(self, session):
        return make_submission()

    @pytest.fixture
    def child(self, session, claimed, gatekeeper, parent):
        act(session, claimed, Verb.MERGE, gatekeeper, into=f"{parent.number} v1")
        session.flush()
        return claimed

    def test_both_officers_are_told_and_both_have_a_stake(self, session, child, parent):
        assert (child.state, child.merged_into_id) == (State.MERGED, parent.id)
        told = {mail.address for mail in mails(session)}
        assert told == {child.author.email, parent.author.email}
        assert [row.id for row in merging.children_of(session, parent)] == [child.id]
        stakes = session.execute(
            sa.select(Interest.person_id, Interest.why).where(Interest.submission_id == parent.id)
        ).all()
        assert (child.author_id, Stake.AUTHOR) in [tuple(row) for row in stakes]

    @pytest.mark.parametrize("state", sorted(parting.NOT_SENT))
    def test_a_parent_that_is_not_sent_gives_it_back_with_a_fresh_clock(
        self, session, child, parent, state
    ):
        if state in {State.REFUSED, State.REDIRECTED}:
            verb = Verb.REFUSE if state is State.REFUSED else Verb.REDIRECT
            make_decision(parent, GatekeeperFactory(), verb)
        parent.state = state
        session.flush()
        authority_id = child.authority_id
        for expected in (1, 0):
            made = parting.give_back_due(session, authority_id, at=NOON, address=PLACE)
            assert made == expected
        session.flush()
        assert (child.state, child.merged_into_id) == (State.TRIAGE, None)
        assert child.submitted_at == NOON
        assert child.decide_by is not None
        assert "by itself again" in mails(session)[-1].text

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("verb", [Verb.REFUSE, Verb.REDIRECT])
    def test_the_verb_that_ends_the_parent_gives_it_back_at_once(
        self, session, child, parent, gatekeeper, verb
    ):
        claim(session, parent, by=gatekeeper.person, at=NOON)
        act(session, parent, verb, gatekeeper)
        session.flush()
        assert child.state is State.TRIAGE

    @pytest.mark.sqlite_only
    def test_no_chains_no_circles_and_nothing_that_is_over(self, session, child, parent, other):
        third = make_submission(State.IN_REVIEW, claimed_by=other)
        over = make_submission(State.REFUSED)
        for into, words in (
            (third.number, "this submission itself"),
            (child.number, "joined to another itself"),
            (over.number, "neither waits"),
            ("888-2627-D-99999-X", "does not hold|Enter the number"),
            ("nonsense", "Enter the number"),
        ):
            with pytest.raises(merging.NoParentError, match=words):
                act(session, third, Verb.MERGE, other, into=into)
        claim(session, parent, by=other.person, at=NOON)
        with pytest.raises(merging.NoParentError, match="Others are joined"):
            act(session, parent, Verb.MERGE, other, into=third.number)
        assert third.state is State.IN_REVIEW

    @pytest.mark.sqlite_only
    def test_who_wrote_what_was_joined_does_not_decide_the_whole(self, session, child, parent):
        hat = GatekeeperFactory(person=child.author)
        with pytest.raises(ConflictError):
            claim(session, parent, by=hat.person, at=NOON)
