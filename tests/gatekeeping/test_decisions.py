from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from directory.models import Person
from foundation.audit import AuditEntry
from foundation.errors import Refusal
from foundation.outbox import OutboxEvent
from gatekeeping.deciding import leases
from gatekeeping.deciding.conflicts import ConflictError
from gatekeeping.deciding.deciders import ALLOWED
from gatekeeping.deciding.decisions import REFUSAL_CODES, TooLateError, approve, refuse
from gatekeeping.deciding.dossier import find_submission
from gatekeeping.deciding.leases import AlreadyDoneError, HeldError, NotHeldError
from gatekeeping.deciding.recording import LONGEST, MissingTextError
from gatekeeping.models import Decision, LetterState, Move, State, Submission, Verb
from gatekeeping.moves import CURRENT
from gatekeeping.writing.questions import challenge
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission, make_version, version_of

PLACE = {"at": NOON, "address": "https://portal.example"}


def approving(session, submission, by, **words):
    values = {"version": 1, "reason": "Needed.", **PLACE, **words}
    return approve(session, submission, by=by.person, **values)


def refusing(session, submission, by, **words):
    values = {"version": 1, "code": "no_use", "reason": "Nobody reads it.", **PLACE, **words}
    return refuse(session, submission, by=by.person, **values)


def challenging(session, submission, by, **words):
    values = {"version": 1, "text": "Which Act?", **PLACE, **words}
    return challenge(session, submission, by=by.person, **values)


VERBS = [
    (approving, State.APPROVED, Verb.APPROVE),
    (refusing, State.REFUSED, Verb.REFUSE),
    (challenging, State.CHALLENGED, Verb.CHALLENGE),
]


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory()


@pytest.fixture
def claimed(session, gatekeeper):
    return make_submission(State.IN_REVIEW, claimed_by=gatekeeper)


def count(session, table, *conditions):
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


@pytest.mark.parametrize(("decide", "after", "verb"), VERBS)
def test_a_decision_moves_records_and_tells_the_author(
    session, claimed, gatekeeper, decide, after, verb
):
    decision = decide(session, claimed, gatekeeper)
    session.flush()
    assert claimed.state is after
    assert (decision.verb, decision.by_id) == (verb, gatekeeper.person_id)
    assert decision.version_id == version_of(claimed).id
    mail = session.scalars(sa.select(Mail)).one()
    assert mail.address == claimed.author.email
    assert f"{claimed.number} v1" in mail.subject
    assert decision.reason in mail.text
    assert f"https://portal.example/submissions/{claimed.id}" in mail.text
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.subject_id) == ("submission.decided", claimed.id)
    assert entry.detail["verb"] == verb.value
    assert decision.reason not in str(entry.detail)


def test_an_approval_publishes_the_version_and_asks_for_a_letter(session, claimed, gatekeeper):
    decision = approving(session, claimed, gatekeeper)
    session.flush()
    event = session.scalars(sa.select(OutboxEvent)).one()
    assert event.name == "SubmissionApproved"
    assert event.payload["version_id"] == decision.version_id
    assert decision.letter_state is LetterState.WANTED
    assert decision.conditions == ""
    assert claimed.decided_at == NOON
    assert claimed.expires_on == date(2026, 12, 23)
    assert claimed.claimed_by_id is None
    assert {"letters", "relay", "mail"} <= session.info["wake"]


def test_a_refusal_sends_nothing_but_has_a_letter(session, claimed, gatekeeper):
    decision = refusing(session, claimed, gatekeeper)
    session.flush()
    assert count(session, OutboxEvent) == 0
    assert decision.letter_state is LetterState.WANTED
    assert decision.code == "no_use"
    assert claimed.expires_on is None


def test_a_question_has_no_letter_and_keeps_whose_it_is(session, claimed, gatekeeper):
    decision = challenging(session, claimed, gatekeeper)
    assert decision.letter_state is LetterState.NONE
    assert claimed.claimed_by_id == gatekeeper.person_id
    assert claimed.claimed_until is None


