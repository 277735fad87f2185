from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Membership
from gatekeeping.afterwards import after_review, emergencies
from gatekeeping.afterwards.after_review import (
    QUESTIONS,
    STATES,
    Found,
    UnansweredError,
    VerdictError,
)
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.leases import AlreadyDoneError
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Decision, LetterState, State, Verb
from gatekeeping.registry.reliance import Standing, standing_of
from gatekeeping.sending import send_approved
from notifications.models import Notice
from notifications.models_mail import Mail
from tests.factories.afterwards import make_emergency, make_executive
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, HeadFactory, OfficerFactory
from tests.factories.gatekeeping import make_decision, make_finding, version_of

ADDRESS = "https://portal.example"
YES = dict.fromkeys(QUESTIONS, True)
NO = {**YES, "schools": False}


@pytest.fixture
def reviewed(session):
    """An emergency that was released and is being reviewed, and its reviewer."""
    submission, reviewer = make_emergency(), GatekeeperFactory()
    emergencies.release(
        session,
        submission,
        by=make_executive().person,
        version=1,
        reason="Children are at risk.",
        at=NOON,
        address=ADDRESS,
    )
    after_review.begin(session, submission, by=reviewer.person, at=NOON)
    return submission, reviewer


def end(session, submission, by, verdict, answers=YES, reason="It was so.", lessons="Sooner."):
    found = Found(verdict, answers, reason, lessons)
    return after_review.end(
        session, submission, by=by.person, found=found, at=NOON, address=ADDRESS
    )


@pytest.mark.parametrize("verdict", STATES)
def test_a_review_ends_in_its_verdict_with_a_letter(session, reviewed, verdict):
    submission, reviewer = reviewed
    decision = end(session, submission, reviewer, verdict)
    assert (submission.state, decision.letter_state) == (STATES[verdict], LetterState.WANTED)
    assert "Did it go to the affected schools only? Yes." in decision.reason
    assert ("Sooner." in decision.reason) == (verdict is not Verb.RATIFY)
    assert end(session, submission, reviewer, verdict) is decision


def test_the_officer_the_manager_and_the_executive_are_told(session, reviewed):
    submission, reviewer = reviewed
    manager = OfficerFactory()
    session.execute(
        sa.update(Membership)
        .where(Membership.person_id == submission.author_id)
        .values(manager_id=manager.person_id)
    )
    session.execute(sa.delete(Mail))
    end(session, submission, reviewer, Verb.NOT_RATIFY, NO)
    told = set(session.scalars(sa.select(Mail.address)))
    assert {submission.author.email, manager.person.email} < told
    assert len(told) == 3


def test_not_confirmed_schools_see_it_at_once(session):
    HeadFactory()
    submission, executive, reviewer = make_emergency(), make_executive(), GatekeeperFactory()
    decision = emergencies.release(
        session,
        submission,
        by=executive.person,
        version=1,
        reason="Gas.",
        at=NOON,
        address=ADDRESS,
    )
    event = SubmissionApproved(submission.authority_id, submission.id, decision.version_id)
    send_approved(session, event, NOON)
    after_review.begin(session, submission, by=reviewer.person, at=NOON)
    notice = session.scalars(sa.select(Notice)).one()
    assert "being reviewed" in notice.standing
    end(session, submission, reviewer, Verb.NOT_RATIFY)
    session.refresh(notice)
    assert notice.stopped
    assert "You need not answer it now." in notice.standing
    assert standing_of(submission, NOON.date()) is Standing.NOT_CONFIRMED


def test_confirmed_nothing_more_is_said_to_schools(session):
    HeadFactory()
    submission, reviewer = make_emergency(State.EMERGENCY_RELEASED), GatekeeperFactory()
    make_decision(submission, make_executive(), Verb.RELEASE)
    event = SubmissionApproved(submission.authority_id, submission.id, version_of(submission).id)
    send_approved(session, event, NOON)
    after_review.begin(session, submission, by=reviewer.person, at=NOON)
    end(session, submission, reviewer, Verb.RATIFY)
    notice = session.scalars(sa.select(Notice)).one()
    assert (notice.standing, notice.stopped) == ("", False)


