"""Conditions of an approval, and findings set aside."""

import pytest
import sqlalchemy as sa

from foundation.outbox import OutboxEvent
from gatekeeping.deciding import conditions, overrides
from gatekeeping.deciding.conflicts import ConflictError
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.deciding.stops import StoppedError
from gatekeeping.models import (
    Condition,
    Decision,
    Severity,
    State,
    Verb,
)
from tests.deciding import AFTER_ROWS, PLACE, ROWS, act, count, mails
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import (
    make_finding,
    make_submission,
    make_version,
    version_of,
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
