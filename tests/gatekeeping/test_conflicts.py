from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from directory.models import Membership, PersonState, Role
from gatekeeping.deciding import interests
from gatekeeping.deciding.conflicts import (
    Conflict,
    ConflictError,
    NotGatekeeperError,
    anyone_free,
    check_may_decide,
    conflict_of,
)
from gatekeeping.models import (
    Attachment,
    Decision,
    Endorsement,
    Interest,
    Message,
    Stake,
    State,
    Verb,
)
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


def as_noted(why):
    def arrange(session, submission, gatekeeper):
        interests.note(session, submission, gatekeeper.person_id, why, at=NOON)

    return arrange


def as_giver_of_an_endorsement(session, submission, gatekeeper):
    session.add(
        Endorsement(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            digest="0" * 64,
            by_id=gatekeeper.person_id,
            at=NOON,
        )
    )


def as_manager(session, submission, gatekeeper):
    OfficerFactory(person=submission.author, manager_id=gatekeeper.person_id)


def as_report(session, submission, gatekeeper):
    gatekeeper.manager_id = submission.author_id


def as_managers_manager(session, submission, gatekeeper):
    between = OfficerFactory(manager_id=gatekeeper.person_id)
    OfficerFactory(person=submission.author, manager_id=between.person_id)


def as_reports_report(session, submission, gatekeeper):
    between = OfficerFactory(manager_id=submission.author_id)
    gatekeeper.manager_id = between.person_id


def acting(arrange):
    """The stake is that of the person for whom the gatekeeper acts."""

    def arrange_principal(session, submission, gatekeeper):
        principal = GatekeeperFactory()
        gatekeeper.acting_for_id = principal.person_id
        session.flush()
        arrange(session, submission, principal)

    return arrange_principal


NOTED = [
    (as_noted(Stake.AUTHOR), Conflict.AUTHOR),
    (as_noted(Stake.DRAFTED), Conflict.DRAFTED),
    (as_noted(Stake.ANSWERED), Conflict.ANSWERED),
    (as_noted(Stake.ENDORSED), Conflict.ENDORSED),
    (as_noted(Stake.LINE), Conflict.LINE),
    (as_noted(Stake.BUDGET), Conflict.BUDGET),
    (as_manager, Conflict.LINE),
    (as_report, Conflict.LINE),
]
FAR = [
    (as_managers_manager, Conflict.LINE),
    (as_reports_report, Conflict.LINE),
    (as_giver_of_an_endorsement, Conflict.ENDORSED),
]
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


def as_former_manager(session, submission, gatekeeper):
    OfficerFactory(person=submission.author, manager_id=gatekeeper.person_id, ended_at=NOON)


def as_one_who_acted_for_the_author_once(session, submission, gatekeeper):
    OfficerFactory(
        person=gatekeeper.person, acting_for_id=submission.author_id, ended_at=submission.created_at
    )


def as_one_with_the_same_manager(session, submission, gatekeeper):
    boss = OfficerFactory()
    gatekeeper.manager_id = boss.person_id
    OfficerFactory(person=submission.author, manager_id=boss.person_id)


FREE = [
    as_former_manager,
    as_one_who_acted_for_the_author_once,
    as_one_with_the_same_manager,
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


ACTING = [
    *((acting(arrange), conflict) for arrange, conflict in NOTED),
    (acting(as_author), Conflict.AUTHOR),
    (acting(as_colleague), Conflict.TEAM),
    (acting(as_member_of_the_partner), Conflict.TEAM),
]
CONFLICTS += NOTED


@pytest.mark.parametrize(("arrange", "conflict"), [*CONFLICTS, *FAR, *ACTING])
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


@pytest.mark.parametrize(("arrange", "conflict"), [*CONFLICTS, *ACTING])
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


@pytest.mark.sqlite_only
def test_managers_in_a_circle_end(session, case):
    submission, gatekeeper = case
    one = OfficerFactory(person=submission.author)
    two = OfficerFactory(manager_id=one.person_id)
    one.manager_id = two.person_id
    session.flush()
    assert conflict_of(session, submission, gatekeeper.person_id) is None
    interests.note_line(session, submission, at=NOON)
    noted = interests.line_up(session, submission)
    assert set(noted) == {one.person_id, two.person_id}


@pytest.mark.sqlite_only
def test_a_stake_is_noted_once_and_the_line_with_everybody_in_it(session, case):
    submission, gatekeeper = case
    report = OfficerFactory(manager_id=submission.author_id)
    below = OfficerFactory(manager_id=report.person_id)
    OfficerFactory(person=submission.author, manager_id=gatekeeper.person_id)
    for _ in range(2):
        interests.note_line(session, submission, at=NOON)
    rows = session.execute(sa.select(Interest.person_id, Interest.why)).all()
    people = {report.person_id, below.person_id, gatekeeper.person_id}
    assert {tuple(row) for row in rows} == {(person, Stake.LINE) for person in people}


@pytest.mark.sqlite_only
def test_who_decided_before_does_not_judge_it_afterwards(session, case):
    submission, gatekeeper = case
    make_decision(submission, gatekeeper, Verb.REFUSE)
    assert conflict_of(session, submission, gatekeeper.person_id) is None
    found = conflict_of(session, submission, gatekeeper.person_id, afterwards=True)
    assert found is not None
    assert found.conflict is Conflict.DECIDED
    make_decision(submission, GatekeeperFactory(), Verb.QUASH)
    quashed = conflict_of(session, submission, gatekeeper.person_id)
    assert quashed is not None
    assert quashed.conflict is Conflict.DECIDED


@pytest.mark.sqlite_only
def test_whether_anybody_is_free(session, case):
    submission, gatekeeper = case
    assert anyone_free(session, submission)
    as_colleague(session, submission, gatekeeper)
    session.flush()
    assert not anyone_free(session, submission)
    GatekeeperFactory(ended_at=NOON)
    assert not anyone_free(session, submission)
    GatekeeperFactory()
    assert anyone_free(session, submission)
