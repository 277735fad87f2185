"""Escalating, handing back, suspending and resuming."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation.outbox import OutboxEvent
from gatekeeping.deciding import handing, stops
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.deciders import ALLOWED
from gatekeeping.deciding.stops import StoppedError
from gatekeeping.models import (
    Move,
    State,
    Verb,
)
from tests.deciding import PLACE, act, count, mails, put
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import (
    make_submission,
    make_version,
    version_of,
)
from tests.factories.notifications import NoticeFactory


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
        NoticeFactory(source_id=version_of(submission).id)
        if changed:
            submission.version = 2
            session.flush()
            make_version(submission)
            with pytest.raises(StoppedError, match="approve that"):
                act(session, submission, Verb.RESUME, gatekeeper)
        act(session, submission, Verb.APPROVE if changed else Verb.RESUME, gatekeeper)
        session.flush()
        # what was approved afresh is sent to them, too: test_sending_again.py
        assert submission.state is (State.APPROVED if changed else State.LIVE)
        assert count(session, OutboxEvent, OutboxEvent.name == "SubmissionApproved") == changed

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
