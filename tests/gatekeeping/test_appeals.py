import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Membership, Person, Role
from gatekeeping.afterwards import appeal_panel, appeals, hearing
from gatekeeping.afterwards.appeal_panel import PanelError, candidates
from gatekeeping.afterwards.appeals import AlreadyAppealedError, TooLateToAppealError
from gatekeeping.afterwards.hearing import AlreadyVotedError, NotOnPanelError, majority
from gatekeeping.authors import NotYourSubmissionError
from gatekeeping.deciding import leases
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.leases import AlreadyDoneError
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.models import Appeal, Condition, Decision, Move, State, Verb
from notifications.models_mail import Mail
from tests.factories.afterwards import make_executive, make_panel_member
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import make_decision, make_submission

ADDRESS = "https://portal.example"
UPHOLD, VARY, QUASH = Verb.UPHOLD, Verb.VARY, Verb.QUASH


def refused(session, verb=Verb.REFUSE, at=NOON):
    state = State.REFUSED if verb is Verb.REFUSE else State.REDIRECTED
    submission = make_submission(state)
    make_decision(submission, GatekeeperFactory(), verb, at=at)
    return submission


def lodge(session, submission, by=None, grounds="It is needed.", at=NOON):
    return appeals.lodge(
        session, submission, by=by or submission.author, grounds=grounds, at=at, address=ADDRESS
    )


class Heard:
    """An appeal with its panel: two from schools and a gatekeeper."""

    def __init__(self, session, verb=Verb.REFUSE):
        self.session = session
        self.executive = make_executive()
        self.submission = refused(session, verb)
        self.appeal = lodge(session, self.submission)
        self.panel = [make_panel_member(), make_panel_member(), GatekeeperFactory()]
        self.appoint(self.panel)

    def appoint(self, people, by=None):
        appeal_panel.appoint(
            self.session,
            self.appeal,
            [each.person_id for each in people],
            by=(by or self.executive).person,
            at=NOON,
            address=ADDRESS,
        )

    def vote(self, member, choice, reason="", conditions="Leave out question 4."):
        return hearing.vote(
            self.session,
            self.appeal,
            by=member.person,
            choice=choice,
            reason=reason or f"I think {choice.value}.",
            conditions=conditions,
            at=NOON,
            address=ADDRESS,
        )

    def end(self, membership):
        membership.ended_at = NOON
        self.session.flush()


@pytest.fixture
def heard(session):
    return Heard(session)


@pytest.mark.parametrize("verb", [Verb.REFUSE, Verb.REDIRECT])
def test_an_officer_appeals_and_the_executive_is_told(session, verb):
    executive = make_executive()
    submission = refused(session, verb)
    appeal = lodge(session, submission)
    assert submission.state is State.APPEAL
    assert appeal.hear_by.isoformat() == "2026-12-07"
    assert lodge(session, submission) is appeal
    assert session.scalars(sa.select(Mail.address)).all() == [executive.person.email]


@pytest.mark.sqlite_only
def test_a_colleague_may_appeal_and_a_stranger_may_not(session):
    submission = refused(session)
    with pytest.raises(NotYourSubmissionError):
        lodge(session, submission, OfficerFactory().person)
    lodge(session, submission, OfficerFactory(team=submission.team).person)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("days", "late"), [(0, False), (14, False), (15, True), (40, True)])
def test_ten_working_days_are_given(session, days, late):
    submission = refused(session, at=NOON - timedelta(days=days))
    if late:
        with pytest.raises(TooLateToAppealError, match="had to be made by"):
            lodge(session, submission)
    else:
        lodge(session, submission)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "state", sorted(set(State) - {State.REFUSED, State.REDIRECTED, State.DRAFT})
)
def test_only_a_refusal_or_redirection_is_appealed(session, state):
    with pytest.raises(AlreadyDoneError):
        lodge(session, make_submission(state))


@pytest.mark.sqlite_only
def test_grounds_are_needed(session):
    with pytest.raises(MissingTextError):
        lodge(session, refused(session), grounds=" ")


@pytest.mark.sqlite_only
def test_a_second_appeal_of_the_same_decision_is_impossible(heard):
    for member in heard.panel[:2]:
        heard.vote(member, UPHOLD)
    assert heard.submission.state is State.REFUSED
    with pytest.raises(AlreadyAppealedError):
        lodge(heard.session, heard.submission, grounds="Once more.")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("schools", "council"), [(1, 2), (0, 3), (2, 0), (3, 1), (1, 0), (2, 2)])
def test_a_panel_is_three_people_two_of_them_from_schools(session, schools, council):
    executive = make_executive()
    appeal = lodge(session, refused(session))
    people = [make_panel_member() for _ in range(schools)]
    people += [GatekeeperFactory() for _ in range(council)]
    with pytest.raises(PanelError):
        appeal_panel.appoint(
            session,
            appeal,
            [each.person_id for each in people],
            by=executive.person,
            at=NOON,
            address=ADDRESS,
        )


