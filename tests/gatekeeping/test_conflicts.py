from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from directory.models import Membership, PersonState, Role
from gatekeeping.conflicts import (
    Conflict,
    ConflictError,
    NotGatekeeperError,
    check_may_decide,
    conflict_of,
)
from gatekeeping.models import Attachment, Decision, Message, State, Verb
from gatekeeping.moves import move
from tests.factories.base import NOON
from tests.factories.directory import (
    GatekeeperFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    TeamFactory,
)
from tests.factories.gatekeeping import make_decision, make_submission, make_version, version_of


def as_author(session, submission, gatekeeper):
    submission.author_id = gatekeeper.person_id


def as_colleague(session, submission, gatekeeper):
    OfficerFactory(person=gatekeeper.person, team=submission.team)


def as_former_colleague(session, submission, gatekeeper):
    left = submission.created_at + timedelta(days=1)
    OfficerFactory(person=gatekeeper.person, team=submission.team, ended_at=left)


def as_member_of_the_partner(session, submission, gatekeeper):
    partner = OrganisationFactory()
    submission.organisation_id = partner.id
    submission.team_id = None
    OfficerFactory(person=gatekeeper.person, organisation_id=partner.id, team=None)


def as_submitter_of_an_earlier_version(session, submission, gatekeeper):
    make_version(submission, version=9, submitted_by_id=gatekeeper.person_id)


def as_giver_of_a_file(session, submission, gatekeeper):
    session.add(
        Attachment(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            sha256="a" * 64,
            name="form.pdf",
            media_type="application/pdf",
            size=1,
            added_by_id=gatekeeper.person_id,
            added_at=NOON,
        )
    )


def as_answerer(session, submission, gatekeeper):
    session.add(
        Message(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version=1,
            is_answer=True,
            by_id=gatekeeper.person_id,
            at=NOON,
            text="On behalf of the officer.",
        )
    )


CONFLICTS = [
    (as_author, Conflict.AUTHOR),
    (as_colleague, Conflict.TEAM),
    (as_former_colleague, Conflict.TEAM),
    (as_member_of_the_partner, Conflict.TEAM),
    (as_submitter_of_an_earlier_version, Conflict.DRAFTED),
    (as_giver_of_a_file, Conflict.DRAFTED),
    (as_answerer, Conflict.ANSWERED),
]


def left_the_team_before(session, submission, gatekeeper):
    left = submission.created_at - timedelta(days=1)
    OfficerFactory(person=gatekeeper.person, team=submission.team, ended_at=left)


def as_officer_of_another_team(session, submission, gatekeeper):
    OfficerFactory(person=gatekeeper.person, team=TeamFactory())


def as_asker(session, submission, gatekeeper):
    session.add(
        Message(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version=1,
            is_answer=False,
            by_id=gatekeeper.person_id,
            at=NOON,
            text="Why?",
        )
    )


def as_member_of_the_authority_when_no_team_asks(session, submission, gatekeeper):
    submission.team_id = None


FREE = [
    left_the_team_before,
    as_officer_of_another_team,
    as_asker,
    as_member_of_the_authority_when_no_team_asks,
]


@pytest.fixture
def case(session):
    submission = make_submission(State.IN_REVIEW)
    gatekeeper = GatekeeperFactory()
    return submission, gatekeeper


@pytest.mark.parametrize(("arrange", "conflict"), CONFLICTS)
def test_who_has_an_interest_may_not_decide(session, case, arrange, conflict):
    submission, gatekeeper = case
    arrange(session, submission, gatekeeper)
    session.flush()
    found = conflict_of(session, submission, gatekeeper.person_id)
    assert found is not None
    assert found.conflict is conflict
    with pytest.raises(ConflictError) as caught:
        check_may_decide(session, submission, gatekeeper.person_id)
    assert caught.value.conflict is conflict


@pytest.mark.parametrize(("arrange", "conflict"), CONFLICTS)
def test_the_database_itself_refuses_a_decision_of_somebody_with_an_interest(
    session, case, arrange, conflict
):
    submission, gatekeeper = case
    arrange(session, submission, gatekeeper)
    session.flush()
    with pytest.raises((IntegrityError, StatementError), match="conflict of interest"):
        make_decision(submission, gatekeeper)


@pytest.mark.parametrize("arrange", FREE)
def test_who_has_no_interest_may_decide(session, case, arrange):
    submission, gatekeeper = case
    arrange(session, submission, gatekeeper)
    session.flush()
    check_may_decide(session, submission, gatekeeper.person_id)
    make_decision(submission, gatekeeper)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("role", "ended", "state"),
    [
        (Role.OFFICER, None, PersonState.ACTIVE),
        (Role.ADMINISTRATOR, None, PersonState.ACTIVE),
        (Role.EXECUTIVE, None, PersonState.ACTIVE),
        (Role.GATEKEEPER, NOON, PersonState.ACTIVE),
        (Role.GATEKEEPER, None, PersonState.DISABLED),
    ],
)
def test_only_an_active_gatekeeper_may_decide(session, role, ended, state):
    submission = make_submission(State.IN_REVIEW)
    person = GatekeeperFactory(role=role, ended_at=ended)
    person.person.state = state
    session.flush()
    with pytest.raises(NotGatekeeperError):
        check_may_decide(session, submission, person.person_id)


@pytest.mark.sqlite_only
def test_staff_of_a_school_may_not_decide(session):
    with pytest.raises(NotGatekeeperError):
        check_may_decide(session, make_submission(), MembershipFactory().person_id)


@pytest.mark.parametrize("change", ["reason", "by_id", "verb"])
def test_the_database_refuses_to_change_a_decision(session, case, change):
    submission, gatekeeper = case
    decision = make_decision(submission, gatekeeper)
    values = {"reason": "Other", "by_id": GatekeeperFactory().person_id, "verb": Verb.REFUSE}
    with pytest.raises((IntegrityError, StatementError), match="never changed"):
        session.execute(
            sa.update(Decision).where(Decision.id == decision.id).values({change: values[change]})
        )


def test_the_database_refuses_a_second_approval_of_a_version(session, case):
    submission, gatekeeper = case
    make_decision(submission, gatekeeper)
    with pytest.raises(IntegrityError):
        make_decision(submission, GatekeeperFactory())


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (State.APPROVED, None),
        (State.APPROVED, Verb.REFUSE),
        (State.REFUSED, None),
        (State.REFUSED, Verb.APPROVE),
    ],
)
def test_the_database_refuses_an_outcome_that_no_decision_says(session, case, state, verb):
    submission, gatekeeper = case
    if verb is not None:
        make_decision(submission, gatekeeper, verb)
    move(session, submission, to=state, by=None, at=NOON)
    with pytest.raises((IntegrityError, StatementError), match="no decision says this"):
        session.flush()


def test_a_decision_about_an_earlier_version_does_not_approve_the_newest(session, case):
    submission, gatekeeper = case
    make_decision(submission, gatekeeper)
    submission.version = 2
    session.flush()
    make_version(submission)
    move(session, submission, to=State.APPROVED, by=None, at=NOON)
    with pytest.raises((IntegrityError, StatementError), match="no decision says this"):
        session.flush()


@pytest.mark.sqlite_only
def test_asking_who_may_decide_is_one_statement(session, case, statements):
    submission, gatekeeper = case
    membership = session.get_one(Membership, gatekeeper.id)
    assert version_of(submission)
    statements.clear()
    conflict_of(session, submission, membership.person_id)
    assert len(statements) == 1
