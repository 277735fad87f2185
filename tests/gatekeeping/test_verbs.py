"""Every verb of the protocol: from where, to where, by whom, and what follows."""

import pytest
import sqlalchemy as sa

from directory.models import PersonState, Role
from foundation.audit import AuditEntry
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import NotGatekeeperError
from gatekeeping.deciding.deciders import ALLOWED
from gatekeeping.deciding.leases import AlreadyDoneError, NotHeldError
from gatekeeping.deciding.recording import WITHOUT_LETTER, MissingTextError
from gatekeeping.deciding.verbs import VERBS, UnknownVerbError, carry_out
from gatekeeping.models import (
    Decision,
    LetterState,
    State,
    Submission,
    Track,
    Verb,
)
from tests.deciding import AFTER, PLACE, VALUES, act, count, mails, put
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import (
    make_submission,
)

REVIEW_VERBS = sorted(verb for verb in ALLOWED if State.IN_REVIEW in ALLOWED[verb])


class TestEveryVerb:
    def test_the_table_of_states_names_every_verb_of_the_page(self):
        assert set(ALLOWED) == set(VERBS) == set(VALUES)

    @pytest.mark.parametrize("verb", REVIEW_VERBS)
    def test_it_moves_is_recorded_and_tells_the_officer(self, session, claimed, gatekeeper, verb):
        decision = act(session, claimed, verb, gatekeeper)
        session.flush()
        assert claimed.state is AFTER[verb]
        assert decision.verb is verb
        wanted = LetterState.NONE if verb in WITHOUT_LETTER else LetterState.WANTED
        assert decision.letter_state is wanted
        told = [mail for mail in mails(session) if mail.address == claimed.author.email]
        assert len(told) == (0 if verb is Verb.ESCALATE else 1)
        actions = session.scalars(sa.select(AuditEntry.action)).all()
        more = ["submission.decided", "submission.joined"] if verb is Verb.MERGE else []
        assert actions == ["submission.decided", *more]

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("verb", REVIEW_VERBS)
    def test_the_same_again_changes_nothing(self, session, claimed, gatekeeper, verb):
        into = {"into": make_submission().number} if verb is Verb.MERGE else {}
        first = act(session, claimed, verb, gatekeeper, **into)
        assert act(session, claimed, verb, gatekeeper, **into) is first
        assert count(session, Decision, Decision.submission_id == claimed.id) == 1

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("verb", list(VALUES))
    def test_it_is_refused_in_every_state_that_does_not_allow_it(self, session, gatekeeper, verb):
        executive = OfficerFactory(role=Role.EXECUTIVE)
        for state in set(State) - ALLOWED[verb]:
            submission = put(state, claimed_by=gatekeeper, approved_by=GatekeeperFactory())
            for by in (gatekeeper, executive):
                with pytest.raises(Refusal):
                    act(session, submission, verb, by)
            assert submission.state is state

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("verb", list(VALUES))
    def test_it_needs_a_reason(self, session, gatekeeper, verb):
        executive = OfficerFactory(role=Role.EXECUTIVE)
        state = next(iter(sorted(ALLOWED[verb])))
        if State.IN_REVIEW in ALLOWED[verb]:
            state = State.IN_REVIEW
        submission = put(state, claimed_by=gatekeeper, approved_by=GatekeeperFactory())
        by = executive if state is State.ESCALATED else gatekeeper
        empty = {"text": " "} if verb is Verb.CHALLENGE else {"reason": " "}
        with pytest.raises(MissingTextError):
            act(session, submission, verb, by, **empty)

    @pytest.mark.sqlite_only
    def test_a_verb_of_another_page_is_refused(self, session, claimed, gatekeeper):
        with pytest.raises(UnknownVerbError):
            carry_out(
                session,
                claimed,
                Verb.RATIFY,
                {},
                by=gatekeeper.person,
                version=1,
                at=NOON,
                address=PLACE,
            )

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        "role", [Role.ADMINISTRATOR, Role.LEGAL, Role.GOVERNANCE, Role.OFFICER]
    )
    @pytest.mark.parametrize("verb", list(VALUES))
    def test_others_of_the_authority_decide_nothing(self, session, gatekeeper, role, verb):
        by = OfficerFactory(role=role)
        for state in ALLOWED[verb]:
            submission = put(state, claimed_by=by, approved_by=GatekeeperFactory())
            with pytest.raises(NotGatekeeperError):
                act(session, submission, verb, by)

    @pytest.mark.sqlite_only
    def test_who_lost_the_role_half_way_decides_nothing(self, session, claimed, gatekeeper):
        gatekeeper.ended_at = NOON
        session.flush()
        with pytest.raises(NotGatekeeperError):
            act(session, claimed, Verb.APPROVE, gatekeeper)
        gatekeeper.ended_at, gatekeeper.person.state = None, PersonState.DISABLED
        session.flush()
        with pytest.raises(NotGatekeeperError):
            act(session, claimed, Verb.APPROVE, gatekeeper)


class TestLight:
    @pytest.mark.sqlite_only
    def test_any_gatekeeper_releases_it_without_claiming(self, session, gatekeeper):
        submission = make_submission(track=Track.LIGHT)
        act(session, submission, Verb.APPROVE, gatekeeper)
        assert submission.state is State.APPROVED

    @pytest.mark.sqlite_only
    def test_it_is_not_released_without_a_reason(self, session, gatekeeper):
        submission = make_submission(track=Track.LIGHT)
        with pytest.raises(MissingTextError):
            act(session, submission, Verb.APPROVE, gatekeeper, reason="")

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("track", "verb"), [(Track.STANDARD, Verb.APPROVE), (Track.LIGHT, Verb.REFUSE)]
    )
    def test_everything_else_is_claimed_first(self, session, gatekeeper, track, verb):
        with pytest.raises(NotHeldError):
            act(session, make_submission(track=track), verb, gatekeeper)


@pytest.mark.sqlite_only
def test_somebody_who_was_quicker_is_named(session, claimed, gatekeeper, other):
    act(session, claimed, Verb.REFUSE, gatekeeper)
    session.flush()
    with pytest.raises(AlreadyDoneError, match=gatekeeper.person.name):
        act(session, claimed, Verb.APPROVE, other)
    assert session.get(Submission, claimed.id).state is State.REFUSED