def test_what_was_loaded_with_its_people_for_a_page_can_be_decided(session, claimed, gatekeeper):
    session.expire_all()
    submission, _ = find_submission(session, claimed.authority_id, claimed.id)
    approving(session, submission, gatekeeper)
    session.flush()
    assert submission.state is State.APPROVED


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", sorted(set(State) - {State.IN_REVIEW}))
@pytest.mark.parametrize(("decide", "after", "verb"), VERBS)
def test_only_what_is_being_looked_at_can_be_decided(
    session, gatekeeper, state, decide, after, verb
):
    if state in ALLOWED[verb]:
        return
    submission = make_submission(state, claimed_by=gatekeeper)
    with pytest.raises(Refusal):
        decide(session, submission, gatekeeper, version=submission.version)
    assert submission.state is state
    assert count(session, Decision) == count(session, Move) == count(session, Mail) == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("decide", "after", "verb"), VERBS)
def test_who_does_not_hold_the_claim_cannot_decide(session, claimed, decide, after, verb):
    with pytest.raises(HeldError, match=claimed.claimed_by.name):
        decide(session, claimed, GatekeeperFactory())
    claimed.claimed_until = NOON - timedelta(minutes=1)
    with pytest.raises(NotHeldError):
        decide(session, claimed, GatekeeperFactory())


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("decide", "after", "verb"), VERBS)
def test_a_claim_that_ran_out_counts_while_nobody_else_took_it(
    session, claimed, gatekeeper, decide, after, verb
):
    claimed.claimed_until = NOON - timedelta(minutes=1)
    decide(session, claimed, gatekeeper)
    assert claimed.state is after


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("decide", "after", "verb"), VERBS)
def test_a_version_that_was_not_read_cannot_be_decided(
    session, claimed, gatekeeper, decide, after, verb
):
    claimed.version = 2
    session.flush()
    make_version(claimed)
    with pytest.raises(AlreadyDoneError, match="version 2"):
        decide(session, claimed, gatekeeper, version=1)


@pytest.mark.parametrize(("decide", "after", "verb"), VERBS)
def test_nobody_decides_their_own(session, decide, after, verb):
    author = OfficerFactory()
    hat = GatekeeperFactory(person=author.person)
    submission = make_submission(State.IN_REVIEW, author=author, claimed_by=hat)
    with pytest.raises(ConflictError):
        decide(session, submission, hat)
    assert submission.state is State.IN_REVIEW


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("decide", "after", "verb"), VERBS)
def test_the_same_decision_twice_is_one(session, claimed, gatekeeper, decide, after, verb):
    first = decide(session, claimed, gatekeeper)
    second = decide(session, claimed, gatekeeper)
    session.flush()
    assert first is second
    assert count(session, Decision) == count(session, Mail) == count(session, Move) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("decide", "words", "field"),
    [
        (approving, {"reason": "  "}, "reason"),
        (approving, {"reason": "x" * (LONGEST + 1)}, "reason"),
        (refusing, {"reason": ""}, "reason"),
        (refusing, {"code": ""}, "code"),
        (refusing, {"code": "dislike"}, "code"),
        (challenging, {"text": " \n"}, "text"),
    ],
)
def test_a_decision_says_why(session, claimed, gatekeeper, decide, words, field):
    with pytest.raises(MissingTextError) as caught:
        decide(session, claimed, gatekeeper, **words)
    assert caught.value.field == field
    assert claimed.state is State.IN_REVIEW


@pytest.mark.sqlite_only
@pytest.mark.parametrize("code", REFUSAL_CODES)
def test_every_reason_of_the_protocol_can_be_given(session, claimed, gatekeeper, code):
    assert refusing(session, claimed, gatekeeper, code=code).code == code


@pytest.mark.sqlite_only
def test_what_was_due_already_is_not_approved(session, gatekeeper):
    submission = make_submission(
        State.IN_REVIEW,
        claimed_by=gatekeeper,
        document={"kind": "data_request", "due_on": "2026-11-22"},
    )
    with pytest.raises(TooLateError, match="22 November 2026"):
        approving(session, submission, gatekeeper)


