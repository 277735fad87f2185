"""Verbs in any order by anybody, and at the same time."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Person, Role
from foundation.errors import Refusal
from gatekeeping.deciding import leases, panel
from gatekeeping.deciding.conflicts import conflict_of
from gatekeeping.deciding.verbs import VERBS, carry_out
from gatekeeping.models import Decision, Move, State, Submission, Track, Verb
from gatekeeping.moves import MOVES
from tests.deciding import PLACE, VALUES
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, MembershipFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission

YES = {Verb.APPROVE, Verb.APPROVE_WITH_CONDITIONS, Verb.SUPPORT}
PEOPLE = ("author", "colleague", "manager", "actor", "first", "second", "executive", "admin")
WITH_A_STAKE = {"author", "colleague", "manager", "actor"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(
            ["claim", "claim", "claim", "release", "advise", "approve", "approve", *sorted(VERBS)]
        ),
    ),
    min_size=4,
    max_size=12,
)


def cast(track):
    """Make a submission, and people of every kind who might try to decide it."""
    author = OfficerFactory()
    submission = make_submission(track=track, author=author)
    boss = GatekeeperFactory()
    author.manager_id = boss.person_id
    people = {
        "author": GatekeeperFactory(person=author.person),
        "colleague": GatekeeperFactory(team=author.team),
        "manager": boss,
        "actor": GatekeeperFactory(acting_for_id=author.person_id),
        "first": GatekeeperFactory(),
        "second": GatekeeperFactory(),
        "executive": OfficerFactory(role=Role.EXECUTIVE),
        "admin": OfficerFactory(role=Role.ADMINISTRATOR),
    }
    member = MembershipFactory(role=Role.PANEL)
    return submission, people, member, make_submission()


def step(session, submission, by, verb, member, parent):
    if verb == "claim":
        leases.claim(session, submission, by=by.person, at=NOON)
    elif verb == "release":
        leases.release(session, submission, by=by.person, at=NOON)
    elif verb == "advise":
        words = {"for_it": True, "reason": "Fine.", "at": NOON}
        version = submission.version
        panel.advise(session, submission, by=member.person, version=version, **words)
    else:
        values = {**VALUES[verb], "into": parent.number, "again": "More."}
        call = {"by": by.person, "version": submission.version, "at": NOON, "address": PLACE}
        carry_out(session, submission, Verb(verb), values, **call)


@pytest.mark.sqlite_only
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, track=st.sampled_from([Track.LIGHT, Track.STANDARD, Track.HIGH]))
def test_whatever_is_tried_moves_follow_the_table_and_nobody_with_a_stake_decides(
    session, steps, track
):
    outer = session.begin_nested()
    submission, people, member, parent = cast(track)
    session.flush()
    stakes = {people[name].person_id for name in WITH_A_STAKE}
    assert all(conflict_of(session, submission, person) for person in stakes)
    for name, verb in steps:
        inner = session.begin_nested()
        try:
            step(session, submission, people[name], verb, member, parent)
            session.flush()
            inner.commit()
        except Refusal:
            inner.rollback()
    moves = session.scalars(
        sa.select(Move).where(Move.submission_id == submission.id).order_by(Move.id)
    ).all()
    assert all(move.after in MOVES[move.before] for move in moves)
    decisions = session.scalars(
        sa.select(Decision).where(Decision.submission_id == submission.id).order_by(Decision.id)
    ).all()
    assert not {decision.by_id for decision in decisions} & (stakes | {people["admin"].person_id})
    yes = [decision for decision in decisions if decision.verb in YES]
    if track is Track.HIGH and submission.state in {State.APPROVED, State.APPROVED_COND}:
        alone = {decision.by_id for decision in yes} == {people["executive"].person_id}
        assert alone or len({decision.by_id for decision in yes}) > 1
    outer.rollback()


def at_once(database, authority_id, *works):
    """Run each piece of work in its own thread and transaction; return what each said."""
    barrier, answers = Barrier(len(works)), {}

    def run(place, work):
        barrier.wait()
        with database.session(authority=authority_id) as own:
            try:
                work(own)
                own.commit()
                answers[place] = "done"
            except Refusal as refusal:
                answers[place] = str(refusal)

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(works))]


def deciding(submission_id, person_id, verb, **values):
    def work(own):
        call = {"version": 1, "at": NOON, "address": PLACE}
        carry_out(
            own,
            own.get_one(Submission, submission_id),
            verb,
            {**VALUES[verb], **values},
            by=own.get_one(Person, person_id),
            **call,
        )

    return work


def test_two_who_merge_crosswise_make_no_circle(database, authority_id, session):
    one, two = GatekeeperFactory(), GatekeeperFactory()
    first = make_submission(State.IN_REVIEW, claimed_by=one)
    second = make_submission(State.IN_REVIEW, claimed_by=two)
    session.commit()
    answers = at_once(
        database,
        authority_id,
        deciding(first.id, one.person_id, Verb.MERGE, into=second.number),
        deciding(second.id, two.person_id, Verb.MERGE, into=first.number),
    )
    assert sorted(answer == "done" for answer in answers) == [False, True]
    session.expire_all()
    states = {first.state, second.state}
    assert State.MERGED in states
    assert State.IN_REVIEW in states


def test_two_who_release_the_same_light_one_release_it_once(database, authority_id, session):
    one, two = GatekeeperFactory(), GatekeeperFactory()
    submission = make_submission(track=Track.LIGHT)
    session.commit()
    answers = at_once(
        database,
        authority_id,
        deciding(submission.id, one.person_id, Verb.APPROVE),
        deciding(submission.id, two.person_id, Verb.APPROVE),
    )
    assert sorted(answer == "done" for answer in answers) == [False, True]
    count = sa.select(sa.func.count()).select_from(Decision)
    assert session.scalar(count) == 1


def test_a_parent_refused_while_something_is_joined_to_it_keeps_nothing(
    database, authority_id, session
):
    one, two = GatekeeperFactory(), GatekeeperFactory()
    parent = make_submission(State.IN_REVIEW, claimed_by=one)
    child = make_submission(State.IN_REVIEW, claimed_by=two)
    session.commit()
    at_once(
        database,
        authority_id,
        deciding(parent.id, one.person_id, Verb.REFUSE),
        deciding(child.id, two.person_id, Verb.MERGE, into=parent.number),
    )
    session.expire_all()
    if child.state is State.MERGED:  # it was first: what was refused is not what stands there now
        assert (parent.state, parent.version) == (State.IN_REVIEW, 2)
        return
    assert parent.state is State.REFUSED
    assert child.state in {State.IN_REVIEW, State.TRIAGE}
    assert child.merged_into_id is None


def test_the_role_lost_between_reading_and_pressing_counts(database, authority_id, session):
    gatekeeper = GatekeeperFactory()
    submission = make_submission(State.IN_REVIEW, claimed_by=gatekeeper)
    session.commit()
    gatekeeper.ended_at = NOON + timedelta(minutes=1)
    session.commit()
    (answer,) = at_once(
        database, authority_id, deciding(submission.id, gatekeeper.person_id, Verb.APPROVE)
    )
    assert answer == "Only a gatekeeper can do this."
