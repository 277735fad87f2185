from datetime import timedelta

import pytest

from gatekeeping.documents import SubmissionDocument
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import CategoryLesson, State, SubmissionVersion
from gatekeeping.suggesting import is_unlikely, learn, suggest, suggest_for
from tests.factories.base import NOON
from tests.factories.gatekeeping import make_submission

SWIMMING = {"title": "Swimming lessons at the new pool", "body": "", "categories": ["insurance"]}


def approve(session, *, document=SWIMMING, state=State.LIVE, at=NOON):
    submission = make_submission(state, document=document)
    session.flush()
    version = session.query(SubmissionVersion).filter_by(submission_id=submission.id).one()
    learn(session, SubmissionApproved(submission.authority_id, submission.id, version.id), at)
    session.flush()
    return submission


def first(session, authority_id):
    return suggest(session, authority_id, SWIMMING["title"])[0].slug


def test_what_was_decided_here_is_suggested_next_time(session, authority_id):
    assert first(session, authority_id) == "physical-education"
    for minutes in range(12):
        approve(session, at=NOON + timedelta(minutes=minutes))
    assert first(session, authority_id) == "insurance"


@pytest.mark.sqlite_only
def test_an_approval_that_fell_teaches_nothing(session, authority_id):
    for _ in range(12):
        approve(session, state=State.IN_REVIEW)
    assert first(session, authority_id) == "physical-education"


@pytest.mark.sqlite_only
def test_the_same_approval_twice_is_one_lesson_and_a_newer_version_replaces_it(session):
    submission = approve(session)
    version = session.query(SubmissionVersion).filter_by(submission_id=submission.id).one()
    event = SubmissionApproved(submission.authority_id, submission.id, version.id)
    learn(session, event, NOON + timedelta(days=1))
    (kept,) = session.query(CategoryLesson).all()
    assert kept.learned_at == NOON
    version.version = submission.version = 2
    version.document = {**version.document, "categories": ["catering"]}
    learn(session, event, NOON + timedelta(days=2))
    session.flush()
    (kept,) = session.query(CategoryLesson).all()
    assert (kept.version, kept.categories) == (2, ["catering"])


@pytest.mark.sqlite_only
def test_asking_again_reads_no_lesson_again(session, authority_id, statements):
    approve(session)
    first(session, authority_id)
    statements.clear()
    first(session, authority_id)
    assert len(statements) == 2


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("chosen", "expected"), [(["insurance"], True), (["catering"], False), ([], False)]
)
def test_a_choice_that_the_words_do_not_bear_out_is_noticed(
    session, authority_id, chosen, expected
):
    words = {"title": "Menus and hot lunches from the school kitchen", "categories": chosen}
    document = SubmissionDocument.read({"kind": "communication", **words})
    found = suggest_for(session, authority_id, document)
    assert is_unlikely(document, found) is expected
