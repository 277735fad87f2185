"""Decisions that can be undone: pressed, taken back, carried out once, refused after all."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Membership
from gatekeeping.deciding import leases, pending
from gatekeeping.deciding.carrying_out import carry_out_due
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.leases import AlreadyDoneError, HeldError
from gatekeeping.deciding.pending import UndoneTooLateError, press, undo
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.models import (
    Decision,
    Message,
    PendingDecision,
    ProtocolEdition,
    State,
    Submission,
    Track,
    Verb,
)
from gatekeeping.writing.submissions import withdraw
from notifications.models_mail import Mail
from tests.factories.base import NOON, authority_id
from tests.factories.directory import GatekeeperFactory, OfficerFactory, TeamFactory
from tests.factories.gatekeeping import make_submission

ADDRESS = "https://portal.example"
MINUTE = timedelta(minutes=1)
LATER = NOON + MINUTE
REASON = {"reason": "Short, needed and in good time."}


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory(team=TeamFactory(name="The gate"))


@pytest.fixture
def claimed(session, gatekeeper):
    submission = make_submission(State.IN_REVIEW, claimed_by=gatekeeper)
    session.commit()
    return submission


def decide(session, submission, by, verb=Verb.APPROVE, values=REASON, **more):
    call = {"by": by.person, "version": 1, "at": NOON, "address": ADDRESS, **more}
    return press(session, submission, verb, values, **call)


def carry_out(database, at=LATER):
    return carry_out_due(database, at=at, address=ADDRESS)


def fresh(session, model=PendingDecision):
    session.rollback()
    session.expire_all()
    found = session.scalars(sa.select(model)).all()
    session.rollback()
    return found


def test_it_takes_effect_when_the_seconds_are_over_and_once(database, session, claimed, gatekeeper):
    pressed = decide(session, claimed, gatekeeper)
    session.commit()
    assert pressed.decision is None
    assert pressed.pending.due_at == NOON + MINUTE
    assert carry_out(database, at=LATER - timedelta(seconds=1)) == 0
    assert not fresh(session, Decision)
    assert not fresh(session, Mail)
    assert [carry_out(database) for _ in range(3)] == [1, 0, 0]
    assert [made.at for made in fresh(session, Decision)] == [LATER]
    assert not fresh(session)
    assert [each.state for each in fresh(session, Submission)] == [State.APPROVED]


@pytest.mark.sqlite_only
class TestPressing:
    @pytest.mark.parametrize(
        ("values", "verb"), [({"reason": " "}, Verb.APPROVE), ({"text": ""}, Verb.CHALLENGE)]
    )
    def test_what_lacks_a_reason_is_refused_at_once(
        self, session, claimed, gatekeeper, values, verb
    ):
        with pytest.raises(MissingTextError):
            decide(session, claimed, gatekeeper, verb, values)
        assert not fresh(session)

    def test_so_is_who_may_not(self, session, claimed, gatekeeper):
        with pytest.raises(NotGatekeeperError):
            decide(session, claimed, OfficerFactory())
        with pytest.raises(HeldError):
            decide(session, claimed, GatekeeperFactory(team=gatekeeper.team))
        colleague = GatekeeperFactory(team=claimed.team)
        with pytest.raises(ConflictError):
            decide(session, claimed, colleague)
        with pytest.raises(AlreadyDoneError):
            decide(session, claimed, gatekeeper, version=2)

    def test_trying_leaves_nothing_behind(self, session, claimed, gatekeeper):
        decide(session, claimed, gatekeeper)
        session.commit()
        assert not fresh(session, Decision)
        assert not fresh(session, Message)
        assert [each.state for each in fresh(session, Submission)] == [State.IN_REVIEW]

    def test_pressed_twice_it_is_one(self, session, claimed, gatekeeper):
        first = decide(session, claimed, gatekeeper)
        session.commit()
        assert decide(session, claimed, gatekeeper, at=NOON + MINUTE / 2).pending is first.pending
        with pytest.raises(HeldError, match="You have decided this already"):
            decide(session, claimed, gatekeeper, Verb.CHALLENGE, {"text": "Why?"})

    def test_nobody_else_decides_meanwhile(self, session, claimed, gatekeeper):
        decide(session, claimed, gatekeeper)
        other = GatekeeperFactory(team=gatekeeper.team)
        with pytest.raises(HeldError, match="has just decided this"):
            decide(session, claimed, other)
        claimed.claimed_until = NOON - MINUTE
        with pytest.raises(HeldError, match="has just decided this"):
            leases.claim(session, claimed, by=other.person, at=NOON)

    def test_a_light_one_approved_without_a_claim_is_nobody_elses_either(
        self, database, session, gatekeeper
    ):
        light = make_submission(track=Track.LIGHT)
        decide(session, light, gatekeeper)
        other = GatekeeperFactory(team=gatekeeper.team)
        with pytest.raises(HeldError, match="has just decided this"):
            leases.claim(session, light, by=other.person, at=NOON)
        session.commit()
        assert carry_out(database) == 1
        assert [each.state for each in fresh(session, Submission)] == [State.APPROVED]

    def test_with_no_seconds_it_takes_effect_at_once(self, session, claimed, gatekeeper):
        pressed = decide(session, claimed, gatekeeper, undo_seconds=0)
        assert pressed.decision.verb is Verb.APPROVE
        assert claimed.state is State.APPROVED

    def test_the_setting_goes_before_the_protocol(self, session, claimed, gatekeeper):
        session.add(
            ProtocolEdition(
                authority_id=authority_id(),
                version=1,
                values={"undo_seconds": 10},
                texts={},
                by_id=gatekeeper.person_id,
                at=NOON,
                why="Quicker",
            )
        )
        session.commit()
        of_setting = decide(session, claimed, gatekeeper, undo_seconds=5).pending.due_at
        session.rollback()
        of_protocol = decide(session, claimed, gatekeeper).pending.due_at
        assert (of_setting - NOON, of_protocol - NOON) == (
            timedelta(seconds=5),
            timedelta(seconds=10),
        )

    def test_what_was_taken_back_makes_room_for_what_is_pressed_next(
        self, database, session, claimed, gatekeeper
    ):
        decide(session, claimed, gatekeeper)
        undo(session, claimed, by=gatekeeper.person, at=NOON)
        decide(session, claimed, gatekeeper, Verb.CHALLENGE, {"text": "Why?"})
        session.commit()
        assert carry_out(database) == 1
        assert [made.verb for made in fresh(session, Decision)] == [Verb.CHALLENGE]


@pytest.mark.sqlite_only
class TestUndoing:
    def test_what_was_typed_is_kept_and_nothing_is_decided(
        self, database, session, claimed, gatekeeper
    ):
        decide(session, claimed, gatekeeper)
        for _ in range(2):
            kept = undo(session, claimed, by=gatekeeper.person, at=NOON)
        session.commit()
        assert kept.values == REASON
        assert kept.refused_because == pending.TAKEN_BACK
        assert carry_out(database) == 0
        assert not fresh(session, Decision)
        assert pending.of_submission(session, claimed, gatekeeper.person_id)[1].values == REASON
        assert not pending.refused_of(session, authority_id(), gatekeeper.person_id)

    def test_only_its_maker_can(self, session, claimed, gatekeeper):
        decide(session, claimed, gatekeeper)
        with pytest.raises(UndoneTooLateError):
            undo(session, claimed, by=GatekeeperFactory().person, at=NOON)

    def test_once_it_took_effect_nobody_can(self, database, session, claimed, gatekeeper):
        decide(session, claimed, gatekeeper)
        session.commit()
        carry_out(database)
        with pytest.raises(UndoneTooLateError):
            undo(session, claimed, by=gatekeeper.person, at=LATER)


def lose_the_role(session, submission, gatekeeper):
    session.get(Membership, gatekeeper.id).ended_at = NOON


def join_the_team(session, submission, gatekeeper):
    session.add(
        Membership(
            authority_id=submission.authority_id,
            person_id=gatekeeper.person_id,
            role="officer",
            organisation_id=submission.organisation_id,
            team_id=submission.team_id,
            started_at=NOON,
        )
    )


def take_it_back(session, submission, gatekeeper):
    withdraw(session, submission, by=submission.author, at=NOON)


def put_a_new_version(session, submission, gatekeeper):
    submission.version = 2


def give_it_up(session, submission, gatekeeper):
    leases.release(session, submission, by=gatekeeper.person, at=NOON)


@pytest.mark.sqlite_only
class TestRefusedAfterAll:
    @pytest.mark.parametrize(
        ("happens", "why"),
        [
            (lose_the_role, "Only a gatekeeper"),
            (join_the_team, "team"),
            (take_it_back, "withdrawn"),
            (put_a_new_version, "version 2"),
            (give_it_up, "Claim this submission"),
        ],
    )
    def test_the_rules_are_asked_again(self, database, session, claimed, gatekeeper, happens, why):
        decide(session, claimed, gatekeeper)
        session.commit()
        happens(session, claimed, gatekeeper)
        session.commit()
        assert [carry_out(database) for _ in range(2)] == [0, 0]
        (kept,) = fresh(session)
        assert why in kept.refused_because
        assert (kept.verb, kept.values) == (Verb.APPROVE, REASON)
        assert not fresh(session, Decision)
        (shown,) = pending.refused_of(session, authority_id(), gatekeeper.person_id)
        assert shown.submission.id == claimed.id

    def test_the_attempt_is_in_the_audit_trail(self, database, session, claimed, gatekeeper):
        decide(session, claimed, gatekeeper)
        session.commit()
        lose_the_role(session, claimed, gatekeeper)
        session.commit()
        carry_out(database)
        actions = session.scalars(sa.text("SELECT action FROM audit_entry ORDER BY id")).all()
        assert actions[-2:] == ["submission.pressed", "submission.refused_attempt"]

    def test_another_then_decides_and_nothing_typed_is_lost(
        self, database, session, claimed, gatekeeper
    ):
        decide(session, claimed, gatekeeper)
        session.commit()
        give_it_up(session, claimed, gatekeeper)
        session.commit()
        carry_out(database)
        other = GatekeeperFactory(team=gatekeeper.team)
        leases.claim(session, claimed, by=other.person, at=NOON)
        decide(session, claimed, other)
        session.commit()
        assert carry_out(database) == 1
        assert [row.by_id for row in fresh(session)] == [gatekeeper.person_id]

    def test_a_fault_keeps_it_for_its_maker_too(self, database, session, claimed, gatekeeper):
        decide(session, claimed, gatekeeper)
        session.commit()
        session.execute(sa.text("""UPDATE pending_decision SET "values" = '{"reason": 7}'"""))
        session.commit()
        assert carry_out(database) == 0
        assert "could not be carried out" in fresh(session)[0].refused_because


@pytest.mark.sqlite_only
def test_a_clock_put_back_keeps_nothing_waiting_for_long(database, session, claimed, gatekeeper):
    decide(session, claimed, gatekeeper)
    session.commit()
    assert carry_out(database, at=NOON - timedelta(hours=5)) == 1


def test_a_killed_worker_leaves_it_to_the_next(database, session, claimed, gatekeeper, monkeypatch):
    decide(session, claimed, gatekeeper)
    session.commit()

    class KilledError(BaseException):
        """Nothing catches this, as nothing catches a kill."""

    def kill(*_args, **_more):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("sqlalchemy.orm.Session.delete", kill)  # all is written but the commit
        with pytest.raises(KilledError):
            carry_out(database)
    assert not fresh(session, Decision)
    assert carry_out(database) == 1
    assert len(fresh(session, Decision)) == 1


@pytest.mark.postgresql_only
def test_two_workers_at_once_carry_it_out_once(database, session, gatekeeper):
    many = [make_submission(State.IN_REVIEW, claimed_by=gatekeeper) for _ in range(6)]
    for submission in many:
        decide(session, submission, gatekeeper)
    session.commit()
    start, counts = threading.Barrier(2), []

    def work():
        start.wait()
        counts.append(carry_out(database))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) + carry_out(database) == len(many)
    assert len(fresh(session, Decision)) == len(many)
