from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation.audit import AuditEntry
from gatekeeping.authors import NotYourSubmissionError
from gatekeeping.deciding.leases import AlreadyDoneError
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.models import Decision, Message, State, SubmissionVersion
from gatekeeping.writing.lacking import IncompleteError
from gatekeeping.writing.questions import answer, challenge, numbered
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission

LATER = NOON + timedelta(days=2)
DATES = {"send_on": "2026-12-14"}
PLACE = "https://portal.example"


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory()


@pytest.fixture
def asked(session, gatekeeper):
    submission = make_submission(State.IN_REVIEW, claimed_by=gatekeeper)
    challenge(
        session,
        submission,
        by=gatekeeper.person,
        version=1,
        text="Which Act?",
        at=NOON,
        address=PLACE,
    )
    session.flush()
    return submission


def answering(session, submission, person, text="Section 537A."):
    answer(session, submission, by=person, text=text, at=LATER, address=PLACE)
    session.flush()


@pytest.mark.sqlite_only
def test_a_question_is_the_first_entry_of_the_thread(session, asked, gatekeeper):
    message = session.scalars(sa.select(Message)).one()
    assert (message.text, message.is_answer, message.version) == ("Which Act?", False, 1)
    assert message.by_id == gatekeeper.person_id


def test_an_answer_goes_back_to_the_gatekeeper_who_asked(session, asked, gatekeeper):
    answering(session, asked, asked.author)
    assert asked.state is State.IN_REVIEW
    assert asked.claimed_by_id == gatekeeper.person_id
    assert asked.claimed_until == LATER + timedelta(hours=2)
    mail = session.scalars(sa.select(Mail).order_by(Mail.id.desc())).first()
    assert mail.address == gatekeeper.person.email
    assert f"{PLACE}/queue/{asked.id}" in mail.text
    texts = session.scalars(sa.select(Message.text).order_by(Message.id)).all()
    assert texts == ["Which Act?", "Section 537A."]
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
    assert actions == ["submission.decided", "submission.answered"]


@pytest.mark.sqlite_only
def test_a_colleague_of_the_same_team_may_answer(session, asked):
    answering(session, asked, OfficerFactory(team=asked.team).person)
    assert asked.state is State.IN_REVIEW


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "stranger",
    [
        lambda asked: OfficerFactory(),
        lambda asked: OfficerFactory(team=asked.team, ended_at=NOON),
        lambda asked: GatekeeperFactory(),
    ],
)
def test_nobody_else_may_answer(session, asked, stranger):
    with pytest.raises(NotYourSubmissionError):
        answering(session, asked, stranger(asked).person)
    assert asked.state is State.CHALLENGED


@pytest.mark.sqlite_only
def test_an_answer_says_something(session, asked):
    with pytest.raises(MissingTextError):
        answering(session, asked, asked.author, text="  ")


@pytest.mark.sqlite_only
def test_an_answer_posted_twice_counts_once(session, asked):
    answering(session, asked, asked.author)
    with pytest.raises(AlreadyDoneError):
        answering(session, asked, asked.author)
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 2


def test_a_text_that_was_changed_for_the_answer_becomes_a_new_version(session, asked):
    SchoolFactory()
    asked.document = {**asked.document, "body": "Only one question is left.", **DATES}
    answering(session, asked, asked.author)
    assert asked.version == 2
    bodies = session.scalars(sa.select(SubmissionVersion).order_by(SubmissionVersion.version)).all()
    assert [version.document["body"] for version in bodies][1] == "Only one question is left."
    assert session.scalars(sa.select(Message.version).order_by(Message.id)).all() == [1, 2]


@pytest.mark.sqlite_only
def test_a_changed_text_that_lacks_something_is_not_sent_back(session, asked):
    asked.document = {**asked.document, "title": ""}
    with pytest.raises(IncompleteError):
        answering(session, asked, asked.author)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Which Act?", "Which Act?"),
        ("Which Act?\n\nOn whom?", "1. Which Act?\n2. On whom?"),
        ("1) Which Act?\n - On whom?", "1. Which Act?\n2. On whom?"),
        ("2026 numbers?\nWhy?", "1. 2026 numbers?\n2. Why?"),
        ("1. Which Act?", "1. Which Act?"),
    ],
)
def test_several_questions_are_numbered(typed, sent):
    assert numbered(typed) == sent


@pytest.mark.sqlite_only
def test_a_second_round_of_questions_needs_a_reason(session, asked, gatekeeper):
    answering(session, asked, asked.author)
    words = {
        "by": gatekeeper.person,
        "version": asked.version,
        "text": "And on whom is the duty?",
        "at": LATER,
        "address": PLACE,
    }
    with pytest.raises(MissingTextError) as caught:
        challenge(session, asked, **words)
    assert caught.value.field == "again"
    assert asked.state is State.IN_REVIEW
    challenge(session, asked, **words, again="The answer named another Act.")
    session.flush()
    newest = session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
    assert "Why we ask again: The answer named another Act." in newest.text
    assert asked.state is State.CHALLENGED
    assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 2