@pytest.mark.parametrize("schools", [2, 3])
def test_who_is_appointed_is_told(session, schools):
    executive = make_executive()
    appeal = lodge(session, refused(session))
    session.execute(sa.delete(Mail))
    people = [make_panel_member() for _ in range(schools)]
    people += [GatekeeperFactory() for _ in range(3 - schools)]
    for _ in range(2):
        appeal_panel.appoint(
            session,
            appeal,
            [each.person_id for each in people],
            by=executive.person,
            at=NOON,
            address=ADDRESS,
        )
    assert len(appeal.members) == 3
    told = sorted(session.scalars(sa.select(Mail.address)))
    assert told == sorted(each.person.email for each in people)


@pytest.mark.sqlite_only
def test_nobody_with_a_stake_or_a_part_in_the_decision_sits(session):
    executive = make_executive()
    submission = refused(session)
    appeal = lodge(session, submission)
    two = [make_panel_member(), make_panel_member()]
    decider = session.scalars(sa.select(Decision.by_id)).one()
    colleague = GatekeeperFactory(team=submission.team)
    for third in (decider, colleague.person_id):
        with pytest.raises(ConflictError):
            appeal_panel.appoint(
                session,
                appeal,
                [*(each.person_id for each in two), third],
                by=executive.person,
                at=NOON,
                address=ADDRESS,
            )
    offered = {each.person_id for each in candidates(session, appeal, but=executive.person_id)}
    assert {each.person_id for each in two} <= offered
    assert not offered & {decider, executive.person_id}


@pytest.mark.sqlite_only
def test_only_the_executive_appoints_and_not_herself(heard, session):
    appeal = lodge(session, refused(session))
    two = [make_panel_member(), make_panel_member()]
    facts = {"at": NOON, "address": ADDRESS}
    people = [each.person_id for each in two]
    for role in (Role.GATEKEEPER, Role.ADMINISTRATOR, Role.OFFICER):
        with pytest.raises(NotGatekeeperError):
            appeal_panel.appoint(
                session, appeal, people, by=OfficerFactory(role=role).person, **facts
            )
    executive = make_executive()
    with pytest.raises(PanelError):
        appeal_panel.appoint(
            session, appeal, [*people, executive.person_id], by=executive.person, **facts
        )


@pytest.mark.parametrize(
    ("votes", "state"),
    [
        ((UPHOLD, UPHOLD), State.REFUSED),
        ((VARY, VARY), State.APPROVED_COND),
        ((QUASH, QUASH), State.IN_REVIEW),
        ((UPHOLD, QUASH, UPHOLD), State.REFUSED),
        ((VARY, UPHOLD, VARY), State.APPROVED_COND),
        ((QUASH, UPHOLD, VARY), State.IN_REVIEW),
        ((UPHOLD, VARY), State.APPEAL),
        ((UPHOLD,), State.APPEAL),
    ],
)
def test_two_who_agree_decide(heard, votes, state):
    made = [heard.vote(member, choice) for member, choice in zip(heard.panel, votes, strict=False)]
    assert heard.submission.state is state
    assert all(decision is None for decision in made[:-1])
    if state is State.APPEAL:
        assert made[-1] is None
        return
    assert made[-1].by_id == heard.panel[len(votes) - 1].person_id
    assert heard.appeal.outcome is made[-1].verb
    assert heard.submission.claimed_by_id is None


@pytest.mark.sqlite_only
def test_an_upheld_redirection_stays_one(session):
    heard = Heard(session, Verb.REDIRECT)
    for member in heard.panel[:2]:
        heard.vote(member, UPHOLD)
    assert heard.submission.state is State.REDIRECTED


def test_what_is_varied_has_the_conditions_of_both(heard, session):
    heard.vote(heard.panel[0], VARY, conditions="Leave out question 4.\nSend it in May.")
    heard.vote(heard.panel[2], VARY, conditions="Send it in May.\n\n Ask half of the schools.")
    found = session.scalars(sa.select(Condition).order_by(Condition.id)).all()
    assert [each.text for each in found] == [
        "Leave out question 4.",
        "Send it in May.",
        "Ask half of the schools.",
    ]
    assert {each.before_sending for each in found} == {True}
    assert heard.submission.state_due_at is not None


def test_three_different_votes_quash_and_say_so(heard):
    heard.vote(heard.panel[0], UPHOLD)
    heard.vote(heard.panel[1], VARY)
    decision = heard.vote(heard.panel[2], QUASH)
    assert decision.verb is QUASH
    assert "three different views" in decision.reason
    assert "I think uphold." in decision.reason


def test_after_quashing_somebody_else_decides(heard, session):
    first = session.get_one(Decision, heard.appeal.decision_id).by
    for member in heard.panel[:2]:
        heard.vote(member, QUASH)
    leases.lapse(session, heard.submission, at=NOON)
    with pytest.raises(ConflictError, match="decided this before"):
        leases.claim(session, heard.submission, by=first, at=NOON)
    leases.claim(session, heard.submission, by=GatekeeperFactory().person, at=NOON)
    membership = session.scalars(sa.select(Membership).filter_by(person_id=first.id)).one()
    with pytest.raises(sa.exc.IntegrityError):
        make_decision(heard.submission, membership, Verb.APPROVE)