@pytest.mark.sqlite_only
def test_whoever_released_it_reviews_nothing(session):
    submission, executive = make_emergency(), make_executive()
    both = GatekeeperFactory(person=executive.person)
    emergencies.release(
        session,
        submission,
        by=executive.person,
        version=1,
        reason="Gas.",
        at=NOON,
        address=ADDRESS,
    )
    with pytest.raises(ConflictError):
        after_review.begin(session, submission, by=both.person, at=NOON)
    with pytest.raises(NotGatekeeperError):
        after_review.begin(session, submission, by=make_executive().person, at=NOON)
    assert submission.state is State.EMERGENCY_RELEASED


def test_the_database_keeps_the_releaser_out_too(session):
    submission, executive = make_emergency(State.AFTER_REVIEW), make_executive()
    GatekeeperFactory(person=executive.person)
    make_decision(submission, executive, Verb.RELEASE)
    with pytest.raises(sa.exc.IntegrityError):
        make_decision(submission, executive, Verb.RATIFY)


@pytest.mark.sqlite_only
def test_a_colleague_of_the_author_reviews_nothing(session):
    submission = make_emergency(State.EMERGENCY_RELEASED)
    colleague = GatekeeperFactory(team=submission.team)
    with pytest.raises(ConflictError):
        after_review.begin(session, submission, by=colleague.person, at=NOON)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("missing", QUESTIONS)
def test_every_question_is_answered(session, reviewed, missing):
    submission, reviewer = reviewed
    with pytest.raises(UnansweredError) as refused:
        end(session, submission, reviewer, Verb.RATIFY, {**YES, missing: None})
    assert refused.value.field == missing


@pytest.mark.sqlite_only
def test_personal_data_without_an_assessment_is_asked_about(session, reviewed):
    submission, reviewer = reviewed
    make_finding(version_of(submission), "K71")
    with pytest.raises(UnansweredError) as refused:
        end(session, submission, reviewer, Verb.RATIFY)
    assert refused.value.field == "dpia"
    end(session, submission, reviewer, Verb.RATIFY, {**YES, "dpia": True})
    assert submission.state is State.RATIFIED


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("verdict", "answers", "reason", "lessons", "expected"),
    [
        (Verb.RATIFY, NO, "It was so.", "", VerdictError),
        (Verb.RATIFY, YES, " ", "", MissingTextError),
        (Verb.RATIFY_WITH_LESSONS, NO, "It was so.", " ", MissingTextError),
        (Verb.NOT_RATIFY, NO, "It was not.", "", MissingTextError),
        (Verb.APPROVE, YES, "It was so.", "", MissingTextError),
    ],
)
def test_what_does_not_hang_together_is_refused(
    session, reviewed, verdict, answers, reason, lessons, expected
):
    submission, reviewer = reviewed
    with pytest.raises(expected):
        end(session, submission, reviewer, verdict, answers, reason, lessons)
    assert submission.state is State.AFTER_REVIEW


@pytest.mark.sqlite_only
def test_a_review_that_was_not_begun_does_not_end(session):
    submission = make_emergency(State.EMERGENCY_RELEASED)
    with pytest.raises(AlreadyDoneError):
        end(session, submission, GatekeeperFactory(), Verb.RATIFY)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "state", sorted(set(State) - {State.DRAFT, State.EMERGENCY_RELEASED, State.AFTER_REVIEW})
)
def test_only_a_released_emergency_is_reviewed(session, state):
    with pytest.raises(AlreadyDoneError):
        after_review.begin(session, make_emergency(state), by=GatekeeperFactory().person, at=NOON)


@pytest.mark.sqlite_only
def test_begun_twice_is_begun_once_and_another_may_end_it(session, reviewed):
    submission, _ = reviewed
    another = GatekeeperFactory()
    after_review.begin(session, submission, by=another.person, at=NOON + timedelta(hours=1))
    end(session, submission, another, Verb.RATIFY)
    assert session.scalars(sa.select(Decision.verb).order_by(Decision.id)).all() == [
        Verb.RELEASE,
        Verb.RATIFY,
    ]