class TestClaims:
    @pytest.mark.sqlite_only
    def test_a_claim_is_for_two_hours(self, session, gatekeeper):
        submission = make_submission()
        leases.claim(session, submission, by=gatekeeper.person, at=NOON)
        assert submission.state is State.IN_REVIEW
        assert submission.claimed_by_id == gatekeeper.person_id
        assert submission.claimed_until == NOON + timedelta(hours=2)

    @pytest.mark.sqlite_only
    def test_a_claim_can_be_renewed(self, session, claimed, gatekeeper):
        leases.claim(session, claimed, by=gatekeeper.person, at=NOON)
        assert claimed.claimed_until == NOON + timedelta(hours=2)
        session.flush()
        assert count(session, Move) == 0

    @pytest.mark.sqlite_only
    def test_what_somebody_holds_cannot_be_claimed_and_it_says_until_when(self, session, claimed):
        with pytest.raises(HeldError, match="until 23 November 2026 at 1:00pm"):
            leases.claim(session, claimed, by=GatekeeperFactory().person, at=NOON)

    @pytest.mark.sqlite_only
    def test_a_claim_that_ran_out_can_be_taken(self, session, claimed):
        other, later = GatekeeperFactory(), NOON + timedelta(hours=1)
        leases.claim(session, claimed, by=other.person, at=later)
        session.flush()
        assert claimed.claimed_by_id == other.person_id
        moves = session.scalars(sa.select(Move).order_by(Move.id)).all()
        assert [(move.after, move.by_id) for move in moves] == [
            (State.TRIAGE, None),
            (State.IN_REVIEW, other.person_id),
        ]

    @pytest.mark.sqlite_only
    def test_a_claim_can_be_given_back_once(self, session, claimed, gatekeeper):
        for _ in range(2):
            leases.release(session, claimed, by=gatekeeper.person, at=NOON)
        session.flush()
        assert (claimed.state, claimed.claimed_by_id) == (State.TRIAGE, None)
        assert count(session, Move) == 1

    @pytest.mark.sqlite_only
    def test_nobody_gives_back_what_somebody_else_holds(self, session, claimed):
        leases.release(session, claimed, by=GatekeeperFactory().person, at=NOON)
        assert claimed.state is State.IN_REVIEW

    @pytest.mark.sqlite_only
    def test_nobody_claims_their_own(self, session):
        author = OfficerFactory()
        submission = make_submission(author=author)
        hat = GatekeeperFactory(person=author.person)
        with pytest.raises(ConflictError):
            leases.claim(session, submission, by=hat.person, at=NOON)

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("state", sorted(set(State) - {State.TRIAGE, State.IN_REVIEW}))
    def test_only_what_waits_can_be_claimed(self, session, gatekeeper, state):
        with pytest.raises(AlreadyDoneError):
            leases.claim(session, make_submission(state), by=gatekeeper.person, at=NOON)


def test_of_two_who_decide_at_once_one_wins_and_the_other_sees_who_did_what(
    database, authority_id, session, claimed, gatekeeper
):
    """The claim ran out and both have the page open: one approves, the other takes it, refuses."""
    claimed.claimed_until = NOON - timedelta(minutes=1)
    other = GatekeeperFactory()
    session.commit()
    barrier, answers = Barrier(2), []

    def work(person_id, decide):
        barrier.wait()
        with database.session(authority=authority_id) as own:
            submission = own.get_one(Submission, claimed.id)
            person = own.get_one(Person, person_id)
            try:
                leases.claim(own, submission, by=person, at=NOON)
                decide(own, submission, type("Hat", (), {"person": person})())
                own.commit()
                answers.append("done")
            except Refusal as refusal:
                answers.append(str(refusal))

    threads = [
        Thread(target=work, args=(gatekeeper.person_id, approving)),
        Thread(target=work, args=(other.person_id, refusing)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(answers) == "done"
    assert "this on 23 November 2026 at 12:00pm" in min(answers)
    session.expire_all()
    assert count(session, Decision) == count(session, Mail) == 1
    session.refresh(claimed)
    assert claimed.state in {*CURRENT, State.REFUSED}


def test_the_same_form_posted_twice_at_once_decides_once(
    database, authority_id, session, claimed, gatekeeper
):
    session.commit()
    barrier, answers = Barrier(2), []

    def work():
        barrier.wait()
        with database.session(authority=authority_id) as own:
            submission = own.get_one(Submission, claimed.id)
            person = own.get_one(Person, gatekeeper.person_id)
            decision = approving(own, submission, type("Hat", (), {"person": person})())
            own.commit()
            answers.append(decision.id)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert len(set(answers)) == 1
    assert count(session, Mail) == count(session, OutboxEvent) == 1
