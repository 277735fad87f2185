"""What is heavy: two gatekeepers, the school panel, the data protection officer."""

import pytest
import sqlalchemy as sa

from directory.models import PersonState, Role
from gatekeeping.deciding import dpia, overrides, panel
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.leases import claim
from gatekeeping.deciding.stops import StoppedError
from gatekeeping.models import (
    DpiaOutcome,
    LetterState,
    Severity,
    State,
    Track,
    Verb,
)
from gatekeeping.moves import move
from tests.deciding import act, advise, mails
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, MembershipFactory, OfficerFactory
from tests.factories.gatekeeping import (
    make_decision,
    make_finding,
    make_submission,
    make_version,
    version_of,
)


class TestTwoGatekeepers:
    def test_the_first_yes_is_a_support_and_the_second_approves(
        self, session, heavy, gatekeeper, other
    ):
        first = act(session, heavy, Verb.APPROVE, gatekeeper)
        assert (first.verb, first.letter_state) == (Verb.SUPPORT, LetterState.NONE)
        assert (heavy.state, heavy.claimed_by_id) == (State.TRIAGE, None)
        assert mails(session) == []
        assert act(session, heavy, Verb.APPROVE, gatekeeper) is first
        advise(session, heavy)
        claim(session, heavy, by=other.person, at=NOON)
        assert act(session, heavy, Verb.APPROVE, other).verb is Verb.APPROVE
        session.flush()
        assert heavy.state is State.APPROVED

    @pytest.mark.sqlite_only
    def test_nobody_is_both_of_the_two(self, session, heavy, gatekeeper):
        act(session, heavy, Verb.APPROVE, gatekeeper)
        advise(session, heavy)
        claim(session, heavy, by=gatekeeper.person, at=NOON)
        with pytest.raises(StoppedError, match="second gatekeeper"):
            act(session, heavy, Verb.APPROVE, gatekeeper, reason="Needed, I say.")

    @pytest.mark.sqlite_only
    def test_the_first_of_two_may_still_refuse_or_ask(self, session, heavy, gatekeeper):
        act(session, heavy, Verb.APPROVE, gatekeeper)
        claim(session, heavy, by=gatekeeper.person, at=NOON)
        act(session, heavy, Verb.REFUSE, gatekeeper)
        assert heavy.state is State.REFUSED

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("loses", ["role", "account", "neutrality"])
    def test_a_supporter_who_is_none_any_more_does_not_count(
        self, session, heavy, gatekeeper, other, loses
    ):
        act(session, heavy, Verb.APPROVE, gatekeeper)
        advise(session, heavy)
        if loses == "role":
            gatekeeper.ended_at = NOON
        elif loses == "account":
            gatekeeper.person.state = PersonState.DISABLED
        else:
            OfficerFactory(person=gatekeeper.person, team=heavy.team)
        session.flush()
        assert heavy.state is State.TRIAGE
        claim(session, heavy, by=other.person, at=NOON)
        assert act(session, heavy, Verb.APPROVE, other).verb is Verb.SUPPORT
        third = GatekeeperFactory()
        claim(session, heavy, by=third.person, at=NOON)
        assert act(session, heavy, Verb.APPROVE, third).verb is Verb.APPROVE

    def test_the_database_itself_wants_a_second_gatekeeper(self, session, heavy, gatekeeper):
        make_decision(heavy, gatekeeper)
        move(session, heavy, to=State.APPROVED, by=gatekeeper.person_id, at=NOON)
        with pytest.raises(sa.exc.DBAPIError, match="second gatekeeper"):
            session.flush()

    @pytest.mark.sqlite_only
    def test_a_new_version_needs_both_again(self, session, heavy, gatekeeper, other):
        act(session, heavy, Verb.APPROVE, gatekeeper)
        heavy.version = 2
        session.flush()
        make_version(heavy)
        advise(session, heavy)
        claim(session, heavy, by=other.person, at=NOON)
        assert act(session, heavy, Verb.APPROVE, other).verb is Verb.SUPPORT