@pytest.mark.sqlite_only
def test_a_vote_is_given_once(heard):
    member = heard.panel[0]
    heard.vote(member, UPHOLD)
    assert heard.vote(member, UPHOLD) is None
    with pytest.raises(AlreadyVotedError):
        heard.vote(member, QUASH)
    with pytest.raises(NotOnPanelError):
        heard.vote(make_panel_member(), UPHOLD)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("choice", "reason", "conditions"),
    [
        (UPHOLD, " ", ""),
        (VARY, "So.", " \n "),
        (Verb.APPROVE, "So.", ""),
        (VARY, "So.", "x\n" * 30),
    ],
)
def test_a_vote_says_why(heard, choice, reason, conditions):
    with pytest.raises(MissingTextError):
        hearing.vote(
            heard.session,
            heard.appeal,
            by=heard.panel[0].person,
            choice=choice,
            reason=reason,
            conditions=conditions,
            at=NOON,
            address=ADDRESS,
        )


def test_a_member_who_lost_the_role_neither_votes_nor_counts(heard, session):
    first, second, third = heard.panel
    heard.vote(first, UPHOLD)
    heard.end(first)
    assert heard.vote(second, UPHOLD) is None
    assert heard.submission.state is State.APPEAL
    heard.end(third)
    with pytest.raises(NotGatekeeperError):
        heard.vote(third, UPHOLD)
    with pytest.raises(PanelError):
        heard.appoint([make_panel_member()])
    heard.appoint([make_panel_member(), make_panel_member()])
    assert heard.submission.state is State.APPEAL
    assert len(heard.appeal.members) == 4
    newest = session.get_one(type(first.person), heard.appeal.members[-1].person_id)
    decision = hearing.vote(
        session, heard.appeal, by=newest, choice=UPHOLD, reason="So.", at=NOON, address=ADDRESS
    )
    assert decision is not None


def test_removing_a_member_never_completes_a_decision(heard, session):
    heard.vote(heard.panel[0], UPHOLD)
    heard.vote(heard.panel[1], QUASH)
    silent = next(each for each in heard.appeal.members if each.vote is None)
    appeal_panel.remove(session, heard.appeal, silent.id, by=heard.executive.person, at=NOON)
    assert heard.submission.state is State.APPEAL
    assert session.scalar(sa.select(sa.func.count(Decision.id))) == 1
    with pytest.raises(PanelError):
        appeal_panel.remove(
            session,
            heard.appeal,
            heard.appeal.members[0].id,
            by=heard.executive.person,
            at=NOON,
        )
    heard.appoint([make_panel_member()])
    assert len(heard.appeal.members) == 3


@pytest.mark.sqlite_only
def test_what_was_decided_is_not_voted_on_again(heard):
    for member in heard.panel[:2]:
        heard.vote(member, UPHOLD)
    with pytest.raises(AlreadyDoneError):
        heard.vote(heard.panel[2], QUASH)
    with pytest.raises(AlreadyDoneError):
        heard.appoint([make_panel_member()])


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("votes", "decides"),
    [
        ((), None),
        ((QUASH,), None),
        ((QUASH, VARY), None),
        ((QUASH, QUASH), QUASH),
        ((UPHOLD, VARY, QUASH), QUASH),
        ((UPHOLD, VARY, VARY), VARY),
        ((UPHOLD, UPHOLD, UPHOLD), UPHOLD),
    ],
)
def test_a_majority_is_two(votes, decides):
    assert majority(votes) is decides


@pytest.mark.sqlite_only
def test_the_whole_history_stays(heard, session):
    for member in heard.panel[:2]:
        heard.vote(member, QUASH)
    assert session.scalars(sa.select(Move.after).order_by(Move.id)).all() == [
        State.APPEAL,
        State.IN_REVIEW,
    ]
    assert session.scalars(sa.select(Appeal.outcome)).all() == [QUASH]


@pytest.mark.postgresql_only
def test_two_who_vote_at_once_make_one_decision(session, database, authority_id):
    heard = Heard(session)
    appeal_id, people = heard.appeal.id, [each.person_id for each in heard.panel]
    session.commit()
    ready = threading.Barrier(3)

    def give(person_id):
        with database.transaction(authority=authority_id) as own:
            appeal = own.get_one(Appeal, appeal_id)
            assert len(appeal.members) == 3  # read before the lock
            by = own.get_one(Person, person_id)
            ready.wait()
            try:
                hearing.vote(
                    own, appeal, by=by, choice=UPHOLD, reason="So.", at=NOON, address=ADDRESS
                )
            except AlreadyDoneError:
                return "late"
            return "voted"

    with ThreadPoolExecutor(3) as pool:
        outcomes = sorted(pool.map(give, people))
    assert outcomes == ["late", "voted", "voted"]
    assert session.scalar(sa.select(sa.func.count()).where(Decision.verb == UPHOLD)) == 1
