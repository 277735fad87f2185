"""Every verb of the protocol: from where, to where, by whom, and what follows."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from directory.models import PersonState, Role
from foundation.audit import AuditEntry
from foundation.errors import Refusal
from foundation.outbox import OutboxEvent
from gatekeeping import conditions, dpia, handing, merging, overrides, panel, stops
from gatekeeping.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciders import ALLOWED
from gatekeeping.leases import AlreadyDoneError, NotHeldError, claim
from gatekeeping.models import (
    Condition,
    Decision,
    DpiaOutcome,
    Interest,
    LetterState,
    Move,
    Severity,
    Stake,
    State,
    Submission,
    Track,
    Verb,
)
from gatekeeping.moves import move
from gatekeeping.recording import WITHOUT_LETTER, MissingTextError
from gatekeeping.stops import StoppedError
from gatekeeping.verbs import VERBS, UnknownVerbError, carry_out
from notifications.models import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, MembershipFactory, OfficerFactory
from tests.factories.gatekeeping import (
    make_decision,
    make_finding,
    make_submission,
    make_version,
    version_of,
)

PLACE = "https://portal.example"
ROWS = [{"kind": "shorten", "text": "One page.", "due_on": "2026-12-04", "before_sending": True}]
AFTER_ROWS = [{"kind": "results_back", "text": "A summary.", "due_on": "2027-03-01"}]
VALUES = {
    Verb.APPROVE: {"reason": "Needed."},
    Verb.APPROVE_WITH_CONDITIONS: {"reason": "Needed.", "conditions": ROWS},
    Verb.CHALLENGE: {"text": "Which Act?"},
    Verb.RETURN: {"reason": "The form is missing."},
    Verb.REDIRECT: {
        "reason": "It is there.",
        "source": "Census",
        "owner": "Data Team",
        "access": "Ask them.",
    },
    Verb.MERGE: {"reason": "The same question."},
    Verb.REFUSE: {"code": "no_use", "reason": "Nobody reads it."},
    Verb.ESCALATE: {"reason": "It is political."},
    Verb.HAND_BACK: {"reason": "It is not."},
    Verb.SUSPEND: {"reason": "Schools complain."},
    Verb.RESUME: {"reason": "Put right."},
}
AFTER = {
    Verb.APPROVE: State.APPROVED,
    Verb.APPROVE_WITH_CONDITIONS: State.APPROVED_COND,
    Verb.CHALLENGE: State.CHALLENGED,
    Verb.RETURN: State.RETURNED,
    Verb.REDIRECT: State.REDIRECTED,
    Verb.MERGE: State.MERGED,
    Verb.REFUSE: State.REFUSED,
    Verb.ESCALATE: State.ESCALATED,
    Verb.HAND_BACK: State.TRIAGE,
    Verb.SUSPEND: State.SUSPENDED,
    Verb.RESUME: State.APPROVED,
}


def act(session, submission, verb, by, **more):
    values = {**VALUES[verb], **more}
    if verb is Verb.MERGE and "into" not in values:
        values["into"] = make_submission().number
    return carry_out(
        session,
        submission,
        verb,
        values,
        by=by.person,
        version=submission.version,
        at=NOON,
        address=PLACE,
    )


def put(state, *, approved_by=None, **facts):
    """Make a submission in a state, and the approval that led there where one is named."""
    submission = make_submission(state, **facts)
    if approved_by is not None and state is not State.DRAFT:
        make_decision(submission, approved_by)
    return submission


def mails(session):
    session.flush()
    return session.scalars(sa.select(Mail).order_by(Mail.id)).all()


def count(session, table, *conditions_):
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions_))


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory()


@pytest.fixture
def other(session):
    return GatekeeperFactory()


@pytest.fixture
def executive(session):
    return OfficerFactory(role=Role.EXECUTIVE)


@pytest.fixture
def claimed(session, gatekeeper):
    return make_submission(State.IN_REVIEW, claimed_by=gatekeeper)


@pytest.fixture
def heavy(session, gatekeeper):
    return make_submission(State.IN_REVIEW, claimed_by=gatekeeper, track=Track.HIGH)


def advise(session, submission, *, for_it=True, reason="Schools can do that."):
    member = MembershipFactory(role=Role.PANEL)
    return panel.advise(
        session,
        submission,
        by=member.person,
        version=submission.version,
        for_it=for_it,
        reason=reason,
        at=NOON,
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
        assert actions == ["submission.decided"]

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("verb", REVIEW_VERBS)
    def test_the_same_again_changes_nothing(self, session, claimed, gatekeeper, verb):
        into = {"into": make_submission().number} if verb is Verb.MERGE else {}
        first = act(session, claimed, verb, gatekeeper, **into)
        assert act(session, claimed, verb, gatekeeper, **into) is first
        assert count(session, Decision) == 1

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


class TestOverrides:
    @pytest.mark.sqlite_only
    def test_a_block_stops_it_until_it_is_set_aside(self, session, claimed, gatekeeper):
        finding = make_finding(version_of(claimed), "K72", severity=Severity.BLOCK)
        with pytest.raises(StoppedError, match="set the finding aside"):
            act(session, claimed, Verb.APPROVE, gatekeeper)
        for _ in range(2):
            overrides.set_aside(
                session, claimed, [finding.id], why="It is safe.", by=gatekeeper.person, at=NOON
            )
        assert len(finding.overrides) == 1
        act(session, claimed, Verb.APPROVE, gatekeeper)

    @pytest.mark.sqlite_only
    def test_who_has_a_stake_sets_nothing_aside(self, session):
        author = OfficerFactory()
        hat = GatekeeperFactory(person=author.person)
        submission = make_submission(State.IN_REVIEW, author=author)
        finding = make_finding(version_of(submission))
        with pytest.raises(ConflictError):
            overrides.set_aside(
                session, submission, [finding.id], why="Mine.", by=hat.person, at=NOON
            )

    @pytest.mark.sqlite_only
    def test_the_same_finding_of_the_next_version_stays_aside(self, session, claimed, gatekeeper):
        same = {"evidence": [{"field": "body", "start": 0, "end": 4, "text": "sign"}]}
        before = version_of(claimed)
        findings = [make_finding(before, "K30", **same), make_finding(before, "K40")]
        ids = [row.id for row in findings]
        overrides.set_aside(session, claimed, ids, why="Both.", by=gatekeeper.person, at=NOON)
        claimed.version = 2
        session.flush()
        version = make_version(claimed)
        moved = {"evidence": [{**same["evidence"][0], "start": 9, "end": 13}]}
        kept = make_finding(version, "K30", **moved)
        other = make_finding(version, "K40", says="Another sentence is long.")
        assert overrides.carry_over(session, claimed, version) == 1
        assert [row.why for row in kept.overrides] == ["Both."]
        assert kept.overrides[0].by_id == gatekeeper.person_id
        assert other.overrides == []


class TestConditions:
    @pytest.fixture
    def conditional(self, session, claimed, gatekeeper):
        act(
            session,
            claimed,
            Verb.APPROVE_WITH_CONDITIONS,
            gatekeeper,
            conditions=[*ROWS, *AFTER_ROWS],
        )
        session.flush()
        return claimed

    def test_they_are_rows_and_words(self, session, conditional):
        rows = session.scalars(sa.select(Condition).order_by(Condition.id)).all()
        assert [(row.kind.value, row.before_sending) for row in rows] == [
            ("shorten", True),
            ("results_back", False),
        ]
        words = session.scalars(sa.select(Decision.conditions)).one()
        assert "Make it shorter: One page. Before it is sent, by 4 December 2026." in words

    @pytest.mark.sqlite_only
    def test_it_is_approved_once_all_that_come_first_are_confirmed(
        self, session, conditional, gatekeeper, other
    ):
        first, _ = session.scalars(sa.select(Condition).order_by(Condition.id)).all()
        with pytest.raises(StoppedError, match="1 condition is not confirmed"):
            act(session, conditional, Verb.APPROVE, other)
        conditions.say_done(
            session, conditional, first.id, how="Cut.", by=conditional.author, at=NOON
        )
        with pytest.raises(StoppedError):
            act(session, conditional, Verb.APPROVE, other)
        conditions.confirm(session, conditional, first.id, by=other.person, at=NOON)
        act(session, conditional, Verb.APPROVE, other, reason="All met.")
        session.flush()
        assert conditional.state is State.APPROVED
        assert count(session, OutboxEvent, OutboxEvent.name == "SubmissionApproved") == 1

    @pytest.mark.sqlite_only
    def test_the_newest_version_is_what_is_approved(self, session, conditional, other):
        first = session.scalars(sa.select(Condition).order_by(Condition.id)).first()
        conditions.confirm(session, conditional, first.id, by=other.person, at=NOON)
        conditional.version = 2
        session.flush()
        make_version(conditional)
        decision = act(session, conditional, Verb.APPROVE, other)
        session.flush()
        assert decision.version_id == version_of(conditional).id

    @pytest.mark.sqlite_only
    def test_the_officer_is_told_what_is_missing(self, session, conditional, other):
        first = session.scalars(sa.select(Condition).order_by(Condition.id)).first()
        values = {"by": other.person, "at": NOON}
        conditions.say_done(
            session, conditional, first.id, how="Cut.", by=conditional.author, at=NOON
        )
        conditions.not_met(
            session, conditional, first.id, why="It is two pages.", address=PLACE, **values
        )
        assert first.done_at is None
        assert "It is two pages." in mails(session)[-1].text

    @pytest.mark.sqlite_only
    def test_who_has_a_stake_confirms_nothing(self, session, conditional):
        first = session.scalars(sa.select(Condition).order_by(Condition.id)).first()
        hat = GatekeeperFactory(person=conditional.author)
        with pytest.raises(ConflictError):
            conditions.confirm(session, conditional, first.id, by=hat.person, at=NOON)

    @pytest.mark.sqlite_only
    def test_only_conditions_after_sending_hold_nothing_up(self, session, claimed, gatekeeper):
        decision = act(
            session, claimed, Verb.APPROVE_WITH_CONDITIONS, gatekeeper, conditions=AFTER_ROWS
        )
        session.flush()
        assert (decision.verb, claimed.state) == (Verb.APPROVE, State.APPROVED)
        assert count(session, Condition) == 1

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("rows", "field"),
        [
            ([], "conditions"),
            ([{**ROWS[0], "kind": ""}], "conditions.0.kind"),
            ([ROWS[0], {**ROWS[0], "text": " "}], "conditions.1.text"),
            ([{**ROWS[0], "due_on": ""}], "conditions.0.due_on"),
            ([{**ROWS[0], "due_on": "2026-11-01"}], "conditions.0.due_on"),
        ],
    )
    def test_each_says_what_and_by_when(self, session, claimed, gatekeeper, rows, field):
        with pytest.raises(MissingTextError) as caught:
            act(session, claimed, Verb.APPROVE_WITH_CONDITIONS, gatekeeper, conditions=rows)
        assert caught.value.field == field


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

    @pytest.mark.parametrize("state", sorted(merging.NOT_SENT))
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
            made = merging.give_back_due(session, authority_id, at=NOON, address=PLACE)
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


class TestEscalation:
    def test_the_executive_is_told_and_decides(self, session, claimed, gatekeeper, executive):
        act(session, claimed, Verb.ESCALATE, gatekeeper)
        assert [mail.address for mail in mails(session)] == [executive.person.email]
        with pytest.raises(NotGatekeeperError, match="senior executive"):
            act(session, claimed, Verb.REFUSE, gatekeeper)
        act(session, claimed, Verb.REFUSE, executive)
        session.flush()
        assert claimed.state is State.REFUSED

    @pytest.mark.sqlite_only
    def test_or_hands_it_back(self, session, claimed, gatekeeper, executive):
        act(session, claimed, Verb.ESCALATE, gatekeeper)
        act(session, claimed, Verb.HAND_BACK, executive)
        session.flush()
        assert (claimed.state, claimed.claimed_by_id) == (State.TRIAGE, None)

    @pytest.mark.sqlite_only
    def test_it_is_not_handed_back_when_every_gatekeeper_has_a_stake(self, session, executive):
        submission = make_submission(State.ESCALATED)
        with pytest.raises(StoppedError, match="cannot be handed back"):
            act(session, submission, Verb.HAND_BACK, executive)

    @pytest.mark.sqlite_only
    def test_administrators_are_told_when_nobody_may_decide(self, session):
        keeper = OfficerFactory(role=Role.ADMINISTRATOR)
        submission = make_submission()
        handing.escalate_if_nobody_is_free(session, submission, at=NOON, address=PLACE)
        assert [mail.address for mail in mails(session)] == [keeper.person.email]
        assert "appoint somebody outside" in mails(session)[0].text

    @pytest.mark.sqlite_only
    def test_a_conflicted_executive_decides_nothing(self, session):
        author = OfficerFactory()
        boss = OfficerFactory(role=Role.EXECUTIVE, person=author.person)
        submission = make_submission(State.ESCALATED, author=author)
        with pytest.raises(ConflictError):
            act(session, submission, Verb.APPROVE, boss)

    @pytest.mark.sqlite_only
    def test_it_goes_up_by_itself_when_no_gatekeeper_is_free(self, session, gatekeeper):
        submission = make_submission()
        values = {"at": NOON, "address": PLACE}
        assert not handing.escalate_if_nobody_is_free(session, submission, **values)
        OfficerFactory(person=gatekeeper.person, team=submission.team)
        assert handing.escalate_if_nobody_is_free(session, submission, **values)
        session.flush()
        assert submission.state is State.ESCALATED
        note = session.scalars(sa.select(Move.note)).all()[-1]
        assert note == handing.NOBODY_AT_ALL  # no executive is there either

    @pytest.mark.sqlite_only
    def test_the_note_says_whether_an_executive_is_free(self, session, executive):
        submission = make_submission()
        handing.escalate_if_nobody_is_free(session, submission, at=NOON, address=PLACE)
        session.flush()
        assert session.scalars(sa.select(Move.note)).all()[-1] == handing.NOBODY_FREE


class TestSuspension:
    def suspended(self, session, by, **facts):
        submission = put(State.SUSPENDED, approved_by=by, **facts)
        submission.expires_on = date(2027, 3, 1)
        session.flush()
        return submission

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("state", sorted(ALLOWED[Verb.SUSPEND]))
    def test_what_is_approved_can_be_suspended(self, session, gatekeeper, state):
        submission = put(state, approved_by=GatekeeperFactory())
        act(session, submission, Verb.SUSPEND, gatekeeper)
        assert submission.state is State.SUSPENDED
        assert "Send nothing" in mails(session)[-1].text

    @pytest.mark.sqlite_only
    def test_unchanged_it_goes_on_to_its_date(self, session, gatekeeper):
        submission = self.suspended(session, GatekeeperFactory())
        with pytest.raises(StoppedError, match="Resume it"):
            act(session, submission, Verb.APPROVE, gatekeeper)
        act(session, submission, Verb.RESUME, gatekeeper)
        session.flush()
        assert submission.state is State.APPROVED
        assert count(session, OutboxEvent, OutboxEvent.name == "SubmissionApproved") == 1

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("changed", [False, True])
    def test_what_schools_had_already_is_with_them_again(self, session, gatekeeper, changed):
        submission = self.suspended(session, GatekeeperFactory(), sent_at=NOON - timedelta(days=3))
        if changed:
            submission.version = 2
            session.flush()
            make_version(submission)
            with pytest.raises(StoppedError, match="approve that"):
                act(session, submission, Verb.RESUME, gatekeeper)
        act(session, submission, Verb.APPROVE if changed else Verb.RESUME, gatekeeper)
        session.flush()
        assert submission.state is State.LIVE
        assert count(session, OutboxEvent, OutboxEvent.name == "SubmissionApproved") == 0

    @pytest.mark.sqlite_only
    def test_what_has_expired_does_not_go_on(self, session, gatekeeper):
        submission = self.suspended(session, GatekeeperFactory())
        submission.expires_on = date(2026, 11, 1)
        session.flush()
        with pytest.raises(stops.TooLateError, match="renewed"):
            act(session, submission, Verb.RESUME, gatekeeper)

    @pytest.mark.sqlite_only
    def test_it_can_be_refused_for_good(self, session, gatekeeper):
        submission = self.suspended(session, GatekeeperFactory())
        act(session, submission, Verb.REFUSE, gatekeeper)
        session.flush()
        assert submission.state is State.REFUSED


@pytest.mark.sqlite_only
def test_somebody_who_was_quicker_is_named(session, claimed, gatekeeper, other):
    act(session, claimed, Verb.REFUSE, gatekeeper)
    session.flush()
    with pytest.raises(AlreadyDoneError, match=gatekeeper.person.name):
        act(session, claimed, Verb.APPROVE, other)
    assert session.get(Submission, claimed.id).state is State.REFUSED