class TestPanel:
    @pytest.fixture
    def supported(self, session, heavy, gatekeeper, other):
        act(session, heavy, Verb.APPROVE, gatekeeper)
        claim(session, heavy, by=other.person, at=NOON)
        return heavy

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.APPROVE_WITH_CONDITIONS])
    def test_nothing_heavy_is_approved_before_it_has_advised(self, session, supported, other, verb):
        with pytest.raises(StoppedError, match="school panel"):
            act(session, supported, verb, other)
        advise(session, supported)
        assert act(session, supported, verb, other).verb is verb

    @pytest.mark.sqlite_only
    def test_advice_against_must_be_answered(self, session, supported, other):
        advise(session, supported, for_it=False, reason="Too long.")
        with pytest.raises(StoppedError) as caught:
            act(session, supported, Verb.APPROVE, other)
        assert caught.value.field == "answer_to_panel"
        made = act(session, supported, Verb.APPROVE, other, answer_to_panel="It was cut.")
        assert made.reason.endswith("To the school panel: It was cut.")

    @pytest.mark.sqlite_only
    def test_the_executive_needs_its_advice_too_but_no_second(self, session, executive):
        submission = make_submission(State.ESCALATED, track=Track.HIGH)
        with pytest.raises(StoppedError, match="school panel"):
            act(session, submission, Verb.APPROVE, executive)
        advise(session, submission)
        act(session, submission, Verb.APPROVE, executive)
        session.flush()
        assert submission.state is State.APPROVED

    @pytest.mark.sqlite_only
    def test_only_a_neutral_member_advises_and_once(self, session, heavy):
        vote = advise(session, heavy)
        values = {"version": 1, "at": NOON}
        member = vote.by_id
        person = session.get(type(heavy.author), member)
        same = panel.advise(
            session, heavy, by=person, for_it=True, reason="Schools can do that.", **values
        )
        assert same is vote
        with pytest.raises(panel.NoAdviceError, match="already"):
            panel.advise(session, heavy, by=person, for_it=False, reason="No.", **values)
        with pytest.raises(NotGatekeeperError, match="school panel"):
            panel.advise(
                session, heavy, by=GatekeeperFactory().person, for_it=True, reason="Yes.", **values
            )
        author = MembershipFactory(role=Role.PANEL, person=heavy.author)
        with pytest.raises(ConflictError):
            panel.advise(session, heavy, by=author.person, for_it=True, reason="Yes.", **values)

    @pytest.mark.sqlite_only
    def test_it_is_not_asked_about_light_or_decided_ones(self, session):
        for submission in (make_submission(), make_submission(State.REFUSED, track=Track.HIGH)):
            with pytest.raises(panel.NoAdviceError):
                advise(session, submission)

    @pytest.mark.sqlite_only
    def test_its_page_lists_what_is_heavy_and_undecided(self, session, heavy, statements):
        make_submission()
        make_submission(State.APPROVED, track=Track.HIGH)
        vote = advise(session, heavy)
        young = make_submission(track=Track.HIGH)
        statements.clear()
        listed, total = panel.waiting(session, heavy.authority_id, by=vote.by_id)
        assert len(statements) == 2
        assert [row.submission.id for row in listed] == [young.id, heavy.id]
        assert total == 2
        assert listed[1].own.id == vote.id


class TestDpia:
    def judge(self, session, submission, outcome, note="I have read it."):
        officer = OfficerFactory(role=Role.GOVERNANCE)
        return dpia.judge(
            session,
            submission,
            by=officer.person,
            version=submission.version,
            outcome=outcome,
            note=note,
            at=NOON,
        )

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("outcome", list(DpiaOutcome))
    def test_the_verdict_lets_it_go_or_not(self, session, claimed, gatekeeper, outcome):
        make_finding(version_of(claimed), "K71", severity=Severity.BLOCK)
        with pytest.raises(StoppedError, match="data protection officer"):
            act(session, claimed, Verb.APPROVE, gatekeeper)
        self.judge(session, claimed, outcome)
        if outcome in dpia.GOOD:
            act(session, claimed, Verb.APPROVE, gatekeeper)
            return
        with pytest.raises(StoppedError):
            act(session, claimed, Verb.APPROVE, gatekeeper)

    @pytest.mark.sqlite_only
    def test_the_newest_counts(self, session, claimed, gatekeeper):
        make_finding(version_of(claimed), "K71", severity=Severity.BLOCK)
        self.judge(session, claimed, DpiaOutcome.ENOUGH)
        self.judge(session, claimed, DpiaOutcome.NOT_ENOUGH)
        with pytest.raises(StoppedError):
            act(session, claimed, Verb.APPROVE, gatekeeper)

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("change", "holds"),
        [({"title": "Other title"}, True), ({"personal_data": "special"}, False)],
    )
    def test_it_holds_for_a_version_that_leaves_alone_what_it_rests_on(
        self, session, claimed, change, holds
    ):
        self.judge(session, claimed, DpiaOutcome.ENOUGH)
        claimed.document = {**claimed.document, **change}
        claimed.version = 2
        session.flush()
        version = make_version(claimed)
        assert (dpia.verdict_on(session, version) is not None) is holds

    @pytest.mark.sqlite_only
    def test_it_is_never_set_aside(self, session, claimed, gatekeeper):
        finding = make_finding(version_of(claimed), "K71", severity=Severity.BLOCK)
        with pytest.raises(overrides.NotAsideError):
            overrides.set_aside(
                session, claimed, [finding.id], why="No.", by=gatekeeper.person, at=NOON
            )

    @pytest.mark.sqlite_only
    def test_its_page_lists_what_needs_a_verdict(self, session, statements):
        old = make_submission()
        make_finding(version_of(old), "K71")
        new = make_submission()
        make_finding(version_of(new), "K71")
        make_submission()
        self.judge(session, old, DpiaOutcome.ENOUGH)
        statements.clear()
        listed, total = dpia.waiting(session, old.authority_id)
        assert len(statements) == 3
        assert total == 2
        assert [row.submission.id for row in listed] == [new.id, old.id]
        assert listed[1].verdict.outcome is DpiaOutcome.ENOUGH

    @pytest.mark.sqlite_only
    def test_only_the_data_protection_officer_gives_it(self, session, claimed, gatekeeper):
        with pytest.raises(NotGatekeeperError, match="data protection"):
            dpia.judge(
                session,
                claimed,
                by=gatekeeper.person,
                version=1,
                outcome=DpiaOutcome.ENOUGH,
                note="x",
                at=NOON,
            )
