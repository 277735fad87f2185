import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation.errors import NotFoundError, Refusal
from gatekeeping.afterwards import challenge_list, school_challenges
from gatekeeping.afterwards.school_challenges import AnsweredError, NotSuspendableError, Raising
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.models import Ground, SchoolChallenge, State
from notifications.models import Notice
from notifications.models_mail import Mail
from tests.factories.afterwards import make_executive
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, HeadFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission, version_of
from tests.factories.notifications import NoticeFactory

ADDRESS = "https://portal.example"
ASKING = {
    "kind": "data_request",
    "title": "Lettings income",
    "due_on": "2027-02-01",
}


@pytest.fixture
def sent(session):
    """A data request that is with schools."""
    submission = make_submission(State.LIVE, document=ASKING, sent_at=NOON)
    NoticeFactory(source_id=version_of(submission).id)
    return submission


def challenge(session, submission, head=None, ground=Ground.TOO_MUCH, text="It takes a day."):
    head = head or HeadFactory()
    return school_challenges.challenge(
        session,
        version_of(submission).id,
        who=Raising(head.school_id, head.person),
        ground=ground,
        text=text,
        at=NOON,
        address=ADDRESS,
    )


def answer(session, made, by, *, upheld=True, text="You are right.", suspending=False):
    school_challenges.answer(
        session,
        made,
        by=by.person,
        upheld=upheld,
        text=text,
        suspending=suspending,
        at=NOON,
        address=ADDRESS,
    )


def told(session):
    return set(session.scalars(sa.select(Mail.address)))


def test_the_gate_and_the_officer_are_told(session, sent):
    gatekeeper, _ = GatekeeperFactory(), make_executive()
    made = challenge(session, sent)
    assert (made.ground, made.version, made.answered_at) == (Ground.TOO_MUCH, 1, None)
    assert told(session) == {gatekeeper.person.email, sent.author.email}
    assert challenge_list.list_challenges(session, sent.authority_id).counts["open"] == 1


def test_a_school_has_one_open_challenge_of_a_version(session, sent):
    head = HeadFactory()
    first = challenge(session, sent, head)
    assert challenge(session, sent, head, Ground.OTHER, "And also this.") is first
    assert challenge(session, sent) is not first
    answer(session, first, GatekeeperFactory())
    assert challenge(session, sent, head) is not first


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("ground", "text"), [("", "So."), ("nothing", "So."), ("other", "  ")])
def test_a_challenge_says_why(session, sent, ground, text):
    with pytest.raises(MissingTextError):
        challenge(session, sent, ground=ground, text=text)


@pytest.mark.sqlite_only
def test_what_does_not_exist_is_not_challenged(session, sent):
    head = HeadFactory()
    with pytest.raises(NotFoundError):
        school_challenges.challenge(
            session,
            10_000_000,
            who=Raising(head.school_id, head.person),
            ground="other",
            text="So.",
            at=NOON,
            address=ADDRESS,
        )


@pytest.mark.parametrize("upheld", [True, False])
def test_a_gatekeeper_answers_and_the_school_is_told(session, sent, upheld):
    head, gatekeeper = HeadFactory(), GatekeeperFactory()
    made = challenge(session, sent, head)
    session.execute(sa.delete(Mail))
    for _ in range(2):
        answer(session, made, gatekeeper, upheld=upheld)
    assert (made.upheld, made.suspended, sent.state) == (upheld, False, State.LIVE)
    mail = session.scalars(sa.select(Mail)).one()
    assert mail.address == head.person.email
    assert ("You are right.\n\nYou" in mail.text) == upheld
    assert "A duty that the law itself puts on you is never removed" in mail.text
    with pytest.raises(AnsweredError):
        answer(session, made, gatekeeper, upheld=not upheld)


@pytest.mark.parametrize("make", [GatekeeperFactory, make_executive])
def test_an_answer_may_suspend_and_schools_see_it_at_once(session, sent, make):
    GatekeeperFactory()
    made = challenge(session, sent)
    answer(session, made, make(), suspending=True)
    assert (made.suspended, sent.state) == (True, State.SUSPENDED)
    notice = session.scalars(sa.select(Notice)).one()
    assert notice.stopped
    assert "suspended" in notice.standing


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", [State.EMERGENCY_RELEASED, State.EXPIRED, State.SUSPENDED])
def test_where_there_is_no_approval_nothing_is_suspended(session, state):
    submission = make_submission(state)
    made = challenge(session, submission)
    with pytest.raises(NotSuspendableError):
        answer(session, made, GatekeeperFactory(), suspending=True)
    assert submission.state is state


@pytest.mark.sqlite_only
def test_nobody_with_a_stake_or_without_the_role_answers(session, sent):
    made = challenge(session, sent)
    with pytest.raises(ConflictError):
        answer(session, made, GatekeeperFactory(team=sent.team))
    for role in (Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotGatekeeperError):
            answer(session, made, OfficerFactory(role=role))
    with pytest.raises(Refusal):
        answer(session, made, GatekeeperFactory(), text=" ")
    assert made.answered_at is None


def test_the_fifth_school_raises_it_to_the_executive(session, sent):
    executive = make_executive()
    head = HeadFactory()
    for _ in range(3):
        challenge(session, sent)
    challenge(session, sent, head)
    challenge(session, sent, head)  # the same school again
    assert executive.person.email not in told(session)
    challenge(session, sent)
    assert executive.person.email in told(session)
    session.execute(sa.delete(Mail))
    challenge(session, sent)
    assert executive.person.email not in told(session)
    listed = challenge_list.list_challenges(session, sent.authority_id, show="raised")
    assert (listed.total, listed.raised) == (6, {sent.id})
    other = make_submission(State.LIVE)
    challenge(session, other)
    listed = challenge_list.list_challenges(session, sent.authority_id)
    assert listed.counts == {"open": 7, "raised": 6, "answered": 0}
    answer(session, session.scalars(sa.select(SchoolChallenge)).first(), GatekeeperFactory())
    answered = challenge_list.list_challenges(session, sent.authority_id, show="answered")
    assert answered.total == 1


@pytest.mark.sqlite_only
def test_a_school_sees_its_own_challenges_only(session, sent):
    own, other = HeadFactory(), HeadFactory()
    made = challenge(session, sent, own)
    challenge(session, sent, other)
    found = challenge_list.of_school(session, sent.authority_id, version_of(sent).id, own.school_id)
    assert list(found) == [made]
